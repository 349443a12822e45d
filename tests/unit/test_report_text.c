/* SPDX-License-Identifier: MIT */
/* The report for people. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "printed.h"
#include "report/money.h"
#include "report/report.h"
#include "report/table.h"
#include "sample_run.h"

#define SWEEP_TABLE                                                                                                    \
        "Region      Status  Instances   Volumes  Attached  Instance sum  Unattached  Managed             Cost  Calls" \
        "  Time\n"                                                                                                     \
        "                               attached       GiB           GiB         GiB      GiB          a month       " \
        "     s\n"                                                                                                     \
        "ap-south-1  ok              0         0         0             0           0        0             0.00     14" \
        "  0.50\n"                                                                                                     \
        "eu-west-1   ok              3         4       200           200           0        0  >=1,234,568 EUR     14" \
        "  0.50\n"                                                                                                     \
        "us-east-1   ok              5         9       339           389          30        8       359.42 USD     14" \
        "  0.50\n"

#define SWEEP_COST                                                                                                    \
        "Estimated cost: at least 1,234,568 EUR a month (prices of 2022-02-10 to 2024-01-02, 1 volume without a "     \
        "price)\n"                                                                                                    \
        "  of it unattached 0.00 EUR, managed by AWS services 0.00 EUR\n"                                             \
        "Estimated cost: at least 359.42 USD a month (prices of 2022-02-10, 1 volume without a price)\n"              \
        "  of it unattached 2.40 USD, managed by AWS services 0.40 USD\n"                                             \
        "  gp2 as gp3, like for like: 3 volumes would cost 1.23 USD a month less, 1 volume would cost 0.10 USD a "    \
        "month more; gp2's burst is not kept\n"

#define INSTANCES_COST                                                                                                \
        "Estimated cost of attached volumes: at least 1,234,568 EUR a month (prices of 2022-02-10 to 2024-01-02, 1 "  \
        "volume without a price)\n"                                                                                   \
        "Estimated cost of attached volumes: at least 352.62 USD a month (prices of 2022-02-10, 1 volume without a "  \
        "price)\n"                                                                                                    \
        "  gp2 as gp3, like for like: 3 volumes would cost 1.23 USD a month less, 1 volume would cost 0.10 USD a "    \
        "month more; gp2's burst is not kept\n"

#define SWEEP_DIFFERENCE                                                          \
        "  instance sum                                               589 GiB\n" \
        "- Multi-Attach duplicates                                    100 GiB\n" \
        "+ attached to instances not listed                            50 GiB  in 1 volume\n" \
        "= unique attached                                            539 GiB  in 13 volumes\n" \
        "+ unattached                                                  30 GiB  in 2 volumes\n" \
        "+ managed by AWS services                                      8 GiB  in 1 volume\n" \
        "= billed                                                     577 GiB  in 16 volumes\n\n"

static void test_text_sweep(void **state) {
        (void) state;
        check_report(report_text_run, sample_run(MODE_SWEEP),
                  "EBS volumes of EC2 instances, sweep, 2026-11-23T14:01:07Z, account 123456789012\n\n"
                  SWEEP_TABLE
                  "Total       3 of 3          8        13       539           589          30        8        "
                  "see below     43  1.89\n\n"
                  SWEEP_DIFFERENCE
                  "Total volume size: 589 GiB\n"
                  "Unique attached volume size: 539 GiB\n"
                  "Sweep execution time: 1.89 s (16 workers, 43 calls, 0 retries, peak memory 11 MiB)\n"
                  SWEEP_COST);
}

static void test_text_sequential(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SEQUENTIAL);
        run.calls = run.retries = run.throttles = 1;
        run.peak_pss_kib = 0;
        run.wall_usec = 4321;
        run.regions[2].totals.instances = 1234567;
        assert_int_equal(run_summarize(&run), 0);
        check_report(report_text_run, run,
                  "EBS volumes of EC2 instances, sequential, 2026-11-23T14:01:07Z, account 123456789012\n\n"
                  "Region      Status  Instances   Volumes  Attached  Instance sum  Unattached  Managed             "
                  "Cost  Calls  Time\n"
                  "                               attached       GiB           GiB         GiB      GiB          a "
                  "month            s\n"
                  "ap-south-1  ok              0         0         0             0           -        -             "
                  "0.00     14  0.50\n"
                  "eu-west-1   ok              3         4       200           200           -        -  >=1,234,568 "
                  "EUR     14  0.50\n"
                  "us-east-1   ok      1,234,567         8       289           389           -        -       352.62 "
                  "USD     14  0.50\n"
                  "Total       3 of 3  1,234,570        12       489           589           -        -        see "
                  "below      1  0.00\n\n"
                  "  instance sum                                               589 GiB\n"
                  "- Multi-Attach duplicates                                    100 GiB\n"
                  "= unique attached                                            489 GiB  in 12 volumes\n"
                  "  unattached, managed: only a sweep sees them (--mode sweep)\n\n"
                  "Total volume size: 589 GiB\n"
                  "Unique attached volume size: 489 GiB\n"
                  "Sequential execution time: 0.004 s (1 worker, 1 call, 1 retry, peak memory unknown)\n"
                  INSTANCES_COST
                  "Throttled: AWS answered 1 call with \"slow down\"\n");
}

/* Every sum says "at least"; two accounts; text from the network cannot reach the terminal's controls. */
static void test_text_partial(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        sample_run_fail(&run, 1, ERROR_DENIED, "Unauthorized\xc2\x9b", "no \xff");
        (void) snprintf(run.regions[1].error.message, sizeof(run.regions[1].error.message), "no \x1b[2J \xff");
        run.regions[2].account[0] = '\0';
        error_copy_text(run.notice, sizeof(run.notice), "the list of regions is from the configuration");
        sample_run_list_regions(&run);
        check_report(report_text_run, run,
                  "EBS volumes of EC2 instances, sweep, 2026-11-23T14:01:07Z\n\n"
                  "Region      Account       Status                 Instances   Volumes  Attached  Instance sum  "
                  "Unattached  Managed        Cost  Calls  Time\n"
                  "                                                            attached       GiB           GiB  "
                  "       GiB      GiB     a month            s\n"
                  "ap-south-1  123456789012  ok                             0         0         0             0  "
                  "         0        0        0.00     14  0.50\n"
                  "eu-west-1   123456789012  denied Unauthorized??          -         -         -             -  "
                  "         -        -           -     14  0.50\n"
                  "us-east-1   -             ok                             5         9       339           389  "
                  "        30        8  359.42 USD     14  0.50\n"
                  "at least                  2 of 3                         5         9       339           389  "
                  "        30        8  359.42 USD     43  1.89\n\n"
                  "  instance sum                                      at least 389 GiB\n"
                  "- Multi-Attach duplicates                           at least 100 GiB\n"
                  "+ attached to instances not listed                   at least 50 GiB  in at least 1 volume\n"
                  "= unique attached                                   at least 339 GiB  in at least 9 volumes\n"
                  "+ unattached                                         at least 30 GiB  in at least 2 volumes\n"
                  "+ managed by AWS services                             at least 8 GiB  in at least 1 volume\n"
                  "= billed                                            at least 377 GiB  in at least 12 volumes\n\n"
                  "Total volume size: at least 389 GiB (2 of 3 regions)\n"
                  "Unique attached volume size: at least 339 GiB (2 of 3 regions)\n"
                  "Sweep execution time: 1.89 s (16 workers, 43 calls, 2 retries, peak memory 11 MiB)\n"
                  "Estimated cost: at least 359.42 USD a month (prices of 2022-02-10, 2 of 3 regions)\n"
                  "  of it unattached 2.40 USD, managed by AWS services 0.40 USD\n"
                  "  gp2 as gp3, like for like: 3 volumes would cost 1.23 USD a month less, 1 volume would cost 0.10 "
                  "USD a month more; gp2's burst is not kept\n"
                  "Note: the list of regions is from the configuration\n"
                  "Not asked: 1 region that the account has not enabled\n"
                  "123456789012 eu-west-1 failed: denied Unauthorized??: no ?[2J ? (request id "
                  "59dbff89-35bd-4eac-99ed-be587); remedy: check the credentials, and that the region is enabled, or "
                  "add it to exclude_regions\n");
}

