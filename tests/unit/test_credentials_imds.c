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

#include "aws/credentials.h"
#include "canned_server.h"
#include "model/remedy.h"

/* 2026-11-23T12:00:00Z */
#define NOW ((usec_t) 1795435200 * USEC_PER_SEC)
#define MINUTE (60 * USEC_PER_SEC)

static const struct http_options options = {
        .connect_timeout_ms = 2000, .call_timeout_ms = 20000, .stall_timeout_ms = 10000, .plain_http_only = true,
};

static usec_t now(void *userdata) {
        (void) userdata;
        return NOW;
}

static const struct clock test_clock = { .realtime = now, .monotonic = now };

/* Asks the metadata service that gives the canned answers. */
static int ask(const struct canned_answer *answers, size_t n, unsigned attempts, struct credentials *ret,
               struct error *reterr, char **ret_requests) {
        struct canned_server *server = canned_server_start(answers, n, NULL);
        char url[64];
        (void) snprintf(url, sizeof(url), "http://127.0.0.1:%u/", canned_server_port(server));
        const struct settings settings = { .imds_endpoint = url, .imds_timeout_ms = 5000, .imds_attempts = attempts };
        struct http *http;
        assert_int_equal(http_global_init(&options, NULL), 0);
        assert_int_equal(http_new(&options, &http, NULL), 0);
        *ret = (struct credentials){ 0 };
        *reterr = (struct error){ .kind = ERROR_NONE };
        int r = credentials_from_imds(&settings, http, &test_clock, ret, reterr);
        http_free(http);
        http_global_cleanup();
        *ret_requests = canned_server_stop(server, NULL);
        return r;
}

static void check(const struct canned_answer *answers, size_t n, int result, const char *message) {
        struct credentials c;
        struct error error;
        char *requests;
        assert_int_equal(ask(answers, n, 1, &c, &error, &requests), result);
        if (strstr(error.message, message) == NULL)
                fail_msg("\"%s\" does not say \"%s\"", error.message, message);
        /* None of it is about EC2's endpoint. */
        assert_true(result == 0 || strstr(failure_remedy(&error, true), "metadata") != NULL);
        assert_null(strstr(error.message, "sesame"));
        credentials_release(&c);
        free(requests);
}

#define TOKEN CANNED("200 OK", "", "session-token")
#define ROLE CANNED("200 OK", "", "my+role\nsecond")
#define KEYS(expiration)                                                                                    \
        CANNED("200 OK", "Content-Type: text/plain\r\n",                                                    \
               "{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\",\"AccessKeyId\":\"ASIA1\",\"SecretAccessKey\":" \
               "\"sesame\",\"Token\":\"T==\",\"Expiration\":\"" expiration "\"}")

static void test_role(void **state) {
        (void) state;
        static const struct canned_answer answers[] = {
                TOKEN, ROLE, KEYS("2026-11-23T18:00:00Z"), CANNED("200 OK", "", "eu-west-1"),
        };
        struct credentials c;
        struct error error;
        char *requests;
        assert_int_equal(ask(answers, 4, 1, &c, &error, &requests), 1);
        assert_string_equal(c.access_key_id, "ASIA1");
        assert_string_equal(c.secret_access_key, "sesame");
        assert_string_equal(c.session_token, "T==");
        assert_string_equal(c.home_region, "eu-west-1");
        assert_string_equal(c.source, "instance role");
        assert_true(c.expiration == NOW + 360 * MINUTE);
        credentials_release(&c);
        assert_ptr_equal(strstr(requests, "PUT /latest/api/token HTTP/1.1\r\n"), requests);
        assert_non_null(strstr(requests, "X-aws-ec2-metadata-token-ttl-seconds: 21600\r\n"));
        assert_non_null(strstr(requests, "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1\r\n"));
        assert_non_null(strstr(requests, "X-aws-ec2-metadata-token: session-token\r\n"));
        assert_non_null(strstr(requests, "GET /latest/meta-data/iam/security-credentials/my%2Brole HTTP/1.1\r\n"));
        assert_null(strstr(requests, "X-Forwarded-For"));
        free(requests);
}

