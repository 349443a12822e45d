/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "aws/http.h"
#include "base/buffer.h"
#include "canned_server.h"

static const struct http_options options = {
        .connect_timeout_ms = 2000, .call_timeout_ms = 20000, .stall_timeout_ms = 10000, .plain_http_only = true,
};

/* One server, one handle, the last answer. */
struct fixture {
        struct canned_server *server;
        struct http *http;
        char url[64];
        struct buffer body;
        struct http_response response;
        struct error error;
};

static void start_with(struct fixture *f, const struct canned_answer *answers, size_t n, SSL_CTX *tls,
                       const struct http_options *o) {
        *f = (struct fixture){ .body = BUFFER_INIT((size_t) 1024 * 1024) };
        f->server = canned_server_start(answers, n, tls);
        assert_int_equal(http_global_init(o, NULL), 0);
        assert_int_equal(http_new(o, &f->http, NULL), 0);
        (void) snprintf(f->url, sizeof(f->url), "http%s://127.0.0.1:%u/path/./x", tls != NULL ? "s" : "",
                        canned_server_port(f->server));
}

static char *stop(struct fixture *f, unsigned *ret_connections) {
        http_free(f->http);
        http_global_cleanup();
        buffer_release(&f->body);
        return canned_server_stop(f->server, ret_connections);
}

static int perform(struct fixture *f, const struct http_request *r) {
        struct http_request request = *r;
        if (request.method == NULL)
                request.method = "GET";
        if (request.url == NULL)
                request.url = f->url;
        if (request.max_body == 0)
                request.max_body = 100;
        if (request.on_body == NULL) {
                request.on_body = http_collect;
                request.userdata = &f->body;
        }
        buffer_clear(&f->body);
        f->error = (struct error){ .kind = ERROR_NONE };
        return http_perform(f->http, &request, &f->response, &f->error);
}

static const struct http_request plain = { 0 };

static void test_kept_alive(void **state) {
        (void) state;
        static const struct canned_answer answers[] = {
                { .text = "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\nContent-Length: 5\r\n\r\nhello" },
                { .text = "HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n3\r\n no\r\n0\r\n\r\n" },
                { .text = "HTTP/1.1 204 None\r\ndate: nonsense\r\n\r\n" },
        };
        static const char *const headers[] = { "Host: example.org:77", "X-One: 1", NULL };
        const struct http_request post = { .method = "POST", .headers = headers, .body = "a=b", .body_len = 3 };
        struct fixture f;
        unsigned connections;

        start_with(&f, answers, 3, NULL, &options);
        assert_int_equal(perform(&f, &post), 0);
        assert_int_equal(f.response.status, 200);
        assert_true(f.response.date == (usec_t) 1795435200 * USEC_PER_SEC);
        assert_int_equal(f.response.bytes, 5);
        assert_string_equal(buffer_string(&f.body), "hello");
        assert_int_equal(perform(&f, &plain), 0);
        assert_int_equal(f.response.status, 503);
        assert_int_equal(f.response.date, 0);
        assert_string_equal(buffer_string(&f.body), "no no");
        const struct http_request put = { .method = "PUT" };
        assert_int_equal(perform(&f, &put), 0);
        assert_int_equal(f.response.status, 204);
        assert_int_equal(f.response.date, 0);
        char *requests = stop(&f, &connections);
        assert_int_equal(connections, 1);
        assert_ptr_equal(strstr(requests, "POST /path/./x HTTP/1.1\r\n"), requests);
        assert_non_null(strstr(requests, "\r\nHost: example.org:77\r\n"));
        assert_non_null(strstr(requests, "\r\nX-One: 1\r\n"));
        assert_non_null(strstr(requests, "\r\nContent-Length: 3\r\n"));
        assert_non_null(strstr(requests, "\r\nUser-Agent: ebsreportd/"));
        assert_non_null(strstr(requests, "\r\n\r\na=bGET /path/./x HTTP/1.1\r\n"));
        assert_non_null(strstr(requests, "PUT /path/./x HTTP/1.1\r\n"));
        assert_null(strstr(requests, "Expect"));
        assert_null(strstr(requests, "Accept-Encoding"));
        free(requests);
}

