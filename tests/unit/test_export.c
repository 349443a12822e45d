/* SPDX-License-Identifier: MIT */
/* How rows of the history are printed, whatever is in them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/csv_text.h"
#include "report/export.h"

static const char *const names[] = { "run_id", "share", "name", "error_code" };

static struct row row_of(const struct cell cells[static ARRAY_SIZE(names)]) {
        return (struct row){ .n = ARRAY_SIZE(names), .names = names, .cells = cells };
}

static void check(const struct export_format *format, const struct cell (*rows)[ARRAY_SIZE(names)], size_t n,
                  const char *expected) {
        struct buffer out = BUFFER_INIT(4096);
        struct row columns = { .n = ARRAY_SIZE(names), .names = names };
        assert_int_equal(format->begin(&out, EXPORT_RUNS, &columns), 0);
        for (size_t i = 0; i < n; i++) {
                struct row row = row_of(rows[i]);
                assert_int_equal(format->row(&out, &row, i == 0), 0);
        }
        assert_int_equal(format->end(&out), 0);
        assert_string_equal(buffer_string(&out), expected);
        buffer_release(&out);
}

static const struct cell rows[][ARRAY_SIZE(names)] = {
        { { .type = CELL_INTEGER, .integer = INT64_MIN }, { .type = CELL_REAL, .real = -0.25 },
          { .type = CELL_TEXT, .text = "a \"b\", \n\x1b é" }, { .type = CELL_NULL } },
        { { .type = CELL_INTEGER, .integer = INT64_MAX }, { .type = CELL_NULL }, { .type = CELL_TEXT, .text = "" },
          { .type = CELL_TEXT, .text = "\xff=1" } },
};

static void test_csv(void **state) {
        (void) state;
        check(&export_csv, rows, 2, "run_id,share,name,error_code\r\n"
                                    "-9223372036854775808,-0.25,\"a \"\"b\"\", ?? é\",\r\n"
                                    "9223372036854775807,,,?=1\r\n");
        check(&export_csv, NULL, 0, "run_id,share,name,error_code\r\n");
}

static void test_json(void **state) {
        (void) state;
        check(&export_json, rows, 2,
              "{\"format_version\":1,\"export\":\"runs\",\"rows\":[\n"
              "{\"run_id\":-9223372036854775808,\"share\":-0.25,\"name\":\"a \\\"b\\\", \\n\\u001B é\","
              "\"error_code\":null},\n"
              "{\"run_id\":9223372036854775807,\"share\":null,\"name\":\"\",\"error_code\":\"?=1\"}\n]}\n");
        check(&export_json, NULL, 0, "{\"format_version\":1,\"export\":\"runs\",\"rows\":[\n]}\n");
        const struct cell endless[][ARRAY_SIZE(names)] = { { { .type = CELL_REAL, .real = HUGE_VAL } } };
        check(&export_json, endless, 1, "{\"format_version\":1,\"export\":\"runs\",\"rows\":[\n"
                                        "{\"run_id\":null,\"share\":null,\"name\":null,\"error_code\":null}\n]}\n");
}

static void test_csv_text(void **state) {
        (void) state;
        static const struct {
                const char *text;
                const char *field;
        } cases[] = {
                { "", "" },
                { "plain text", "plain text" },
                { "a,b", "\"a,b\"" },
                { "a;b", "\"a;b\"" },
                { "a \"b\"", "\"a \"\"b\"\"\"" },
                { "two\r\nlines", "two??lines" },
                { "=1+1", "'=1+1" },
                { "+1", "'+1" },
                { "-1", "'-1" },
                { "@x", "'@x" },
                { "'x", "''x" },
                { "\uff1d1", "'\uff1d1" },
                { "a=1", "a=1" },
                { "=f(\"a\",1)", "\"'=f(\"\"a\"\",1)\"" },
                { "\t=1", "?=1" },
                { "\xff", "?" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct buffer b = BUFFER_INIT(256);
                assert_int_equal(csv_add_text(&b, cases[i].text, ""), 0);
                assert_string_equal(buffer_string(&b), cases[i].field);
                buffer_release(&b);
        }
}

static void test_no_room(void **state) {
        (void) state;
        for (size_t max = 0; max < 40; max++) {
                struct buffer out = BUFFER_INIT(max);
                struct row row = row_of(rows[0]);
                assert_int_not_equal(export_csv.row(&out, &row, true), 0);
                assert_int_not_equal(export_json.row(&out, &row, true), 0);
                buffer_release(&out);
        }
}

static void test_kinds(void **state) {
        (void) state;
        for (enum export_kind kind = EXPORT_RUNS; kind < _EXPORT_KIND_MAX; kind++)
                assert_int_equal(export_kind_from_name(export_kind_name(kind)), kind);
        assert_int_equal(export_kind_from_name("run"), EXPORT_NONE);
        assert_int_equal(export_kind_from_name(""), EXPORT_NONE);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_csv),     cmocka_unit_test(test_json),  cmocka_unit_test(test_csv_text),
                cmocka_unit_test(test_no_room), cmocka_unit_test(test_kinds),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
