/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/db.h"
#include "store/path.h"
#include "store/schema.h"
#include "store/store.h"

/* A second writer waits so long for the first. One run's transaction takes milliseconds. */
#define BUSY_TIMEOUT_MS 5000

/* Bytes that the -wal file is cut back to when everything in it is in the database; it grows while a reader holds a
 * transaction. */
#define LOG_SIZE_MAX 8388608
#define TEXT_OF(number) #number
#define LIMIT_LOG(size) "PRAGMA journal_size_limit = " TEXT_OF(size) ";"

#define PRAGMAS                      \
        "PRAGMA foreign_keys = ON;"  \
        "PRAGMA synchronous = FULL;" \
        LIMIT_LOG(LOG_SIZE_MAX)

/* The smallest page, and so the smallest file that is not empty. */
#define DATABASE_MIN 512

static int check_existing(const char *path, const struct stat *st, struct error *reterr) {
        if (!S_ISREG(st->st_mode))
                return error_set(reterr, ERROR_DATABASE, S_ISDIR(st->st_mode) ? EISDIR : EINVAL,
                                 "%s: is %s, not a file: name a file with --db or \"database\"", path,
                                 S_ISDIR(st->st_mode) ? "a directory" : "a device, pipe or socket");
        /* SQLite takes a file of one byte for an empty one and would write over it. */
        if (st->st_size > 0 && st->st_size < DATABASE_MIN)
                return error_set(reterr, ERROR_DATABASE, EMEDIUMTYPE,
                                 "%s: not a database: name another file with --db or \"database\"", path);
        return 0;
}

/* Makes the empty file ourselves: SQLite would make it readable for all, and gives -wal and -shm the same mode. An
 * existing file is not opened here, because closing it would drop the locks this process holds on it. */
static int ensure_file(const char *path, bool *ret_created, struct error *reterr) {
        struct stat st;
        *ret_created = false;
        if (stat(path, &st) == 0)
                return check_existing(path, &st, reterr);
        if (errno != ENOENT)
                return path_error(path, errno, reterr);
        int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
        bool is_there = fd < 0 && errno == EEXIST;
        if (is_there && stat(path, &st) == 0)
                return check_existing(path, &st, reterr); /* another process was quicker */
        if (is_there)
                return error_set(reterr, ERROR_DATABASE, EEXIST,
                                 "%s: a symbolic link to nothing: remove it, or name another file with --db or "
                                 "\"database\"", path);
        if (fd < 0)
                return path_error(path, errno, reterr);
        int r = fchmod(fd, 0640) < 0 ? -errno : path_give_to_owner(fd, path);
        (void) close(fd);
        if (r < 0) {
                (void) unlink(path);
                return path_error(path, -r, reterr);
        }
        *ret_created = true;
        return 0;
}

static int try_wal(struct store *s, struct error *reterr) {
        struct query q = query_prepare(s, "PRAGMA journal_mode = WAL");
        const unsigned char *mode = query_step(&q) ? sqlite3_column_text(q.stmt, 0) : NULL;
        bool wal = mode != NULL && strcmp((const char *) mode, "wal") == 0;
        int r = query_finish(&q, "switching to a write-ahead log", reterr);
        if (r == 0 && !wal)
                r = error_set(reterr, ERROR_DATABASE, EOPNOTSUPP,
                              "%s: this file system cannot hold a write-ahead log: put the database on a local one",
                              s->path);
        return r;
}

/* SQLite changes the mode only while nobody else reads the file, and does not wait for that: of two that both want to
 * change it, each would wait for the other. Pauses differ from process to process. */
static int use_wal(struct store *s, struct error *reterr) {
        const unsigned pause_ms = 5 + (unsigned) getpid() % 16;
        int r = try_wal(s, reterr);
        for (unsigned waited_ms = 0; r == -EBUSY && waited_ms < BUSY_TIMEOUT_MS; waited_ms += pause_ms) {
                (void) usleep(pause_ms * 1000);
                r = try_wal(s, reterr);
        }
        return r;
}