static size_t count(const char *text, const char *words) {
        size_t n = 0;
        for (const char *p = strstr(text, words); p != NULL; p = strstr(p + 1, words))
                n++;
        return n;
}

/* The remedy fits what was refused, and to whom. */
static void test_text_remedies(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        sample_run_fail(&run, 0, ERROR_DENIED, "UnauthorizedOperation", "not allowed");
        sample_run_fail(&run, 1, ERROR_DENIED, "AuthFailure", "who are you");
        char *text = render_run(report_text_run, &run);
        assert_non_null(strstr(text, "; remedy: allow ec2:DescribeInstances and ec2:DescribeVolumes there, or add the "
                                     "region to exclude_regions\n"));
        assert_non_null(strstr(text, "; remedy: check the credentials, and that the region is enabled, or add it to "
                                     "exclude_regions\n"));
        free(text);
        run_release(&run);

        run = (struct run){ .mode = MODE_SWEEP, .status = RUN_FAILED };
        (void) error_set(&run.error, ERROR_DENIED, EREMOTEIO, "not allowed");
        error_copy_text(run.error.code, sizeof(run.error.code), "UnauthorizedOperation");
        text = render_run(report_text_run, &run);
        assert_non_null(strstr(text, "; remedy: allow ec2:DescribeRegions, or name the regions in \"regions\" or with --region\n"));
        free(text);

        /* Which region to enable, if any, is the user's choice: the account may do with another. */
        error_copy_text(run.error.code, sizeof(run.error.code), "OptInRequired");
        text = render_run(report_text_run, &run);
        assert_non_null(strstr(text, "; remedy: set AWS_REGION to a region that the account has enabled, or name the regions "
                                     "in \"regions\" or with --region\n"));
        assert_int_equal(count(text, "enable"), 1);
        free(text);

        /* The regions are asked for in one region, which may be the one that is not enabled. */
        error_copy_text(run.error.code, sizeof(run.error.code), "AuthFailure");
        text = render_run(report_text_run, &run);
        assert_non_null(strstr(text, "; remedy: check the credentials, --endpoint-url, and that the region of AWS_REGION or the "
                                     "profile is enabled\n"));
        free(text);
}

