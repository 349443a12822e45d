/* SPDX-License-Identifier: MIT */
/* How runs become hours and days, and that hours and days made anew are the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "sample_run.h"
#include "store_fixture.h"

/* 2026-11-23T14:00:00Z */
#define HOUR ((int64_t) 1795442400)
#define DAY (HOUR - 14 * 3600)

static void see(struct fixture *f, int64_t at, int64_t gib) {
        const struct seen seen = { "us-east-1", gib, "USD", gib > 0 ? (uint64_t) gib * 80000 : 0, 0 };
        (void) write_seen(f, MODE_SWEEP, at, &seen, 1);
}

#define HOURS "SELECT h.hour_at - 1795442400, asked, samples, first_value, first_at - h.hour_at, last_value, "             \
              "last_at - h.hour_at, min_value, max_value, sum_value, at_least, lacking, currency "                         \
              "FROM rollup_hour AS h JOIN metric USING (metric_id) "

/* By time, not by the order in which they came; of two at the same time the earlier run is the first and the later run
 * the last. */
static void test_hour(void **state) {
        struct fixture *f = *state;
        see(f, HOUR + 600, 30);
        check_rows(f, HOURS "WHERE name = 'attached_gib'", "0|1|1|30|600|30|600|30|30|30.0|0|-|-\n");
        see(f, HOUR + 1200, 50);
        see(f, HOUR + 300, 20);
        see(f, HOUR + 900, -1);
        check_rows(f, HOURS "WHERE name = 'attached_gib'", "0|4|3|20|300|50|1200|20|50|100.0|0|denied|-\n");
        see(f, HOUR + 300, 10);
        see(f, HOUR + 1200, 40);
        see(f, HOUR + 3600, 60);
        check_rows(f, HOURS "WHERE name = 'attached_gib'",
                   "0|6|5|20|300|40|1200|10|50|150.0|0|denied|-\n3600|1|1|60|0|60|0|60|60|60.0|0|-|-\n");
        check_rows(f, HOURS "WHERE name = 'billed_cost_micros' AND hour_at < 1795446000",
                   "0|6|5|1600000|300|3200000|1200|800000|4000000|12000000.0|0|denied|USD\n");
        check_rows(f, "SELECT day_at - 1795392000, asked, samples, first_value, last_value, min_value, max_value, sum_value, "
                      "hours, hour_mask FROM v1_metric JOIN metric ON name = metric JOIN rollup_day USING (metric_id) "
                      "WHERE name = 'billed_gib'", "0|7|6|25|65|15|65|240.0|2|49152\n");
}

/* Only failed runs: a row without values, that says why. */
static void test_hour_without_a_value(void **state) {
        struct fixture *f = *state;
        see(f, HOUR, -1);
        check_rows(f, HOURS "WHERE name = 'instances'", "0|1|0|-|-|-|-|-|-|-|0|denied|-\n");
        check_rows(f, "SELECT completeness, coverage, avg_value FROM v1_trend_day WHERE metric = 'instances'",
                   "denied|0.0|-\n");
        see(f, HOUR + 60, 7);
        check_rows(f, HOURS "WHERE name = 'attached_gib'", "0|2|1|7|60|7|60|7|7|7.0|0|denied|-\n");
        check_rows(f, "SELECT completeness, coverage FROM v1_trend_hour WHERE metric = 'attached_gib'", "partial|0.5\n");
        check_rows(f, "SELECT hours, hour_mask FROM rollup_day GROUP BY 1, 2", "1|16384\n");
}

/* A mode that asks instance by instance has no part in what it cannot see. */
static void test_modes(void **state) {
        struct fixture *f = *state;
        static const struct seen seen = { "us-east-1", 100, "USD", 8000000, 0 };
        (void) write_seen(f, MODE_PARALLEL, HOUR, &seen, 1);
        check_rows(f, "SELECT group_concat(metric, ' ') FROM (SELECT metric FROM v1_trend_hour ORDER BY 1)",
                   "attached_cost_micros attached_gib attached_volumes instance_sum_gib instances\n");
        (void) write_seen(f, MODE_SWEEP, HOUR + 1, &seen, 1);
        check_rows(f, "SELECT metric, asked, last_value FROM v1_trend_hour WHERE metric LIKE '%\\_gib' ESCAPE '\\' ORDER BY 1",
                   "attached_gib|2|100\nbilled_gib|1|105\ninstance_sum_gib|2|100\nunattached_gib|1|5\n");
}

