/* SPDX-License-Identifier: MIT */
/* What a preflight makes of what it found: the verdict, and a line with a remedy for each thing that is wrong. */
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
#include "report/preflight.h"
#include "report/problems.h"

static const struct error permission = { .kind = ERROR_DENIED, .code = "UnauthorizedOperation", .message = "no" };
static const struct error wrong_keys = { .kind = ERROR_DENIED, .code = "AuthFailure", .message = "who?" };
static const struct error network = { .kind = ERROR_NETWORK, .message = "no way" };

static void refuse(struct call_check *call, const struct error *error) {
        call->state = CHECK_FAILED;
        call->error = *error;
}

/* Two regions in which everything works. */
static struct preflight good(void) {
        struct preflight p = { .checked_at = UINT64_C(1700000000) * USEC_PER_SEC, .user = "u" };
        const char *const names[] = { "us-east-1", "eu-west-1" };
        p.keys.state = p.identity_call.state = p.regions_call.state = p.database.state = CHECK_OK;
        strcpy(p.keys.source, "environment");
        strcpy(p.identity.account, "123456789012");
        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                struct region_check *r = preflight_region(&p, names[i]);
                assert_non_null(r);
                assert_ptr_equal(preflight_region(&p, names[i]), r);
                r->instances.state = r->volumes.state = CHECK_OK;
        }
        preflight_sort_regions(&p);
        assert_string_equal(p.regions[0].name, "eu-west-1");
        return p;
}

static void check(struct preflight *p, enum preflight_verdict verdict, size_t n_problems, const char *words) {
        struct problems found;
        assert_int_equal(preflight_verdict(p), verdict);
        assert_int_equal(problems_find(p, &found), 0);
        assert_int_equal(found.n, n_problems);
        if (words != NULL) {
                char line[1200];
                (void) snprintf(line, sizeof(line), "%s|%s|%s|%s", found.items[0].is_warning ? "warning" : "problem",
                                found.items[0].subject, found.items[0].message, found.items[0].remedy);
                if (strstr(line, words) == NULL)
                        fail_msg("\"%s\" is not in \"%s\"", words, line);
        }
        problems_release(&found);
        preflight_release(p);
}

static void test_regions(void **state) {
        (void) state;
        struct preflight p = good();
        check(&p, PREFLIGHT_GOOD, 0, NULL);

        p = good();
        refuse(&p.regions[1].volumes, &permission);
        check(&p, PREFLIGHT_SOME, 1, "us-east-1 ec2:DescribeVolumes|denied UnauthorizedOperation: no|allow ec2:DescribeVolumes");

        /* Two reasons are two lines. */
        p = good();
        refuse(&p.regions[0].instances, &network);
        refuse(&p.regions[0].volumes, &permission);
        check(&p, PREFLIGHT_SOME, 2, "eu-west-1 ec2:DescribeInstances|network: no way|check network");

        p = good();
        for (size_t i = 0; i < p.n_regions; i++) {
                refuse(&p.regions[i].instances, &network);
                refuse(&p.regions[i].volumes, &network);
        }
        strcpy(p.proxies, "https_proxy");
        check(&p, PREFLIGHT_NOTHING, 2, "check the proxy (set: https_proxy)");
}

static void test_the_list_of_regions(void **state) {
        (void) state;
        struct preflight p = good();
        refuse(&p.regions_call, &permission);
        check(&p, PREFLIGHT_NOTHING, 1, "allow ec2:DescribeRegions, or name the regions");

        p = good();
        refuse(&p.regions_call, &permission);
        p.regions_named = true;
        check(&p, PREFLIGHT_GOOD, 0, NULL);

        p = good();
        refuse(&p.regions_call, &permission);
        p.regions_assumed = true;
        check(&p, PREFLIGHT_SOME, 1, "ec2:DescribeRegions");

        p = good();
        p.n_regions = 0;
        (void) error_set(&p.error, ERROR_CONFIG, ENOENT, "check exclude_regions");
        check(&p, PREFLIGHT_SETUP, 1, "regions|check exclude_regions");
}