/* What many regions need is told once, behind their lines; what one needs is on its own. */
static void test_text_shared_remedy(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        sample_run_fail(&run, 0, ERROR_DENIED, "UnauthorizedOperation", "not here");
        sample_run_fail(&run, 1, ERROR_DEADLINE, "", "too slow");
        sample_run_fail(&run, 2, ERROR_DENIED, "UnauthorizedOperation", "nor there");
        char *text = render_run(report_text_run, &run);
        const char *first = strstr(text, "ap-south-1 failed: denied UnauthorizedOperation: not here (request id "
                                         "59dbff89-35bd-4eac-99ed-be587)\nus-east-1 failed: denied UnauthorizedOperation: "
                                         "nor there (request id 59dbff89-35bd-4eac-99ed-be587)\n"
                                         "Remedy for these 2 regions: allow ec2:DescribeInstances and ec2:DescribeVolumes "
                                         "there, or add the region to exclude_regions\neu-west-1 failed: deadline: too slow "
                                         "(request id 59dbff89-35bd-4eac-99ed-be587); remedy: raise region_timeout\n");
        assert_non_null(first);
        assert_int_equal(count(text, " failed: "), 3);
        free(text);
        run_release(&run);
}

/* Regions that failed with the run only say what that says. */
static void test_text_failed_with_the_run(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        (void) error_set(&run.error, ERROR_SYSTEM, EAGAIN, "cannot fork a worker");
        for (size_t i = 0; i < run.n_regions; i++)
                sample_run_fail(&run, i, ERROR_SYSTEM, "", i == 1 ? "out of memory" : "cannot fork a worker");
        char *text = render_run(report_text_run, &run);
        assert_int_equal(count(text, "cannot fork a worker"), 1);
        assert_non_null(strstr(text, "The run failed: system: cannot fork a worker; remedy: free memory"));
        assert_non_null(strstr(text, "eu-west-1 failed: system: out of memory"));
        free(text);
        run_release(&run);
}

