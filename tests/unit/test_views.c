/* SPDX-License-Identifier: MIT */
/* What the views tell of runs. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sample_run.h"
#include "store_fixture.h"

static void test_sweep(void **state) {
        struct fixture *f = *state;
        struct run run = sample_run(MODE_SWEEP);
        run.retries = 1;
        run.throttles = 2;
        assert_int_equal(write_run(f, run, 1), 1);
        check_rows(f, "SELECT run_id, started_at, mode, status, workers, regions_total, regions_ok, regions_failed, "
                      "regions_assumed, wall_us, busy_us, cpu_us, peak_pss_kib, calls, retries, throttles FROM v1_run",
                   "1|1795442467|sweep|ok|16|3|3|0|0|1890000|2700000|123456|11264|43|1|2\n");
        check_rows(f, "SELECT instances, instance_sum_gib, attached_volumes, attached_gib, multi_attach_extra_gib, "
                      "unknown_instance_volumes, unknown_instance_gib, unattached_volumes, unattached_gib, "
                      "managed_volumes, managed_gib, billed_gib, notice, error_kind FROM v1_run",
                   "8|589|13|539|100|1|50|2|30|1|8|577|-|-\n");
        check_rows(f, "SELECT run_id, started_at, mode, account, region, status, completeness, start_us, wall_us, "
                      "busy_us, calls, retries, throttles, instances, instance_sum_gib, attached_volumes, "
                      "attached_gib, unattached_gib, managed_gib, billed_gib, error_kind, good_run_id, good_at "
                      "FROM v1_latest ORDER BY region",
                   "1|1795442467|sweep|123456789012|ap-south-1|ok|ok|60000|500000|900000|14|0|0|"
                   "0|0|0|0|0|0|0|-|1|1795442467\n"
                   "1|1795442467|sweep|123456789012|eu-west-1|ok|ok|61000|500000|900000|14|0|0|"
                   "3|200|4|200|0|0|200|-|1|1795442467\n"
                   "1|1795442467|sweep|123456789012|us-east-1|ok|ok|62000|500000|900000|14|0|0|"
                   "5|389|9|339|30|8|377|-|1|1795442467\n");
        check_rows(f, "SELECT region, zone, volume_type, state, holder, volumes, gib, iops, throughput_mibps "
                      "FROM v1_type ORDER BY 1, 2, 3, 4, 5",
                   "us-east-1|us-east-1a|gp3|available|none|2|30|6000|250\n"
                   "us-east-1|us-east-1a|gp3|in-use|instance|7|189|21000|875\n"
                   "us-east-1|us-east-1a|gp3|in-use|unknown_instance|1|50|3000|125\n"
                   "us-east-1|us-east-1b|io2|in-use|instance|1|100|5000|0\n"
                   "us-east-1|us-east-1b|standard|in-use|managed|1|8|0|0\n");
        check_rows(f, "SELECT run_id, task, worker, region, action, start_us, duration_us, outcome FROM v1_timing",
                   "1|0|0||DescribeRegions|0|60000|ok\n"
                   "1|1|0|us-east-1|DescribeInstances|60000|50000|ok\n"
                   "1|2|1|eu-west-1|DescribeInstances|61000|51000|throttled\n");
        check_rows(f, "SELECT regions_total, regions_ok, at_least, regions_missing, instance_sum_gib, "
                      "regions_all_volumes FROM v1_latest_total", "3|3|0|-|589|3\n");
        check_rows(f, "SELECT * FROM v1_error", "");
        check_rows(f, "PRAGMA integrity_check", "ok\n");
        check_rows(f, "PRAGMA foreign_key_check", "");
}

static void test_cost(void **state) {
        struct fixture *f = *state;
        (void) write_run(f, sample_run(MODE_SWEEP), 1);
#define COSTS "currency, attached_cost_micros, unattached_cost_micros, managed_cost_micros, billed_cost_micros, "        \
              "unpriced_volumes, prices_oldest, prices_newest"
        check_rows(f, "SELECT region, " COSTS " FROM v1_latest ORDER BY 1",
                   "ap-south-1|-|0|0|0|0|0|-|-\n"
                   "eu-west-1|EUR|1234567890123|0|0|1234567890123|1|2022-02-10|2024-01-02\n"
                   "us-east-1|USD|356620000|2400000|400000|359420000|0|2022-02-10|2022-02-10\n");
        check_rows(f, "SELECT region, " COSTS " FROM v1_last_good WHERE region = 'us-east-1'",
                   "us-east-1|USD|356620000|2400000|400000|359420000|0|2022-02-10|2022-02-10\n");
        check_rows(f, "SELECT region, " COSTS " FROM v1_region_total WHERE region = 'us-east-1'",
                   "us-east-1|USD|356620000|2400000|400000|359420000|0|2022-02-10|2022-02-10\n");
        /* Two currencies have no sum. */
        check_rows(f, "SELECT run_id, " COSTS " FROM v1_run", "1|-|-|-|-|-|1|-|-\n");
        check_rows(f, "SELECT run_id, " COSTS " FROM v1_run_cost ORDER BY currency",
                   "1|EUR|1234567890123|0|0|1234567890123|1|2022-02-10|2024-01-02\n"
                   "1|USD|356620000|2400000|400000|359420000|1|2022-02-10|2022-02-10\n");
        check_rows(f, "SELECT volume_type, holder, currency, cost_micros, unpriced_volumes FROM v1_type ORDER BY 1, 2",
                   "gp3|instance|USD|15120000|0\ngp3|none|USD|2400000|0\ngp3|unknown_instance|USD|4000000|0\n"
                   "io2|instance|USD|337500000|0\nstandard|managed|USD|400000|0\n");
        check_rows(f, "SELECT run_id, regions, at_least FROM v1_run_cost", "1|1|1\n1|1|1\n");
        check_rows(f, "SELECT currency, regions, regions_all_volumes, attached_cost_micros, unattached_cost_micros, "
                      "managed_cost_micros, at_least, prices_oldest, prices_newest, oldest_at FROM v1_latest_cost",
                   "EUR|1|1|1234567890123|0|0|1|2022-02-10|2024-01-02|1795442467\n"
                   "USD|1|1|356620000|2400000|400000|1|2022-02-10|2022-02-10|1795442467\n");
        check_rows(f, "SELECT regions_priced, unpriced_volumes FROM v1_latest_total", "3|1\n");
}