/* Of a comparison the sweep counts; the others would be dips. */
static void test_comparison(void **state) {
        struct fixture *f = *state;
        struct comparison c = sample_comparison();
        struct error error;
        (void) write_run(f, sample_run(MODE_SWEEP), 0);
        assert_int_equal(store_write_comparison(f->store, &c, 0, NULL, &error), 0);
        comparison_release(&c);
        check_rows(f, "SELECT asked, samples, min_value, max_value, last_value FROM v1_trend_hour "
                      "WHERE metric = 'attached_gib' AND region = 'us-east-1'", "2|2|339|339|339\n");
        (void) check_rebuild(f);
        /* Alone they are all that there is. */
        (void) write_run(f, sample_run(MODE_PARALLEL), 0);
        check_rows(f, "SELECT asked, min_value FROM v1_trend_hour WHERE metric = 'attached_gib' AND region = 'us-east-1'",
                   "3|289\n");
        (void) check_rebuild(f);
}

static void test_currencies(void **state) {
        struct fixture *f = *state;
        static const struct seen euros = { "us-east-1", 10, "EUR", 700, 0 };
        static const struct seen dollars = { "us-east-1", 10, "USD", 800, 1 };
        static const struct seen nothing = { "us-east-1", 0, NULL, 0, 0 };
        static const struct seen unpriced = { "us-east-1", 10, NULL, 0, 1 };
        (void) write_seen(f, MODE_SWEEP, HOUR, &nothing, 1);
        check_rows(f, HOURS "WHERE name = 'billed_cost_micros'", "0|1|1|0|0|0|0|0|0|0.0|0|-|-\n");
        (void) write_seen(f, MODE_SWEEP, HOUR + 1, &euros, 1);
        (void) write_seen(f, MODE_SWEEP, HOUR + 2, &nothing, 1);
        check_rows(f, HOURS "WHERE name = 'billed_cost_micros'", "0|3|3|0|0|0|2|0|700|700.0|0|-|EUR\n");
        (void) write_seen(f, MODE_SWEEP, HOUR + 3, &(struct seen){ "us-east-1", -1, NULL, 0, 0 }, 1);
        (void) write_seen(f, MODE_SWEEP, HOUR + 3600, &euros, 1);
        (void) write_seen(f, MODE_SWEEP, HOUR + 3601, &dollars, 1);
        check_rows(f, HOURS "WHERE name = 'billed_cost_micros'",
                   "0|4|3|0|0|0|2|0|700|700.0|0|denied|EUR\n3600|1|1|800|1|800|1|800|800|800.0|1|-|USD\n");
        check_rows(f, "SELECT currency, asked, samples, first_value, last_value, sum_value, at_least, lacking, hours, "
                      "hour_mask FROM rollup_day JOIN metric USING (metric_id) WHERE name = 'attached_cost_micros'",
                   "USD|1|1|800|800|800.0|1|-|1|32768\n");
        /* Volumes, and none of them with a price: nothing is known. */
        (void) write_seen(f, MODE_SWEEP, HOUR + 3602, &unpriced, 1);
        check_rows(f, "SELECT asked FROM rollup_day JOIN metric USING (metric_id) WHERE unit = 'micros' GROUP BY 1", "1\n");
        check_rows(f, "SELECT asked FROM rollup_day JOIN metric USING (metric_id) WHERE name = 'attached_gib'", "7\n");
}

/* The runs behind it are of yesterday again, and count there. */
static void test_clock_set_back(void **state) {
        struct fixture *f = *state;
        see(f, HOUR, 10);
        see(f, HOUR + 300, 11);
        see(f, HOUR - 86400 + 600, 12);
        see(f, HOUR - 86400 + 900, 13);
        see(f, HOUR + 1200, 14);
        check_rows(f, HOURS "WHERE name = 'attached_gib'",
                   "-86400|2|2|12|600|13|900|12|13|25.0|0|-|-\n0|3|3|10|0|14|1200|10|14|35.0|0|-|-\n");
        check_rows(f, "SELECT day_at - 1795392000, asked, first_value, last_value, hours, hour_mask, coverage * 24 "
                      "FROM rollup_day JOIN metric USING (metric_id) JOIN v1_trend_day AS v USING (day_at, asked, "
                      "first_value, last_value) WHERE name = 'attached_gib' AND v.metric = name",
                   "-86400|2|12|13|1|16384|1.0\n0|3|10|14|1|16384|1.0\n");
}

