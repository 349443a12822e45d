/* SPDX-License-Identifier: MIT */
/* What v1_growth and v1_growth_total say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store_fixture.h"

/* 2026-11-23T14:00:00Z, and so many seconds before */
#define NOW ((int64_t) 1795442400)
#define HOUR 3600
#define DAY 86400

static void see(struct fixture *f, int64_t at, const char *region, int64_t gib) {
        const struct seen seen = { region, gib, "USD", gib > 0 ? (uint64_t) gib * 80000 : 0, 0 };
        (void) write_seen(f, MODE_SWEEP, at, &seen, 1);
}

#define GROWTH "SELECT region, value, value_at - 1795442400, completeness, value_24h, at_24h - 1795442400, change_24h, "     \
               "percent_24h, change_7d, percent_7d, change_30d, percent_30d FROM v1_growth WHERE metric = 'attached_gib' "   \
               "ORDER BY region"

static void test_growth(void **state) {
        struct fixture *f = *state;
        see(f, NOW - 30 * DAY, "us-east-1", 50);
        see(f, NOW - 7 * DAY, "us-east-1", 160);
        see(f, NOW - DAY, "us-east-1", 100);
        see(f, NOW, "us-east-1", 125);
        check_rows(f, GROWTH, "us-east-1|125|0|ok|100|-86400|25|25.0|-35|-21.875|75|150.0\n");
        check_rows(f, "SELECT account, unit, currency, value, value_7d, at_7d - 1795442400, value_30d, at_30d - 1795442400, "
                      "at_least FROM v1_growth WHERE metric = 'billed_cost_micros'",
                   "123456789012|micros|USD|10000000|12800000|-604800|4000000|-2592000|0\n");
        /* Of nothing there is no share. */
        see(f, NOW, "eu-west-1", 7);
        see(f, NOW - DAY, "eu-west-1", 0);
        see(f, NOW, "eu-west-1", 7);
        check_rows(f, "SELECT value_24h, change_24h, percent_24h FROM v1_growth WHERE region = 'eu-west-1' "
                      "AND metric = 'attached_gib'", "0|7|-\n");
}

/* The hour that the time is in, or one of the three before it; a day later also that day's last one. */
static void test_how_old_a_value_may_be(void **state) {
        struct fixture *f = *state;
        see(f, NOW + 1800 - DAY - 4 * HOUR, "us-east-1", 4);
        see(f, NOW + 1800, "us-east-1", 100);
        check_rows(f, "SELECT value_24h FROM v1_growth WHERE metric = 'attached_gib'", "-\n");
        see(f, NOW + 1800 - DAY - 2 * HOUR, "us-east-1", 2);
        see(f, NOW + 1800 - DAY - 3 * HOUR, "us-east-1", 3);
        see(f, NOW + 1800 - DAY - 1 * HOUR, "us-east-1", -1);
        see(f, NOW + 1800 - DAY + 2 * HOUR, "us-east-1", 5);
        see(f, NOW + 1800, "us-east-1", 100);
        check_rows(f, "SELECT value_24h, at_24h - 1795442400 FROM v1_growth WHERE metric = 'attached_gib'",
                   "2|-91800\n");
        see(f, NOW + 3000 - DAY, "us-east-1", 6);
        see(f, NOW + 1800, "us-east-1", 100);
        check_rows(f, "SELECT value_24h, at_24h - 1795442400 FROM v1_growth WHERE metric = 'attached_gib'", "6|-83400\n");
        /* Six hours off, on the same day; and on the day before. */
        see(f, NOW - 7 * DAY - 6 * HOUR, "us-east-1", 70);
        see(f, NOW - 30 * DAY - 15 * HOUR, "us-east-1", 300);
        see(f, NOW + 1800, "us-east-1", 100);
        check_rows(f, "SELECT value_7d, at_7d - 1795442400, change_7d, value_30d, change_30d FROM v1_growth "
                      "WHERE metric = 'attached_gib'", "70|-626400|30|-|-\n");
        execute(f, "DELETE FROM rollup_hour");
        check_rows(f, "SELECT value_24h, value_7d, value_30d FROM v1_growth WHERE metric = 'attached_gib'", "-|70|-\n");
}