/* One currency and a price for everything: the run has its sum, and nothing is "at least". */
static void test_cost_in_one_currency(void **state) {
        struct fixture *f = *state;
        struct run run = sample_run(MODE_SWEEP);
        run.regions[1].totals.cost = (struct cost){ .known = true };
        assert_int_equal(run_summarize(&run), 0);
        (void) write_run(f, run, 1);
        check_rows(f, "SELECT currency, billed_cost_micros, unpriced_volumes, prices_oldest FROM v1_run",
                   "USD|359420000|0|2022-02-10\n");
        check_rows(f, "SELECT at_least FROM v1_run_cost", "0\n");
        check_rows(f, "SELECT at_least FROM v1_latest_cost", "0\n");

        /* A region that fails now has no cost, not its old one. */
        run = sample_run(MODE_SWEEP);
        run.regions[1].totals.cost = (struct cost){ .known = true };
        sample_run_fail(&run, 1, ERROR_DENIED, "", "");
        (void) write_run(f, run, 1);
        check_rows(f, "SELECT attached_cost_micros, unpriced_volumes FROM v1_latest WHERE region = 'eu-west-1'",
                   "-|-\n");
        check_rows(f, "SELECT at_least FROM v1_run_cost ORDER BY run_id", "0\n1\n");
        check_rows(f, "SELECT at_least FROM v1_latest_cost", "1\n");
}

