/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/surface.h"
#include "tui/table.h"

/* What a table looks like, without a database: its rows are put in by hand. */

enum { NAME, ACCOUNT, GIB, COST, CHANGE, NOTE, AT_LEAST, N_COLUMNS };

static const struct column columns[N_COLUMNS] = {
        [NAME] = { "name", "NAME", "", COLUMN_TEXT, 0, 0, 0, NULL },
        [ACCOUNT] = { "account", "ACCOUNT", "", COLUMN_TEXT, COLUMN_IF_VARIED, 1, 0, NULL },
        [GIB] = { "gib", "GiB", "", COLUMN_GIB, 0, 0, 0, "at_least" },
        [COST] = { "cost_micros", "$/MO", "", COLUMN_MONEY, 0, 2, 0, NULL },
        [CHANGE] = { "change_micros", "CHANGE $", "", COLUMN_MONEY_CHANGE, 0, 5, 0, NULL },
        [NOTE] = { "note", "N", "", COLUMN_TEXT, 0, 6, 0, NULL },
        [AT_LEAST] = { "at_least", "", "", COLUMN_INTEGER, COLUMN_HIDDEN, 0, 0, NULL },
};

static const struct listing_type type = { .name = "rows", .columns = columns, .n_columns = N_COLUMNS, .sort = GIB };

static const struct display display = { .glyphs = GLYPHS_ASCII, .utf8 = false, .now = 1000000000 };

static struct value text(const char *s) {
        return (struct value){ .type = VALUE_TEXT, .text = strdup(s) };
}

static struct value integer(int64_t i) {
        return (struct value){ .type = VALUE_INTEGER, .integer = i };
}

static void add(struct table *t, const char *name, const char *account, int64_t gib, bool at_least, int64_t micros) {
        const struct value values[LISTING_COLUMNS + N_COLUMNS] = {
                [LISTING_COLUMNS + NAME] = text(name),
                [LISTING_COLUMNS + ACCOUNT] = text(account),
                [LISTING_COLUMNS + GIB] = integer(gib),
                [LISTING_COLUMNS + COST] = micros != 0 ? integer(micros) : (struct value){ 0 },
                [LISTING_COLUMNS + CHANGE] = integer(micros / 10),
                [LISTING_COLUMNS + NOTE] = text("x"),
                [LISTING_COLUMNS + AT_LEAST] = integer(at_least),
        };
        struct row row = { .values = malloc(sizeof(values)) };
        assert_non_null(row.values);
        memcpy(row.values, values, sizeof(values));
        assert_int_equal(rows_take(&t->listing.rows, &row, LISTING_COLUMNS + N_COLUMNS), 0);
        t->listing.loaded = true;
}

static struct table make(void) {
        const struct scope all = scope_all();
        struct table t;
        table_init(&t, &type, &all);
        add(&t, "us-east-1", "111", 424100, true, INT64_C(53499000000));
        add(&t, "eu-west-1", "111", 95089, false, 65520000);
        add(&t, "sa-east-1", "111", 8, false, 0);
        return t;
}

/* Draws it and compares all of the area as text. */
static void check(struct table *t, int rows, int width, const char *expected) {
        struct surface s = { .utf8 = false };
        struct buffer out = BUFFER_INIT(1 << 20);
        assert_int_equal(surface_resize(&s, rows, width), 0);
        (void) table_draw(t, surface_area(&s), &display);
        assert_int_equal(surface_dump(&s, &out), 0);
        assert_string_equal(buffer_string(&out), expected);
        buffer_release(&out);
        surface_release(&s);
}

static void test_digits_are_below_each_other(void **state) {
        (void) state;
        struct table t = make();
        check(&t, 4, 60,
              " NAME           GiB      $/MO  CHANGE $ N\n"
              " us-east-1 424,100+ 53,499    +5,350    x\n"
              " eu-west-1  95,089      65.52     +6.55 x\n"
              " sa-east-1       8       -         0    x\n");
        table_release(&t);
}

