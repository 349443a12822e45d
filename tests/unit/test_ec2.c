/* SPDX-License-Identifier: MIT */
/* EC2's and STS's calls, from the request on the wire to the classified answer. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aws/ec2.h"
#include "aws/sts.h"
#include "canned_server.h"

/* 2015-08-30T12:36:00Z */
#define TIME ((usec_t) 1440938160 * USEC_PER_SEC)

static const struct http_options options = {
        .connect_timeout_ms = 2000, .call_timeout_ms = 20000, .stall_timeout_ms = 10000, .plain_http_only = true,
};

static char *text(const char *s) {
        return (char *) (uintptr_t) s;
}

struct fixture {
        struct canned_server *server;
        struct http *http;
        char url[64];
        struct settings settings;
        struct credentials credentials;
        struct ec2_reply reply;
        struct error error;
        unsigned volumes;
};

static void start(struct fixture *f, const struct canned_answer *answers, size_t n) {
        *f = (struct fixture){ 0 };
        f->server = canned_server_start(answers, n, NULL);
        (void) snprintf(f->url, sizeof(f->url), "http://127.0.0.1:%u/", canned_server_port(f->server));
        f->settings.endpoint_url_ec2 = f->settings.endpoint_url_sts = f->url;
        f->credentials = (struct credentials){ .access_key_id = text("AKIDEXAMPLE"),
                                               .secret_access_key = text("sesame") };
        assert_int_equal(http_global_init(&options, NULL), 0);
        assert_int_equal(http_new(&options, &f->http, NULL), 0);
}

static char *stop(struct fixture *f) {
        http_free(f->http);
        http_global_cleanup();
        return canned_server_stop(f->server, NULL);
}

static int count_volume(const struct volume *v, void *userdata) {
        assert_string_equal(v->id, "vol-1");
        ++*(unsigned *) userdata;
        return 0;
}

static int call(struct fixture *f, const struct ec2_request *request) {
        const struct ec2_sink sink = { .on_volume = count_volume, .userdata = &f->volumes };
        f->error = (struct error){ .kind = ERROR_NONE };
        return ec2_call(f->http, &f->settings, &f->credentials, request, &sink, &f->reply, &f->error);
}

static const struct ec2_request volumes_request = {
        .action = EC2_DESCRIBE_VOLUMES, .region = "eu-west-1", .time = TIME,
};

#define PAGE                                                                                                     \
        "<DescribeVolumesResponse><requestId>r-1</requestId><volumeSet><item><volumeId>vol-1</volumeId><size>8"  \
        "</size></item></volumeSet><nextToken>more==</nextToken></DescribeVolumesResponse>"
#define DATE "Date: Sun, 30 Aug 2015 12:36:01 GMT\r\n"