/* Nothing but runs of three regions, at any time of three days, some of them failed, some of them blind. */
static void write_random_runs(struct fixture *f, struct random *random, unsigned n, bool one_currency) {
        static const char *const names[] = { "eu-west-1", "us-east-1", "us-west-2" };
        for (unsigned i = 0; i < n; i++) {
                struct seen seen[3];
                for (size_t k = 0; k < 3; k++) {
                        bool fails = random_below(random, 8) == 0, empty = random_below(random, 8) == 0;
                        int64_t gib = fails ? -1 : empty ? 0 : (int64_t) random_below(random, 1000);
                        const char *currency = one_currency || random_below(random, 4) > 0 ? "USD" : "EUR";
                        seen[k] = (struct seen){ names[k], gib, gib <= 0 ? NULL : currency,
                                                 gib <= 0 ? 0 : (uint64_t) gib * 80000, random_below(random, 9) == 0 };
                }
                (void) write_seen(f, random_below(random, 5) == 0 ? MODE_PARALLEL : MODE_SWEEP,
                                  DAY + (int64_t) random_below(random, 3 * 86400), seen, 3);
        }
}

/* Worked out in another way, from all samples at once. */
#define EXPECTED(at, length)                                                                                           \
        "SELECT metric_id, started_at - started_at % " length ", place_id, count(*), count(value), "                   \
        "(SELECT value FROM region_sample AS f WHERE f.place_id = s.place_id AND f.metric_id = s.metric_id "           \
        " AND f.value IS NOT NULL AND f.started_at / " length " = s.started_at / " length                              \
        " ORDER BY f.started_at, f.run_id LIMIT 1), min(iif(value IS NULL, NULL, started_at)), "                       \
        "(SELECT value FROM region_sample AS f WHERE f.place_id = s.place_id AND f.metric_id = s.metric_id "           \
        " AND f.value IS NOT NULL AND f.started_at / " length " = s.started_at / " length                              \
        " ORDER BY f.started_at DESC, f.run_id DESC LIMIT 1), max(iif(value IS NULL, NULL, started_at)), "             \
        "min(value), max(value), sum(value) * 1.0, max(at_least), max(iif(value IS NULL, completeness, NULL)), "       \
        "max(currency)" at " FROM region_sample AS s GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"

static void test_any_order(void **state) {
        struct fixture *f = *state;
        struct random random = { 7 };
        write_random_runs(f, &random, 150, true);
        char *hours = read_rows(f, EXPECTED("", "3600"));
        check_rows(f, "SELECT * FROM rollup_hour", hours);
        char *days = read_rows(f, EXPECTED(", count(DISTINCT iif(value IS NULL, NULL, started_at % 86400 / 3600)), "
                                           "sum(DISTINCT iif(value IS NULL, 0, 1 << (started_at % 86400 / 3600)))",
                                           "86400"));
        check_rows(f, "SELECT * FROM rollup_day", days);
        assert_true(strlen(hours) > 10000 && strlen(days) > 1000);
        free(hours);
        free(days);
}

static void test_rebuild(void **state) {
        struct fixture *f = *state;
        struct random random = { 11 };
        assert_int_equal(check_rebuild(f).hours, 0);
        write_random_runs(f, &random, 150, false);
        struct rollup_rebuilt rebuilt = check_rebuild(f);
        assert_int_equal(rebuilt.runs, 150);
        char expected[64];
        (void) snprintf(expected, sizeof(expected), "%d|%d\n", (int) rebuilt.hours, (int) rebuilt.days);
        check_rows(f, "SELECT (SELECT count(*) FROM rollup_hour), (SELECT count(*) FROM rollup_day)", expected);

        /* What was damaged is mended. */
        char *hours = read_rows(f, DUMP_HOURS), *days = read_rows(f, DUMP_DAYS);
        execute(f, "UPDATE rollup_hour SET max_value = 1000000, currency = 'XXX', first_at = 5");
        execute(f, "DELETE FROM rollup_day WHERE place_id = 2");
        struct error error;
        assert_int_equal(store_rebuild_rollups(f->store, &rebuilt, &error), 0);
        check_rows(f, DUMP_HOURS, hours);
        check_rows(f, DUMP_DAYS, days);
        free(hours);
        free(days);
}