static void test_the_least_important_column_goes_first(void **state) {
        (void) state;
        struct table t = make();
        /* CHANGE does not fit, N does in the place that it leaves. */
        check(&t, 3, 34,
              " NAME           GiB      $/MO N\n"
              " us-east-1 424,100+ 53,499    x\n"
              " eu-west-1  95,089      65.52 x\n");
        check(&t, 3, 31,
              " NAME           GiB      $/MO\n"
              " us-east-1 424,100+ 53,499\n"
              " eu-west-1  95,089      65.52\n");
        check(&t, 2, 22,
              " NAME           GiB N\n"
              " us-east-1 424,100+ x\n");
        table_release(&t);
}

static void test_names_are_cut_for_numbers_and_say_so(void **state) {
        (void) state;
        struct table t = make();
        check(&t, 3, 19,
              " NAME          GiB\n"
              " us-..t-1 424,100+\n"
              " eu-..t-1  95,089\n");
        /* Not below what tells them apart. */
        check(&t, 2, 16,
              " NAME      N\n"
              " us-east-1 x\n");
        check(&t, 2, 8,
              " NAME\n"
              " us..-1\n");
        table_release(&t);
}

static void test_rows_that_look_the_same_have_their_account(void **state) {
        (void) state;
        struct table t = make();
        add(&t, "us-east-1", "222", 7, false, 1000000);
        check(&t, 5, 31,
              " NAME      ACCOUNT      GiB N\n"
              " us-east-1 111     424,100+ x\n"
              " eu-west-1 111      95,089  x\n"
              " sa-east-1 111           8  x\n"
              " us-east-1 222           7  x\n");
        table_release(&t);
}

static const struct column worded_columns[] = {
        { "name", "NAME", "", COLUMN_TEXT, 0, 0, 0, NULL },
        { "message", "MESSAGE", "", COLUMN_TEXT, COLUMN_WORDS, 1, 24, NULL },
};
static const struct listing_type worded = { .name = "rows", .columns = worded_columns, .n_columns = 2 };

static void test_words_are_cut_before_they_go(void **state) {
        (void) state;
        const struct scope all = scope_all();
        struct table t;
        table_init(&t, &worded, &all);
        add(&t, "us-east-1", "not authorized to perform ec2:DescribeVolumes", 1, false, 0);
        check(&t, 2, 60, " NAME      MESSAGE\n us-east-1 not authorized to perf..\n");
        check(&t, 2, 24, " NAME      MESSAGE\n us-east-1 not author..\n");
        check(&t, 2, 23, " NAME\n us-east-1\n");
        table_release(&t);
}

static const char *sums(const void *userdata, size_t column, const struct display *d, char buf[static FORMAT_SIZE]) {
        (void) userdata;
        (void) d;
        (void) buf;
        return column == NAME ? "TOTAL (3)" : column == GIB ? "1,519,197+" : "";
}

static void test_sums_are_below_their_columns(void **state) {
        (void) state;
        struct table t = make();
        t.sum_text = sums;
        t.title = "REGIONS";
        check(&t, 6, 32,
              " REGIONS          GiB      $/MO\n"
              " us-east-1   424,100+ 53,499\n"
              " eu-west-1    95,089      65.52\n"
              " sa-east-1         8       -\n"
              " TOTAL (3) 1,519,197+\n"
              "\n");
        assert_int_equal(t.sums_end, 21);
        /* They stay when rows have to go. */
        check(&t, 3, 32,
              " REGIONS          GiB   $/MO N\n"
              " us-east-1   424,100+ 53,499 x\n"
              " TOTAL (3) 1,519,197+\n");
        table_release(&t);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_digits_are_below_each_other),
                cmocka_unit_test(test_the_least_important_column_goes_first),
                cmocka_unit_test(test_names_are_cut_for_numbers_and_say_so),
                cmocka_unit_test(test_rows_that_look_the_same_have_their_account),
                cmocka_unit_test(test_words_are_cut_before_they_go),
                cmocka_unit_test(test_sums_are_below_their_columns),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
