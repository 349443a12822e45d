/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/canonical.h"
#include "aws/percent.h"
#include "aws/sigv4.h"

/* 2015-08-30T12:36:00Z */
#define TIME ((usec_t) 1440938160 * USEC_PER_SEC)
#define KEY_ID "AKIDEXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define BODY                                                                                                           \
        "Action=DescribeVolumes&Filter.1.Name=tag%3AName&Filter.1.Value.1=a%20b%2Fc%2A~&MaxResults=500&"              \
        "Version=2016-11-15"
#define TOKEN "SESSION/TOKEN+EXAMPLE=="

static const struct sigv4_header ec2_headers[] = {
        { "Host", "ec2.eu-west-1.amazonaws.com" },
        { "Content-Type", "application/x-www-form-urlencoded; charset=utf-8" },
        { "X-Amz-Date", "20150830T123600Z" },
        { "X-Amz-Security-Token", TOKEN },
};

static void check_ec2_authorization(size_t n_headers, const char *expected) {
        const struct sigv4_request request = {
                .method = "POST", .path = "/", .query = "", .headers = ec2_headers, .n_headers = n_headers,
                .body = BODY, .body_len = strlen(BODY),
        };
        const struct sigv4_scope scope = { .time = TIME, .region = "eu-west-1", .service = "ec2" };
        struct buffer out = BUFFER_INIT(4096);
        struct error error;

        assert_int_equal(sigv4_authorization(&request, &scope, KEY_ID, SECRET, &out, &error), 0);
        assert_string_equal(buffer_string(&out), expected);
        buffer_release(&out);
}

static void test_ec2_request(void **state) {
        (void) state;
        check_ec2_authorization(3, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/ec2/aws4_request, "
                                   "SignedHeaders=content-type;host;x-amz-date, Signature="
                                   "3b6fece55b5fc7557cbd7cfbc6d98226ee64a8af238775affe2c7521432f6419");
}

static void test_ec2_request_with_token(void **state) {
        (void) state;
        check_ec2_authorization(4, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/ec2/aws4_request, "
                                   "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature="
                                   "38cfb97de68792771ada8b39e209cd6468c95fbd57f43d2bc36ddb22fd2c22db");
}

