/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "aws/settings.h"
#include "aws_environment.h"
#include "base/macros.h"

static const struct settings_override none = { 0 };

static struct settings load(const struct settings_override *o) {
        struct settings s;
        struct error_list errors = { .n = 0 };
        if (settings_load(o, &s, &errors) < 0)
                fail_msg("%s", errors.items[0].message);
        return s;
}

static void check_error(const struct settings_override *o, const char *message) {
        struct settings s;
        struct error_list errors = { .n = 0 };
        assert_true(settings_load(o, &s, &errors) < 0);
        assert_int_equal(errors.n, 1);
        assert_int_equal(errors.items[0].kind, ERROR_CONFIG);
        if (strstr(errors.items[0].message, message) == NULL)
                fail_msg("\"%s\" does not say \"%s\"", errors.items[0].message, message);
}

static void set(const char *name, const char *value) {
        assert_int_equal(setenv(name, value, 1), 0);
}

static void test_all_that_is_wrong(void **state) {
        (void) state;
        static const char *const starts[] = {
                "AWS_USE_FIPS_ENDPOINT is \"maybe\"", "AWS_ENDPOINT_URL_EC2: \"ftp:",
                "AWS_ENDPOINT_URL_STS: \"nonsense\"", "AWS_CA_BUNDLE names /nowhere",
                "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is \"ipv5\"",
                "AWS_METADATA_SERVICE_TIMEOUT is \"0\"",
        };
        struct settings s;
        struct error_list errors = { .n = 0 };
        set("AWS_USE_FIPS_ENDPOINT", "maybe");
        set("AWS_ENDPOINT_URL_EC2", "ftp://host/");
        set("AWS_ENDPOINT_URL_STS", "nonsense");
        set("AWS_CA_BUNDLE", "/nowhere");
        set("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv5");
        set("AWS_METADATA_SERVICE_TIMEOUT", "0");
        assert_int_equal(settings_load(&none, &s, &errors), -EINVAL);
        for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
                if (i >= errors.n || strncmp(errors.items[i].message, starts[i], strlen(starts[i])) != 0)
                        fail_msg("%s: %s", starts[i], errors.items[i].message);
        assert_int_equal(errors.n, ARRAY_SIZE(starts));
}

static void test_defaults(void **state) {
        struct settings s = load(&none);
        assert_string_equal(s.profile, "default");
        assert_false(s.profile_explicit);
        assert_string_equal(s.config_path, aws_environment_path(*state, ".aws/config"));
        assert_string_equal(s.credentials_path, aws_environment_path(*state, ".aws/credentials"));
        assert_null(s.region);
        assert_null(s.endpoint_url_ec2);
        assert_null(s.endpoint_url_sts);
        assert_null(s.ca_bundle);
        assert_false(s.use_fips || s.use_dualstack || s.imds_disabled || s.allow_plain_http);
        assert_string_equal(s.imds_endpoint, "http://169.254.169.254/");
        assert_int_equal(s.imds_timeout_ms, 1000);
        assert_int_equal(s.imds_attempts, 1);
        settings_release(&s);
}

