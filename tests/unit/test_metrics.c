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

#include "report/exposition.h"
#include "report/metrics.h"
#include "sample_run.h"

/* No series is there twice: node_exporter would refuse the whole file. */
static void check_series_are_distinct(const char *text) {
        for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
                size_t n = (size_t) (strchr(line, '\n') - line);
                while (n > 0 && line[n - 1] != ' ')
                        n--;
                if (line[0] == '#')
                        continue;
                for (const char *other = strchr(line, '\n') + 1; *other != '\0'; other = strchr(other, '\n') + 1)
                        if (strncmp(line, other, n) == 0)
                                fail_msg("twice: %.*s", (int) n, line);
        }
}

/* What a run's metrics are, with a newline before the first line; the caller frees it. */
static char *render(const struct run *run, const struct region_past *pasts, bool stored) {
        struct buffer b = BUFFER_INIT(1 << 20);
        assert_int_equal(report_metrics(run, pasts, stored, &b), 0);
        const char *text = buffer_string(&b);
        check_series_are_distinct(text);
        char *copy = malloc(b.len + 2);
        assert_non_null(copy);
        (void) sprintf(copy, "\n%s", text);
        buffer_release(&b);
        return copy;
}

static void check_has(const char *text, const char *line) {
        char whole[512];
        (void) snprintf(whole, sizeof(whole), "\n%s\n", line);
        if (strstr(text, whole) == NULL)
                fail_msg("no line %s in%s", line, text);
}

static void check_has_not(const char *text, const char *words) {
        if (strstr(text, words) != NULL)
                fail_msg("%s in%s", words, text);
}

#define AP "{account=\"123456789012\",region=\"ap-south-1\""
#define EU "{account=\"123456789012\",region=\"eu-west-1\""
#define US "{account=\"123456789012\",region=\"us-east-1\""

static void test_a_sweep(void **state) {
        (void) state;
        static const char *const lines[] = {
                "# HELP ebs_attached_bytes Sizes of the volumes attached to an instance, each volume once.\n"
                "# TYPE ebs_attached_bytes gauge\n"
                "ebs_attached_bytes" AP "} 0\n"
                "ebs_attached_bytes" EU "} 214748364800\n"
                "ebs_attached_bytes" US "} 363998478336",
                "ebs_instances" US "} 5",
                "ebs_instance_sum_bytes" US "} 417685569536",
                "ebs_multi_attach_extra_bytes" US "} 107374182400",
                "ebs_attached_volumes" US "} 9",
                "ebs_unknown_instance_volumes" US "} 1",
                "ebs_unknown_instance_bytes" US "} 53687091200",
                "ebs_unattached_volumes" US "} 2",
                "ebs_unattached_bytes" US "} 32212254720",
                "ebs_managed_volumes" US "} 1",
                "ebs_managed_bytes" US "} 8589934592",
                "ebs_unpriced_volumes" EU "} 1",
                "ebs_volume_type_bytes" US ",volume_type=\"gp3\",holder=\"instance\"} 202937204736",
                "ebs_volume_type_bytes" US ",volume_type=\"gp3\",holder=\"none\"} 32212254720",
                "ebs_volume_type_bytes" US ",volume_type=\"standard\",holder=\"managed\"} 8589934592",
                "ebs_attached_cost_per_month" EU ",currency=\"EUR\"} 1234567.890123",
                "ebs_attached_cost_per_month" US ",currency=\"USD\"} 356.620000",
                "ebs_unattached_cost_per_month" US ",currency=\"USD\"} 2.400000",
                "ebs_managed_cost_per_month" US ",currency=\"USD\"} 0.400000",
                "ebs_prices_info" EU ",currency=\"EUR\",oldest=\"2022-02-10\",newest=\"2024-01-02\"} 1",
                "ebsreportd_region_duration_seconds" US "} 0.500000",
                "ebsreportd_region_calls" US "} 14",
                "ebsreportd_region_status" US ",status=\"ok\"} 1",
                "ebsreportd_region_status" US ",status=\"failed\"} 0",
                "ebsreportd_region_last_success_timestamp_seconds" US "} 1795442467",
                "ebsreportd_run_info{mode=\"sweep\"} 1",
                "ebsreportd_run_status{status=\"ok\"} 1",
                "ebsreportd_run_status{status=\"partial\"} 0",
                "ebsreportd_run_stored 1",
                "ebsreportd_run_start_timestamp_seconds 1795442467",
                "ebsreportd_run_duration_seconds 1.890000",
                "ebsreportd_run_cpu_seconds 0.123456",
                "ebsreportd_run_peak_memory_bytes 11534336",
                "ebsreportd_run_workers 16",
                "ebsreportd_run_calls 43",
                "ebsreportd_run_retries 7",
                "ebsreportd_run_throttles 6",
                "ebsreportd_run_regions_assumed 0",
        };
        struct run run = sample_run(MODE_SWEEP);
        run.retries = 7;
        run.throttles = 6;
        char *text = render(&run, (struct region_past[3]){ 0 }, true);
        for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
                check_has(text, lines[i]);
        check_has_not(text, "_error");
        assert_string_equal(text + strlen(text) - strlen("\n# EOF\n"), "\n# EOF\n");
        free(text);
        run_release(&run);
}

