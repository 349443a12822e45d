/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/aws_error.h"
#include "model/remedy.h"
#include "base/macros.h"

#define EC2(code, message)                                                                              \
        "<?xml version=\"1.0\"?>\n<Response><Errors><Error><Code>" code "</Code><Message>" message      \
        "</Message></Error></Errors><RequestID>ec2-request</RequestID></Response>"
#define NOW ((usec_t) 1790000000 * USEC_PER_SEC)
#define MINUTE ((usec_t) 60 * USEC_PER_SEC)

static struct error set(const struct aws_error_context *context, const char *body) {
        struct error error = { .kind = ERROR_NONE };
        assert_int_equal(aws_error_set(context, body, strlen(body), &error), -EREMOTEIO);
        assert_int_equal(error.http_status, context->status);
        return error;
}

static void test_classification(void **state) {
        (void) state;
        static const struct {
                const char *code;
                long status;
                enum error_kind kind;
        } cases[] = {
                { "RequestLimitExceeded", 503, ERROR_THROTTLED },
                { "EC2ThrottledException", 503, ERROR_THROTTLED },
                { "ThrottlingException", 400, ERROR_THROTTLED },
                { "SlowDown", 503, ERROR_THROTTLED },
                { "", 429, ERROR_THROTTLED },
                { "Unheard", 429, ERROR_THROTTLED },
                { "", 500, ERROR_SERVER },
                { "", 503, ERROR_SERVER },
                { "Unheard", 502, ERROR_SERVER },
                { "InternalError", 500, ERROR_SERVER },
                { "Unavailable", 503, ERROR_SERVER },
                { "InternalFailure", 400, ERROR_SERVER },
                { "", 408, ERROR_TIMEOUT },
                { "ExpiredToken", 403, ERROR_EXPIRED },
                { "RequestExpired", 400, ERROR_EXPIRED },
                { "RequestInTheFuture", 400, ERROR_EXPIRED },
                { "AuthFailure", 401, ERROR_DENIED },
                { "UnauthorizedOperation", 403, ERROR_DENIED },
                { "OptInRequired", 401, ERROR_DENIED },
                { "SignatureDoesNotMatch", 403, ERROR_DENIED },
                { "", 403, ERROR_DENIED },
                { "InvalidParameterValue", 400, ERROR_REFUSED },
                { "UnknownParameter", 400, ERROR_REFUSED },
                { "InvalidAction", 400, ERROR_REFUSED },
                { "", 404, ERROR_REFUSED },
                { "InvalidPaginationToken", 400, ERROR_PAGINATION },
                { "", 301, ERROR_PROTOCOL },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
                if (aws_error_classify(cases[i].code, cases[i].status) != cases[i].kind)
                        fail_msg("%s %ld is %s", cases[i].code, cases[i].status,
                                 error_kind_name(aws_error_classify(cases[i].code, cases[i].status)));
}

static void test_envelopes(void **state) {
        (void) state;
        const struct aws_error_context c = { .status = 400 };
        struct error e = set(&c, EC2("InvalidParameterValue", "Value ( 3 ) for parameter\nmaxResults &lt; 5"));
        assert_string_equal(e.code, "InvalidParameterValue");
        assert_string_equal(e.message, "Value ( 3 ) for parameter maxResults < 5");
        assert_string_equal(e.request_id, "ec2-request");
        assert_int_equal(e.kind, ERROR_REFUSED);

        e = set(&c, "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>"
                    "<Code>InvalidClientTokenId</Code><Message>bad</Message></Error><RequestId>sts-request</RequestId>"
                    "</ErrorResponse>");
        assert_string_equal(e.code, "InvalidClientTokenId");
        assert_string_equal(e.request_id, "sts-request");
        assert_string_equal(e.message, "bad");
        assert_int_equal(e.kind, ERROR_DENIED);
}

static void test_other_bodies(void **state) {
        (void) state;
        struct aws_error_context c = { .status = 503 };
        struct error e = set(&c, "<html><body><h1>503 Service Unavailable</h1></body></html>");
        assert_int_equal(e.kind, ERROR_SERVER);
        assert_string_equal(e.code, "");
        assert_non_null(strstr(e.message, "HTTP status 503"));
        e = set(&c, "");
        assert_int_equal(e.kind, ERROR_SERVER);
        assert_non_null(strstr(e.message, "empty body"));
        /* Cut off behind the code. */
        e = set(&c, "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Mess");
        assert_int_equal(e.kind, ERROR_THROTTLED);
        assert_string_equal(e.message, "RequestLimitExceeded");
        c.status = 302;
        e = set(&c, "");
        assert_int_equal(e.kind, ERROR_PROTOCOL);
        assert_non_null(strstr(e.message, "redirect"));
        c.status = 404;
        assert_non_null(strstr(set(&c, "nothing here").remedy, "--endpoint-url"));
}

/* A region that does not exist is told in the words for a wrong signature, with a full stop and a blank at their end. */
static void test_unknown_region(void **state) {
        (void) state;
        const struct aws_error_context context = { .status = 403 };
        struct error e = set(&context, EC2("SignatureDoesNotMatch", "Credential should be scoped to a valid region, not "
                                                                    "'eu-wset-1'. "));
        assert_int_equal(e.kind, ERROR_DENIED);
        assert_string_equal(e.message, "Credential should be scoped to a valid region, not 'eu-wset-1'");
        assert_string_equal(failure_remedy(&e, false), "check the region's name and --endpoint-url");
        e = set(&context, EC2("SignatureDoesNotMatch", "The signature does not match."));
        assert_string_equal(e.message, "The signature does not match");
        assert_string_equal(failure_remedy(&e, false), "check the secret access key");
}

static void test_wrong_clock(void **state) {
        (void) state;
        struct aws_error_context c = { .status = 401, .request_time = NOW, .server_date = NOW + 5 * MINUTE };
        static const char auth_failure[] = EC2("AuthFailure", "no");
        assert_int_equal(set(&c, auth_failure).kind, ERROR_EXPIRED);
        c.server_date = NOW - 5 * MINUTE;
        assert_int_equal(set(&c, auth_failure).kind, ERROR_EXPIRED);
        c.server_date = NOW + 5 * MINUTE - 1;
        assert_int_equal(set(&c, auth_failure).kind, ERROR_DENIED);
        c.server_date = 0;
        assert_int_equal(set(&c, auth_failure).kind, ERROR_DENIED);
        /* A permission that lacks is no matter of time. */
        c.server_date = NOW + 60 * MINUTE;
        assert_int_equal(set(&c, EC2("UnauthorizedOperation", "no")).kind, ERROR_DENIED);
}

static void test_expiring_credentials(void **state) {
        (void) state;
        struct aws_error_context c = { .status = 403, .request_time = NOW, .expiration = NOW - 1 };
        assert_int_equal(set(&c, EC2("InvalidClientTokenId", "no")).kind, ERROR_EXPIRED);
        c.expiration = NOW + 60 * MINUTE;
        assert_int_equal(set(&c, EC2("InvalidClientTokenId", "no")).kind, ERROR_DENIED);
}

static void test_refused_page_token(void **state) {
        (void) state;
        struct aws_error_context c = { .status = 400, .has_page_token = true };
        static const char refusal[] = EC2("InvalidParameterValue", "Unable to parse pagination token");
        assert_int_equal(set(&c, refusal).kind, ERROR_PAGINATION);
        c.has_page_token = false;
        assert_int_equal(set(&c, refusal).kind, ERROR_REFUSED);
}

static void test_hostile_text(void **state) {
        (void) state;
        const struct aws_error_context c = { .status = 400 };
        char body[9000];
        memset(body, 'x', sizeof(body));
        memcpy(body, "<Response><Errors><Error><Code>", 31);
        memcpy(body + sizeof(body) - 60, "</Code></Error></Errors></Response>", 36);
        struct error e = set(&c, body);
        assert_int_equal(strlen(e.code), sizeof(e.code) - 1);
        assert_int_equal(e.kind, ERROR_REFUSED);
        e = set(&c, EC2("Code", "red &#27;[31m"));
        assert_null(strchr(e.message, 27));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_classification),      cmocka_unit_test(test_envelopes),
                cmocka_unit_test(test_other_bodies),        cmocka_unit_test(test_unknown_region),
                cmocka_unit_test(test_wrong_clock),         cmocka_unit_test(test_expiring_credentials),
                cmocka_unit_test(test_refused_page_token),  cmocka_unit_test(test_hostile_text),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