/* STS knows good keys that EC2 refuses for the region's sake. */
static void test_keys(void **state) {
        (void) state;
        struct preflight p = good();
        for (size_t i = 0; i < p.n_regions; i++) {
                refuse(&p.regions[i].instances, &wrong_keys);
                refuse(&p.regions[i].volumes, &wrong_keys);
        }
        check(&p, PREFLIGHT_NOTHING, 2, "is enabled");

        p = good();
        for (size_t i = 0; i < p.n_regions; i++) {
                refuse(&p.regions[i].instances, &wrong_keys);
                refuse(&p.regions[i].volumes, &wrong_keys);
        }
        refuse(&p.identity_call, &wrong_keys);
        check(&p, PREFLIGHT_SETUP, 1, "credentials|denied AuthFailure: who?|check the keys in the environment");

        /* Where STS is not asked, EC2 is believed. */
        p = good();
        p.n_regions = 0;
        p.identity_call.state = CHECK_NOT_MADE;
        refuse(&p.regions_call, &wrong_keys);
        strcpy(p.keys.source, "config file");
        strcpy(p.keys.profile, "work");
        check(&p, PREFLIGHT_SETUP, 1, "profile \"work\" in the config file");

        p = good();
        p.n_regions = 0;
        p.keys = (struct keys_check){ .state = CHECK_FAILED,
                                      .error = { .kind = ERROR_CREDENTIALS, .message = "none" } };
        p.identity_call.state = p.regions_call.state = CHECK_NOT_MADE;
        p.error = p.keys.error;
        check(&p, PREFLIGHT_SETUP, 1, "problem|credentials|none|");

        p = good();
        refuse(&p.identity_call, &network);
        check(&p, PREFLIGHT_GOOD, 1, "warning|sts:GetCallerIdentity");

        p = good();
        p.keys.expiration = p.checked_at + 60 * USEC_PER_SEC;
        check(&p, PREFLIGHT_GOOD, 1, "warning|credentials|");

        /* A role's are renewed. */
        p = good();
        p.keys.expiration = p.checked_at + 60 * USEC_PER_SEC;
        strcpy(p.keys.source, "instance role");
        check(&p, PREFLIGHT_GOOD, 0, NULL);
}

static void test_setup_and_database(void **state) {
        (void) state;
        struct preflight p = good();
        struct file_check *file = preflight_add_file(&p, "price list");
        assert_non_null(file);
        file->state = CHECK_FAILED;
        (void) error_set(&file->error, ERROR_CONFIG, ENOENT, "p.csv: line 2");
        check(&p, PREFLIGHT_SETUP, 1, "price list|p.csv: line 2");

        /* Nothing could be asked. */
        p = good();
        p.n_regions = 0;
        p.keys.state = p.identity_call.state = p.regions_call.state = CHECK_NOT_MADE;
        (void) error_set(&p.settings_error, ERROR_CONFIG, ENOENT, "AWS_CA_BUNDLE");
        check(&p, PREFLIGHT_SETUP, 1, "AWS settings|AWS_CA_BUNDLE");
        p = good();
        p.n_regions = 0;
        p.keys.state = p.identity_call.state = p.regions_call.state = CHECK_NOT_MADE;
        (void) error_set(&p.error, ERROR_SYSTEM, EMFILE, "no descriptors");
        check(&p, PREFLIGHT_NOTHING, 1, "no descriptors");

        p = good();
        refuse(&p.regions[0].volumes, &permission);
        p.database.state = CHECK_FAILED;
        (void) error_set(&p.database.error, ERROR_DATABASE, EACCES, "h.db: no");
        check(&p, PREFLIGHT_DATABASE, 2, "database|h.db: no");

        p = good();
        p.database.path = strdup("h.db");
        p.database.free_known = true;
        p.database.free_bytes = 3 << 20;
        check(&p, PREFLIGHT_GOOD, 1, "warning|database|h.db: only 3 MiB");
}

static void test_clock(void **state) {
        (void) state;
        struct preflight p = good();
        p.clock_known = true;
        p.clock_offset_s = -4;
        check(&p, PREFLIGHT_GOOD, 0, NULL);
        p = good();
        p.clock_known = true;
        p.clock_offset_s = -5;
        check(&p, PREFLIGHT_GOOD, 1, "5 s ahead of AWS's|");
        p = good();
        p.clock_known = true;
        p.clock_offset_s = 300;
        check(&p, PREFLIGHT_GOOD, 1, "300 s behind AWS's, which refuses");
}

/* What the network says reaches terminals and parsers as harmless text. */
static void test_hostile_text(void **state) {
        (void) state;
        struct preflight p = good();
        struct error hostile = { .kind = ERROR_DENIED,
                                 .message = "\x1b[2J\xff\nProblem: forged",
                                 .code = "\x1b]0;x\x07" };
        refuse(&p.regions[0].instances, &hostile);
        strcpy(p.identity.arn, "arn:\x1b[31m\xc2\x9b\n  FAILED x");
        int (*const reports[])(const struct preflight *, FILE *) = { report_text_preflight, report_json_preflight };
        for (size_t i = 0; i < ARRAY_SIZE(reports); i++) {
                struct printed printed;
                assert_int_equal(reports[i](&p, printed_begin(&printed)), 0);
                char *text = printed_end(&printed);
                assert_null(memchr(text, 0x1b, printed.n));
                assert_null(memchr(text, 0xff, printed.n));
                assert_true(strstr(text, "\xc2\x9b") == NULL || reports[i] == report_json_preflight);
                assert_null(strstr(text, "\nProblem: forged"));
                assert_null(strstr(text, "\n  FAILED x"));
                free(text);
        }
        preflight_release(&p);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_regions), cmocka_unit_test(test_the_list_of_regions),
                cmocka_unit_test(test_keys),    cmocka_unit_test(test_setup_and_database),
                cmocka_unit_test(test_clock),   cmocka_unit_test(test_hostile_text),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
