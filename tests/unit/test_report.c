/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "printed.h"
#include "report/money.h"
#include "report/report.h"
#include "report/table.h"
#include "sample_run.h"

/* What the report prints; the caller frees it. */
static char *render_run(int (*report)(const struct run *run, FILE *out), const struct run *run) {
        struct printed p;
        assert_int_equal(report(run, printed_begin(&p)), 0);
        return printed_end(&p);
}

static char *render_comparison(int (*report)(const struct comparison *c, FILE *out), const struct comparison *c) {
        struct printed p;
        assert_int_equal(report(c, printed_begin(&p)), 0);
        return printed_end(&p);
}

static void check_run(int (*report)(const struct run *run, FILE *out), struct run run, const char *expected) {
        char *text = render_run(report, &run);
        assert_string_equal(text, expected);
        free(text);
        run_release(&run);
}

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
        check_run(report_text_run, sample_run(MODE_SWEEP),
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
        check_run(report_text_run, run,
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

/* As DescribeRegions tells them: one of them is not enabled. */
static void list_regions(struct run *run) {
        static const struct region listed[] = {
                { "us-east-1", "opt-in-not-required" }, { "af-south-1", "not-opted-in" }, { "eu-west-1", "" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(listed); i++)
                assert_int_equal(region_list_add(&run->listed, &listed[i]), 0);
}

/* Every sum says "at least"; two accounts; text from the network cannot reach the terminal's controls. */
static void test_text_partial(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        sample_run_fail(&run, 1, ERROR_DENIED, "Unauthorized\xc2\x9b", "no \xff");
        (void) snprintf(run.regions[1].error.message, sizeof(run.regions[1].error.message), "no \x1b[2J \xff");
        run.regions[2].account[0] = '\0';
        error_copy_text(run.notice, sizeof(run.notice), "the list of regions is from the configuration");
        list_regions(&run);
        check_run(report_text_run, run,
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
        check_run(report_text_run, run,
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
        json_t *root = json_loads(text = render_run(report_json_run, &run), 0, NULL);
        assert_true(json_is_null(json_object_get(json_object_get(root, "totals"), "cost")));
        free(text);
        json_decref(root);
        run_release(&run);
}

static json_t *load(char *text) {
        json_error_t error;
        json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
        if (root == NULL)
                fail_msg("%s in %s", error.text, text);
        free(text);
        return root;
}

/* Compares with the object in expected, written with single quotes. */
static void check_json(json_t *actual, const char *expected) {
        char *copy = strdup(expected);
        assert_non_null(copy);
        for (char *c = copy; *c != '\0'; c++)
                if (*c == '\'')
                        *c = '"';
        json_t *root = load(copy);
        if (!json_equal(actual, root))
                fail_msg("%s", json_dumps(actual, 0));
        json_decref(root);
}

static void test_json_run(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        sample_run_fail(&run, 1, ERROR_DENIED, "UnauthorizedOperation", "not \"authorized\" \xff");
        run.regions[0].account[0] = '\0';
        list_regions(&run);
        json_t *root = load(render_run(report_json_run, &run));
        json_t *regions = json_incref(json_object_get(root, "regions"));
        assert_int_equal(json_array_size(regions), 3);
        check_json(json_array_get(regions, 0),
                   "{'account': null, 'region': 'ap-south-1', 'status': 'ok', 'wall_ms': 500, 'calls': 14, "
                   "'retries': 0, "
                   "'throttles': 0, 'instances': 0, 'attached_volumes': 0, 'attached_gib': 0, 'instance_sum_gib': 0, "
                   "'multi_attach_extra_gib': 0, 'unknown_instance_volumes': 0, 'unknown_instance_gib': 0, "
                   "'unattached_volumes': 0, 'unattached_gib': 0, 'managed_volumes': 0, 'managed_gib': 0, 'cost': "
                   "{'unpriced_volumes': 0, 'currencies': []}, 'by_type': []}");
        check_json(json_array_get(regions, 1),
                   "{'account': '123456789012', 'region': 'eu-west-1', 'status': 'failed', 'wall_ms': 500, 'calls': "
                   "14, "
                   "'retries': 2, 'throttles': 0, 'instances': null, 'attached_volumes': null, 'attached_gib': null, "
                   "'instance_sum_gib': null, 'multi_attach_extra_gib': null, 'unknown_instance_volumes': null, "
                   "'unknown_instance_gib': null, 'unattached_volumes': null, 'unattached_gib': null, "
                   "'managed_volumes': null, 'managed_gib': null, 'cost': null, 'by_type': null, "
                   "'error': {'kind': 'denied', 'code': 'UnauthorizedOperation', 'http_status': 403, 'message': 'not \\'authorized\\' ?', "
                   "'request_id': '59dbff89-35bd-4eac-99ed-be587', 'remedy': 'allow ec2:DescribeInstances and "
                   "ec2:DescribeVolumes there, or add the region to exclude_regions'}}");
        json_t *types = json_object_get(json_array_get(regions, 2), "by_type");
        assert_int_equal(json_array_size(types), 5);
        check_json(json_array_get(types, 1),
                   "{'zone': 'us-east-1a', 'type': 'gp3', 'state': 'in-use', 'holder': 'instance', 'volumes': 7, "
                   "'gib': 189, 'iops': 21000, 'throughput_mibps': 875, 'currency': 'USD', 'cost_micros': 15120000, "
                   "'unpriced_volumes': 0}");
        assert_int_equal(json_object_del(root, "regions"), 0);
        json_decref(regions);
        check_json(root,
                   "{'format_version': 1, 'mode': 'sweep', 'status': 'partial', 'started_at': '2026-11-23T14:01:07Z', "
                   "'workers': 16, 'wall_ms': 1890, 'cpu_ms': 123, 'calls': 43, 'retries': 2, 'throttles': 0, "
                   "'peak_pss_kib': 11264, 'regions_total': 3, 'regions_ok': 2, 'regions_assumed': false, "
                   "'regions_not_opted_in': ['af-south-1'], 'notice': null, "
                   "'totals': {'complete': false, 'instances': 5, 'attached_volumes': 9, 'attached_gib': 339, "
                   "'instance_sum_gib': 389, 'multi_attach_extra_gib': 100, 'unknown_instance_volumes': 1, "
                   "'unknown_instance_gib': 50, 'unattached_volumes': 2, 'unattached_gib': 30, 'managed_volumes': 1, "
                   "'managed_gib': 8, 'cost': {'unpriced_volumes': 0, 'currencies': [{'currency': 'USD', "
                   "'prices_oldest': '2022-02-10', 'prices_newest': '2022-02-10', 'total_micros': 359420000, "
                   "'attached_micros': 356620000, 'unattached_micros': 2400000, 'managed_micros': 400000, "
                   "'gp2_as_gp3': {'cheaper_volumes': 3, 'cheaper_micros': 1230000, 'dearer_volumes': 1, "
                   "'dearer_micros': 100000}}]}}}");
        json_decref(root);
        run_release(&run);
}

static void test_json_unknown_is_null(void **state) {
        (void) state;
        struct run run = sample_run(MODE_PARALLEL);
        json_t *root = load(render_run(report_json_run, &run));
        check_json(json_object_get(root, "totals"),
                   "{'complete': true, 'instances': 8, 'attached_volumes': 12, 'attached_gib': 489, "
                   "'instance_sum_gib': 589, 'multi_attach_extra_gib': 100, 'unknown_instance_volumes': null, "
                   "'unknown_instance_gib': null, 'unattached_volumes': null, 'unattached_gib': null, "
                   "'managed_volumes': null, 'managed_gib': null, 'cost': {'unpriced_volumes': 1, 'currencies': ["
                   "{'currency': 'EUR', 'prices_oldest': '2022-02-10', 'prices_newest': '2024-01-02', "
                   "'total_micros': 1234567890123, 'attached_micros': 1234567890123, 'unattached_micros': null, "
                   "'managed_micros': null, 'gp2_as_gp3': {'cheaper_volumes': 0, 'cheaper_micros': 0, "
                   "'dearer_volumes': 0, 'dearer_micros': 0}}, "
                   "{'currency': 'USD', 'prices_oldest': '2022-02-10', 'prices_newest': '2022-02-10', "
                   "'total_micros': 352620000, 'attached_micros': 352620000, 'unattached_micros': null, "
                   "'managed_micros': null, 'gp2_as_gp3': {'cheaper_volumes': 3, 'cheaper_micros': 1230000, "
                   "'dearer_volumes': 1, 'dearer_micros': 100000}}]}}");
        json_decref(root);
        run_release(&run);

        run = (struct run){ .mode = MODE_SWEEP, .status = RUN_FAILED };
        (void) error_set(&run.error, ERROR_NETWORK, EIO, "no route");
        root = load(render_run(report_json_run, &run));
        check_json(root, "{'format_version': 1, 'mode': 'sweep', 'status': 'failed',"
                         " 'started_at': '1970-01-01T00:00:00Z', "
                         "'workers': 0, 'wall_ms': 0, 'cpu_ms': 0, 'calls': 0, 'retries': 0, 'throttles': 0, "
                         "'peak_pss_kib': null, 'regions_total': 0, 'regions_ok': 0, 'regions_assumed': false, "
                         "'regions_not_opted_in': null, 'notice': null, "
                         "'error': {'kind': 'network', 'code': null, 'http_status': null, "
                         "'message': 'no route', 'request_id': null, 'remedy': 'check network, DNS, proxy and "
                         "--endpoint-url'}, 'totals': {'complete': false, 'instances': null, "
                         "'attached_volumes': null, 'attached_gib': null, 'instance_sum_gib': null, "
                         "'multi_attach_extra_gib': null, 'unknown_instance_volumes': null, "
                         "'unknown_instance_gib': null, 'unattached_volumes': null, 'unattached_gib': null, "
                         "'managed_volumes': null, 'managed_gib': null, 'cost': null}, 'regions': []}");
        json_decref(root);
        run_release(&run);
}

static void test_json_comparison(void **state) {
        (void) state;
        struct comparison c = sample_comparison();
        json_t *root = load(render_comparison(report_json_comparison, &c));
        static const char *const modes[] = { "sequential", "parallel", "sweep" };
        for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
                json_t *run = json_object_get(root, modes[i]);
                assert_string_equal(json_string_value(json_object_get(run, "mode")), modes[i]);
                assert_int_equal(json_array_size(json_object_get(run, "regions")), 3);
                assert_int_equal(json_object_del(root, modes[i]), 0);
        }
        double speedup = json_real_value(json_object_get(root, "speedup"));
        assert_true(speedup > 2.0105 && speedup < 2.0106);
        assert_int_equal(json_object_del(root, "speedup"), 0);
        check_json(root, "{'format_version': 1, 'agree': true}");
        json_decref(root);

        sample_run_fail(&c.parallel, 0, ERROR_NETWORK, "", "");
        comparison_conclude(&c);
        root = load(render_comparison(report_json_comparison, &c));
        assert_true(json_is_null(json_object_get(root, "speedup")));
        assert_true(json_is_false(json_object_get(root, "agree")));
        json_decref(root);
        comparison_release(&c);
}

#define CSV_HEADER                                                                                        \
        "started_at,mode,account,region,status,wall_ms,calls,retries,throttles,instances,instance_sum_gib," \
        "attached_volumes,attached_gib,multi_attach_extra_gib,unknown_instance_volumes,unknown_instance_gib," \
        "unattached_volumes,unattached_gib,managed_volumes,managed_gib,currency,attached_cost_micros," \
        "unattached_cost_micros,managed_cost_micros,unpriced_volumes,prices_oldest,prices_newest,error_kind," \
        "error_code,error_message,error_request_id,error_remedy\r\n"

static void test_csv(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        sample_run_fail(&run, 0, ERROR_DENIED, "Unauthorized", "a \"b\", c \xff");
        check_run(report_csv_run, run,
                  CSV_HEADER
                  "2026-11-23T14:01:07Z,sweep,123456789012,ap-south-1,failed,500,14,2,0,,,,,,,,,,,,,,,,,,,denied,"
                  "Unauthorized,\"a \"\"b\"\", c ?\",59dbff89-35bd-4eac-99ed-be587,\"check the credentials, and that the region "
                  "is enabled, or add it to exclude_regions\"\r\n"
                  "2026-11-23T14:01:07Z,sweep,123456789012,eu-west-1,ok,500,14,0,0,3,200,4,200,0,0,0,0,0,0,0,EUR,"
                  "1234567890123,0,0,1,2022-02-10,2024-01-02,,,,,\r\n"
                  "2026-11-23T14:01:07Z,sweep,123456789012,us-east-1,ok,500,14,0,0,5,389,9,339,100,1,50,2,30,1,8,USD,"
                  "356620000,2400000,400000,0,2022-02-10,2022-02-10,,,,,\r\n");
        check_run(report_csv_run, (struct run){ .mode = MODE_SWEEP, .status = RUN_FAILED }, CSV_HEADER);

        struct comparison c = sample_comparison();
        char *text = render_comparison(report_csv_comparison, &c);
        size_t lines = 0;
        for (const char *p = text; *p != '\0'; p++)
                lines += *p == '\n';
        assert_int_equal(lines, 10);
        assert_non_null(strstr(text, "sequential,123456789012,us-east-1,ok,500,14,0,0,5,389,8,289,100,,,,,,,USD,"
                                     "352620000,,,0,2022-02-10,2022-02-10,,,,,\r\n"));
        assert_non_null(strstr(text, "parallel,123456789012,us-east-1,ok,500,14,0,0,5,389,8,289,100,,,,,,,USD,"
                                     "352620000,,,0,2022-02-10,2022-02-10,,,,,\r\n"));
        assert_non_null(strstr(text, "sweep,123456789012,us-east-1,ok,500,14,0,0,5,389,9,339,100,1,50,2,30,1,8,USD,"
                                     "356620000,2400000,400000,0,2022-02-10,2022-02-10,,,,,\r\n"));
        free(text);
        comparison_release(&c);
}

static void test_write_errors(void **state) {
        (void) state;
        int (*const reports[])(const struct run *run, FILE *out) = { report_text_run, report_json_run, report_csv_run };
        struct run run = sample_run(MODE_SWEEP);
        assert_true(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
        for (size_t i = 0; i < ARRAY_SIZE(reports); i++) {
                FILE *full = fopen("/dev/full", "w");
                assert_non_null(full);
                assert_int_equal(reports[i](&run, full), -ENOSPC);
                (void) fclose(full);

                int fds[2];
                assert_int_equal(pipe(fds), 0);
                (void) close(fds[0]);
                FILE *broken = fdopen(fds[1], "w");
                assert_non_null(broken);
                assert_int_equal(reports[i](&run, broken), -EPIPE);
                (void) fclose(broken);
        }
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
                cmocka_unit_test(test_json_run),
                cmocka_unit_test(test_json_unknown_is_null),
                cmocka_unit_test(test_json_comparison),
                cmocka_unit_test(test_csv),
                cmocka_unit_test(test_write_errors),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