static void test_text_failed(void **state) {
        (void) state;
        struct run run = sample_run(MODE_PARALLEL);
        for (size_t i = 0; i < run.n_regions; i++)
                sample_run_fail(&run, i, ERROR_DEADLINE, "", "not done after 5 min");
        char *text = render_run(report_text_run, &run);
        assert_non_null(strstr(text, "\nTotal volume size: unknown\nUnique attached volume size: unknown\nParallel "));
        assert_non_null(strstr(text, "us-east-1   deadline          -         -         -             -"));
        assert_non_null(strstr(text, "us-east-1 failed: deadline: not done after 5 min (request id"));
        assert_null(strstr(text, "Total  "));
        assert_null(strstr(text, " 0 GiB"));
        free(text);
        run_release(&run);

        run = (struct run){ .mode = MODE_SWEEP, .status = RUN_FAILED };
        (void) error_set(&run.error, ERROR_CREDENTIALS, ENOENT, "no credentials found: set AWS_PROFILE");
        check_report(report_text_run, run,
                  "EBS volumes of EC2 instances, sweep, 1970-01-01T00:00:00Z\n\n"
                  "Total volume size: unknown\n"
                  "Unique attached volume size: unknown\n"
                  "Sweep execution time: 0.000 s (0 workers, 0 calls, 0 retries, peak memory unknown)\n"
                  "Estimated cost: unknown\n"
                  "The run failed: credentials: no credentials found: set AWS_PROFILE\n");
}

static void test_text_comparison(void **state) {
        (void) state;
        struct comparison c = sample_comparison();
        char *text = render_comparison(report_text_comparison, &c);
        assert_string_equal(
                text,
                "EBS volumes of EC2 instances, sequential, parallel and sweep compared, 2026-11-23T14:01:07Z, account "
                "123456789012\n\n"
                SWEEP_TABLE
                "Total       3 of 3          8        13       539           589          30        8        see "
                "below      7  0.25\n\n"
                SWEEP_DIFFERENCE
                "Total volume size: 589 GiB\n"
                "Unique attached volume size: 489 GiB\n"
                "Sequential execution time: 3.80 s (1 worker, 43 calls, 0 retries, peak memory 11 MiB)\n"
                INSTANCES_COST "\n"
                "Total volume size: 589 GiB\n"
                "Unique attached volume size: 489 GiB\n"
                "Parallel execution time: 1.89 s (16 workers, 43 calls, 0 retries, peak memory 11 MiB)\n"
                INSTANCES_COST "\n"
                "Total volume size: 589 GiB\n"
                "Unique attached volume size: 539 GiB\n"
                "Sweep execution time: 0.25 s (16 workers, 7 calls, 0 retries, peak memory 11 MiB)\n"
                SWEEP_COST "\n"
                "Speed-up: 2.0x\n"
                "Agreement: yes, all three saw the same in 3 regions\n");
        free(text);
        comparison_release(&c);
}

/* One reason for three runs is told once, and nobody saw anything else. */
static void test_text_comparison_without_regions(void **state) {
        (void) state;
        struct comparison c = { .parallel.mode = MODE_PARALLEL, .sweep.mode = MODE_SWEEP };
        struct run *const runs[] = { &c.sequential, &c.parallel, &c.sweep };
        for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
                runs[i]->status = RUN_FAILED;
                (void) error_set(&runs[i]->error, ERROR_NETWORK, EHOSTUNREACH, "no route to host");
        }
        comparison_conclude(&c);
        char *text = render_comparison(report_text_comparison, &c);
        const char *why = strstr(text, "The run failed: network: no route to host; remedy: ");
        assert_non_null(why);
        assert_null(strstr(why + strlen("The run failed: "), "failed: "));
        assert_non_null(strstr(text, "\nSequential execution time: 0.000 s"));
        assert_non_null(strstr(text, "\nAgreement: no, no region could be asked\n"));
        free(text);
}