/* The service may hand out a set that has all but expired: it is used on, and asked for again soon. */
static void test_expiring_keys(void **state) {
        (void) state;
        static const struct canned_answer expired[] = {
                TOKEN, ROLE, KEYS("2026-11-23T11:00:00Z"), CANNED("404 Not Found", "", ""),
        };
        static const struct canned_answer just_enough[] = {
                TOKEN, ROLE, KEYS("2026-11-23T12:15:00Z"), CANNED("200 OK", "", "no region!"),
        };
        struct credentials c;
        struct error error;
        char *requests;
        assert_int_equal(ask(expired, 4, 1, &c, &error, &requests), 1);
        assert_true(c.expiration >= NOW + 17 * MINUTE && c.expiration < NOW + 25 * MINUTE);
        assert_null(c.home_region);
        credentials_release(&c);
        free(requests);
        assert_int_equal(ask(just_enough, 4, 1, &c, &error, &requests), 1);
        assert_true(c.expiration == NOW + 15 * MINUTE);
        assert_null(c.home_region);
        credentials_release(&c);
        free(requests);
}

static void test_not_there(void **state) {
        (void) state;
        static const struct canned_answer refused[] = { CANNED("403 Forbidden", "", "") };
        static const struct canned_answer no_role[] = { TOKEN, CANNED("404 Not Found", "", "") };
        static const struct canned_answer empty_role[] = { TOKEN, CANNED("200 OK", "", "") };
        check(NULL, 0, 0, "http://127.0.0.1:");
        check(refused, 1, 0, "refuses a session: HTTP status 403");
        check(no_role, 2, 0, "has no role");
        check(empty_role, 2, 0, "has no role");
}

static void test_broken(void **state) {
        (void) state;
        static const struct canned_answer failed[] = { TOKEN, CANNED("500 Oops", "", "") };
        static const struct canned_answer vanished[] = { TOKEN, ROLE, CANNED("404 Not Found", "", "") };
        static const struct canned_answer unassigned[] = {
                TOKEN, ROLE, CANNED("200 OK", "", "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"no\"}"),
        };
        static const struct canned_answer incomplete[] = {
                TOKEN, ROLE, CANNED("200 OK", "", "{\"Code\":\"Success\",\"SecretAccessKey\":\"sesame\"}"),
        };
        static const struct canned_answer no_json[] = { TOKEN, ROLE, CANNED("200 OK", "", "<html>sesame") };
        static const struct canned_answer bad_time[] = { TOKEN, ROLE, KEYS("soon") };
        check(failed, 2, -EREMOTEIO, "HTTP status 500");
        check(vanished, 3, -ENOENT, "no keys for the role");
        check(unassigned, 3, -EREMOTEIO, "AssumeRoleUnauthorizedAccess");
        check(incomplete, 3, -EBADMSG, "incomplete");
        check(no_json, 3, -EBADMSG, "incomplete");
        check(bad_time, 3, -EBADMSG, "Expiration is no time");
}

static void test_session_runs_out(void **state) {
        (void) state;
        static const struct canned_answer answers[] = {
                TOKEN, CANNED("401 Unauthorized", "", ""), CANNED("200 OK", "", "second-token"), ROLE,
                KEYS("2026-11-23T18:00:00Z"), CANNED("200 OK", "", "eu-west-1"),
        };
        struct credentials c;
        struct error error;
        char *requests;
        assert_int_equal(ask(answers, 6, 1, &c, &error, &requests), 1);
        assert_non_null(strstr(requests, "X-aws-ec2-metadata-token: second-token\r\n"));
        credentials_release(&c);
        free(requests);
}

static void test_attempts(void **state) {
        (void) state;
        static const struct canned_answer answers[] = {
                { .text = "", .close = true }, TOKEN, ROLE, KEYS("2026-11-23T18:00:00Z"),
                CANNED("200 OK", "", "eu-west-1"),
        };
        struct credentials c;
        struct error error;
        char *requests;
        assert_int_equal(ask(answers, 5, 2, &c, &error, &requests), 1);
        credentials_release(&c);
        free(requests);
}

static void test_disabled(void **state) {
        (void) state;
        const struct settings settings = { .imds_disabled = true };
        struct credentials c = { 0 };
        struct error error;
        assert_int_equal(credentials_from_imds(&settings, NULL, &test_clock, &c, &error), 0);
        assert_non_null(strstr(error.message, "AWS_EC2_METADATA_DISABLED"));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_role),      cmocka_unit_test(test_expiring_keys),
                cmocka_unit_test(test_not_there), cmocka_unit_test(test_broken),
                cmocka_unit_test(test_session_runs_out), cmocka_unit_test(test_attempts),
                cmocka_unit_test(test_disabled),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