static void test_cost_of_a_mode_that_sees_instances_only(void **state) {
        struct fixture *f = *state;
        (void) write_run(f, sample_run(MODE_PARALLEL), 1);
        check_rows(f, "SELECT attached_cost_micros, unattached_cost_micros, managed_cost_micros, billed_cost_micros "
                      "FROM v1_latest WHERE region = 'us-east-1'", "352620000|-|-|-\n");
        check_rows(f, "SELECT regions, regions_all_volumes, attached_cost_micros, unattached_cost_micros "
                      "FROM v1_latest_cost WHERE currency = 'USD'", "1|0|352620000|-\n");
}

/* Without any price: volumes in a region that the list does not know, and a region without volumes. */
static void test_no_price_is_null(void **state) {
        struct fixture *f = *state;
        struct run run = sample_run(MODE_SWEEP);
        run.regions[1].totals.cost = (struct cost){ .known = true, .unpriced_volumes = 4 };
        run.regions[2].types[0].cost = (struct type_cost){ .known = true, .unpriced_volumes = 2 };
        (void) write_run(f, run, 1);
        check_rows(f, "SELECT currency, attached_cost_micros, billed_cost_micros, unpriced_volumes FROM v1_latest "
                      "WHERE region <> 'us-east-1' ORDER BY region", "-|0|0|0\n-|-|-|4\n");
        check_rows(f, "SELECT currency, cost_micros, unpriced_volumes FROM v1_type WHERE holder = 'none'", "-|-|2\n");
}

/* Asking for one run or the newest state reads no more of region_total and type_total than that. */
static void test_cost_views_do_not_scan(void **state) {
        struct fixture *f = *state;
        static const char *const queries[] = {
                "EXPLAIN QUERY PLAN SELECT * FROM v1_run_cost WHERE run_id = 7",
                "EXPLAIN QUERY PLAN SELECT * FROM v1_latest_cost",
                "EXPLAIN QUERY PLAN SELECT * FROM v1_type WHERE region = 'us-east-1'",
        };
        static const char *const scans[] = { "SCAN t", "SCAN g", "SCAN r" };
        for (size_t i = 0; i < ARRAY_SIZE(queries); i++) {
                sqlite3_stmt *stmt = NULL;
                assert_int_equal(sqlite3_prepare_v2(f->store->db, queries[i], -1, &stmt, NULL), SQLITE_OK);
                while (sqlite3_step(stmt) == SQLITE_ROW) {
                        const char *detail = (const char *) sqlite3_column_text(stmt, 3);
                        for (size_t k = 0; k < ARRAY_SIZE(scans); k++)
                                if (strncmp(detail, scans[k], strlen(scans[k])) == 0)
                                        fail_msg("%s: %s", queries[i], detail);
                }
                (void) sqlite3_finalize(stmt);
        }
}

static void test_instance_by_instance_sees_no_unattached(void **state) {
        struct fixture *f = *state;
        (void) write_run(f, sample_run(MODE_PARALLEL), 1);
        check_rows(f, "SELECT completeness, instance_sum_gib, attached_gib, multi_attach_extra_gib, "
                      "unknown_instance_volumes, unknown_instance_gib, unattached_volumes, unattached_gib, "
                      "managed_volumes, managed_gib, billed_gib FROM v1_latest WHERE region = 'us-east-1'",
                   "partial|389|289|100|-|-|-|-|-|-|-\n");
        check_rows(f, "SELECT unattached_volumes, unattached_gib, managed_gib, unknown_instance_gib, billed_gib "
                      "FROM v1_run",
                   "-|-|-|-|-\n");
        check_rows(f, "SELECT regions_ok, regions_all_volumes, at_least, unattached_gib FROM v1_latest_total",
                   "3|0|0|-\n");
}

