/* SPDX-License-Identifier: MIT */
/* The reports for programs: JSON and CSV. */
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
#include "report/report.h"
#include "sample_run.h"

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
        sample_run_list_regions(&run);
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

static void test_json_without_prices(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        for (size_t i = 0; i < run.n_regions; i++)
                run.regions[i].totals.cost = (struct cost){ .known = i != 1 };
        assert_int_equal(run_summarize(&run), 0);
        json_t *root = load(render_run(report_json_run, &run));
        assert_true(json_is_null(json_object_get(json_object_get(root, "totals"), "cost")));
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
        check_report(report_csv_run, run,
                  CSV_HEADER
                  "2026-11-23T14:01:07Z,sweep,123456789012,ap-south-1,failed,500,14,2,0,,,,,,,,,,,,,,,,,,,denied,"
                  "Unauthorized,\"a \"\"b\"\", c ?\",59dbff89-35bd-4eac-99ed-be587,\"check the credentials, and that the region "
                  "is enabled, or add it to exclude_regions\"\r\n"
                  "2026-11-23T14:01:07Z,sweep,123456789012,eu-west-1,ok,500,14,0,0,3,200,4,200,0,0,0,0,0,0,0,EUR,"
                  "1234567890123,0,0,1,2022-02-10,2024-01-02,,,,,\r\n"
                  "2026-11-23T14:01:07Z,sweep,123456789012,us-east-1,ok,500,14,0,0,5,389,9,339,100,1,50,2,30,1,8,USD,"
                  "356620000,2400000,400000,0,2022-02-10,2022-02-10,,,,,\r\n");
        check_report(report_csv_run, (struct run){ .mode = MODE_SWEEP, .status = RUN_FAILED }, CSV_HEADER);

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
                cmocka_unit_test(test_json_run),
                cmocka_unit_test(test_json_unknown_is_null),
                cmocka_unit_test(test_json_without_prices),
                cmocka_unit_test(test_json_comparison),
                cmocka_unit_test(test_csv),
                cmocka_unit_test(test_write_errors),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