static void test_profile_choice(void **state) {
        aws_environment_write_config(*state, "[profile a]\nregion = r-a\n[profile \"b c\"]\nregion = r-b\n"
                                             "[profile\t'd']\nregion = r-d\n");
        aws_environment_write_credentials(*state, "[e]\nregion = r-e\n[a]\nx = y\n");
        static const struct {
                const char *explicit, *profile, *default_profile, *region;
        } cases[] = {
                { NULL, "a", "e", "r-a" }, { NULL, "", "e", "r-e" }, { "b c", "a", "e", "r-b" }, { "d", "", "", "r-d" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                const struct settings_override o = { .profile = cases[i].explicit };
                set("AWS_PROFILE", cases[i].profile);
                set("AWS_DEFAULT_PROFILE", cases[i].default_profile);
                struct settings s = load(&o);
                assert_string_equal(s.region, cases[i].region);
                assert_int_equal(s.profile_explicit, cases[i].explicit != NULL);
                settings_release(&s);
        }
        set("AWS_PROFILE", "nobody");
        check_error(&none, "there is no profile \"nobody\"");
        /* The last header of the same meaning counts. */
        aws_environment_write_config(*state, "[default]\nregion = one\n[profile default]\noutput = x\n");
        set("AWS_PROFILE", "default");
        set("AWS_DEFAULT_PROFILE", "");
        struct settings s = load(&none);
        assert_null(s.region);
        settings_release(&s);
}

static void test_region_order(void **state) {
        aws_environment_write_config(*state, "[default]\nregion = from-config\n");
        struct settings s = load(&none);
        assert_string_equal(s.region, "from-config");
        settings_release(&s);
        aws_environment_write_credentials(*state, "[default]\nregion = from-credentials\n");
        s = load(&none);
        assert_string_equal(s.region, "from-credentials");
        settings_release(&s);
        set("AWS_DEFAULT_REGION", "from-default-region");
        s = load(&none);
        assert_string_equal(s.region, "from-default-region");
        settings_release(&s);
        set("AWS_REGION", "from-region");
        s = load(&none);
        assert_string_equal(s.region, "from-region");
        settings_release(&s);
}

static void check_endpoints(const struct settings_override *o, const char *ec2, const char *sts) {
        struct settings s = load(o);
        assert_string_equal(s.endpoint_url_ec2 != NULL ? s.endpoint_url_ec2 : "", ec2);
        assert_string_equal(s.endpoint_url_sts != NULL ? s.endpoint_url_sts : "", sts);
        settings_release(&s);
}

static void test_endpoint_order(void **state) {
        aws_environment_write_config(*state, "[default]\nendpoint_url = https://profile\n");
        check_endpoints(&none, "https://profile/", "https://profile/");
        aws_environment_write_config(*state, "[default]\nendpoint_url = https://profile\nservices = mine\n"
                                             "[services mine]\nec2 =\n  endpoint_url = https://services-ec2\n"
                                             "s3 =\n  endpoint_url = https://other\n");
        check_endpoints(&none, "https://services-ec2/", "https://profile/");
        set("AWS_ENDPOINT_URL", "https://all");
        check_endpoints(&none, "https://all/", "https://all/");
        set("AWS_ENDPOINT_URL_STS", "https://sts");
        check_endpoints(&none, "https://all/", "https://sts/");
        set("AWS_ENDPOINT_URL_EC2", "https://ec2");
        check_endpoints(&none, "https://ec2/", "https://sts/");
        set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE");
        check_endpoints(&none, "", "");
        const struct settings_override o = { .endpoint_url = "http://127.0.0.1:1" };
        check_endpoints(&o, "http://127.0.0.1:1/", "http://127.0.0.1:1/");
}

static void test_bad_endpoints(void **state) {
        set("AWS_ENDPOINT_URL_EC2", "http://example.com");
        check_error(&none, "AWS_ENDPOINT_URL_EC2: plain http is refused");
        const struct settings_override plain = { .allow_plain_http = true };
        check_endpoints(&plain, "http://example.com/", "");
        set("AWS_ENDPOINT_URL_EC2", "https://x");
        set("AWS_USE_FIPS_ENDPOINT", "true");
        check_error(&none, "cannot be combined with AWS_USE_FIPS_ENDPOINT");
        set("AWS_USE_FIPS_ENDPOINT", "yes");
        check_error(&none, "AWS_USE_FIPS_ENDPOINT is \"yes\": it must be true or false");
        set("AWS_USE_FIPS_ENDPOINT", "");
        set("AWS_USE_DUALSTACK_ENDPOINT", "True");
        check_error(&none, "AWS_USE_DUALSTACK_ENDPOINT");
        set("AWS_USE_DUALSTACK_ENDPOINT", "");
        set("AWS_ENDPOINT_URL_EC2", "");
        aws_environment_write_config(*state, "[default]\nservices = none\n");
        check_error(&none, "has no [services none]");
        aws_environment_write_config(*state, "[default]\nendpoint_url = nonsense\n");
        check_error(&none, "endpoint_url of the profile: \"nonsense\"");
}

static void test_flags_of_profile(void **state) {
        aws_environment_write_config(*state, "[default]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = TRUE\n");
        struct settings s = load(&none);
        assert_true(s.use_fips && s.use_dualstack);
        settings_release(&s);
        set("AWS_USE_FIPS_ENDPOINT", "false");
        s = load(&none);
        assert_true(!s.use_fips && s.use_dualstack);
        settings_release(&s);
}

static void test_ca_bundle(void **state) {
        aws_environment_write_config(*state, "[default]\nca_bundle = /dev/null\n");
        set("REQUESTS_CA_BUNDLE", "/nonexistent/requests.pem");
        struct settings s = load(&none);
        assert_string_equal(s.ca_bundle, "/dev/null");
        settings_release(&s);
        aws_environment_write_config(*state, "");
        check_error(&none, "REQUESTS_CA_BUNDLE names /nonexistent/requests.pem");
        set("AWS_CA_BUNDLE", "/nonexistent/aws.pem");
        check_error(&none, "AWS_CA_BUNDLE names /nonexistent/aws.pem");
        assert_int_equal(unsetenv("REQUESTS_CA_BUNDLE"), 0);
}

static void test_imds(void **state) {
        aws_environment_write_config(*state, "[default]\nec2_metadata_service_endpoint_mode = IPv6\n"
                                             "metadata_service_timeout = 3\nmetadata_service_num_attempts = 4\n");
        struct settings s = load(&none);
        assert_string_equal(s.imds_endpoint, "http://[fd00:ec2::254]/");
        assert_int_equal(s.imds_timeout_ms, 3000);
        assert_int_equal(s.imds_attempts, 4);
        settings_release(&s);
        set("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://10.0.0.1:1338");
        set("AWS_EC2_METADATA_DISABLED", "true");
        set("AWS_METADATA_SERVICE_TIMEOUT", "2");
        s = load(&none);
        assert_string_equal(s.imds_endpoint, "http://10.0.0.1:1338/");
        assert_int_equal(s.imds_timeout_ms, 2000);
        assert_true(s.imds_disabled);
        settings_release(&s);
        set("AWS_METADATA_SERVICE_TIMEOUT", "0");
        check_error(&none, "AWS_METADATA_SERVICE_TIMEOUT is \"0\": it must be a number from 1 to");
        set("AWS_METADATA_SERVICE_TIMEOUT", "1");
        set("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv5");
        check_error(&none, "must be ipv4 or ipv6");
}

static void test_paths(void **state) {
        set("AWS_CONFIG_FILE", "~/my-config");
        set("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials");
        struct settings s = load(&none);
        assert_string_equal(s.config_path, aws_environment_path(*state, "my-config"));
        assert_string_equal(s.credentials_path, "/nonexistent/credentials");
        settings_release(&s);
        assert_int_equal(unsetenv("HOME"), 0);
        s = load(&none);
        settings_release(&s);
}

static void test_bad_files(void **state) {
        aws_environment_write_config(*state, "region = x\n");
        check_error(&none, ".aws/config:1: text before the first [section]");
        set("AWS_CONFIG_FILE", aws_environment_path(*state, ".aws"));
        check_error(&none, "no regular file");
        set("AWS_CONFIG_FILE", "/dev/null");
        aws_environment_write_credentials(*state, "[a]\nk = v\n[a]\n");
        check_error(&none, ".aws/credentials:3: this section was there before");
        if (geteuid() != 0) {
                assert_int_equal(chmod(aws_environment_path(*state, ".aws/credentials"), 0), 0);
                check_error(&none, "Permission denied");
        }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, aws_environment_setup, aws_environment_teardown)

int main(void) {
        const struct CMUnitTest tests[] = {
                TEST(test_all_that_is_wrong), TEST(test_defaults),  TEST(test_profile_choice), TEST(test_region_order),
                TEST(test_endpoint_order), TEST(test_bad_endpoints), TEST(test_flags_of_profile),
                TEST(test_ca_bundle), TEST(test_imds), TEST(test_paths), TEST(test_bad_files),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
