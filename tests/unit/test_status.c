/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/status.h"
#include "sample_run.h"

#define SECOND USEC_PER_SEC

static void check_idle(const struct problems *p, usec_t next_in, const char *expected) {
        char text[1024];
        status_format_idle(p, next_in, text, sizeof(text));
        assert_string_equal(text, expected);
}

static void check_problems(const struct problems *p, const char *expected) {
        char text[1024];
        status_format_problems(p, text, sizeof(text));
        assert_string_equal(text, expected);
}

static struct problems after(struct run *run) {
        struct problems p = { .last_run = { .known = false } };
        digest_take(&p.last_run, run);
        run_release(run);
        return p;
}

static struct error make_error(enum error_kind kind, const char *code, const char *message) {
        struct error error = { .kind = kind };
        strcpy(error.code, code);
        strcpy(error.message, message);
        return error;
}

static void test_idle(void **state) {
        (void) state;
        struct problems none = { .last_run = { .known = false } };
        check_idle(&none, 0, "no run yet, next run in 0 s");
        struct run run = sample_run(MODE_SWEEP);
        run.totals.attached_gib = 48213;
        struct problems p = after(&run);
        check_idle(&p, 240 * SECOND, "3/3 regions, 48,213 GiB attached, next run in 4 min");
        check_problems(&p, "");
}

static void test_durations_are_rounded(void **state) {
        (void) state;
        static const struct {
                usec_t usec;
                const char *text;
        } cases[] = {
                { SECOND / 2 - 1, "0 s" },
                { 89 * SECOND, "89 s" },
                { 90 * SECOND, "2 min" },
                { 269 * SECOND, "4 min" },
                { 270 * SECOND, "5 min" },
                { 5399 * SECOND, "90 min" },
                { 5400 * SECOND, "2 h" },
                { 7 * 24 * 3600 * SECOND, "168 h" },
        };
        struct problems none = { .last_run = { .known = false } };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                char expected[64] = "no run yet, next run in ";
                check_idle(&none, cases[i].usec, strcat(expected, cases[i].text));
        }
}

static void test_one_region_is_named(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        region_result_release(&run.regions[1]);
        region_result_release(&run.regions[2]);
        run.n_regions = 1;
        assert_int_equal(run_summarize(&run), 0);
        struct problems p = after(&run);
        check_idle(&p, 40 * SECOND, "ap-south-1, 0 GiB attached, next run in 40 s");
}

static void test_failed_regions(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        sample_run_fail(&run, 1, ERROR_DENIED, "UnauthorizedOperation", "You are not authorized");
        struct problems p = after(&run);
        check_problems(&p, "eu-west-1: access denied (UnauthorizedOperation): You are not authorized; remedy: allow "
                           "ec2:DescribeInstances and ec2:DescribeVolumes there, or add the region to exclude_regions");
        char text[1024];
        status_format_idle(&p, 60 * SECOND, text, sizeof(text));
        assert_memory_equal(text, "2/3 regions, at least ", strlen("2/3 regions, at least "));
        assert_non_null(strstr(text, " GiB attached, next run in 60 s; eu-west-1: access denied"));

        run = sample_run(MODE_SWEEP);
        for (size_t i = 0; i < 3; i++)
                sample_run_fail(&run, i, ERROR_NETWORK, "", "https://x: refused");
        p = after(&run);
        check_idle(&p, 60 * SECOND, "the last run failed, next run in 60 s; "
                                    "ap-south-1: no connection: https://x: refused (and 2 more regions); remedy: check "
                                    "network, DNS, proxy and --endpoint-url, or add the region to exclude_regions");
}

static void test_notice(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        strcpy(run.notice, "the regions could not be listed");
        struct problems p = after(&run);
        check_problems(&p, "the regions could not be listed");
        run = sample_run(MODE_SWEEP);
        strcpy(run.notice, "the regions could not be listed");
        sample_run_fail(&run, 1, ERROR_DEADLINE, "", "no");
        p = after(&run);
        check_problems(&p, "eu-west-1: no; remedy: raise region_timeout; the regions could not be listed");
}

