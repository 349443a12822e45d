/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/schema.h"
#include "store/store.h"

/* A made-up program's schema in its third version, and how one got there. */
static const char *const made_up_steps[] = {
        "ALTER TABLE reading ADD COLUMN unit TEXT NOT NULL DEFAULT 'GiB'",
        "CREATE TABLE place (name TEXT PRIMARY KEY) STRICT; INSERT INTO place SELECT DISTINCT name FROM reading",
};
static const struct schema made_up = {
        .version = 3,
        .create_sql = "CREATE TABLE reading (name TEXT, value INTEGER, unit TEXT NOT NULL DEFAULT 'GiB');"
                      "CREATE TABLE place (name TEXT PRIMARY KEY) STRICT",
        .steps = made_up_steps,
};
static const struct schema made_up_first = {
        .version = 1,
        .create_sql = "CREATE TABLE reading (name TEXT, value INTEGER); INSERT INTO reading VALUES ('a', 5), ('b', 7)",
};

static struct store open_memory(void) {
        static char path[] = "/test.db"; /* for messages */
        struct store s = { .path = path, .named_by = STORE_NAMED_BY };
        assert_int_equal(sqlite3_open(":memory:", &s.db), SQLITE_OK);
        return s;
}

static int64_t read_int(struct store *s, const char *sql) {
        struct error error;
        int64_t value;
        if (db_read_int64(s, sql, "testing", &value, &error) < 0)
                fail_msg("%s", error.message);
        return value;
}

static void prepare(struct store *s, const struct schema *schema) {
        struct error error;
        if (schema_prepare(s, schema, &error) < 0)
                fail_msg("%s", error.message);
        assert_int_equal(read_int(s, "PRAGMA application_id"), SCHEMA_APPLICATION_ID);
        assert_int_equal(read_int(s, "PRAGMA user_version"), schema->version);
        assert_true(sqlite3_get_autocommit(s->db));
}

static void check_refused(struct store *s, const struct schema *schema, int r, const char *words) {
        struct error error = { .kind = ERROR_NONE };
        assert_int_equal(schema_prepare(s, schema, &error), r);
        assert_int_equal(error.kind, ERROR_DATABASE);
        assert_non_null(strstr(error.message, "/test.db"));
        if (strstr(error.message, words) == NULL)
                fail_msg("no \"%s\" in \"%s\"", words, error.message);
        assert_true(sqlite3_get_autocommit(s->db));
}