static void test_request(void **state) {
        (void) state;
        static const struct canned_answer answers[] = { CANNED("200 OK", DATE, PAGE), CANNED("200 OK", "", PAGE),
                                                        CANNED("200 OK", "", "<DescribeInstancesResponse/>"),
                                                        CANNED("200 OK", "", "<DescribeRegionsResponse/>"),
                                                        CANNED("200 OK", "", "<DescribeRegionsResponse/>"),
                                                        CANNED("200 OK", "", "<DescribeVolumesResponse/>") };
        struct fixture f;
        start(&f, answers, 6);
        assert_int_equal(call(&f, &volumes_request), 0);
        assert_int_equal(f.volumes, 1);
        assert_string_equal(f.reply.next_token, "more==");
        assert_string_equal(f.reply.request_id, "r-1");
        assert_true(f.reply.server_date == TIME + USEC_PER_SEC);
        ec2_reply_release(&f.reply);

        struct ec2_request full = volumes_request;
        full.page_token = "a=b";
        full.instance_id = "i-1";
        full.volume_ids = "vol-0a*,vol-a*";
        full.include_managed = true;
        f.credentials.session_token = text("TOKEN==");
        assert_int_equal(call(&f, &full), 0);
        ec2_reply_release(&f.reply);
        struct ec2_request other = { .action = EC2_DESCRIBE_INSTANCES, .region = "x", .page_token = "", .time = TIME };
        assert_int_equal(call(&f, &other), 0);
        assert_null(f.reply.next_token);
        other.action = EC2_DESCRIBE_REGIONS;
        assert_int_equal(call(&f, &other), 0);
        other.all_regions = true;
        assert_int_equal(call(&f, &other), 0);
        other.action = EC2_DESCRIBE_VOLUMES;
        other.max_results = 5;
        other.fresh_connection = true;
        assert_int_equal(call(&f, &other), 0);
        assert_true(f.reply.times.connected > 0 && f.reply.times.answered >= f.reply.times.connected);

        char host[64];
        (void) snprintf(host, sizeof(host), "\r\nHost: 127.0.0.1:%u\r\n", canned_server_port(f.server));
        char *requests = stop(&f);
        assert_ptr_equal(strstr(requests, "POST / HTTP/1.1\r\n"), requests);
        assert_non_null(strstr(requests, host));
        assert_non_null(strstr(requests, "\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"));
        assert_non_null(strstr(requests, "\r\nX-Amz-Date: 20150830T123600Z\r\n"));
        assert_non_null(strstr(requests, "Credential=AKIDEXAMPLE/20150830/eu-west-1/ec2/aws4_request, "
                                         "SignedHeaders=content-type;host;x-amz-date, Signature="));
        assert_non_null(strstr(requests, "\r\n\r\nAction=DescribeVolumes&Version=2016-11-15&MaxResults=1000POST"));
        assert_non_null(strstr(requests, "\r\nX-Amz-Security-Token: TOKEN==\r\n"));
        assert_non_null(strstr(requests, "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, "));
        assert_non_null(strstr(requests, "MaxResults=1000&Filter.1.Name=attachment.instance-id&Filter.1.Value.1=i-1"
                                         "&Filter.2.Name=volume-id&Filter.2.Value.1=vol-0a%2A&Filter.2.Value.2=vol-a%2A"
                                         "&IncludeManagedResources=true&NextToken=a%3DbPOST"));
        assert_non_null(strstr(requests, "Action=DescribeInstances&Version=2016-11-15&MaxResults=1000POST"));
        assert_non_null(strstr(requests, "Action=DescribeRegions&Version=2016-11-15POST"));
        assert_non_null(strstr(requests, "Action=DescribeRegions&Version=2016-11-15&AllRegions=truePOST"));
        assert_non_null(strstr(requests, "Action=DescribeVolumes&Version=2016-11-15&MaxResults=5"));
        assert_null(strstr(requests, "sesame"));
        free(requests);
}

static void check_failure(struct canned_answer answer, enum error_kind kind, const char *message, int status) {
        struct fixture f;
        start(&f, &answer, 1);
        assert_true(call(&f, &volumes_request) < 0);
        assert_int_equal(f.error.kind, kind);
        assert_int_equal(f.error.http_status, status);
        if (strstr(f.error.message, message) == NULL)
                fail_msg("\"%s\" does not say \"%s\"", f.error.message, message);
        assert_null(f.reply.next_token);
        ec2_reply_release(&f.reply);
        free(stop(&f));
}

static void test_failures(void **state) {
        (void) state;
        check_failure((struct canned_answer) CANNED("503 Busy", "", "<html><body>Busy</body></html>"), ERROR_SERVER,
                      "HTTP status 503", 503);
        check_failure((struct canned_answer) CANNED("500 Oops", "", ""), ERROR_SERVER, "empty body", 500);
        check_failure((struct canned_answer) CANNED(
                                      "503 Busy", "",
                                      "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>"
                                      "Slow down</Message></Error></Errors><RequestID>q</RequestID></Response>"),
                      ERROR_THROTTLED, "Slow down", 503);
        check_failure((struct canned_answer) CANNED("301 Moved", "Location: http://127.0.0.1:1/\r\n", ""),
                      ERROR_PROTOCOL, "redirect", 301);
        check_failure((struct canned_answer) CANNED("200 OK", "", ""), ERROR_PROTOCOL, "empty", 200);
        check_failure((struct canned_answer) CANNED("200 OK", "", "<html></html>"), ERROR_PROTOCOL, "<html>", 200);
        check_failure((struct canned_answer) CANNED("200 OK", "", "<DescribeVolumesResponse><volumeSet>"),
                      ERROR_PROTOCOL, "cut off", 200);
        check_failure((struct canned_answer) CANNED("200 OK", "Content-Length: 1000\r\n", PAGE), ERROR_NETWORK,
                      "broke off", 200);
        check_failure((struct canned_answer) CANNED("202 Accepted", "", PAGE), ERROR_PROTOCOL, "HTTP status 202", 202);
        check_failure((struct canned_answer){ .text = "", .close = true }, ERROR_NETWORK, "broke off", 0);
}