/* Worked out in another way, value by value. */
#define EXPECTED_TOTAL(rows, at)                                                                                        \
        "WITH r AS (SELECT r.*, unit FROM rollup_" rows " AS r JOIN metric USING (metric_id)), "                       \
        "g AS (SELECT DISTINCT " at ", metric_id, currency FROM r WHERE unit <> 'micros' OR currency IS NOT NULL "     \
        "OR (SELECT max(o.currency) FROM r AS o WHERE o." at " = r." at " AND o.metric_id = r.metric_id) IS NULL) "    \
        "SELECT g." at ", g.metric_id, coalesce(g.currency, '')" TOTAL_OF(at, "count(*)", "samples > 0")              \
        TOTAL_OF(at, "count(*)", "1") TOTAL_OF(at, "sum(asked)", "(g.currency IS NULL OR samples > 0)")                  \
        TOTAL_OF(at, "sum(samples)", "1") TOTAL_OF(at, "sum(first_value)", "1") TOTAL_OF(at, "sum(last_value)", "1")   \
        TOTAL_OF(at, "sum(min_value)", "1") TOTAL_OF(at, "sum(max_value)", "1")                                        \
        TOTAL_OF(at, "sum(sum_value / samples)", "1") TOTAL_OF(at, "max(at_least)", "1")                               \
        ", (SELECT iif(sum(samples) = 0, max(lacking), NULL) FROM r WHERE r." at " = g." at                            \
        " AND r.metric_id = g.metric_id AND (r.currency IS g.currency OR r.samples = 0)) FROM g ORDER BY 1, 2, 3"

#define TOTAL_OF_ALL(rows)                                                                                             \
        "SELECT " rows "_at, metric_id, currency, regions, regions_asked, asked, samples, first_value, last_value, "   \
        "min_value, max_value, avg_value, at_least, lacking FROM rollup_total_" rows " WHERE account = '*'"

#define TOTAL_OF(at, sum, which)                                                                                       \
        ", (SELECT " sum " FROM (SELECT * FROM r WHERE r." at " = g." at " AND r.metric_id = g.metric_id "             \
        "AND (r.currency IS g.currency OR r.samples = 0) ORDER BY place_id) WHERE " which ")"

/* Of each currency, and what has neither value nor currency in all of them. */
static void test_sums_of_regions(void **state) {
        struct fixture *f = *state;
        struct random random = { 19 };
        write_random_runs(f, &random, 150, false);
        see(f, DAY + 4 * 86400, -1);
        const struct seen nothing = { "us-east-1", 0, NULL, 0, 0 };
        (void) write_seen(f, MODE_SWEEP, DAY + 5 * 86400, &nothing, 1);
        char *hours = read_rows(f, EXPECTED_TOTAL("hour", "hour_at"));
        check_rows(f, TOTAL_OF_ALL("hour"), hours);
        assert_non_null(strstr(hours, "|EUR|"));
        assert_non_null(strstr(hours, "|denied\n"));
        check_rows(f, "SELECT day_at - 1795392000, currency, regions, regions_asked, last_value, completeness, coverage * 24 "
                      "FROM v1_trend_total_day WHERE metric = 'attached_cost_micros' AND day_at > 1795392000 + 3 * 86400",
                   "345600|-|0|1|-|denied|0.0\n432000|-|1|1|0|ok|1.0\n");
        char *days = read_rows(f, EXPECTED_TOTAL("day", "day_at"));
        check_rows(f, TOTAL_OF_ALL("day"), days);
        check_rows(f, "SELECT count(*) FROM rollup_total_day AS t JOIN metric USING (metric_id) WHERE t.hours <> "
                      "(SELECT sum(d.hours) FROM rollup_day AS d WHERE d.day_at = t.day_at AND d.metric_id = t.metric_id "
                      "AND coalesce(d.currency, '') = t.currency)", "0\n");

        free(hours);
        free(days);
}

#define SUMS "regions, regions_asked, first_value, last_value, min_value, max_value, avg_value, at_least, completeness"
#define REGION "samples > 0, 1, first_value, last_value, min_value, max_value, avg_value, samples = 0 OR at_least, completeness"

