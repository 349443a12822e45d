/* SPDX-License-Identifier: MIT */
#include "store/db.h"

#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/utf8.h"

/* What SQLite failed with in the system, or a substitute where it tells none. */
static int system_errno(const struct store *s, int substitute) {
        int e = s->db != NULL ? sqlite3_system_errno(s->db) : 0;
        return e > 0 ? e : substitute;
}

/* SQLite does not tell that from a lack of permission. */
static bool is_on_readonly_file_system(const char *path) {
        struct statvfs st;
        return statvfs(path, &st) == 0 && (st.f_flag & ST_RDONLY) != 0;
}

static int full_error(const struct store *s, const char *doing, struct error *reterr) {
        return error_set(reterr, ERROR_DATABASE, ENOSPC,
                         "%s: no space left while %s: free some on that file system or move the database", s->path,
                         doing);
}

static int readonly_error(const struct store *s, int rc, const char *doing, struct error *reterr) {
        if (rc == SQLITE_READONLY_DBMOVED)
                return error_set(reterr, ERROR_DATABASE, ESTALE,
                                 "%s: was moved or deleted by another process while %s: try again", s->path, doing);
        if (is_on_readonly_file_system(s->path))
                return error_set(reterr, ERROR_DATABASE, EROFS,
                                 "%s: cannot be written while %s: the file system is read-only: mount it to be written "
                                 "to, or name another file with %s", s->path, doing, s->named_by);
        return error_set(reterr, ERROR_DATABASE, EROFS,
                         "%s: cannot be written while %s: run as its owner, or check the permissions of the file, of "
                         "its -wal and -shm, and of the directory", s->path, doing);
}

static int open_error(const struct store *s, const char *doing, struct error *reterr) {
        int e = system_errno(s, EACCES);
        if (e == ENOSPC || e == EDQUOT)
                return full_error(s, doing, reterr);
        if (e == EMFILE || e == ENFILE)
                return error_set(reterr, ERROR_DATABASE, e,
                                 "%s: cannot be opened: %s: allow it more open files (ulimit -n, LimitNOFILE=)",
                                 s->path, strerror(e));
        return error_set(
                        reterr, ERROR_DATABASE, e,
                        "%s: cannot be opened: %s: run as its owner, or check the permissions of the file, of its -wal "
                        "and -shm, and of the directory",
                        s->path, strerror(e));
}

/* Not always is the cause told: a quota that is used up looks like a broken disk. */
static int io_error(const struct store *s, const char *doing, struct error *reterr) {
        int e = system_errno(s, EIO);
        if (e == ENOSPC || e == EDQUOT)
                return full_error(s, doing, reterr);
        return error_set(reterr, ERROR_DATABASE, e,
                         "%s: reading or writing failed while %s: %s: check the disk, and quotas on it", s->path, doing,
                         strerror(e));
}

int db_error(const struct store *s, int rc, const char *doing, struct error *reterr) {
        const char *path = s->path;
        switch (rc & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL: /* it met the locks of others again and again */
                return error_set(reterr, ERROR_DATABASE, EBUSY,
                                 "%s: locked by another process while %s: is a second ebsreportd running, or an "
                                 "sqlite3 that writes? Try again when it has ended", path, doing);
        case SQLITE_FULL:
                return full_error(s, doing, reterr);
        case SQLITE_NOTADB:
                return error_set(reterr, ERROR_DATABASE, EMEDIUMTYPE,
                                 "%s: not a database: name another file with %s", path, s->named_by);
        case SQLITE_CORRUPT:
                return error_set(reterr, ERROR_DATABASE, EUCLEAN,
                                 "%s: damaged (%s): restore a copy, or move it away and a new one is made", path,
                                 sqlite3_errmsg(s->db));
        case SQLITE_READONLY:
                return readonly_error(s, rc, doing, reterr);
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
                return open_error(s, doing, reterr);
        case SQLITE_NOMEM:
                return error_oom(reterr);
        case SQLITE_IOERR:
                return io_error(s, doing, reterr);
        case SQLITE_INTERRUPT:
                return error_set(reterr, ERROR_DATABASE, EINTR, "%s: interrupted while %s", path, doing);
        case SQLITE_TOOBIG:
                return error_set(reterr, ERROR_DATABASE, EOVERFLOW, "%s: a number is too large to be stored while %s",
                                 path, doing);
        default:
                return error_set(reterr, ERROR_DATABASE, EIO, "%s: SQLite failed while %s: %s", path, doing,
                                 s->db != NULL ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc));
        }
}