static void test_failed_region_keeps_no_old_value(void **state) {
        struct fixture *f = *state;
        (void) write_run(f, sample_run(MODE_SWEEP), 1);
        struct run run = sample_run(MODE_SWEEP);
        run.started_at += 300 * USEC_PER_SEC;
        sample_run_fail(&run, 2, ERROR_DENIED, "UnauthorizedOperation", "not authorized");
        assert_int_equal(write_run(f, run, 1), 2);

        check_rows(f, "SELECT status, completeness, instances, instance_sum_gib, attached_gib, unattached_gib, "
                      "retries, error_kind, error_code, error_http_status, error_message, error_request_id, "
                      "good_run_id, started_at - good_at FROM v1_latest WHERE region = 'us-east-1'",
                   "failed|denied|-|-|-|-|2|denied|UnauthorizedOperation|403|not authorized; remedy: allow "
                   "ec2:DescribeInstances and ec2:DescribeVolumes there, or add the region to exclude_regions|"
                   "59dbff89-35bd-4eac-99ed-be587|1|300\n");
        check_rows(f, "SELECT region, run_id, is_newest, started_at, attached_gib FROM v1_last_good ORDER BY region",
                   "ap-south-1|2|1|1795442767|0\n"
                   "eu-west-1|2|1|1795442767|200\n"
                   "us-east-1|1|0|1795442467|339\n");
        check_rows(f, "SELECT regions_total, regions_ok, regions_failed, at_least, regions_missing, instance_sum_gib "
                      "FROM v1_latest_total", "3|2|1|1|us-east-1|200\n");
        check_rows(f, "SELECT run_id, status, regions_ok, regions_failed, instance_sum_gib FROM v1_run ORDER BY run_id",
                   "1|ok|3|0|589\n2|partial|2|1|200\n");
        check_rows(f, "SELECT count(*) FROM v1_type", "0\n");
        check_rows(f, "SELECT run_id, account, region, error_kind, error_code FROM v1_error",
                   "2|123456789012|us-east-1|denied|UnauthorizedOperation\n");
        check_rows(f, "SELECT run_id, status, attached_gib FROM v1_region_total WHERE region = 'us-east-1' ORDER BY 1",
                   "1|ok|339\n2|failed|-\n");

        /* The same region of another account is another one. */
        run = sample_run(MODE_SWEEP);
        for (size_t i = 0; i < run.n_regions; i++)
                error_copy_text(run.regions[i].account, sizeof(run.regions[i].account), i < 2 ? "210987654321" : "");
        (void) write_run(f, run, 1);
        check_rows(f, "SELECT region, account, status FROM v1_latest ORDER BY 1, 2",
                   "ap-south-1|123456789012|ok\nap-south-1|210987654321|ok\neu-west-1|123456789012|ok\n"
                   "eu-west-1|210987654321|ok\nus-east-1|123456789012|ok\n");
}

