/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/macros.h"
#include "store/schema.h"
#include "tui/database.h"

/* A history with a writer that can lock everybody out. */
struct fixture {
        char directory[64];
        char path[96];
        sqlite3 *writer;
        struct database database;
};

static void execute(struct fixture *f, const char *sql) {
        assert_int_equal(sqlite3_exec(f->writer, sql, NULL, NULL, NULL), SQLITE_OK);
}

static int setup(void **state) {
        static struct fixture f;
        f = (struct fixture){ .directory = "/tmp/ebstop-database-XXXXXX" };
        assert_non_null(mkdtemp(f.directory));
        (void) snprintf(f.path, sizeof(f.path), "%s/h.db", f.directory);
        assert_int_equal(sqlite3_open(f.path, &f.writer), SQLITE_OK);
        char header[128];
        (void) snprintf(header, sizeof(header), "PRAGMA application_id = %d; PRAGMA user_version = %d",
                        SCHEMA_APPLICATION_ID, SCHEMA_VERSION);
        execute(&f, "PRAGMA journal_mode = WAL; CREATE TABLE thing (id INTEGER)");
        execute(&f, header);
        struct error error;
        assert_int_equal(database_init(&f.database, f.path, 0, &error), 0);
        *state = &f;
        return 0;
}

static int teardown(void **state) {
        struct fixture *f = *state;
        database_release(&f->database);
        assert_int_equal(sqlite3_close(f->writer), SQLITE_OK);
        assert_int_equal(unlink(f->path), 0);
        return rmdir(f->directory);
}

static void test_backs_off_from_a_lock(void **state) {
        struct fixture *f = *state;
        struct database *d = &f->database;
        execute(f, "PRAGMA locking_mode = EXCLUSIVE; INSERT INTO thing VALUES (1)");
        static const usec_t waits_ms[] = { 100, 200, 400, 800, 1600, 2000, 2000 };
        usec_t start = 100 * USEC_PER_SEC, now = start;
        for (size_t i = 0; i < ARRAY_SIZE(waits_ms); i++) {
                assert_int_equal(database_begin(d, now, NULL), -EBUSY);
                assert_int_equal(d->state, DATABASE_BUSY);
                assert_int_equal(d->busy_since, start);
                assert_int_equal(d->retry_at, now + waits_ms[i] * USEC_PER_MSEC);
                now = d->retry_at;
        }
        /* Before its time it is not even tried. */
        execute(f, "PRAGMA locking_mode = NORMAL; INSERT INTO thing VALUES (2)");
        assert_int_equal(database_begin(d, now - 1, NULL), -EBUSY);
        assert_int_equal(database_begin(d, now, NULL), 0);
        assert_int_equal(d->state, DATABASE_READABLE);
        database_end(d);
}

static void test_holds_no_snapshot_between_refreshes(void **state) {
        struct fixture *f = *state;
        struct database *d = &f->database;
        execute(f, "INSERT INTO thing VALUES (1)");
        assert_int_equal(database_begin(d, 1, NULL), 0);
        database_end(d);
        execute(f, "INSERT INTO thing VALUES (2)");
        database_poll(d, 2);
        assert_true(d->changed);
        /* A reader that held one would keep the log from being emptied. */
        int log, done;
        assert_int_equal(sqlite3_wal_checkpoint_v2(f->writer, NULL, SQLITE_CHECKPOINT_TRUNCATE, &log, &done),
                         SQLITE_OK);
        assert_int_equal(log, 0);
        assert_int_equal(database_begin(d, 3, NULL), 0);
        assert_true(d->news);
        database_end(d);
        database_poll(d, 4);
        assert_false(d->changed);
}

static void test_writes_no_file(void **state) {
        struct fixture *f = *state;
        struct database *d = &f->database;
        execute(f, "INSERT INTO thing VALUES (1)");
        assert_int_equal(database_begin(d, 1, NULL), 0);
        int64_t value;
        struct error error;
        assert_int_equal(db_read_int64(d->store, "PRAGMA temp_store", "asking", &value, &error), 0);
        assert_int_equal(value, 2); /* memory */
        assert_int_equal(sqlite3_db_readonly(d->store->db, "main"), 1);
        database_end(d);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_backs_off_from_a_lock, setup, teardown),
                cmocka_unit_test_setup_teardown(test_holds_no_snapshot_between_refreshes, setup, teardown),
                cmocka_unit_test_setup_teardown(test_writes_no_file, setup, teardown),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