/* It has a status, and the time of its last success; no number, neither 0 nor an older one. */
static void test_a_region_that_failed(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        struct region_past pasts[3] = { { "", 5 * USEC_PER_SEC }, { "", 1795442467 * USEC_PER_SEC - 1 }, { "", 0 } };
        sample_run_fail(&run, 1, ERROR_EXPIRED, "RequestExpired", "too late");
        sample_run_fail(&run, 2, ERROR_TIMEOUT, "", "too slow");
        char *text = render(&run, pasts, false);
        check_has(text, "ebsreportd_region_status" EU ",status=\"ok\"} 0");
        check_has(text, "ebsreportd_region_status" EU ",status=\"denied\"} 1");
        check_has(text, "ebsreportd_region_status" US ",status=\"unreachable\"} 1");
        check_has(text, "# TYPE ebsreportd_region_error gauge\n"
                        "ebsreportd_region_error" EU ",kind=\"expired\"} 1\n"
                        "ebsreportd_region_error" US ",kind=\"timeout\"} 1");
        check_has(text, "# TYPE ebsreportd_region_last_success_timestamp_seconds gauge\n"
                        "ebsreportd_region_last_success_timestamp_seconds" AP "} 1795442467\n"
                        "ebsreportd_region_last_success_timestamp_seconds" EU "} 1795442466\n"
                        "# HELP ebsreportd_build_info 1 with the version of ebsreportd.");
        check_has(text, "ebsreportd_region_retries" EU "} 2");
        check_has(text, "ebsreportd_run_status{status=\"partial\"} 1");
        check_has(text, "ebsreportd_run_stored 0");
        check_has(text, "ebs_instances" AP "} 0");
        for (const char *line = text; (line = strstr(line, "\nebs_")) != NULL; line++)
                assert_memory_equal(strchr(line, '{'), AP, strlen(AP));
        free(text);
        run_release(&run);
}

static void test_what_a_mode_does_not_see(void **state) {
        (void) state;
        struct run run = sample_run(MODE_PARALLEL);
        run.peak_pss_kib = 0;
        run.regions[2].totals.cost = (struct cost){ 0 };
        char *text = render(&run, (struct region_past[3]){ 0 }, true);
        check_has(text, "ebs_attached_bytes" US "} 310311387136");
        check_has(text, "ebs_attached_cost_per_month" EU ",currency=\"EUR\"} 1234567.890123");
        check_has(text, "ebsreportd_region_status" US ",status=\"partial\"} 1");
        static const char *const absent[] = { "ebs_unattached", "ebs_managed", "ebs_unknown", "cost_per_month" US,
                                              "ebs_unpriced_volumes" US, "ebs_prices_info" US, "peak_memory" };
        for (size_t i = 0; i < ARRAY_SIZE(absent); i++)
                check_has_not(text, absent[i]);
        free(text);
        run_release(&run);
}

static void test_a_run_without_regions(void **state) {
        (void) state;
        struct run run = { .mode = MODE_SWEEP, .status = RUN_FAILED, .started_at = 7 * USEC_PER_SEC, .calls = 1 };
        (void) error_set(&run.error, ERROR_CREDENTIALS, ENOENT, "no credentials");
        char *text = render(&run, NULL, false);
        check_has(text, "ebsreportd_run_status{status=\"failed\"} 1");
        check_has(text, "ebsreportd_run_error{kind=\"credentials\"} 1");
        check_has(text, "ebsreportd_run_start_timestamp_seconds 7");
        check_has(text, "ebsreportd_run_calls 1");
        check_has_not(text, "region=");
        free(text);
}

/* As the history has it, so that a failed region is one of those that there were before. */
static void test_an_account_that_only_the_history_knows(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        struct region_past pasts[3] = { { "210987654321", 0 }, { "210987654321", 0 }, { "", 0 } };
        run.regions[1].account[0] = run.regions[2].account[0] = '\0';
        char *text = render(&run, pasts, true);
        check_has(text, "ebs_instances" AP "} 0\n"
                        "ebs_instances{account=\"210987654321\",region=\"eu-west-1\"} 3\n"
                        "ebs_instances{region=\"us-east-1\"} 5");
        free(text);
        run_release(&run);
}

