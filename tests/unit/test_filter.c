/* SPDX-License-Identifier: MIT */
/* What may be typed as a filter, and what is refused instead of being taken for something else. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/listing.h"

static const struct column columns[] = {
        { "volume_id", "VOLUME", "v.volume_id", COLUMN_TEXT, COLUMN_SEARCHED, 0, 0, NULL },
        { "volume_type", "TYPE", "v.volume_type", COLUMN_TEXT, COLUMN_SEARCHED, 0, 0, NULL },
        { "gib", "GiB", "v.gib", COLUMN_GIB, 0, 0, 0, NULL },
        { "cost_micros", "$/MO", "v.cost_micros", COLUMN_MONEY, 0, 0, 0, NULL },
        { "unattached_age_s", "UNATT", "v.unattached_s", COLUMN_SECONDS, 0, 0, 0, NULL },
        { "created_at", "CREATED", "v.created_at", COLUMN_DATE, 0, 0, 0, NULL },
        { "wall_us", "WALL", "r.wall_us", COLUMN_MICROSECONDS, 0, 0, 0, NULL },
        { "gp3_share", "gp3%", "i.gp3_share", COLUMN_SHARE, 0, 0, 0, NULL },
        { "speedup", "SPEEDUP", "c.speedup", COLUMN_RATIO, 0, 0, 0, NULL },
        { "peak_pss_kib", "MiB", "r.peak_pss_kib", COLUMN_MEMORY, 0, 0, 0, NULL },
        { "run_id", "RUN", "r.run_id", COLUMN_NUMBER, 0, 0, 0, NULL },
        { "drawn", "DRAWN", "NULL", COLUMN_DRAWN, 0, 0, 0, NULL },
        { "volumes", "VOL", "i.volumes", COLUMN_INTEGER, 0, 0, 0, NULL },
};

static void test_comparisons(void **state) {
        (void) state;
        static const struct {
                const char *text;
                const char *column;
                const char *operator;
                double number; /* of a text: NAN */
                const char *word;
        } cases[] = {
                { "gib>1000", "gib", ">", 1000, NULL },
                { "GIB>=1,000", "gib", ">=", 1000, NULL },
                { "gib<1.5TiB", "gib", "<", 1536, NULL },
                { "gib<=2t", "gib", "<=", 2048, NULL },
                { "gib!=1GiB", "gib", "<>", 1, NULL },
                { "cost>50", "cost_micros", ">", 50e6, NULL },
                { "cost>$1.5k", "cost_micros", ">", 1.5e9, NULL },
                { "age>30d", "unattached_age_s", ">", 30 * 86400, NULL },
                { "age>30", "unattached_age_s", ">", 30 * 86400, NULL },
                { "unattached_age_s>90min", "unattached_age_s", ">", 5400, NULL },
                { "age<15m", "unattached_age_s", "<", 900, NULL },
                { "wall>300ms", "wall_us", ">", 300e3, NULL },
                { "wall>2", "wall_us", ">", 2e6, NULL },
                { "gp3<40%", "gp3_share", "<", 0.4, NULL },
                { "gp3%<40", "gp3_share", "<", 0.4, NULL }, /* as the heading is */
                { "speedup>6x", "speedup", ">", 6, NULL },
                { "mib>14.5", "peak_pss_kib", ">", 14848, NULL },
                { "run=#48213", "run_id", "=", 48213, NULL },
                { "gib>-1", "gib", ">", -1, NULL },
                { "created>2026-11-01", "created_at", ">", 1793491200, NULL },
                { "created<2026-11-01T12:00:00Z", "created_at", "<", 1793534400, NULL },
                { "type=GP2", "volume_type", "=", 0, "gp2" },
                { "volume_type!=gp2", "volume_type", "<>", 0, "gp2" },
                { "type=", "volume_type", "=", 0, "" },   /* those that have none */
                { "vol>3", "volumes", ">", 3, NULL },     /* a whole heading before the beginning of a name */
                { "volume=a=b", "volume_id", "=", 0, "a=b" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct filter f;
                struct error error = { 0 };
                if (filter_parse(cases[i].text, columns, ARRAY_SIZE(columns), &f, &error) < 0)
                        fail_msg("%s: %s", cases[i].text, error.message);
                const struct filter_term *t = &f.terms[0];
                assert_int_equal(f.n, 1);
                assert_string_equal(t->column->name, cases[i].column);
                assert_string_equal(t->operator, cases[i].operator);
                if (cases[i].word != NULL)
                        assert_string_equal(value_text(&t->value), cases[i].word);
                else if (value_number(&t->value) - cases[i].number > 1e-6 ||
                         cases[i].number - value_number(&t->value) > 1e-6)
                        fail_msg("%s: %f", cases[i].text, value_number(&t->value));
                filter_release(&f);
        }
}

static void test_words(void **state) {
        (void) state;
        static const char *const words[] = { "kafka", "i-0abc", "'; DROP", "=x", ">5", "a-b=c", "\xc3\xa9", "100%" };
        for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
                struct filter f;
                assert_int_equal(filter_parse(words[i], columns, ARRAY_SIZE(columns), &f, NULL), 0);
                for (size_t k = 0; k < f.n; k++)
                        assert_null(f.terms[k].column);
                assert_true(f.n >= 1);
                filter_release(&f);
        }
}

static void test_what_is_refused(void **state) {
        (void) state;
        static const struct {
                const char *text;
                const char *why;
        } cases[] = {
                { "sizee>3", "no column \"sizee\"" },
                { "drawn>3", "no column \"drawn\"" },
                { "gib>", "is not a size" },
                { "gib>abc", "is not a size" },
                { "gib>1x", "is not a size" },
                { "gib>0x10", "is not a size" },
                { "gib>1e9", "is not a size" },
                { "gib>nan", "is not a size" },
                { "gib>1.2.3", "is not a size" },
                { "age>3y", "is not an age" },
                { "created>2026", "is not a time" },
                { "created>yesterday", "is not a time" },
                { "created>2026-02-30", "is not a time" },
                { "kafka gib>x", "is not a size" },
                { "a b c d e f g h i", "more than 8 words" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct error error = { 0 };
                if (filter_check(cases[i].text, columns, ARRAY_SIZE(columns), &error) == 0)
                        fail_msg("%s", cases[i].text);
                if (strstr(error.message, cases[i].why) == NULL)
                        fail_msg("%s: %s", cases[i].text, error.message);
        }
}

int main(void) {
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_comparisons),
                cmocka_unit_test(test_words),
                cmocka_unit_test(test_what_is_refused),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