static void test_canonical_ec2_request(void **state) {
        (void) state;
        const struct sigv4_request request = {
                .method = "POST", .path = "/", .query = "", .headers = ec2_headers, .n_headers = 3,
                .body = "", .body_len = 0,
        };
        struct buffer canonical = BUFFER_INIT(4096), names = BUFFER_INIT(4096);

        assert_int_equal(sigv4_canonical_request(&request, &canonical, &names), 0);
        assert_string_equal(buffer_string(&canonical),
                            "POST\n/\n\n"
                            "content-type:application/x-www-form-urlencoded; charset=utf-8\n"
                            "host:ec2.eu-west-1.amazonaws.com\n"
                            "x-amz-date:20150830T123600Z\n"
                            "\n"
                            "content-type;host;x-amz-date\n"
                            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_string_equal(buffer_string(&names), "content-type;host;x-amz-date");
        buffer_release(&canonical);
        buffer_release(&names);
}

static void test_paths(void **state) {
        (void) state;
        static const struct {
                const char *path, *normal, *kept;
        } cases[] = {
                { "", "/", "/" },
                { "/", "/", "/" },
                { "//", "/", "//" },
                { "/./", "/", "/./" },
                { "/..", "/", "/.." },
                { "/../../x", "/x", "/../../x" },
                { "/a/..", "/", "/a/.." },
                { "/a/b/..", "/a/", "/a/b/.." },
                { "/a/b/../c", "/a/c", "/a/b/../c" },
                { "//a//b//", "/a/b/", "//a//b//" },
                { "/a/./b", "/a/b", "/a/./b" },
                { "/a/.", "/a/", "/a/." },
                { "/...", "/...", "/..." },
                { "/a b/%41$", "/a%20b/%2541%24", "/a%20b/%2541%24" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct buffer out = BUFFER_INIT(256);
                assert_int_equal(canonical_path(&out, cases[i].path, false), 0);
                assert_string_equal(buffer_string(&out), cases[i].normal);
                buffer_clear(&out);
                assert_int_equal(canonical_path(&out, cases[i].path, true), 0);
                assert_string_equal(buffer_string(&out), cases[i].kept);
                buffer_release(&out);
        }
}

static void test_queries(void **state) {
        (void) state;
        static const struct {
                const char *query, *canonical;
        } cases[] = {
                { "", "" },
                { "&&", "" },
                { "b=2&a=1", "a=1&b=2" },
                { "a", "a=" },
                { "a=&a", "a=&a=" },
                { "=x", "=x" },
                { "a=b=c", "a=b%3Dc" },
                { "p=b&p=B&P=z", "P=z&p=B&p=b" },
                { "a=x%2fy+z*%", "a=x%2Fy%2Bz%2A%25" },
                { "a=%00&a=%4", "a=%00&a=%254" },
                { "Param-3=3&Param=2&%E1%88%B4=1", "%E1%88%B4=1&Param=2&Param-3=3" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct buffer out = BUFFER_INIT(256);
                assert_int_equal(canonical_query(&out, cases[i].query), 0);
                assert_string_equal(buffer_string(&out), cases[i].canonical);
                buffer_release(&out);
        }
}

static void test_headers(void **state) {
        (void) state;
        /* A name that is a prefix of another sorts first; repeated names are joined as they came. */
        static const struct sigv4_header headers[] = {
                { "x-ab", "2" },         { "X-A", " \t one   \"a  b\" " }, { "x-a-b", "3" }, { "HOST", "h" },
                { "x-a", "second\r\n  folded" }, { "x-empty", "  " },
        };
        struct buffer out = BUFFER_INIT(1024), names = BUFFER_INIT(1024);
        assert_int_equal(canonical_headers(&out, &names, headers, ARRAY_SIZE(headers)), 0);
        assert_string_equal(buffer_string(&out), "host:h\nx-a:one \"a b\",second folded\nx-a-b:3\nx-ab:2\nx-empty:\n");
        assert_string_equal(buffer_string(&names), "host;x-a;x-a-b;x-ab;x-empty");
        buffer_release(&out);
        buffer_release(&names);
}

static void test_refusals(void **state) {
        (void) state;
        static const struct sigv4_header bad[] = { { "a b", "1" }, { "", "1" }, { "a:", "1" }, { "\xc3\xa4", "1" } };
        struct buffer out = BUFFER_INIT(1024), names = BUFFER_INIT(1024), tiny = BUFFER_INIT(3);

        for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
                assert_int_equal(canonical_headers(&out, &names, &bad[i], 1), -EINVAL);
        assert_int_equal(canonical_headers(&tiny, &names, ec2_headers, 1), -E2BIG);
        assert_int_equal(canonical_query(&tiny, "a=b&c=d"), -E2BIG);
        assert_int_equal(canonical_path(&tiny, "/a b", false), -E2BIG);

        const struct sigv4_request request = {
                .method = "GET", .path = "/", .query = "", .headers = bad, .n_headers = 1,
        };
        const struct sigv4_scope scope = { .time = TIME, .region = "r", .service = "s" };
        struct error error;
        assert_int_equal(sigv4_authorization(&request, &scope, KEY_ID, SECRET, &out, &error), -EINVAL);
        assert_int_equal(error.kind, ERROR_CONFIG);
        buffer_release(&out);
        buffer_release(&names);
        buffer_release(&tiny);
}

static void test_timestamps(void **state) {
        (void) state;
        char buf[SIGV4_TIMESTAMP_SIZE];
        assert_string_equal(sigv4_timestamp(TIME, buf), "20150830T123600Z");
        assert_string_equal(sigv4_timestamp(0, buf), "19700101T000000Z");
        assert_string_equal(sigv4_timestamp(TIME + USEC_PER_SEC - 1, buf), "20150830T123600Z");
        assert_string_equal(sigv4_timestamp(UINT64_MAX, buf), "");
}

static void test_percent_round_trip(void **state) {
        (void) state;
        char all[256];
        for (int i = 0; i < 256; i++)
                all[i] = (char) i;
        struct buffer encoded = BUFFER_INIT(1024), decoded = BUFFER_INIT(256);
        assert_int_equal(percent_encode(&encoded, all, sizeof(all), false), 0);
        assert_int_equal(encoded.len, 66 + 3 * (256 - 66));
        assert_int_equal(percent_decode(&decoded, (const char *) encoded.data, encoded.len), 0);
        assert_int_equal(decoded.len, sizeof(all));
        assert_memory_equal(decoded.data, all, sizeof(all));
        buffer_clear(&encoded);
        assert_int_equal(percent_encode(&encoded, "A z-_.~*/\xe1\x88\xb4", 12, false), 0);
        assert_string_equal(buffer_string(&encoded), "A%20z-_.~%2A%2F%E1%88%B4");
        buffer_release(&encoded);
        buffer_release(&decoded);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_ec2_request), cmocka_unit_test(test_ec2_request_with_token),
                cmocka_unit_test(test_canonical_ec2_request), cmocka_unit_test(test_paths),
                cmocka_unit_test(test_queries), cmocka_unit_test(test_headers), cmocka_unit_test(test_refusals),
                cmocka_unit_test(test_timestamps), cmocka_unit_test(test_percent_round_trip),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