static void test_create(void **state) {
        (void) state;
        struct store s = open_memory();
        prepare(&s, schema_current());
        assert_true(read_int(&s, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'v1\\_%' ESCAPE '\\'") >= 8);
        /* A current one is left alone. */
        int changes = sqlite3_total_changes(s.db);
        prepare(&s, schema_current());
        assert_int_equal(sqlite3_total_changes(s.db), changes);
        (void) sqlite3_close(s.db);
}

static void test_every_table_is_strict(void **state) {
        (void) state;
        struct store s = open_memory();
        prepare(&s, schema_current());
        assert_int_equal(read_int(&s, "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND NOT strict "
                                      "AND substr(name, 1, 7) <> 'sqlite_'"), 0);
        (void) sqlite3_close(s.db);
}

/* Each column's line in the table's stored text says what it means. */
static void test_every_column_has_a_comment(void **state) {
        (void) state;
        struct store s = open_memory();
        prepare(&s, schema_current());
        struct query q = query_prepare(&s, "SELECT t.name, c.name, t.sql "
                                           "FROM sqlite_schema AS t, pragma_table_info(t.name) AS c "
                                           "WHERE t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_'");
        unsigned columns = 0;
        while (query_step(&q)) {
                char start[128];
                (void) snprintf(start, sizeof(start), "\n        %s ", sqlite3_column_text(q.stmt, 1));
                const char *table = (const char *) sqlite3_column_text(q.stmt, 0);
                const char *line = strstr((const char *) sqlite3_column_text(q.stmt, 2), start);
                assert_non_null(line);
                const char *end = strchr(line + 1, '\n');
                const char *comment = strstr(line + 1, " -- ");
                if (comment == NULL || end == NULL || comment > end)
                        fail_msg("%s.%s has no comment", table, sqlite3_column_text(q.stmt, 1));
                columns++;
        }
        struct error error;
        assert_int_equal(query_finish(&q, "testing", &error), 0);
        assert_true(columns > 80);
        (void) sqlite3_close(s.db);
}

static void test_migrate(void **state) {
        (void) state;
        struct store s = open_memory();
        prepare(&s, &made_up_first);
        prepare(&s, &made_up);
        assert_int_equal(read_int(&s, "SELECT sum(value) FROM reading WHERE unit = 'GiB'"), 12);
        assert_int_equal(read_int(&s, "SELECT count(*) FROM place"), 2);
        (void) sqlite3_close(s.db);

        /* From the middle only the later steps are run. */
        s = open_memory();
        static const struct schema second = {
                .version = 2,
                .create_sql = "CREATE TABLE reading (name TEXT, value INTEGER, unit TEXT NOT NULL DEFAULT 'GiB')",
        };
        prepare(&s, &second);
        prepare(&s, &made_up);
        assert_int_equal(read_int(&s, "SELECT count(*) FROM place"), 0);
        (void) sqlite3_close(s.db);
}

static void test_failed_migration_changes_nothing(void **state) {
        (void) state;
        static const char *const bad_steps[] = { "ALTER TABLE reading ADD COLUMN unit TEXT",
                                                 "CREATE TABLE other (a); SELECT no_such_column FROM reading" };
        static const struct schema bad = { .version = 3, .create_sql = "", .steps = bad_steps };
        struct store s = open_memory();
        prepare(&s, &made_up_first);
        check_refused(&s, &bad, -EIO, "no_such_column");
        assert_int_equal(read_int(&s, "PRAGMA user_version"), 1);
        assert_int_equal(read_int(&s, "SELECT count(*) FROM pragma_table_info('reading')"), 2);
        assert_int_equal(read_int(&s, "SELECT count(*) FROM sqlite_schema"), 1);
        (void) sqlite3_close(s.db);
}

static void test_migration_must_keep_foreign_keys(void **state) {
        (void) state;
        static const char *const bad_steps[] = { "CREATE TABLE child (p INTEGER REFERENCES parent);"
                                                 "CREATE TABLE parent (id INTEGER PRIMARY KEY);"
                                                 "INSERT INTO child VALUES (1)" };
        static const struct schema bad = { .version = 2, .create_sql = "", .steps = bad_steps };
        struct store s = open_memory();
        prepare(&s, &made_up_first);
        check_refused(&s, &bad, -EUCLEAN, "refer to others that are gone");
        assert_int_equal(read_int(&s, "PRAGMA user_version"), 1);
        (void) sqlite3_close(s.db);
}

/* The schema as an earlier version of this program made it. */
static char *read_old_schema(int64_t version) {
        char path[sizeof(SRCDIR) + 64];
        (void) snprintf(path, sizeof(path), SRCDIR "/tests/unit/schema-%d.sql", (int) version);
        FILE *file = fopen(path, "r");
        if (file == NULL)
                fail_msg("%s is missing", path);
        enum { SIZE = 65536 };
        char *text = test_calloc(1, SIZE);
        size_t n = fread(text, 1, SIZE - 1, file);
        assert_true(n > 0 && n < SIZE - 1);
        (void) fclose(file);
        return text;
}

/* What a database has, the text of tables aside: ALTER TABLE leaves no comments. */
static char *describe(struct store *s) {
        struct query q = query_prepare(
                s, "SELECT group_concat(line, char(10)) FROM (SELECT t.name || ' ' || t.type || ' ' || t.strict || ' ' "
                   "|| t.wr || ' ' || c.cid || ' ' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || "
                   "coalesce(c.dflt_value, '-') || ' ' || c.pk AS line "
                   "FROM pragma_table_list AS t, pragma_table_xinfo(t.name) AS c WHERE t.schema = 'main' "
                   "UNION ALL SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema "
                   "WHERE type <> 'table' ORDER BY 1)");
        assert_true(query_step(&q));
        char *text = strdup((const char *) sqlite3_column_text(q.stmt, 0));
        assert_non_null(text);
        struct error error;
        assert_int_equal(query_finish(&q, "testing", &error), 0);
        return text;
}

/* A file of that version becomes what a new one is, keeps its rows, and somebody's own view. */
static void check_migration(int64_t version) {
        struct store old = open_memory(), fresh = open_memory();
        char *text = read_old_schema(version);
        prepare(&old, &(struct schema){ .version = version, .create_sql = text });
        test_free(text);
        assert_int_equal(
                sqlite3_exec(old.db,
                             "INSERT INTO run (started_at, mode, status, workers, regions_ok, regions_failed, wall_us, "
                             "busy_us, cpu_us, calls, retries, throttles, regions_assumed, instance_sum_gib) "
                             "VALUES (1, 'sweep', 'ok', 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 42);"
                             "INSERT INTO place (account, region, newest_run_id) VALUES ('', 'us-east-1', 1);"
                             "INSERT INTO region_total (run_id, place_id, started_at, status, start_us, wall_us, "
                             "busy_us, calls, retries, throttles, instance_sum_gib) "
                             "VALUES (1, 1, 1, 'ok', 0, 1, 1, 1, 0, 0, 42);"
                             "CREATE VIEW mine AS SELECT instance_sum_gib FROM v1_latest",
                             NULL, NULL, NULL),
                SQLITE_OK);
        prepare(&old, schema_current());
        assert_int_equal(read_int(&old, "SELECT * FROM mine"), 42);
        assert_int_equal(read_int(&old, "SELECT count(*) FROM v1_latest WHERE unpriced_volumes IS NULL "
                                        "AND attached_cost_micros IS NULL AND currency IS NULL"), 1);
        assert_int_equal(read_int(&old, "SELECT count(*) FROM v1_latest_cost"), 0);
        assert_int_equal(read_int(&old, "SELECT count(*) FROM v1_listing"), 0);
        /* What its runs saw is rolled up. */
        assert_int_equal(read_int(&old, "SELECT last_value FROM v1_trend_hour WHERE metric = 'instance_sum_gib'"), 42);
        assert_int_equal(read_int(&old, "SELECT sum(samples) FROM v1_trend_day"), 1);
        assert_int_equal(sqlite3_exec(old.db, "DROP VIEW mine", NULL, NULL, NULL), SQLITE_OK);

        prepare(&fresh, schema_current());
        char *migrated = describe(&old), *expected = describe(&fresh);
        assert_string_equal(migrated, expected);
        assert_non_null(strstr(expected, "view v1_run_cost "));
        assert_non_null(strstr(expected, "view v1_event "));
        free(migrated);
        free(expected);
        (void) sqlite3_close(old.db);
        (void) sqlite3_close(fresh.db);
}

static void test_migrate_from_every_version(void **state) {
        (void) state;
        for (int64_t version = 1; version < SCHEMA_VERSION; version++)
                check_migration(version);
}

static void test_newer_is_refused(void **state) {
        (void) state;
        struct store s = open_memory();
        prepare(&s, &made_up);
        check_refused(&s, &made_up_first, -EPROTONOSUPPORT,
                      "written by a newer ebsreportd (schema 3, this one knows 1): upgrade ebsreportd");
        (void) sqlite3_close(s.db);
}

static void test_other_programs_are_refused(void **state) {
        (void) state;
        static const char *const others[] = {
                "CREATE TABLE theirs (a)",
                "PRAGMA user_version = 1",
                "PRAGMA application_id = 1",
                "PRAGMA application_id = 1; PRAGMA user_version = 1; CREATE TABLE run (a)",
                "PRAGMA application_id = 1161974610", /* ours without a version: never written by us */
                "PRAGMA application_id = 1161974610; PRAGMA user_version = -1",
        };
        for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
                struct store s = open_memory();
                assert_int_equal(sqlite3_exec(s.db, others[i], NULL, NULL, NULL), SQLITE_OK);
                check_refused(&s, schema_current(), -EMEDIUMTYPE, "another program");
                (void) sqlite3_close(s.db);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_create),
                cmocka_unit_test(test_every_table_is_strict),
                cmocka_unit_test(test_every_column_has_a_comment),
                cmocka_unit_test(test_migrate),
                cmocka_unit_test(test_failed_migration_changes_nothing),
                cmocka_unit_test(test_migration_must_keep_foreign_keys),
                cmocka_unit_test(test_migrate_from_every_version),
                cmocka_unit_test(test_newer_is_refused),
                cmocka_unit_test(test_other_programs_are_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
