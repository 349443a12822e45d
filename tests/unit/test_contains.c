/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/error.h"
#include "tui/contains.h"

static void test_words_in_texts(void **state) {
        (void) state;
        static const struct {
                const char *sql;
                int found;
        } cases[] = {
                { "contains('kafka', 'prod-kafka-7')", 1 },
                { "contains('kafka', 'PROD-Kafka-7')", 1 },
                { "contains('kafka', 'kafk', 'a')", 0 }, /* not over the border of two texts */
                { "contains('kafka', 'x', NULL, 'kafka')", 1 },
                { "contains('kafka', NULL)", 0 },
                { "contains('kafka')", 0 },
                { "contains(NULL, 'kafka')", 0 },
                { "contains()", 0 },
                { "contains('', 'x')", 1 },
                { "contains('x', '')", 0 },
                { "contains('aab', 'aaab')", 1 }, /* begins again within what it has met */
                { "contains('12', 4123)", 1 },
                { "contains('\xc3\xa9t\xc3\xa9', '\xc3\xa9T\xc3\xa9 2')", 1 }, /* other letters as they are */
                { "contains('b', 'a' || char(0) || 'b')", 1 },
                { "contains('[a]', 'z[A]z')", 1 },
        };
        struct store s = { .path = (char *) "memory" };
        struct error error;
        assert_int_equal(sqlite3_open(":memory:", &s.db), SQLITE_OK);
        assert_int_equal(contains_register(&s, &error), 0);
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                sqlite3_stmt *stmt;
                char sql[128];
                (void) snprintf(sql, sizeof(sql), "SELECT %s", cases[i].sql);
                assert_int_equal(sqlite3_prepare_v2(s.db, sql, -1, &stmt, NULL), SQLITE_OK);
                assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
                if (sqlite3_column_int(stmt, 0) != cases[i].found)
                        fail_msg("%s", cases[i].sql);
                (void) sqlite3_finalize(stmt);
        }
        assert_int_equal(sqlite3_close(s.db), SQLITE_OK);
}

int main(void) {
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_words_in_texts),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