static void test_run_without_regions(void **state) {
        (void) state;
        struct run run = { .mode = MODE_SWEEP, .status = RUN_FAILED,
                           .error = make_error(ERROR_EXPIRED, "RequestExpired", "Request has expired") };
        struct problems p = after(&run);
        check_problems(&p, "the credentials have expired (RequestExpired): Request has expired; remedy: renew the "
                           "credentials, and check this machine's clock");
        check_idle(&p, 60 * SECOND, "the last run failed, next run in 60 s; "
                                    "the credentials have expired (RequestExpired): Request has expired; remedy: renew "
                                    "the credentials, and check this machine's clock");
}

static void test_everything_at_once(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        struct problems p = after(&run);
        p.database = make_error(ERROR_DATABASE, "", "/x/h.db: no space left");
        p.reload = make_error(ERROR_CONFIG, "", "/x/c:1: mode");
        check_problems(&p, "not stored: /x/h.db: no space left; the last reload was refused: /x/c:1: mode");
        p.last_run = (struct digest){ .known = true, .status = RUN_FAILED,
                                      .error = make_error(ERROR_CONFIG, "", "no profile \"x\"") };
        p.metrics = make_error(ERROR_CONFIG, "", "/x/m.prom: no");
        check_idle(&p, 0, "the last run failed, next run in 0 s; no profile \"x\"; not stored: /x/h.db: no space left; "
                          "no metrics: /x/m.prom: no; the last reload was refused: /x/c:1: mode");
}

static void test_running(void **state) {
        (void) state;
        struct problems p = { .last_run = { .known = false } };
        char text[256];
        struct cycle_progress progress = { .region = "" };
        status_format_running("sweep", &progress, &p, text, sizeof(text));
        assert_string_equal(text, "sweep: finding the regions, 0 calls");
        progress = (struct cycle_progress){ .regions_done = 12, .regions = 17, .region = "us-east-1", .calls = 1 };
        status_format_running("parallel", &progress, &p, text, sizeof(text));
        assert_string_equal(text, "parallel: us-east-1, 12/17 regions, 1 call");
        progress.calls = 2140;
        p.database = make_error(ERROR_DATABASE, "", "locked");
        /* What the last run met says nothing of this one. */
        struct run run = sample_run(MODE_SWEEP);
        sample_run_fail(&run, 1, ERROR_DENIED, "", "no");
        digest_take(&p.last_run, &run);
        run_release(&run);
        status_format_running("sweep", &progress, &p, text, sizeof(text));
        assert_string_equal(text, "sweep: us-east-1, 12/17 regions, 2,140 calls; not stored: locked");
}

static void test_long_texts_are_cut(void **state) {
        (void) state;
        struct problems p = { .last_run = { .known = false } };
        char text[64 + 1];
        memset(p.database.message, 'x', sizeof(p.database.message) - 1);
        p.database.kind = p.reload.kind = ERROR_DATABASE;
        memset(text, '#', sizeof(text));
        status_format_idle(&p, 0, text, 64);
        assert_int_equal(strlen(text), 63);
        assert_int_equal(text[64], '#');
        memset(text, '#', sizeof(text));
        status_format_error(&p.database, text, 64);
        assert_int_equal(strlen(text), 63);
        assert_int_equal(text[64], '#');
}

static void test_errors(void **state) {
        (void) state;
        char text[256];
        struct error error = make_error(ERROR_THROTTLED, "RequestLimitExceeded", "RequestLimitExceeded");
        status_format_error(&error, text, sizeof(text));
        assert_string_equal(text, "throttled (RequestLimitExceeded)");
        error = make_error(ERROR_WORKER, "", "");
        status_format_error(&error, text, sizeof(text));
        assert_string_equal(text, "worker");
        error = make_error(ERROR_CREDENTIALS, "", "no credentials were found");
        status_format_error(&error, text, sizeof(text));
        assert_string_equal(text, "no credentials were found");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_idle),
                cmocka_unit_test(test_durations_are_rounded),
                cmocka_unit_test(test_one_region_is_named),
                cmocka_unit_test(test_failed_regions),
                cmocka_unit_test(test_notice),
                cmocka_unit_test(test_run_without_regions),
                cmocka_unit_test(test_everything_at_once),
                cmocka_unit_test(test_running),
                cmocka_unit_test(test_long_texts_are_cut),
                cmocka_unit_test(test_errors),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
