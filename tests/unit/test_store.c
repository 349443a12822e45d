/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
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

/* A run that cannot tell the account is one of the account that the region is known of, if that is one alone. */
static void test_unknown_account(void **state) {
        struct fixture *f = *state;
        static const struct {
                const char *account, *rows; /* of the run; of v1_latest after it */
        } runs[] = {
                { "", "-|1\n" },
                { "", "-|2\n" },
                { "123456789012", "123456789012|3\n" },
                { "", "123456789012|4\n" },
                { "210987654321", "123456789012|4\n210987654321|5\n" },
                { "", "-|6\n123456789012|4\n210987654321|5\n" },
                { "123456789012", "-|6\n123456789012|7\n210987654321|5\n" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
                struct run run = sample_run(MODE_SWEEP);
                for (size_t k = 0; k < run.n_regions; k++)
                        error_copy_text(run.regions[k].account, sizeof(run.regions[k].account), runs[i].account);
                (void) write_run(f, run, 1);
                check_rows(f, "SELECT account, run_id FROM v1_latest WHERE region = 'us-east-1' ORDER BY 1", runs[i].rows);
                check_totals(f);
        }
        check_rows(f, "SELECT count(*) FROM v1_region_total WHERE region = 'us-east-1'", "7\n");
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

static void check_past(struct fixture *f, const struct run *run, size_t i, const char *account, usec_t good_at) {
        struct region_past pasts[3];
        struct error error;
        memset(pasts, 0xff, sizeof(pasts));
        if (store_read_pasts(f->store, run, pasts, &error) < 0)
                fail_msg("%s", error.message);
        assert_string_equal(pasts[i].account, account);
        assert_int_equal(pasts[i].good_at, good_at);
}

static void test_pasts(void **state) {
        struct fixture *f = *state;
        struct run run = sample_run(MODE_SWEEP), nameless = sample_run(MODE_SWEEP);
        usec_t first = run.started_at;
        for (size_t i = 0; i < 3; i++)
                nameless.regions[i].account[0] = '\0';
        check_past(f, &run, 1, "", 0);
        sample_run_fail(&run, 2, ERROR_NETWORK, "", "no route");
        (void) write_run(f, run, 1);
        run = sample_run(MODE_SWEEP);
        check_past(f, &run, 1, "123456789012", first);
        check_past(f, &run, 2, "123456789012", 0);
        check_past(f, &nameless, 1, "123456789012", first);
        run.started_at += 300 * USEC_PER_SEC;
        sample_run_fail(&run, 1, ERROR_NETWORK, "", "no route");
        (void) write_run(f, run, 1);
        check_past(f, &nameless, 0, "123456789012", first + 300 * USEC_PER_SEC);
        check_past(f, &nameless, 1, "123456789012", first);
        check_past(f, &nameless, 2, "123456789012", first + 300 * USEC_PER_SEC);

        /* Of two accounts none is told; a region keeps its place when the run that was good is deleted. */
        run = sample_run(MODE_SWEEP);
        error_copy_text(run.regions[1].account, sizeof(run.regions[1].account), "210987654321");
        (void) write_run(f, run, 1);
        check_past(f, &nameless, 1, "", 0);
        execute(f, "DELETE FROM run WHERE run_id = 1");
        run = sample_run(MODE_SWEEP);
        check_past(f, &run, 1, "123456789012", 0);
        run_release(&run);
        run_release(&nameless);
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

static void test_hostile_text(void **state) {
        struct fixture *f = *state;
        struct run run = sample_run(MODE_SWEEP);
        sample_run_fail(&run, 0, ERROR_SERVER, "It's", "'); DROP TABLE run; -- \xff\xc3");
        (void) write_run(f, run, 1);
        check_rows(f, "SELECT error_code, error_message FROM v1_error", "It's|'); DROP TABLE run; -- ??; remedy: AWS's side fails, "
                                                                 "try again later\n");
}

/* Nothing of a run that cannot be stored stays, and the next one is stored. */
static void test_all_or_nothing(void **state) {
        struct fixture *f = *state;
        struct run run = sample_run(MODE_SWEEP);
        run.regions[2].types[4].gib = UINT64_MAX;
        struct error error;
        int64_t id = -5;
        assert_int_equal(store_write_run(f->store, &run, 1, &id, &error), -EOVERFLOW);
        assert_non_null(strstr(error.message, "too large"));
        assert_non_null(strstr(error.message, f->path));
        assert_int_equal(id, -5);
        run.regions[2].types[4].gib = 1;
        run.regions[1] = run.regions[0]; /* the same region twice */
        assert_int_equal(store_write_run(f->store, &run, 1, &id, &error), -EIO);
        assert_int_equal(error.kind, ERROR_DATABASE);
        run_release(&run);
        check_rows(f, "SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM region_total), "
                      "(SELECT count(*) FROM type_total), (SELECT count(*) FROM place), "
                      "(SELECT count(*) FROM volume_class), (SELECT count(*) FROM task_timing)", "0|0|0|0|0|0\n");

        struct comparison c = sample_comparison();
        c.sweep.regions[0].calls = UINT64_MAX;
        assert_int_equal(store_write_comparison(f->store, &c, 1, &error), -EOVERFLOW);
        comparison_release(&c);
        check_rows(f, "SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM comparison)", "0|0\n");
        assert_int_equal(write_run(f, sample_run(MODE_SWEEP), 1), 1);
}

static bool give_up_in_time(void *userdata) {
        unsigned *left = userdata;
        return *left == 0 || --*left == 0;
}

/* Wherever storing is given up, nothing of it is there, and the store goes on to work. */
static void test_impatience(void **state) {
        struct fixture *f = *state;
        struct run run = sample_run(MODE_SWEEP);
        run.n_timings = 5000;
        run.timings = realloc(run.timings, run.n_timings * sizeof(*run.timings));
        assert_non_null(run.timings);
        for (size_t i = 0; i < run.n_timings; i++)
                run.timings[i] = (struct task_timing){ .region = "us-east-1", .action = "DescribeVolumes" };
        struct error error;
        unsigned given_up = 0;
        int r;
        do {
                unsigned left = given_up + 1;
                store_set_patience(f->store, &(struct store_patience){ .give_up = give_up_in_time, .userdata = &left });
                r = store_write_run(f->store, &run, 1, NULL, &error);
                if (r == 0)
                        break;
                given_up++;
                assert_int_equal(r, -EINTR);
                assert_non_null(strstr(error.message, "interrupted while storing the run"));
                check_rows(f, "SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM task_timing)", "0|0\n");
        } while (given_up < 10000);
        assert_true(r == 0 && given_up > 2);
        run_release(&run);
        check_rows(f, "SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM task_timing)", "1|5000\n");
}

static void test_full_disk(void **state) {
        struct fixture *f = *state;
        (void) write_run(f, sample_run(MODE_SWEEP), 1);
        /* Cut down to what there is. */
        assert_int_equal(sqlite3_exec(f->store->db, "PRAGMA max_page_count = 1", NULL, NULL, NULL), SQLITE_OK);
        struct run run = sample_run(MODE_SWEEP);
        run.n_timings = 2000;
        run.timings = realloc(run.timings, run.n_timings * sizeof(*run.timings));
        assert_non_null(run.timings);
        for (size_t i = 0; i < run.n_timings; i++)
                run.timings[i] = (struct task_timing){ .region = "us-east-1", .action = "DescribeVolumes" };
        struct error error;
        assert_int_equal(store_write_run(f->store, &run, 2, NULL, &error), -ENOSPC);
        assert_non_null(strstr(error.message, "no space left"));
        check_rows(f, "SELECT count(*), max(run_id) FROM run", "1|1\n");
        assert_int_equal(sqlite3_exec(f->store->db, "PRAGMA max_page_count = 1000000", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(write_run(f, run, 2), 2);
        check_rows(f, "SELECT count(*) FROM v1_timing", "2003\n");
        check_rows(f, "PRAGMA integrity_check", "ok\n");
}

static void test_keep_timings(void **state) {
        struct fixture *f = *state;
        static const char sql[] = "SELECT DISTINCT run_id FROM v1_timing";
        for (int i = 0; i < 4; i++)
                (void) write_run(f, sample_run(MODE_SWEEP), 2);
        check_rows(f, sql, "3\n4\n");
        (void) write_run(f, sample_run(MODE_SWEEP), 100);
        check_rows(f, sql, "3\n4\n5\n");
        (void) write_run(f, sample_run(MODE_SWEEP), 1);
        check_rows(f, sql, "6\n");
        (void) write_run(f, sample_run(MODE_SWEEP), 0);
        check_rows(f, sql, "");
        check_rows(f, "SELECT count(*) FROM v1_run", "7\n");
}

static void test_run_ids_only_grow(void **state) {
        struct fixture *f = *state;
        for (int i = 0; i < 3; i++)
                (void) write_run(f, sample_run(MODE_SWEEP), 5);
        execute(f, "DELETE FROM run WHERE run_id = 3");
        check_rows(f, "SELECT max(run_id) FROM region_total UNION ALL SELECT max(run_id) FROM type_total "
                      "UNION ALL SELECT max(run_id) FROM task_timing", "2\n2\n2\n");
        assert_int_equal(write_run(f, sample_run(MODE_SWEEP), 5), 4);
}

static void test_comparison(void **state) {
        struct fixture *f = *state;
        struct comparison c = sample_comparison();
        struct error error;
        assert_int_equal(store_write_comparison(f->store, &c, 5, &error), 0);
        check_rows(f, "SELECT comparison_id, started_at, regions, instances, sequential_run_id, parallel_run_id, "
                      "sweep_run_id, sequential_wall_us, sequential_calls, parallel_wall_us, parallel_calls, "
                      "parallel_workers, sweep_wall_us, sweep_calls, round(speedup, 3), round(efficiency, 3), agree "
                      "FROM v1_comparison",
                   "1|1795442467|3|8|1|2|3|3800000|43|1890000|43|16|250000|7|2.011|0.126|1\n");
        check_rows(f, "SELECT run_id, mode FROM v1_run ORDER BY run_id", "1|sequential\n2|parallel\n3|sweep\n");
        check_rows(f, "SELECT DISTINCT run_id, completeness FROM v1_latest", "3|ok\n");
        execute(f, "DELETE FROM run WHERE run_id = 1");
        check_rows(f, "SELECT sequential_run_id, parallel_run_id, sequential_wall_us FROM v1_comparison",
                   "-|2|3800000\n");

        sample_run_fail(&c.sequential, 0, ERROR_TIMEOUT, "", "too slow");
        comparison_conclude(&c);
        assert_int_equal(store_write_comparison(f->store, &c, 5, &error), 0);
        check_rows(f, "SELECT speedup, efficiency, agree FROM v1_comparison WHERE comparison_id = 2", "-|-|0\n");
        comparison_release(&c);
}

static int add_size(const char *account, const char *region, uint64_t volumes, void *userdata) {
        return buffer_printf(userdata, "%s %s %d\n", account, region, (int) volumes);
}

static int refuse_size(const char *account, const char *region, uint64_t volumes, void *userdata) {
        (void) account;
        (void) region;
        (void) volumes;
        (void) userdata;
        return -ENOMEM;
}

static void test_region_sizes(void **state) {
        struct fixture *f = *state;
        struct error error;
        struct buffer out = BUFFER_INIT(4096);
        assert_int_equal(store_read_region_sizes(f->store, add_size, &out, &error), 0);
        assert_string_equal(buffer_string(&out), "");
        struct run run = sample_run(MODE_SWEEP);
        for (size_t i = 0; i < run.n_regions; i++)
                run.regions[i].volume_ids_are_hex = true;
        (void) write_run(f, run, 1);
        /* Neither a run that saw only the attached ones nor one that failed says anything new. */
        run = sample_run(MODE_PARALLEL);
        sample_run_fail(&run, 2, ERROR_NETWORK, "", "no route");
        (void) write_run(f, run, 1);
        assert_int_equal(store_read_region_sizes(f->store, add_size, &out, &error), 0);
        assert_string_equal(buffer_string(&out), "123456789012 ap-south-1 0\n123456789012 eu-west-1 4\n"
                                                 "123456789012 us-east-1 12\n");
        /* Ids of another form: the listing must not be cut. */
        (void) write_run(f, sample_run(MODE_SWEEP), 1);
        buffer_clear(&out);
        assert_int_equal(store_read_region_sizes(f->store, add_size, &out, &error), 0);
        assert_string_equal(buffer_string(&out), "");
        run = sample_run(MODE_SWEEP);
        run.regions[0].volume_ids_are_hex = true;
        (void) write_run(f, run, 1);
        buffer_release(&out);
        assert_int_equal(store_read_region_sizes(f->store, refuse_size, NULL, &error), -ENOMEM);
}

static int add_known(const char *account, const struct region *region, usec_t listed_at, void *userdata) {
        return buffer_printf(userdata, "%s %s %s %d\n", account, region->name, region->opt_in_status,
                             (int) (listed_at / USEC_PER_SEC));
}

static void check_known(struct fixture *f, const char *account, const char *expected) {
        struct error error;
        struct buffer out = BUFFER_INIT(4096);
        assert_int_equal(store_read_known_regions(f->store, account, add_known, &out, &error), 0);
        assert_string_equal(buffer_string(&out), expected);
        buffer_release(&out);
}

static void test_known_regions(void **state) {
        struct fixture *f = *state;
        static const struct region first[] = { { "us-east-1", "opt-in-not-required" }, { "af-south-1", "not-opted-in" },
                                               { "eu-west-1", "" } };
        static const struct region second[] = { { "us-east-1", "opted-in" } };
        struct error error;
        check_known(f, "", "");
        assert_int_equal(store_write_known_regions(f->store, "1", first, 3, 100 * USEC_PER_SEC, &error), 0);
        assert_int_equal(store_write_known_regions(f->store, "2", second, 1, 200 * USEC_PER_SEC, &error), 0);
        check_known(f, "1", "1 af-south-1 not-opted-in 100\n1 eu-west-1  100\n1 us-east-1 opt-in-not-required 100\n");
        check_known(f, "2", "2 us-east-1 opted-in 200\n");
        check_known(f, "3", "");
        check_known(f, "", "2 us-east-1 opted-in 200\n");
        check_rows(f, "SELECT account, region, completeness, opt_in_status FROM v1_region ORDER BY 1, 2",
                   "1|af-south-1|not_opted_in|not-opted-in\n1|eu-west-1|unknown|-\n"
                   "1|us-east-1|unknown|opt-in-not-required\n2|us-east-1|unknown|opted-in\n");
        assert_int_equal(store_write_known_regions(f->store, "1", first + 1, 2, 300 * USEC_PER_SEC, &error), 0);
        check_known(f, "1", "1 af-south-1 not-opted-in 300\n1 eu-west-1  300\n");
        check_known(f, "", "1 af-south-1 not-opted-in 300\n1 eu-west-1  300\n");
        check_rows(f, "SELECT region, opt_in_status FROM known_region JOIN place USING (place_id) WHERE account = '1' "
                      "ORDER BY 1", "af-south-1|not-opted-in\neu-west-1|-\n");
        /* Known is not asked: no region of v1_latest comes from the list. */
        check_rows(f, "SELECT count(*) FROM v1_latest", "0\n");
        /* Whose they are may be learnt later. */
        execute(f, "DELETE FROM known_region; DELETE FROM place");
        assert_int_equal(store_write_known_regions(f->store, "", first, 2, 400 * USEC_PER_SEC, &error), 0);
        assert_int_equal(store_write_known_regions(f->store, "1", first, 2, 500 * USEC_PER_SEC, &error), 0);
        check_rows(f, "SELECT account, region, listed_at FROM v1_region ORDER BY 2",
                   "1|af-south-1|500\n1|us-east-1|500\n");
}

/* With the account, a place's past comes into the sums of that account. */
static void test_an_account_is_learnt_from_the_list(void **state) {
        struct fixture *f = *state;
        struct run run = sample_run(MODE_SWEEP);
        for (size_t i = 0; i < run.n_regions; i++)
                run.regions[i].account[0] = '\0';
        (void) write_run(f, run, 1);
        check_rows(f, "SELECT count(*) FROM v1_trend_account_hour", "0\n");
        static const struct region list[] = { { "us-east-1", "opted-in" } };
        struct error error;
        assert_int_equal(store_write_known_regions(f->store, "1", list, 1, 100 * USEC_PER_SEC, &error), 0);
        check_rows(f, "SELECT account, regions FROM v1_trend_account_hour WHERE metric = 'instances'", "1|1\n");
        check_totals(f);
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
                cmocka_unit_test_setup_teardown(test_cost_of_a_mode_that_sees_instances_only, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_no_price_is_null, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_cost_views_do_not_scan, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_instance_by_instance_sees_no_unattached, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_failed_region_keeps_no_old_value, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_unknown_account, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_completeness, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_completeness_is_that_of_the_model, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_pasts, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_run_without_regions, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_hostile_text, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_all_or_nothing, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_impatience, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_full_disk, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_keep_timings, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_run_ids_only_grow, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_comparison, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_region_sizes, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_known_regions, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_an_account_is_learnt_from_the_list, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_query_plans, fixture_set_up, fixture_tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