/* The clock is off where the server's date says so; the parent corrects it and tries again. */
static void test_clock_skew(void **state) {
        (void) state;
        static const struct canned_answer answers[] = {
                CANNED("401 No", "Date: Sun, 30 Aug 2015 12:56:00 GMT\r\n",
                       "<Response><Errors><Error><Code>AuthFailure</Code><Message>no</Message></Error></Errors></"
                       "Response>"),
        };
        struct fixture f;
        start(&f, answers, 1);
        assert_int_equal(call(&f, &volumes_request), -EREMOTEIO);
        assert_int_equal(f.error.kind, ERROR_EXPIRED);
        assert_string_equal(f.error.code, "AuthFailure");
        assert_true(f.reply.server_date == TIME + 20 * 60 * USEC_PER_SEC);
        free(stop(&f));
}

static void test_bad_requests(void **state) {
        (void) state;
        struct fixture f;
        start(&f, NULL, 0);
        struct ec2_request bad = volumes_request;
        bad.region = "eu-west-1.evil.example";
        assert_int_equal(call(&f, &bad), -EINVAL);
        assert_int_equal(f.error.kind, ERROR_CONFIG);
        char values[2 * 201 + 1] = "";
        for (int i = 0; i < 201; i++)
                memcpy(values + (size_t) i * 2, "v,", 3);
        bad = volumes_request;
        bad.volume_ids = values;
        assert_int_equal(call(&f, &bad), -E2BIG);
        char *requests = stop(&f);
        assert_string_equal(requests, "");
        free(requests);
}

static void test_caller_identity(void **state) {
        (void) state;
        static const struct canned_answer answers[] = {
                CANNED("200 OK", DATE, "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                                       "<GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/a</Arn><Account>111122223333</Account>"
                                       "</GetCallerIdentityResult></GetCallerIdentityResponse>"),
                CANNED("403 No", "", "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>old</Message></Error>"
                                     "<RequestId>q</RequestId></ErrorResponse>"),
                CANNED("200 OK", "", "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1; DROP</Account>"
                                     "</GetCallerIdentityResult></GetCallerIdentityResponse>"),
                CANNED("200 OK", "", "<GetCallerIdentityResponse/>"),
        };
        struct fixture f;
        struct identity who = { .account = "unset" };
        struct http_response response;
        start(&f, answers, 4);
        assert_int_equal(sts_get_caller_identity(f.http, &f.settings, &f.credentials, "eu-west-1", TIME, &who,
                                                 &response, &f.error),
                         0);
        assert_string_equal(who.account, "111122223333");
        assert_string_equal(who.arn, "arn:aws:iam::111122223333:user/a");
        assert_true(response.date == TIME + USEC_PER_SEC);
        assert_true(response.times.connected > 0 && response.times.answered >= response.times.connected);
        assert_true(response.times.secured == 0);
        who = (struct identity){ .account = "unset" };
        assert_int_equal(sts_get_caller_identity(f.http, &f.settings, &f.credentials, "eu-west-1", TIME, &who,
                                                 &response, &f.error),
                         -EREMOTEIO);
        assert_int_equal(f.error.kind, ERROR_EXPIRED);
        assert_string_equal(f.error.request_id, "q");
        for (int i = 0; i < 2; i++) {
                assert_int_equal(sts_get_caller_identity(f.http, &f.settings, &f.credentials, "eu-west-1", TIME, &who,
                                                         &response, &f.error),
                                 -EBADMSG);
                assert_int_equal(f.error.kind, ERROR_PROTOCOL);
        }
        assert_string_equal(who.account, "unset");
        /* Nobody is asked at Amazon about a private cloud's keys. */
        f.settings.endpoint_url_sts = NULL;
        assert_int_equal(sts_get_caller_identity(f.http, &f.settings, &f.credentials, "eu-west-1", TIME, &who,
                                                 &response, &f.error),
                         -ENOENT);
        char *requests = stop(&f);
        assert_non_null(strstr(requests, "/eu-west-1/sts/aws4_request"));
        assert_non_null(strstr(requests, "\r\n\r\nAction=GetCallerIdentity&Version=2011-06-15"));
        free(requests);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_request),    cmocka_unit_test(test_failures),
                cmocka_unit_test(test_clock_skew), cmocka_unit_test(test_bad_requests),
                cmocka_unit_test(test_caller_identity),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
