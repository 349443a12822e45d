/* SPDX-License-Identifier: MIT */

#include "store/db.h"
#include "store/store.h"

/* A heartbeat waits for nobody: the daemon's loop stands still meanwhile, and the next one comes soon. */
#define BUSY_TIMEOUT_MS 100

static const char writing[] = "writing the daemon's state", reading[] = "reading the daemon's state";

static uint64_t unix_seconds(usec_t usec) {
        return usec / USEC_PER_SEC;
}

/* No checkpoint at the end, and none of the waiting for the disk that comes with it: what a power failure takes of
 * this is worth nothing any more. -wal and -shm stay for unprivileged readers. */
static int open_quickly(const char *path, const char *doing, struct store **ret, struct error *reterr) {
        _cleanup_(store_closep) struct store *s = store_new(path, STORE_NAMED_BY);
        if (s == NULL)
                return error_oom(reterr);
        int rc = sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                 NULL);
        if (rc != SQLITE_OK)
                return db_error(s, rc, doing, reterr);
        int persist = 1;
        (void) sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
        (void) sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        (void) sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        (void) sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        (void) sqlite3_file_control(s->db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
        int r = db_exec(s, "PRAGMA synchronous = NORMAL", doing, reterr);
        if (r == 0)
                *ret = TAKE_PTR(s);
        return r;
}

static int write_state(struct store *s, const struct daemon_state *state, struct error *reterr) {
        struct query q = query_prepare(
                s, "INSERT OR REPLACE INTO daemon_state (daemon_id, state, pid, version, started_at, heartbeat_at, "
                   "interval_s, next_run_at, run_started_at, run_mode, regions_done, regions_total, status, problem) "
                   "VALUES (1, :state, :pid, :version, :started_at, :heartbeat_at, :interval_s, :next_run_at, "
                   ":run_started_at, :run_mode, :regions_done, :regions_total, :status, :problem)");
        query_bind_text(&q, ":state", daemon_phase_name(state->phase));
        query_bind_uint(&q, ":pid", (uint64_t) state->pid);
        query_bind_text(&q, ":version", state->version);
        query_bind_uint(&q, ":started_at", unix_seconds(state->started_at));
        query_bind_uint(&q, ":heartbeat_at", unix_seconds(state->heartbeat_at));
        query_bind_uint(&q, ":interval_s", unix_seconds(state->interval + USEC_PER_SEC - 1));
        if (state->phase == DAEMON_IDLE)
                query_bind_uint(&q, ":next_run_at", unix_seconds(state->next_run_at));
        if (state->phase == DAEMON_RUNNING) {
                query_bind_uint(&q, ":run_started_at", unix_seconds(state->run_started_at));
                query_bind_text(&q, ":run_mode", run_mode_name(state->run_mode));
                query_bind_uint(&q, ":regions_done", state->regions_done);
                if (state->regions_total > 0)
                        query_bind_uint(&q, ":regions_total", state->regions_total);
        }
        query_bind_text(&q, ":status", state->status);
        query_bind_text_or_null(&q, ":problem", state->problem);
        query_run(&q);
        return query_finish(&q, writing, reterr);
}

int store_write_daemon_state(const char *path, const struct daemon_state *state, struct error *reterr) {
        _cleanup_(store_closep) struct store *s = NULL;
        int r = open_quickly(path, writing, &s, reterr);
        return r < 0 ? r : write_state(s, state, reterr);
}

static struct daemon_state take_row(sqlite3_stmt *row) {
        struct daemon_state state = {
                .pid = (pid_t) sqlite3_column_int64(row, 1),
                .heartbeat_at = (usec_t) sqlite3_column_int64(row, 2) * USEC_PER_SEC,
                .regions_done = (size_t) sqlite3_column_int64(row, 4),
                .regions_total = (size_t) sqlite3_column_int64(row, 5),
        };
        const char *phase = (const char *) sqlite3_column_text(row, 0),
                   *mode = (const char *) sqlite3_column_text(row, 3);
        (void) daemon_phase_from_name(phase != NULL ? phase : "", &state.phase);
        (void) run_mode_from_name(mode != NULL ? mode : "", &state.run_mode);
        return state;
}

int store_read_daemon_state(const char *path, struct daemon_state *ret, struct error *reterr) {
        _cleanup_(store_closep) struct store *s = NULL;
        int r = open_quickly(path, reading, &s, reterr);
        if (r < 0)
                return r;
        struct query q = query_prepare(s, "SELECT state, pid, heartbeat_at, run_mode, regions_done, regions_total "
                                          "FROM daemon_state");
        bool there = query_step(&q);
        struct daemon_state state = there ? take_row(q.stmt) : (struct daemon_state){ 0 };
        r = query_finish(&q, reading, reterr);
        if (r == 0 && there)
                *ret = state;
        return r < 0 ? r : there;
}
