/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "store/db.h"
#include "store/schema.h"
#include "store/store.h"

#define BUSY_TIMEOUT_MS 5000

static bool has_file(const char *path, const char *suffix) {
        _cleanup_(freep) char *file = NULL;
        if (asprintf(&file, "%s%s", path, suffix) < 0) {
                file = NULL;
                return false;
        }
        return access(file, F_OK) == 0;
}

static int make_uri(const char *path, bool immutable, struct buffer *uri) {
        int r = buffer_append_string(uri, "file:");
        for (const char *c = path; r == 0 && *c != '\0'; c++)
                r = strchr("%?#", *c) != NULL ? buffer_printf(uri, "%%%02X", (unsigned) (unsigned char) *c)
                                              : buffer_append(uri, c, 1);
        if (r == 0 && immutable)
                r = buffer_append_string(uri, "?immutable=1");
        return r;
}

bool store_has_log(const char *path) {
        return has_file(path, "-wal") && has_file(path, "-shm");
}

int store_check_file(const char *path, const char *named_by, struct error *reterr) {
        struct stat st;
        if (stat(path, &st) < 0)
                return error_set(reterr, ERROR_DATABASE, errno, "%s: cannot be opened: %s: name the history with %s",
                                 path, strerror(errno), named_by);
        if (!S_ISREG(st.st_mode))
                return error_set(reterr, ERROR_DATABASE, EINVAL, "%s: not a file: name the history with %s", path,
                                 named_by);
        return 0;
}

int store_open_reader(const char *path, const char *named_by, unsigned busy_timeout_ms, struct store **ret,
                      bool *ret_immutable, struct error *reterr) {
        _cleanup_(store_closep) struct store *s = store_new(path, named_by);
        if (s == NULL)
                return error_oom(reterr);
        int r = store_check_file(s->path, named_by, reterr);
        if (r < 0)
                return r;
        /* Without -wal and -shm SQLite would make them, and those of a stranger keep the daemon out; an immutable file
         * is read without them, and nobody writes it as long as they are missing. */
        bool immutable = !store_has_log(s->path);
        struct buffer uri = BUFFER_INIT(16384);
        const char *text = make_uri(s->path, immutable, &uri) == 0 ? buffer_string(&uri) : NULL;
        int rc = text == NULL ? SQLITE_NOMEM
                              : sqlite3_open_v2(text, &s->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI |
                                                SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
        buffer_release(&uri);
        if (rc != SQLITE_OK)
                return db_error(s, rc, "opening it", reterr);
        (void) sqlite3_busy_timeout(s->db, (int) busy_timeout_ms);
        (void) sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        (void) sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        *ret_immutable = immutable;
        *ret = TAKE_PTR(s);
        return 0;
}

int store_open_readonly(const char *path, struct store **ret, struct error *reterr) {
        _cleanup_(store_closep) struct store *s = NULL;
        bool immutable;
        int r = store_open_reader(path, STORE_NAMED_BY, BUSY_TIMEOUT_MS, &s, &immutable, reterr);
        if (r == 0)
                r = schema_check(s, schema_current(), reterr);
        if (r == 0)
                *ret = TAKE_PTR(s);
        return r;
}