/* Failed since: the last good value with its age; and that of a day before that. */
static void test_failed_region(void **state) {
        struct fixture *f = *state;
        see(f, NOW - 2 * DAY, "us-east-1", 80);
        see(f, NOW - DAY, "us-east-1", 90);
        see(f, NOW, "us-east-1", -1);
        check_rows(f, GROWTH, "us-east-1|90|-86400|denied|80|-172800|10|12.5|-|-|-|-\n");
        check_rows(f, "SELECT value, regions, regions_total, at_least, value_24h, change_24h, regions_24h FROM v1_growth_total "
                      "WHERE unit <> 'volumes' GROUP BY 1, 2, 3, 4, 5, 6, 7", "-|0|1|1|-|-|0\n");
        see(f, NOW + 1, "eu-west-1", -1);
        check_rows(f, "SELECT count(*) FROM v1_growth WHERE region = 'eu-west-1'", "0\n");
}

/* Asked instance by instance now: what that does not see is as of the last sweep. */
static void test_modes(void **state) {
        struct fixture *f = *state;
        static const struct seen seen = { "us-east-1", 100, "USD", 8000000, 0 };
        (void) write_seen(f, MODE_SWEEP, NOW - 60, &seen, 1);
        (void) write_seen(f, MODE_PARALLEL, NOW, &seen, 1);
        check_rows(f, "SELECT metric, value, value_at - 1795442400, completeness FROM v1_growth "
                      "WHERE metric IN ('attached_gib', 'unattached_gib') ORDER BY 1",
                   "attached_gib|100|0|partial\nunattached_gib|5|-60|partial\n");
        check_rows(f, "SELECT metric, value, regions, regions_total FROM v1_growth_total WHERE metric = 'attached_gib'",
                   "attached_gib|100|1|1\n");
        check_rows(f, "SELECT value, regions, regions_total, at_least FROM v1_growth_total WHERE metric = 'unattached_gib'",
                   "-|0|1|1\n");
}

static void test_currency_changed(void **state) {
        struct fixture *f = *state;
        (void) write_seen(f, MODE_SWEEP, NOW - 30 * DAY, &(struct seen){ "us-east-1", 0, NULL, 0, 0 }, 1);
        (void) write_seen(f, MODE_SWEEP, NOW - 7 * DAY, &(struct seen){ "us-east-1", 10, "USD", 100, 0 }, 1);
        (void) write_seen(f, MODE_SWEEP, NOW - DAY, &(struct seen){ "us-east-1", 10, "EUR", 100, 0 }, 1);
        (void) write_seen(f, MODE_SWEEP, NOW, &(struct seen){ "us-east-1", 10, "USD", 130, 1 }, 1);
        check_rows(f, "SELECT currency, value, change_24h, at_24h, change_7d, change_30d, at_least FROM v1_growth "
                      "WHERE metric = 'billed_cost_micros'", "USD|130|-|-|30|130|1\n");
}

/* Its volumes are gone: what it costs less is of the currency that it had, for a month. */
static void test_emptied(void **state) {
        struct fixture *f = *state;
        (void) write_seen(f, MODE_SWEEP, NOW - DAY, &(struct seen){ "us-east-1", 10, "USD", 100, 0 }, 1);
        (void) write_seen(f, MODE_SWEEP, NOW, &(struct seen){ "us-east-1", 0, NULL, 0, 0 }, 1);
        check_rows(f, "SELECT currency, value, regions, regions_total, change_24h, percent_24h FROM v1_growth_total "
                      "WHERE metric = 'attached_cost_micros'", "USD|0|1|1|-100|-100.0\n");
        (void) write_seen(f, MODE_SWEEP, NOW + 31 * DAY, &(struct seen){ "us-east-1", 0, NULL, 0, 0 }, 1);
        check_rows(f, "SELECT currency, value, change_24h, change_30d FROM v1_growth WHERE metric = 'attached_cost_micros'",
                   "-|0|-|-\n");
        check_rows(f, "SELECT * FROM v1_growth_total WHERE unit = 'micros'", "");
}