/* A server may close what it kept alive at any time: that is no error of the next call. */
static void test_closed_while_idle(void **state) {
        (void) state;
        static const struct canned_answer answers[] = {
                { .text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .close = true },
                { .text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" },
        };
        struct fixture f;
        unsigned connections;
        start_with(&f, answers, 2, NULL, &options);
        assert_int_equal(perform(&f, &plain), 0);
        assert_int_equal(perform(&f, &plain), 0);
        free(stop(&f, &connections));
        assert_int_equal(connections, 2);
}

static void test_body_ceiling(void **state) {
        (void) state;
        static const struct canned_answer answers[] = {
                { .text = "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n"
                          "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
                          "1234567890" },
        };
        struct fixture f;
        start_with(&f, answers, 1, NULL, &options);
        assert_int_equal(perform(&f, &plain), -EMSGSIZE);
        assert_int_equal(f.error.kind, ERROR_PROTOCOL);
        assert_non_null(strstr(f.error.message, "longer than 100 bytes"));
        free(stop(&f, NULL));
}

static void test_no_redirect(void **state) {
        (void) state;
        static const struct canned_answer answers[] = {
                { .text = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n" },
        };
        struct fixture f;
        start_with(&f, answers, 1, NULL, &options);
        assert_int_equal(perform(&f, &plain), 0);
        assert_int_equal(f.response.status, 302);
        free(stop(&f, NULL));
}

static void check_failure(const char *answer, enum error_kind kind) {
        const struct canned_answer answers[] = { { .text = answer, .close = true } };
        struct fixture f;
        start_with(&f, answers, 1, NULL, &options);
        assert_true(perform(&f, &plain) < 0);
        if (f.error.kind != kind)
                fail_msg("%s: %s", error_kind_name(f.error.kind), f.error.message);
        assert_non_null(strstr(f.error.message, "http://127.0.0.1:"));
        free(stop(&f, NULL));
}

static void test_broken_answers(void **state) {
        (void) state;
        check_failure("", ERROR_NETWORK);
        check_failure("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", ERROR_NETWORK);
        check_failure("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", ERROR_NETWORK);
        check_failure("SSH-2.0-OpenSSH\r\n", ERROR_PROTOCOL);
}

static void test_timeout(void **state) {
        (void) state;
        static const struct canned_answer answers[] = { { .text = "HTTP/1.1 200 OK\r\n", .hang = true } };
        const struct http_request short_one = { .timeout_ms = 100 };
        struct fixture f;
        start_with(&f, answers, 1, NULL, &options);
        assert_int_equal(perform(&f, &short_one), -ETIMEDOUT);
        assert_int_equal(f.error.kind, ERROR_TIMEOUT);
        free(stop(&f, NULL));
}

static void test_stall(void **state) {
        (void) state;
        static const struct canned_answer answers[] = { { .text = "", .hang = true } };
        struct http_options o = options;
        o.stall_timeout_ms = 1000;
        struct fixture f;
        start_with(&f, answers, 1, NULL, &o);
        assert_int_equal(perform(&f, &plain), -ETIMEDOUT);
        assert_int_equal(f.error.kind, ERROR_TIMEOUT);
        assert_non_null(strstr(f.error.message, "too slow"));
        free(stop(&f, NULL));
}

static int refuse(const void *data, size_t n, long status, void *userdata) {
        (void) data, (void) n;
        *(long *) userdata = status;
        return -EBADMSG;
}

static void test_callback_aborts(void **state) {
        (void) state;
        static const struct canned_answer answers[] = { { .text = "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno" } };
        long status = 0;
        const struct http_request request = { .on_body = refuse, .userdata = &status };
        struct fixture f;
        start_with(&f, answers, 1, NULL, &options);
        assert_int_equal(perform(&f, &request), -EBADMSG);
        assert_int_equal(f.error.kind, ERROR_NONE);
        assert_int_equal(status, 404);
        free(stop(&f, NULL));
}

static void test_bad_requests(void **state) {
        (void) state;
        static const char *const headers[] = { "X-Token: a\r\nEvil: 1", NULL };
        const struct http_request injected = { .headers = headers };
        const struct http_request file = { .url = "file:///etc/passwd" };
        struct fixture f;
        start_with(&f, NULL, 0, NULL, &options);
        assert_int_equal(perform(&f, &injected), -EINVAL);
        assert_int_equal(f.error.kind, ERROR_CONFIG);
        assert_true(perform(&f, &file) < 0);
        assert_int_equal(f.body.len, 0);
        char *requests = stop(&f, NULL);
        assert_string_equal(requests, "");
        free(requests);
}

static void test_connection_refused(void **state) {
        (void) state;
        static const struct canned_answer answers[] = { { .text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" } };
        struct fixture f;
        char expected[64], url[64];
        start_with(&f, answers, 1, NULL, &options);
        memcpy(url, f.url, sizeof(url));
        /* The port of a server that has gone. */
        struct canned_server *gone = canned_server_start(NULL, 0, NULL);
        unsigned port = canned_server_port(gone);
        free(canned_server_stop(gone, NULL));
        (void) snprintf(f.url, sizeof(f.url), "http://127.0.0.1:%u/", port);
        assert_int_equal(perform(&f, &plain), -ECONNREFUSED);
        assert_int_equal(f.error.kind, ERROR_NETWORK);
        (void) snprintf(expected, sizeof(expected), "http://127.0.0.1:%u: ", port);
        assert_ptr_equal(strstr(f.error.message, expected), f.error.message);
        assert_non_null(strstr(f.error.message, "Connection refused"));
        /* The handle is as good as before. */
        memcpy(f.url, url, sizeof(url));
        assert_int_equal(perform(&f, &plain), 0);
        free(stop(&f, NULL));
}

static void test_proxy(void **state) {
        (void) state;
        static const struct canned_answer answers[] = {
                { .text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", .close = true },
                { .text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" },
        };
        static const char *const broken[] = {
                "nonsense://user:sesame@127.0.0.1:1", "http://user:sesame@[", "http://user:sesame@host.invalid:1",
                "http://user:sesame@127.0.0.1:99999",
        };
        const struct http_request metadata = { .metadata = true, .timeout_ms = 2000 };
        const struct http_request other = { .url = "http://ec2.example.org/" };
        struct fixture f;
        char proxy[64];
        start_with(&f, answers, 2, NULL, &options);
        for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
                assert_int_equal(setenv("http_proxy", broken[i], 1), 0);
                assert_true(perform(&f, &plain) < 0);
                assert_int_equal(f.error.kind, ERROR_NETWORK);
                assert_null(strstr(f.error.message, "sesame"));
                if (strstr(f.error.remedy, "http_proxy") == NULL)
                        fail_msg("%s: %s; %s", broken[i], f.error.message, f.error.remedy);
        }
        /* Metadata is asked directly, whatever the variables say; anything else goes through the proxy. */
        if (perform(&f, &metadata) < 0)
                fail_msg("%s", f.error.message);
        (void) snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%u", canned_server_port(f.server));
        assert_int_equal(setenv("http_proxy", proxy, 1), 0);
        assert_int_equal(perform(&f, &other), 0);
        assert_int_equal(unsetenv("http_proxy"), 0);
        char *requests = stop(&f, NULL);
        assert_non_null(strstr(requests, "GET /path/./x HTTP/1.1\r\n"));
        assert_non_null(strstr(requests, "GET http://ec2.example.org/ HTTP/1.1\r\n"));
        free(requests);
}

/* A TLS server with a certificate for san; ca_bundle NULL: ours, as if it were named in AWS_CA_BUNDLE. */
static void check_tls(const char *san, const char *ca_bundle, int result, const char *message) {
        static const struct canned_answer answers[] = {
                { .text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" },
                { .text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" },
        };
        char pem[] = "/tmp/test_http.XXXXXX";
        int fd = mkstemp(pem);
        assert_true(fd >= 0);
        (void) close(fd);
        SSL_CTX *tls = canned_tls_new(san, pem);
        struct http_options o = options;
        o.plain_http_only = false;
        o.ca_bundle = ca_bundle != NULL ? ca_bundle : pem;
        struct fixture f;
        unsigned connections;
        start_with(&f, answers, 2, tls, &o);
        for (int i = 0; i < (result == 0 ? 2 : 1); i++) {
                assert_int_equal(perform(&f, &plain), result);
                assert_non_null(strstr(f.error.message, message));
                assert_int_equal(f.error.remedy[0] != '\0', result < 0);
                assert_int_equal(f.error.kind, result == 0 ? ERROR_NONE : ERROR_CONFIG);
        }
        free(stop(&f, &connections));
        assert_int_equal(connections, 1);
        SSL_CTX_free(tls);
        assert_int_equal(unlink(pem), 0);
}

static void test_tls(void **state) {
        (void) state;
        char other[] = "/tmp/test_http.XXXXXX";
        int fd = mkstemp(other);
        assert_true(fd >= 0);
        (void) close(fd);
        SSL_CTX_free(canned_tls_new("IP:127.0.0.1", other));
        check_tls("IP:127.0.0.1", NULL, 0, "");
        check_tls("IP:127.0.0.1", other, -EPROTO, "is not trusted");
        check_tls("DNS:ec2.example.org", NULL, -EPROTO, "another host name");
        assert_int_equal(unlink(other), 0);
}

/* Without a trust store no certificate is good. */
static void test_tls_not_foreseen(void **state) {
        (void) state;
        char pem[] = "/tmp/test_http.XXXXXX";
        int fd = mkstemp(pem);
        assert_true(fd >= 0);
        (void) close(fd);
        SSL_CTX *context = canned_tls_new("IP:127.0.0.1", pem);
        struct fixture f;
        start_with(&f, NULL, 0, context, &options);
        assert_true(perform(&f, &plain) < 0);
        assert_int_equal(f.error.kind, ERROR_CONFIG);
        assert_non_null(strstr(f.error.message, "no CA is loaded"));
        free(stop(&f, NULL));
        SSL_CTX_free(context);
        assert_int_equal(unlink(pem), 0);
}

static void test_bad_bundles(void **state) {
        (void) state;
        struct http_options o = options;
        struct error error;
        o.plain_http_only = false;
        o.ca_bundle = "/nonexistent/ca.pem";
        assert_int_equal(http_global_init(&o, &error), -ENOENT);
        assert_int_equal(error.kind, ERROR_CONFIG);
        assert_non_null(strstr(error.message, "/nonexistent/ca.pem"));
        o.ca_bundle = "/dev/null";
        assert_int_equal(http_global_init(&o, &error), -EINVAL);
        assert_non_null(strstr(error.message, "holds no certificate"));
        o.ca_bundle = SRCDIR "/COPYING";
        assert_int_equal(http_global_init(&o, &error), -EINVAL);
}

static unsigned count_descriptors(void) {
        unsigned n = 0;
        DIR *d = opendir("/proc/self/fd");
        assert_non_null(d);
        while (readdir(d) != NULL)
                n++;
        (void) closedir(d);
        return n;
}

/* Forked workers would read each other's answers on a connection older than the fork. */
static void test_global_init_opens_nothing(void **state) {
        (void) state;
        struct http_options o = options;
        o.plain_http_only = false;
        unsigned before = count_descriptors();
        assert_int_equal(http_global_init(&o, NULL), 0);
        assert_int_equal(count_descriptors(), before);
        /* Twice, as after a reload. */
        assert_int_equal(http_global_init(&o, NULL), 0);
        http_global_cleanup();
        http_global_cleanup();
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_global_init_opens_nothing),
                cmocka_unit_test(test_kept_alive),
                cmocka_unit_test(test_closed_while_idle),
                cmocka_unit_test(test_body_ceiling),
                cmocka_unit_test(test_no_redirect),
                cmocka_unit_test(test_broken_answers),
                cmocka_unit_test(test_timeout),
                cmocka_unit_test(test_stall),
                cmocka_unit_test(test_callback_aborts),
                cmocka_unit_test(test_bad_requests),
                cmocka_unit_test(test_connection_refused),
                cmocka_unit_test(test_proxy),
                cmocka_unit_test(test_tls),
                cmocka_unit_test(test_tls_not_foreseen),
                cmocka_unit_test(test_bad_bundles),
        };
        static const char *const variables[] = { "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                                 "no_proxy", "NO_PROXY" };
        for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
                (void) unsetenv(variables[i]);
        return cmocka_run_group_tests(tests, NULL, NULL);
}