static void test_completeness(void **state) {
        struct fixture *f = *state;
        static const struct {
                enum error_kind kind;
                const char *word;
        } cases[] = {
                { ERROR_DENIED, "denied" },          { ERROR_CREDENTIALS, "denied" },
                { ERROR_EXPIRED, "denied" },         { ERROR_NETWORK, "unreachable" },
                { ERROR_TIMEOUT, "unreachable" },    { ERROR_DEADLINE, "unreachable" },
                { ERROR_THROTTLED, "unreachable" },  { ERROR_SERVER, "unreachable" },
                { ERROR_PROTOCOL, "failed" },        { ERROR_WORKER, "failed" },
                { ERROR_NONE, "failed" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct run run = sample_run(MODE_SWEEP);
                sample_run_fail(&run, 0, cases[i].kind, "", "");
                (void) write_run(f, run, 0);
                char expected[64];
                (void) snprintf(expected, sizeof(expected), "%s|%s|-|-\n", cases[i].word,
                                error_kind_name(cases[i].kind));
                check_rows(f, "SELECT completeness, error_kind, error_code, error_message FROM v1_latest "
                              "WHERE region = 'ap-south-1'", expected);
        }
}

/* The rule is there twice, in SQL for the history and in C for the metrics. */
static void test_completeness_is_that_of_the_model(void **state) {
        struct fixture *f = *state;
        static const char *const codes[] = { "", "OptInRequired" };
        for (unsigned i = 0; i < 2 * _ERROR_KIND_MAX; i++) {
                struct run run = sample_run(i == 0 ? MODE_PARALLEL : MODE_SWEEP);
                if (i >= 2)
                        sample_run_fail(&run, 0, (enum error_kind) (i / 2), codes[i % 2], "");
                char expected[64];
                (void) snprintf(expected, sizeof(expected), "%s\n",
                                completeness_name(region_result_completeness(&run.regions[0])));
                (void) write_run(f, run, 0);
                check_rows(f, "SELECT completeness FROM v1_latest WHERE region = 'ap-south-1'", expected);
        }
        assert_string_equal(completeness_name(_COMPLETENESS_MAX), "unknown");
}

static void test_run_without_regions(void **state) {
        struct fixture *f = *state;
        struct run run = { .mode = MODE_SWEEP, .status = RUN_FAILED, .started_at = 5 * USEC_PER_SEC };
        (void) error_set(&run.error, ERROR_CREDENTIALS, ENOENT, "no credentials found: set AWS_PROFILE");
        (void) write_run(f, run, 1);
        run = sample_run(MODE_SWEEP);
        run.regions_assumed = true;
        (void) snprintf(run.notice, sizeof(run.notice), "the list of regions is remembered");
        for (size_t i = 0; i < run.n_regions; i++)
                sample_run_fail(&run, i, ERROR_DEADLINE, "", "no route");
        (void) write_run(f, run, 1);
        check_rows(f, "SELECT run_id, status, regions_total, instance_sum_gib, attached_gib, unattached_gib, "
                      "peak_pss_kib, error_kind, error_message, regions_assumed, notice FROM v1_run ORDER BY 1",
                   "1|failed|0|-|-|-|-|credentials|no credentials found: set AWS_PROFILE|0|-\n"
                   "2|failed|3|-|-|-|11264|-|-|1|the list of regions is remembered\n");
        check_rows(f, "SELECT run_id, started_at, account, region, error_kind, error_code, error_message FROM v1_error "
                      "ORDER BY run_id, region",
                   "1|5|-|-|credentials|-|no credentials found: set AWS_PROFILE\n"
                   "2|1795442467|123456789012|ap-south-1|deadline|-|no route; remedy: raise region_timeout\n"
                   "2|1795442467|123456789012|eu-west-1|deadline|-|no route; remedy: raise region_timeout\n"
                   "2|1795442467|123456789012|us-east-1|deadline|-|no route; remedy: raise region_timeout\n");
        check_rows(f, "SELECT regions_total, regions_ok, at_least, instance_sum_gib, attached_gib FROM v1_latest_total",
                   "3|0|1|-|-\n");
        check_rows(f, "SELECT * FROM v1_last_good", "");
}

/* No typical question reads a whole table of history. */
static void test_query_plans(void **state) {
        struct fixture *f = *state;
        static const char *const questions[] = {
                "SELECT * FROM v1_latest",
                "SELECT * FROM v1_latest_total",
                "SELECT * FROM v1_last_good",
                "SELECT * FROM v1_type",
                "SELECT * FROM v1_type WHERE region = 'us-east-1'",
                "SELECT * FROM v1_region_total WHERE run_id = 5",
                "SELECT * FROM v1_region_total WHERE region = 'us-east-1' AND started_at >= 5 ORDER BY run_id",
                "SELECT * FROM v1_region_total WHERE account = '1' AND region = 'a' AND started_at >= 5 ORDER BY 2",
                "SELECT * FROM v1_run WHERE run_id = 5",
                "SELECT * FROM v1_run WHERE started_at >= 5 ORDER BY started_at",
                "SELECT * FROM v1_timing WHERE run_id = 5",
                "SELECT * FROM v1_error WHERE run_id = 5",
                "SELECT * FROM v1_comparison WHERE started_at >= 5",
                "SELECT * FROM v1_region",
                "SELECT * FROM v1_type_total WHERE run_id = 5",
                "SELECT * FROM v1_event WHERE run_id = 5",
                "SELECT * FROM v1_event WHERE volume_id = 'vol-1' ORDER BY event_id",
                "SELECT * FROM v1_event WHERE found_at >= 5 ORDER BY found_at",
                "SELECT * FROM v1_churn WHERE run_id > 5",
                "SELECT * FROM v1_volume WHERE volume_id = 'vol-1'",
                "SELECT * FROM v1_volume ORDER BY gib DESC LIMIT 10",
                "SELECT * FROM v1_instance WHERE instance_id = 'i-1'",
                "SELECT * FROM v1_instance ORDER BY cost_micros DESC LIMIT 10",
                "SELECT * FROM v1_trend_hour WHERE metric = 'attached_gib' AND hour_at >= 5 ORDER BY hour_at",
                "SELECT * FROM v1_trend_hour WHERE metric = 'instances' AND region = 'a' AND hour_at >= 5",
                "SELECT * FROM v1_trend_day WHERE metric = 'attached_gib' AND day_at >= 5 ORDER BY day_at",
                "SELECT * FROM v1_trend_total_hour WHERE metric = 'attached_gib' AND hour_at >= 5",
                "SELECT * FROM v1_trend_account_hour WHERE account = '1' AND metric = 'instances' AND hour_at >= 5",
                "SELECT * FROM v1_trend_total_day WHERE metric = 'billed_cost_micros' AND day_at >= 5",
                "SELECT * FROM v1_growth WHERE metric = 'attached_gib'",
                "SELECT * FROM v1_growth WHERE metric = 'billed_gib' AND region = 'a'",
                "SELECT * FROM v1_growth_total WHERE metric = 'attached_gib'",
                "SELECT * FROM v1_forecast WHERE metric = 'attached_gib' AND region = 'a'",
                "SELECT * FROM v1_forecast_total WHERE metric = 'billed_cost_micros'",
                "SELECT * FROM v1_forecast_account WHERE metric = 'billed_gib' AND account = '1'",
        };
        /* The few accounts and regions, metrics, and results of subqueries over such; an index read as far as LIMIT. */
        static const char *const small[] = { "SCAN p", "SCAN q", "SCAN place", "SCAN l", "SCAN m", "SCAN v1_latest_total",
                                             "SCAN n", "SCAN a", "SCAN v1_churn", "SCAN CONSTANT ROW", "SCAN 17 CONSTANT ROWS", "SCAN lower",
                                             "SCAN s", "SCAN w", "SCAN forecast_day",
                                             "SCAN v USING INDEX volume_by_gib", "SCAN i USING INDEX instance_by_cost" };
        for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
                char sql[256];
                (void) snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s", questions[i]);
                struct query q = query_prepare(f->store, sql);
                while (query_step(&q)) {
                        const char *step = (const char *) sqlite3_column_text(q.stmt, 3);
                        bool is_small = strncmp(step, "SCAN ", 5) != 0 || strncmp(step, "SCAN (", 6) == 0;
                        for (size_t k = 0; k < ARRAY_SIZE(small) && !is_small; k++) {
                                size_t n = strlen(small[k]);
                                is_small = strncmp(step, small[k], n) == 0 && (step[n] == '\0' || step[n] == ' ');
                        }
                        if (!is_small)
                                fail_msg("%s: %s", questions[i], step);
                }
                struct error error;
                assert_int_equal(query_finish(&q, "testing", &error), 0);
        }
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_sweep, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_cost, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_cost_in_one_currency, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_cost_of_a_mode_that_sees_instances_only, fixture_set_up,
                                                fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_no_price_is_null, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_cost_views_do_not_scan, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_instance_by_instance_sees_no_unattached, fixture_set_up,
                                                fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_failed_region_keeps_no_old_value, fixture_set_up,
                                                fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_completeness, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_completeness_is_that_of_the_model, fixture_set_up,
                                                fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_run_without_regions, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_query_plans, fixture_set_up, fixture_tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