#define TOTAL "SELECT currency, value, regions, regions_total, at_least, value_24h, change_24h, percent_24h, regions_24h, "  \
              "value_7d, change_7d, percent_7d, regions_7d, regions_30d FROM v1_growth_total "

static void test_total(void **state) {
        struct fixture *f = *state;
        static const struct seen week_ago[] = { { "us-east-1", 100, "USD", 1000, 0 },
                                                { "us-west-2", 50, "USD", 500, 0 } };
        static const struct seen yesterday[] = { { "cn-north-1", 8, "CNY", 80, 0 },
                                                 { "us-east-1", 150, "USD", 1500, 0 },
                                                 { "us-west-2", -1, NULL, 0, 0 } };
        static const struct seen now[] = { { "cn-north-1", 10, "CNY", 100, 0 }, { "eu-west-1", 1000, "USD", 10000, 0 },
                                           { "us-east-1", 180, "USD", 1800, 0 }, { "us-west-2", 60, "USD", 600, 0 } };
        (void) write_seen(f, MODE_SWEEP, NOW - 7 * DAY, week_ago, 2);
        (void) write_seen(f, MODE_SWEEP, NOW - DAY, yesterday, 3);
        (void) write_seen(f, MODE_SWEEP, NOW, now, 4);
        /* Changes are those of regions with both values alone: the new one is not growth. */
        check_rows(f, TOTAL "WHERE metric = 'attached_gib'", "-|1250|4|4|0|158|32|20.253164556962|2|150|90|60.0|2|0\n");
        check_rows(f, TOTAL "WHERE metric = 'attached_cost_micros' ORDER BY currency",
                   "CNY|100|1|1|0|80|20|25.0|1|-|-|-|0|0\nUSD|12400|3|3|0|1500|300|20.0|1|1500|900|60.0|2|0\n");

        /* One that fails now is lacking, not old; in every currency. */
        static const struct seen later[] = { { "cn-north-1", 10, "CNY", 100, 0 },
                                             { "eu-west-1", 1000, "USD", 10000, 2 },
                                             { "us-east-1", 180, "USD", 1800, 0 },
                                             { "us-west-2", -1, NULL, 0, 0 } };
        (void) write_seen(f, MODE_SWEEP, NOW + 60, later, 4);
        check_rows(f, TOTAL "WHERE metric = 'attached_gib'", "-|1190|3|4|1|158|32|20.253164556962|2|100|80|80.0|1|0\n");
        check_rows(f, TOTAL "WHERE metric = 'attached_cost_micros' ORDER BY currency",
                   "CNY|100|1|2|1|80|20|25.0|1|-|-|-|0|0\nUSD|11800|2|3|1|1500|300|20.0|1|1000|800|80.0|1|0\n");
        check_rows(f, "SELECT attached_gib FROM v1_latest_total", "1190\n");
}

/* Set back by a day: the newest run is the one that came last, and is compared with what was before that. */
static void test_clock_set_back(void **state) {
        struct fixture *f = *state;
        see(f, NOW - 2 * DAY, "us-east-1", 10);
        see(f, NOW - DAY, "us-east-1", 20);
        see(f, NOW, "us-east-1", 30);
        see(f, NOW - DAY + 60, "us-east-1", 40);
        check_rows(f, GROWTH, "us-east-1|40|-86340|ok|10|-172800|30|300.0|-|-|-|-\n");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_growth, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_how_old_a_value_may_be, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_failed_region, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_modes, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_currency_changed, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_emptied, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_total, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_clock_set_back, fixture_set_up, fixture_tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
