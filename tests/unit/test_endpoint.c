/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/endpoint.h"
#include "aws/partition.h"
#include "base/macros.h"

static char *text(const char *s) {
        return (char *) (uintptr_t) s;
}

static void test_partitions(void **state) {
        (void) state;
        static const struct {
                const char *region, *name, *ec2, *dualstack, *fips, *fips_dualstack, *global;
        } cases[] = {
                { "eu-west-1", "aws", "ec2.eu-west-1.amazonaws.com", "ec2.eu-west-1.api.aws",
                  "ec2-fips.eu-west-1.amazonaws.com", "ec2-fips.eu-west-1.api.aws", "us-east-1" },
                { "cn-north-1", "aws-cn", "ec2.cn-north-1.amazonaws.com.cn",
                  "ec2.cn-north-1.api.amazonwebservices.com.cn", "ec2-fips.cn-north-1.amazonaws.com.cn",
                  "ec2-fips.cn-north-1.api.amazonwebservices.com.cn", "cn-northwest-1" },
                { "us-gov-east-1", "aws-us-gov", "ec2.us-gov-east-1.amazonaws.com", "ec2.us-gov-east-1.api.aws",
                  "ec2.us-gov-east-1.amazonaws.com", "ec2-fips.us-gov-east-1.api.aws", "us-gov-west-1" },
                { "eusc-de-east-1", "aws-eusc", "ec2.eusc-de-east-1.amazonaws.eu",
                  "ec2.eusc-de-east-1.api.amazonwebservices.eu", "ec2-fips.eusc-de-east-1.amazonaws.eu",
                  "ec2-fips.eusc-de-east-1.api.amazonwebservices.eu", "eusc-de-east-1" },
                { "us-iso-west-1", "aws-iso", "ec2.us-iso-west-1.c2s.ic.gov", "ec2.us-iso-west-1.api.aws.ic.gov",
                  "ec2-fips.us-iso-west-1.c2s.ic.gov", "ec2-fips.us-iso-west-1.api.aws.ic.gov", "us-iso-east-1" },
                { "us-isob-east-1", "aws-iso-b", "ec2.us-isob-east-1.sc2s.sgov.gov",
                  "ec2.us-isob-east-1.api.aws.scloud", "ec2-fips.us-isob-east-1.sc2s.sgov.gov",
                  "ec2-fips.us-isob-east-1.api.aws.scloud", "us-isob-east-1" },
                { "eu-isoe-west-1", "aws-iso-e", "ec2.eu-isoe-west-1.cloud.adc-e.uk",
                  "ec2.eu-isoe-west-1.api.cloud-aws.adc-e.uk", "ec2-fips.eu-isoe-west-1.cloud.adc-e.uk",
                  "ec2-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk", "eu-isoe-west-1" },
                { "us-isof-east-1", "aws-iso-f", "ec2.us-isof-east-1.csp.hci.ic.gov",
                  "ec2.us-isof-east-1.api.aws.hci.ic.gov", "ec2-fips.us-isof-east-1.csp.hci.ic.gov",
                  "ec2-fips.us-isof-east-1.api.aws.hci.ic.gov", "us-isof-south-1" },
                { "xx-new-9", "aws", "ec2.xx-new-9.amazonaws.com", "ec2.xx-new-9.api.aws",
                  "ec2-fips.xx-new-9.amazonaws.com", "ec2-fips.xx-new-9.api.aws", "us-east-1" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                const char *const hosts[] = { cases[i].ec2, cases[i].dualstack, cases[i].fips,
                                              cases[i].fips_dualstack };
                for (unsigned flags = 0; flags < 4; flags++) {
                        const struct settings s = { .use_dualstack = flags & 1, .use_fips = flags & 2 };
                        struct endpoint e;
                        assert_int_equal(endpoint_resolve(&s, SERVICE_EC2, cases[i].region, &e, NULL), 0);
                        assert_string_equal(e.host, hosts[flags]);
                        assert_string_equal(e.signing_region, cases[i].region);
                        assert_string_equal(e.path, "/");
                        assert_false(e.custom);
                        assert_true(partition_owns_host(e.host));
                }
                assert_string_equal(partition_of(cases[i].region)->name, cases[i].name);
                assert_string_equal(endpoint_global_region(cases[i].region), cases[i].global);
        }
        assert_string_equal(endpoint_global_region(NULL), "us-east-1");
}

static void test_url(void **state) {
        (void) state;
        const struct settings s = { 0 };
        struct endpoint e;
        assert_int_equal(endpoint_resolve(&s, SERVICE_STS, "eu-west-1", &e, NULL), 0);
        assert_string_equal(e.url, "https://sts.eu-west-1.amazonaws.com/");
}

static void test_region_names(void **state) {
        (void) state;
        const struct settings s = { 0 };
        static const char *const bad[] = {
                "",
                "eu west",
                "EU-WEST-1",
                "a.b",
                "-a",
                "a-",
                "a/b",
                "evil.example#",
                "0123456789012345678901234567890123",
        };
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
                struct error error;
                struct endpoint e;
                assert_int_equal(endpoint_resolve(&s, SERVICE_EC2, bad[i], &e, &error), -EINVAL);
                assert_int_equal(error.kind, ERROR_CONFIG);
        }
}

