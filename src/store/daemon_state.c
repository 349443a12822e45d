/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "store/db.h"
#include "store/store.h"

/* A heartbeat waits for nobody: the daemon's loop stands still meanwhile, and the next one comes soon. */
#define BUSY_TIMEOUT_MS 100

static const char doing[] = "writing the daemon's state";

static uint64_t unix_seconds(usec_t usec) {
        return usec / USEC_PER_SEC;
}

/* No checkpoint at the end, and none of the waiting for the disk that comes with it: what a power failure takes of
 * this is worth nothing any more. -wal and -shm stay for unprivileged readers. */
static int open_quickly(struct store *s, struct error *reterr) {
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
        return db_exec(s, "PRAGMA synchronous = NORMAL", doing, reterr);
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
        return query_finish(&q, doing, reterr);
}

int store_write_daemon_state(const char *path, const struct daemon_state *state, struct error *reterr) {
        _cleanup_(store_closep) struct store *s = calloc(1, sizeof(*s));
        if (s == NULL)
                return error_oom(reterr);
        s->path = strdup(path);
        if (s->path == NULL)
                return error_oom(reterr);
        int r = open_quickly(s, reterr);
        return r < 0 ? r : write_state(s, state, reterr);
}