static void test_text_disagreement(void **state) {
        (void) state;
        struct comparison c = sample_comparison();
        c.parallel.regions[1].totals.instance_sum_gib += 8;
        sample_run_fail(&c.sequential, 2, ERROR_TIMEOUT, "", "no answer");
        error_copy_text(c.sweep.regions[0].region, sizeof(c.sweep.regions[0].region), "af-south-1");
        comparison_conclude(&c);
        char *text = render_comparison(report_text_comparison, &c);
        const char *end = strstr(text, "Speed-up");
        assert_non_null(end);
        assert_string_equal(
                end,
                "Speed-up: unknown (not every region worked in both runs)\n"
                "Agreement: no, the three did not all see the same in these regions:\n"
                "  ap-south-1: sequential 0 instances, sum 0 GiB, unique 0 GiB in 0 volumes; parallel 0 instances, "
                "sum 0 "
                "GiB, unique 0 GiB in 0 volumes; sweep did not ask\n"
                "  eu-west-1: sequential 3 instances, sum 200 GiB, unique 200 GiB in 4 volumes; parallel 3 instances, "
                "sum 208 GiB, unique 200 GiB in 4 volumes; sweep 3 instances, sum 200 GiB, unique 200 GiB in 4 "
                "volumes\n"
                "  us-east-1: sequential failed; parallel 5 instances, sum 389 GiB, unique 289 GiB in 8 volumes; "
                "sweep 5 "
                "instances, sum 389 GiB, unique 289 GiB in 8 volumes\n"
                "  af-south-1: sequential did not ask; parallel did not ask; sweep 0 instances, sum 0 GiB, unique 0 "
                "GiB "
                "in 0 volumes\n");
        assert_non_null(strstr(text, "Total volume size: at least 200 GiB (2 of 3 regions)\n"));
        free(text);
        comparison_release(&c);
}

static void test_format_count(void **state) {
        (void) state;
        static const struct {
                uint64_t value;
                const char *text;
        } cases[] = {
                { 0, "0" }, { 999, "999" }, { 1000, "1,000" }, { 1503324, "1,503,324" },
                { UINT64_MAX, "18,446,744,073,709,551,615" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                char buf[COUNT_TEXT_SIZE];
                assert_string_equal(format_count(cases[i].value, buf), cases[i].text);
        }
}

static void test_format_money(void **state) {
        (void) state;
        static const struct {
                uint64_t micros;
                const char *text;
        } cases[] = {
                { 0, "0.00" },           { 4999, "0.00" },         { 5000, "0.01" },
                { 12345678, "12.35" },   { 999994999, "999.99" },  { 999995000, "1,000" },
                { 1000499999, "1,000" }, { 1000500000, "1,001" },  { UINT64_C(127164000000), "127,164" },
                { INT64_MAX, "9,223,372,036,855" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                char buf[MONEY_TEXT_SIZE];
                assert_string_equal(format_money(cases[i].micros, buf), cases[i].text);
        }
}

/* Every way in which there is no number, or none that is complete. */
static void test_text_without_prices(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        for (size_t i = 0; i < run.n_regions; i++)
                run.regions[i].totals.cost = (struct cost){ .known = true, .unpriced_volumes = i };
        assert_int_equal(run_summarize(&run), 0);
        char *text = render_run(report_text_run, &run);
        assert_non_null(strstr(text, "\nEstimated cost: unknown (3 volumes without a price)\n"));
        assert_non_null(strstr(text, "  30        8        -     14  0.50\n"));
        free(text);

        run.regions[1].totals.cost.unpriced_volumes = run.regions[2].totals.cost.unpriced_volumes = 0;
        sample_run_fail(&run, 0, ERROR_DENIED, "", "");
        text = render_run(report_text_run, &run);
        assert_non_null(strstr(text, "\nEstimated cost: 0 (no volumes, 2 of 3 regions)\n"));
        free(text);

        run.regions[1].totals.cost.known = false;
        assert_int_equal(run_summarize(&run), 0);
        text = render_run(report_text_run, &run);
        assert_non_null(strstr(text, "\nEstimated cost: unknown\n"));
        free(text);
        run_release(&run);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_text_sweep),
                cmocka_unit_test(test_text_sequential),
                cmocka_unit_test(test_text_partial),
                cmocka_unit_test(test_text_remedies),
                cmocka_unit_test(test_text_shared_remedy),
                cmocka_unit_test(test_text_failed_with_the_run),
                cmocka_unit_test(test_text_failed),
                cmocka_unit_test(test_text_comparison),
                cmocka_unit_test(test_text_comparison_without_regions),
                cmocka_unit_test(test_text_disagreement),
                cmocka_unit_test(test_format_count),
                cmocka_unit_test(test_format_money),
                cmocka_unit_test(test_text_without_prices),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