static void test_parse_url(void **state) {
        (void) state;
        static const struct {
                const char *url, *normal, *host, *path;
        } cases[] = {
                { "https://h", "https://h/", "h", "/" },
                { "HTTPS://Ec2.Example.COM:443", "https://ec2.example.com/", "ec2.example.com", "/" },
                { "https://h:80/", "https://h:80/", "h:80", "/" },
                { "https://h:8443/a/B/", "https://h:8443/a/B/", "h:8443", "/a/B/" },
                { "http://localhost:4566", "http://localhost:4566/", "localhost:4566", "/" },
                { "http://127.0.0.1:80", "http://127.0.0.1/", "127.0.0.1", "/" },
                { "http://127.8.9.1", "http://127.8.9.1/", "127.8.9.1", "/" },
                { "http://[::1]:8080/x", "http://[::1]:8080/x", "[::1]:8080", "/x" },
                { "https://[FD00:EC2::254]", "https://[fd00:ec2::254]/", "[fd00:ec2::254]", "/" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct error error;
                struct endpoint e;
                if (endpoint_parse_url(cases[i].url, "here", false, &e, &error) < 0)
                        fail_msg("%s", error.message);
                assert_string_equal(e.url, cases[i].normal);
                assert_string_equal(e.host, cases[i].host);
                assert_string_equal(e.path, cases[i].path);
                assert_true(e.custom);
        }
}

static void test_bad_urls(void **state) {
        (void) state;
        static const struct {
                const char *url, *message;
        } cases[] = {
                { "", "must start with" },
                { "ec2.example", "must start with" },
                { "ftp://h", "must start with" },
                { "https://", "no valid host" },
                { "https:///x", "no valid host" },
                { "https://a b", "character" },
                { "https://h\n", "character" },
                { "https://h?x=1", "query" },
                { "https://h/#f", "query or a fragment" },
                { "https://user:secret@h/", "user name" },
                { "https://h:", "port" },
                { "https://h:0", "port" },
                { "https://h:65536", "port" },
                { "https://h:8x", "port" },
                { "https://[::1", "without ']'" },
                { "https://[::1]x", "port" },
                { "https://[evil]", "no valid host" },
                { "https://h%41", "no valid host" },
                { "http://example.com", "plain http is refused" },
                { "http://127.0.0.1.example.com", "plain http is refused" },
                { "http://localhost.example.com", "plain http is refused" },
                { "http://127.1", "plain http is refused" },
                { "http://[::ffff:1.2.3.4]", "plain http is refused" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct error error = { .kind = ERROR_NONE };
                struct endpoint e;
                assert_int_equal(endpoint_parse_url(cases[i].url, "AWS_ENDPOINT_URL", false, &e, &error), -EINVAL);
                assert_int_equal(error.kind, ERROR_CONFIG);
                assert_ptr_equal(strstr(error.message, "AWS_ENDPOINT_URL: "), error.message);
                if (strstr(error.message, cases[i].message) == NULL)
                        fail_msg("\"%s\" does not say \"%s\"", error.message, cases[i].message);
                assert_null(strstr(error.message, "secret"));
        }
        struct endpoint e;
        assert_int_equal(endpoint_parse_url("http://example.com", "x", true, &e, NULL), 0);

        char url[600] = "https://";
        memset(url + 8, 'a', sizeof(url) - 9);
        struct error error;
        assert_int_equal(endpoint_parse_url(url, "x", true, &e, &error), -EINVAL);
        assert_non_null(strstr(error.message, "too long"));
}

static void test_custom_endpoints(void **state) {
        (void) state;
        struct settings s = { .endpoint_url_ec2 = text("http://127.0.0.1:5000/ec2"),
                              .endpoint_url_sts = text("https://sts.example") };
        struct endpoint e;
        assert_int_equal(endpoint_resolve(&s, SERVICE_EC2, "eu-west-1", &e, NULL), 0);
        assert_string_equal(e.url, "http://127.0.0.1:5000/ec2");
        assert_string_equal(e.path, "/ec2");
        assert_string_equal(e.signing_region, "eu-west-1");
        assert_true(e.custom);
        assert_int_equal(endpoint_resolve(&s, SERVICE_STS, "eu-west-1", &e, NULL), 0);
        assert_string_equal(e.host, "sts.example");
}

/* A private cloud's keys are no business of Amazon's STS. */
static void test_sts_of_private_cloud(void **state) {
        (void) state;
        static const char *const private_clouds[] = {
                "https://cloud.example",  "http://127.0.0.1:5000", "https://amazonaws.com.example",
                "https://xamazonaws.com", "https://[::1]:5000",
        };
        struct endpoint e;
        struct error error;
        for (size_t i = 0; i < ARRAY_SIZE(private_clouds); i++) {
                const struct settings s = { .endpoint_url_ec2 = text(private_clouds[i]) };
                assert_int_equal(endpoint_resolve(&s, SERVICE_STS, "eu-west-1", &e, &error), -ENOENT);
                assert_int_equal(error.kind, ERROR_CONFIG);
                assert_non_null(strstr(error.message, "AWS_ENDPOINT_URL_STS"));
        }
        /* An interface endpoint in one's own network is Amazon's all the same. */
        const struct settings s = { .endpoint_url_ec2 = text("https://vpce-1.ec2.eu-west-1.vpce.amazonaws.com:443/") };
        assert_int_equal(endpoint_resolve(&s, SERVICE_STS, "eu-west-1", &e, &error), 0);
        assert_string_equal(e.host, "sts.eu-west-1.amazonaws.com");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_partitions),       cmocka_unit_test(test_url),
                cmocka_unit_test(test_region_names),     cmocka_unit_test(test_parse_url),
                cmocka_unit_test(test_bad_urls),         cmocka_unit_test(test_custom_endpoints),
                cmocka_unit_test(test_sts_of_private_cloud),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
