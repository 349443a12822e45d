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

#include "base/csv.h"

/* Writes each record as "line:[field][field]". */
static int on_record(const char *const fields[], size_t n_fields, unsigned line, void *userdata,
                     struct error *reterr) {
        char *out = userdata;
        if (strcmp(fields[0], "stop") == 0)
                return error_set(reterr, ERROR_CONFIG, ECANCELED, "stopped on line %u", line);
        sprintf(out + strlen(out), "%u:", line);
        for (size_t i = 0; i < n_fields; i++)
                sprintf(out + strlen(out), "[%s]", fields[i]);
        return 0;
}

/* The text has no NUL behind it, so that a reader that goes too far is caught. */
static int parse(const char *text, size_t n, char out[static 1024], struct error *reterr) {
        char *copy = malloc(n > 0 ? n : 1);
        assert_non_null(copy);
        memcpy(copy, text, n);
        out[0] = '\0';
        int r = csv_parse("x.csv", copy, n, on_record, out, reterr);
        free(copy);
        return r;
}

static void test_records(void **state) {
        (void) state;
        static const struct {
                const char *text;
                const char *records;
        } cases[] = {
                { "", "" },
                { "a", "1:[a]" },
                { "a,b\r\nc,d\r\n", "1:[a][b]2:[c][d]" },
                { "a,b\nc,d", "1:[a][b]2:[c][d]" },
                { ",\n\n", "1:[][]2:[]" },
                { "a,\n", "1:[a][]" },
                { "a,", "1:[a][]" },
                { "\"a,b\",\"\",\" c \"\n", "1:[a,b][][ c ]" },
                { "\"say \"\"x\"\"\",\"\"\"\"\n", "1:[say \"x\"][\"]" },
                { "\"two\r\nlines\",b\nc\n", "1:[two\r\nlines][b]3:[c]" },
                { " a , b \n", "1:[ a ][ b ]" },
                { "#a\n", "1:[#a]" },
                { "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16",
                  "1:[1][2][3][4][5][6][7][8][9][10][11][12][13][14][15][16]" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                char out[1024];
                struct error error;
                if (parse(cases[i].text, strlen(cases[i].text), out, &error) < 0)
                        fail_msg("%s", error.message);
                assert_string_equal(out, cases[i].records);
        }
}

static void test_refusals(void **state) {
        (void) state;
        static const struct {
                const char *text;
                size_t n;
                const char *message;
        } cases[] = {
#define CASE(text, message) { text, sizeof(text) - 1, message }
                CASE("a\nb\"c\"\n", "x.csv:2: a quote within a field: quote the whole field and double this one"),
                CASE("\"a\"b\n", "x.csv:1: text behind a closing quote"),
                CASE("\"a\" ,b\n", "x.csv:1: text behind a closing quote"),
                CASE("a\n\"b\nc", "x.csv:3: the file ends within a quoted field"),
                CASE("\"", "x.csv:1: the file ends within a quoted field"),
                CASE("\"a\"\"", "x.csv:1: the file ends within a quoted field"),
                CASE("a\rb\n", "x.csv:1: a carriage return without a line feed"),
                CASE("a\r", "x.csv:1: a carriage return without a line feed"),
                CASE("a\n\0\n", "x.csv:2: a NUL byte: this is no text file"),
                CASE("\"\0\"\n", "x.csv:1: a NUL byte: this is no text file"),
                CASE("\xef\xbb\xbf" "a\n",
                     "x.csv:1: the file starts with a byte order mark: save it as UTF-8 without one"),
                CASE("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n", "x.csv:1: too many fields"),
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                char out[1024];
                struct error error = { .kind = ERROR_NONE };
                assert_int_equal(parse(cases[i].text, cases[i].n, out, &error), -EINVAL);
                assert_int_equal(error.kind, ERROR_CONFIG);
                assert_string_equal(error.message, cases[i].message);
        }
}

static void test_handler_stops(void **state) {
        (void) state;
        char out[1024];
        struct error error;
        assert_int_equal(parse("a\nstop\nb\n", 9, out, &error), -ECANCELED);
        assert_string_equal(out, "1:[a]");
        assert_string_equal(error.message, "stopped on line 2");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_records),
                cmocka_unit_test(test_refusals),
                cmocka_unit_test(test_handler_stops),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