static int open_database(struct store *s, struct error *reterr) {
        static const char doing[] = "opening it";
        int rc = sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                 NULL);
        if (rc != SQLITE_OK)
                return db_error(s, rc, doing, reterr);
        /* SQLite falls back to reading alone. */
        if (sqlite3_db_readonly(s->db, "main") == 1)
                return db_error(s, SQLITE_READONLY, doing, reterr);
        (void) sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
        /* What a crafted file may do through views and triggers stays harmless. */
        (void) sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        (void) sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);

        int r = schema_prepare(s, schema_current(), reterr);
        if (r == 0)
                r = use_wal(s, reterr);
        if (r == 0)
                r = db_exec(s, PRAGMAS, doing, reterr);
        if (r < 0)
                return r;
        /* Without -wal and -shm a reader that may not write to the directory could not open the file. The first read
         * makes them. */
        int persist = 1;
        rc = sqlite3_file_control(s->db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
        if (rc != SQLITE_OK)
                return db_error(s, rc, doing, reterr);
        int64_t version;
        return db_read_int64(s, "PRAGMA user_version", doing, &version, reterr);
}

/* How many of SQLite's instructions pass between two questions: about a millisecond's. */
#define PATIENCE_STEPS 10000

#define BUSY_PAUSE_MS 10

static int on_steps(void *userdata) {
        const struct store *s = userdata;
        return s->patience.give_up(s->patience.userdata);
}

static int on_busy(void *userdata, int count) {
        const struct store *s = userdata;
        if (count >= BUSY_TIMEOUT_MS / BUSY_PAUSE_MS || s->patience.give_up(s->patience.userdata))
                return 0;
        (void) usleep(BUSY_PAUSE_MS * 1000);
        return 1;
}

void store_set_patience(struct store *s, const struct store_patience *patience) {
        s->patience = *patience;
        sqlite3_progress_handler(s->db, PATIENCE_STEPS, on_steps, s);
        (void) sqlite3_busy_handler(s->db, on_busy, s);
}

static void remove_files(const char *path) {
        static const char *const suffixes[] = { "", "-journal", "-wal", "-shm" };
        for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
                _cleanup_(freep) char *file = NULL;
                if (asprintf(&file, "%s%s", path, suffixes[i]) < 0)
                        file = NULL;
                else
                        (void) unlink(file);
        }
}

/* Whether nobody else has begun to use a file that we made and could not complete: then it is locked until it is
 * closed. */
static bool is_unused(struct store *s) {
        (void) sqlite3_busy_timeout(s->db, 0);
        int rc = sqlite3_exec(s->db, "BEGIN EXCLUSIVE", NULL, NULL, NULL);
        if ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED)
                return false;
        struct query q = query_prepare(s, "SELECT run_id FROM run"); /* an error, too, means that there is none */
        bool has_runs = query_step(&q);
        (void) query_finish(&q, "looking for runs", NULL);
        return !has_runs;
}

struct store *store_new(const char *path, const char *named_by) {
        _cleanup_(store_closep) struct store *s = calloc(1, sizeof(*s));
        if (s == NULL)
                return NULL;
        /* ":memory:", "file:..." and "" mean something else to SQLite. */
        if (asprintf(&s->path, "%s%s", path[0] == '/' ? "" : "./", path) < 0) {
                s->path = NULL;
                return NULL;
        }
        s->named_by = named_by;
        return TAKE_PTR(s);
}

int store_open(const char *path, struct store **ret, struct error *reterr) {
        _cleanup_(store_closep) struct store *s = store_new(path, STORE_NAMED_BY);
        if (s == NULL)
                return error_oom(reterr);
        bool created = false;
        int r = ensure_file(s->path, &created, reterr);
        if (r < 0)
                return r;
        r = open_database(s, reterr);
        if (r < 0) {
                if (created && is_unused(s))
                        remove_files(s->path);
                (void) sqlite3_close(s->db);
                s->db = NULL;
                return r;
        }
        *ret = TAKE_PTR(s);
        return 0;
}

/* SQLite empties the log when the last one closes the database. Where others stay connected, a log that had grown under
 * a reader's transaction would wait for the second run after that to be cut back. Waits for nobody. */
static void cut_log(struct store *s) {
        _cleanup_(freep) char *log = NULL;
        struct stat st;
        if (s->db == NULL || asprintf(&log, "%s-wal", s->path) < 0) {
                log = NULL;
                return;
        }
        if (sqlite3_db_readonly(s->db, "main") != 0 || stat(log, &st) < 0 || st.st_size <= LOG_SIZE_MAX)
                return;
        (void) sqlite3_busy_timeout(s->db, 0);
        (void) sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

void store_close(struct store *s) {
        if (s == NULL)
                return;
        cut_log(s);
        (void) sqlite3_close(s->db);
        free(s->path);
        free(s);
}