/* Those of an account with one region are that region's. */
static void test_sums_of_accounts(void **state) {
        struct fixture *f = *state;
        struct random random = { 23 };
        write_random_runs(f, &random, 100, true);
        execute(f, "UPDATE place SET account = '210987654321' WHERE place_id = 2");
        execute(f, "UPDATE place SET account = '' WHERE place_id = 3");
        struct error error;
        struct rollup_rebuilt rebuilt;
        assert_int_equal(store_rebuild_rollups(f->store, &rebuilt, &error), 0);
        char *hours = read_rows(f, "SELECT hour_at, " REGION " FROM v1_trend_hour WHERE metric = 'billed_gib' AND account = "
                                   "'210987654321' ORDER BY 1");
        check_rows(f, "SELECT hour_at, " SUMS " FROM v1_trend_account_hour WHERE metric = 'billed_gib' AND account = "
                      "'210987654321' ORDER BY 1", hours);
        char *days = read_rows(f, "SELECT day_at, coverage, " REGION " FROM v1_trend_day WHERE metric = 'attached_cost_micros' "
                                  "AND account = '210987654321' AND currency = 'USD' ORDER BY 1");
        check_rows(f, "SELECT day_at, coverage, " SUMS " FROM v1_trend_account_day WHERE metric = 'attached_cost_micros' AND "
                      "account = '210987654321' ORDER BY 1", days);
        assert_true(strlen(hours) > 1000 && strlen(days) > 50);
        check_rows(f, "SELECT account, count(*) > 50 FROM v1_trend_account_hour GROUP BY 1",
                   "123456789012|1\n210987654321|1\n");
        free(hours);
        free(days);
}

static void delete_before(struct fixture *f, const char *rows, const char *at) {
        char sql[256];
        (void) snprintf(sql, sizeof(sql), "DELETE FROM rollup_%s WHERE %s_at < %s; "
                        "DELETE FROM rollup_total_%s WHERE %s_at < %s", rows, rows, at, rows, rows, at);
        execute(f, sql);
}

/* Runs are gone before noon of the second day: its afternoon and the third day are made of runs, the second day of
 * hours, the rest stays. */
static void test_rebuild_what_is_kept(void **state) {
        struct fixture *f = *state;
        struct random random = { 13 };
        write_random_runs(f, &random, 300, true);
        execute(f, "DELETE FROM run WHERE started_at < 1795392000 + 36 * 3600");
        execute(f, "INSERT INTO pruned (what, before_at) VALUES ('runs', 1795392000 + 36 * 3600)");
        (void) check_rebuild(f);
        check_rows(f, "SELECT min(day_at) - 1795392000, max(day_at) - 1795392000 FROM rollup_day", "0|172800\n");

        /* And hours of the first day's morning: that day stays. */
        delete_before(f, "hour", "1795392000 + 6 * 3600");
        execute(f, "INSERT INTO pruned (what, before_at) VALUES ('hours', 1795392000 + 6 * 3600)");
        (void) check_rebuild(f);
        /* Fewer hours than runs: those that were taken are not made anew. */
        delete_before(f, "hour", "1795392000 + 60 * 3600");
        execute(f, "UPDATE pruned SET before_at = 1795392000 + 60 * 3600 WHERE what = 'hours'");
        delete_before(f, "day", "1795392000 + 2 * 86400");
        execute(f, "INSERT INTO pruned (what, before_at) VALUES ('days', 1795392000 + 2 * 86400)");
        assert_true(check_rebuild(f).hours > 0);
        check_rows(f, "SELECT DISTINCT day_at - 1795392000 FROM rollup_day", "172800\n");
}

/* Somebody deleted runs by hand: what they were made into stays. */
static void test_rebuild_without_the_runs(void **state) {
        struct fixture *f = *state;
        struct random random = { 17 };
        write_random_runs(f, &random, 100, true);
        execute(f, "DELETE FROM run WHERE started_at < 1795392000 + 86400");
        assert_true(check_rebuild(f).runs > 0);
        delete_before(f, "hour", "1795392000 + 86400");
        assert_true(check_rebuild(f).runs > 0);
        execute(f, "DELETE FROM run");
        assert_int_equal(check_rebuild(f).runs, 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_hour, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_hour_without_a_value, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_modes, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_comparison, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_currencies, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_clock_set_back, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_any_order, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_rebuild, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_sums_of_regions, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_sums_of_accounts, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_rebuild_what_is_kept, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_rebuild_without_the_runs, fixture_set_up, fixture_tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