int db_exec(struct store *s, const char *sql, const char *doing, struct error *reterr) {
        int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
        return rc == SQLITE_OK ? 0 : db_error(s, rc, doing, reterr);
}

void db_rollback(struct store *s) {
        /* A failed COMMIT or a full disk may have ended it already; there is nobody to tell of a second error. */
        if (s->db != NULL && sqlite3_get_autocommit(s->db) == 0)
                (void) sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

int db_end(struct store *s, int r, const char *doing, struct error *reterr) {
        if (r == 0)
                r = db_exec(s, "COMMIT", doing, reterr);
        db_rollback(s);
        return r;
}

struct query query_prepare(struct store *s, const char *sql) {
        struct query q = { .store = s };
        q.rc = sqlite3_prepare_v2(s->db, sql, -1, &q.stmt, NULL);
        return q;
}

static int parameter(const struct query *q, const char *name) {
        return sqlite3_bind_parameter_index(q->stmt, name);
}

void query_bind_uint(struct query *q, const char *name, uint64_t value) {
        if (q->rc != SQLITE_OK)
                return;
        q->rc = value > INT64_MAX ? SQLITE_TOOBIG
                                  : sqlite3_bind_int64(q->stmt, parameter(q, name), (sqlite3_int64) value);
}

void query_bind_uint_or_null(struct query *q, const char *name, uint64_t value, uint64_t null) {
        if (value != null)
                query_bind_uint(q, name, value);
}

void query_bind_int(struct query *q, const char *name, int64_t value) {
        if (q->rc == SQLITE_OK)
                q->rc = sqlite3_bind_int64(q->stmt, parameter(q, name), value);
}

void query_bind_real(struct query *q, const char *name, double value) {
        if (q->rc == SQLITE_OK)
                q->rc = sqlite3_bind_double(q->stmt, parameter(q, name), value);
}

void query_bind_text(struct query *q, const char *name, const char *text) {
        if (q->rc != SQLITE_OK)
                return;
        char *copy = strdup(text);
        if (copy == NULL) {
                q->rc = SQLITE_NOMEM;
                return;
        }
        utf8_sanitize(copy);
        q->rc = sqlite3_bind_text(q->stmt, parameter(q, name), copy, -1, free);
}

void query_bind_text_or_null(struct query *q, const char *name, const char *text) {
        if (text[0] != '\0')
                query_bind_text(q, name, text);
}

bool query_step(struct query *q) {
        if (q->rc != SQLITE_OK)
                return false;
        int rc = sqlite3_step(q->stmt);
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
                q->rc = rc;
        return rc == SQLITE_ROW;
}

void query_copy_text(const struct query *q, int column, char *field, size_t n) {
        error_copy_text(field, n, (const char *) sqlite3_column_text(q->stmt, column));
}

void query_reset(struct query *q) {
        if (q->stmt == NULL)
                return;
        /* Reset repeats the error of the step, which is known already. */
        (void) sqlite3_reset(q->stmt);
        (void) sqlite3_clear_bindings(q->stmt);
}

void query_run(struct query *q) {
        (void) query_step(q);
        query_reset(q);
}

int64_t query_run_int64(struct query *q) {
        int64_t value = query_step(q) ? sqlite3_column_int64(q->stmt, 0) : 0;
        query_reset(q);
        return value;
}

int query_finish(struct query *q, const char *doing, struct error *reterr) {
        /* The message is read before the statement goes. */
        int r = q->rc == SQLITE_OK ? 0 : db_error(q->store, q->rc, doing, reterr);
        (void) sqlite3_finalize(q->stmt);
        q->stmt = NULL;
        return r;
}

int query_finish_all(struct query *const queries[], size_t n, const char *doing, struct error *reterr) {
        int result = 0;
        for (size_t i = 0; i < n; i++) {
                int r = query_finish(queries[i], doing, result == 0 ? reterr : NULL);
                if (result == 0)
                        result = r;
        }
        return result;
}

int db_read_int64(struct store *s, const char *sql, const char *doing, int64_t *ret, struct error *reterr) {
        struct query q = query_prepare(s, sql);
        int64_t value = query_run_int64(&q);
        int r = query_finish(&q, doing, reterr);
        if (r == 0)
                *ret = value;
        return r;
}