static void set_types(struct run *run, const char *const *names, size_t n) {
        struct region_result *region = &run->regions[1];
        region->types = calloc(n, sizeof(*region->types));
        assert_non_null(region->types);
        region->n_types = n;
        for (size_t i = 0; i < n; i++) {
                (void) snprintf(region->types[i].type, sizeof(region->types[i].type), "%s", names[i]);
                region->types[i].holder = HOLDER_NONE;
                region->types[i].gib = (uint64_t) 1 << i;
        }
}

#define TYPE(name) "ebs_volume_type_bytes" EU ",volume_type=\"" name "\",holder=\"none\"} "

static void test_types(void **state) {
        (void) state;
        static const char *const strange[] = { "gp3", "a\"b\\c\nd", "g\xff", "", "gp3", "g\xfe" };
        struct run run = sample_run(MODE_SWEEP);
        set_types(&run, strange, ARRAY_SIZE(strange));
        char *text = render(&run, (struct region_past[3]){ 0 }, true);
        check_has(text, TYPE("gp3") "18253611008"); /* 1 + 16 GiB */
        check_has(text, TYPE("a\\\"b\\\\c d") "2147483648");
        check_has(text, TYPE("g?") "38654705664"); /* 4 + 32 GiB */
        check_has(text, TYPE("unknown") "8589934592");
        free(text);
        run_release(&run);

        static const char *const many[] = { "a", "b", "c", "other", "e", "f", "g", "h", "i", "j",
                                            "k", "l", "m", "n",     "o", "p", "q", "r", "a" };
        run = sample_run(MODE_SWEEP);
        set_types(&run, many, ARRAY_SIZE(many));
        text = render(&run, (struct region_past[3]){ 0 }, true);
        check_has(text, TYPE("p") "35184372088832");
        check_has(text, TYPE("a") "281476050452480" /* 1 + 2^18 GiB */);
        check_has(text, TYPE("other") "211114822467584"); /* 2^3 + 2^16 + 2^17 GiB */
        check_has_not(text, "volume_type=\"q\"");
        free(text);
        run_release(&run);
}

static void test_numbers_of_any_size(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        run.regions[1].totals.attached_gib = UINT64_MAX;
        run.regions[1].totals.attached_volumes = UINT64_MAX;
        run.regions[1].totals.cost.sums[0].attached_micros = COST_MICROS_MAX;
        char *text = render(&run, (struct region_past[3]){ 0 }, true);
        check_has(text, "ebs_attached_bytes" EU "} 19807040628566084397312245760");
        check_has(text, "ebs_attached_volumes" EU "} 18446744073709551615");
        check_has(text, "ebs_attached_cost_per_month" EU ",currency=\"EUR\"} 9223372036854.775807");
        free(text);
        run_release(&run);
}

static void test_no_room(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        for (size_t max = 0; max < 2000; max += 100) {
                struct buffer b = BUFFER_INIT(max);
                assert_int_equal(report_metrics(&run, (struct region_past[3]){ 0 }, true, &b), -E2BIG);
                buffer_release(&b);
        }
        run_release(&run);
}

static void test_labels(void **state) {
        (void) state;
        struct buffer b = BUFFER_INIT(1024);
        struct exposition e = { .buffer = &b };
        const struct label labels[] = { { "a", "" }, { "b", "\\\"\n\xc3\xa9\xc3" }, { "c", "d" }, { "e", "" } };
        exposition_begin(&e, "never", "Has no samples.");
        exposition_begin(&e, "x", "Help.");
        exposition_add(&e, labels, 4, EXPOSITION_KIB, 3);
        exposition_add(&e, labels, 1, EXPOSITION_PLAIN, 4);
        exposition_end(&e);
        assert_int_equal(e.r, 0);
        assert_string_equal(buffer_string(&b), "# HELP x Help.\n# TYPE x gauge\n"
                                               "x{b=\"\\\\\\\"\\n\xc3\xa9?\",c=\"d\"} 3072\nx 4\n# EOF\n");
        buffer_release(&b);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_a_sweep),
                cmocka_unit_test(test_a_region_that_failed),
                cmocka_unit_test(test_what_a_mode_does_not_see),
                cmocka_unit_test(test_a_run_without_regions),
                cmocka_unit_test(test_an_account_that_only_the_history_knows),
                cmocka_unit_test(test_types),
                cmocka_unit_test(test_numbers_of_any_size),
                cmocka_unit_test(test_no_room),
                cmocka_unit_test(test_labels),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
