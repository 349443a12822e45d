/* SPDX-License-Identifier: MIT */
#include "aws/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aws/http_error.h"
#include "aws/http_global.h"
#include "base/buffer.h"
#include "config.h"

/* libcurl's default is 64 KiB to send from, memory that each worker would have to itself. To receive it takes 16 KiB;
 * CURLOPT_BUFFERSIZE must not be set: libcurl 7.88 refuses that for ever once a connection could not be made. */
#define UPLOAD_BUFFER_SIZE 16384L
/* Idle connections a worker keeps: regions take turns on it. */
#define CONNECTIONS_MAX 4L

struct http {
        CURL *easy;
        const struct http_options *options;
        char error[CURL_ERROR_SIZE];
};

int http_new(const struct http_options *options, struct http **ret, struct error *reterr) {
        struct http *h = calloc(1, sizeof(*h));
        if (h == NULL)
                return error_oom(reterr);
        h->options = options;
        h->easy = curl_easy_init();
        if (h->easy == NULL) {
                free(h);
                return error_oom(reterr);
        }
        *ret = h;
        return 0;
}

void http_free(struct http *h) {
        if (h == NULL)
                return;
        curl_easy_cleanup(h->easy);
        free(h);
}

/* One call's state, handed to libcurl's callbacks. */
struct transfer {
        struct http *http;
        const struct http_request *request;
        struct http_response response;
        int aborted; /* on_body's errno */
        bool too_long;
};

static CURLcode use_shared_trust(CURL *easy _unused_, void *ssl_ctx, void *userdata _unused_) {
        X509_STORE *store = http_global_trust();
        if (store == NULL)
                return CURLE_SSL_CACERT_BADFILE;
        SSL_CTX_set1_cert_store(ssl_ctx, store);
        SSL_CTX_set_mode(ssl_ctx, SSL_MODE_RELEASE_BUFFERS);
        return CURLE_OK;
}

static size_t on_header(char *line, size_t size, size_t n, void *userdata) {
        static const char name[] = "date:";
        struct transfer *t = userdata;
        char value[64];
        size_t len = size * n;
        if (len > strlen(name) && len - strlen(name) < sizeof(value) && strncasecmp(line, name, strlen(name)) == 0) {
                memcpy(value, line + strlen(name), len - strlen(name));
                value[len - strlen(name)] = '\0';
                time_t date = curl_getdate(value, NULL);
                t->response.date = date > 0 ? (usec_t) date * USEC_PER_SEC : 0;
        }
        return len;
}

static size_t on_body(char *data, size_t size, size_t n, void *userdata) {
        struct transfer *t = userdata;
        size_t len = size * n;
        if (t->response.bytes == 0)
                (void) curl_easy_getinfo(t->http->easy, CURLINFO_RESPONSE_CODE, &t->response.status);
        t->too_long = len > t->request->max_body - t->response.bytes;
        if (t->too_long)
                return CURL_WRITEFUNC_ERROR;
        t->response.bytes += len;
        if (t->request->on_body != NULL)
                t->aborted = t->request->on_body(data, len, t->response.status, t->request->userdata);
        return t->aborted < 0 ? CURL_WRITEFUNC_ERROR : len;
}

int http_collect(const void *data, size_t n, long status _unused_, void *userdata) {
        return buffer_append(userdata, data, n);
}

/* Sets an option whose only failure is a lack of memory; the first one stays in r. */
#define SET(option, value)                                             \
        do {                                                           \
                if (r == CURLE_OK)                                     \
                        r = curl_easy_setopt(h->easy, option, value);  \
        } while (0)

static CURLcode set_transport(struct http *h, const struct http_request *request) {
        const struct http_options *o = h->options;
        CURLcode r = CURLE_OK;
        SET(CURLOPT_ERRORBUFFER, h->error);
        SET(CURLOPT_NOSIGNAL, 1L);
        SET(CURLOPT_PROTOCOLS_STR, "http,https");
        SET(CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1);
        SET(CURLOPT_FOLLOWLOCATION, 0L);
        SET(CURLOPT_PATH_AS_IS, 1L); /* the path that was signed */
        SET(CURLOPT_UPLOAD_BUFFERSIZE, UPLOAD_BUFFER_SIZE);
        SET(CURLOPT_MAXCONNECTS, CONNECTIONS_MAX);
        SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        SET(CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION);

        SET(CURLOPT_TIMEOUT_MS, (long) (request->timeout_ms > 0 ? request->timeout_ms : o->call_timeout_ms));
        SET(CURLOPT_CONNECTTIMEOUT_MS, (long) o->connect_timeout_ms);
        SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
        SET(CURLOPT_LOW_SPEED_TIME, (long) ((o->stall_timeout_ms + 999) / 1000));

        SET(CURLOPT_SSL_VERIFYPEER, 1L);
        SET(CURLOPT_SSL_VERIFYHOST, 2L);
        SET(CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
        /* Else libcurl would read its own bundle for each connection. */
        SET(CURLOPT_CAINFO, NULL);
        SET(CURLOPT_CAPATH, NULL);
        SET(CURLOPT_SSL_CTX_FUNCTION, use_shared_trust);
        if (request->metadata)
                SET(CURLOPT_PROXY, ""); /* the proxy's metadata would be the answer */
        SET(CURLOPT_FRESH_CONNECT, request->fresh_connection ? 1L : 0L);
        return r;
}

static CURLcode set_request(struct http *h, struct transfer *t, struct curl_slist *headers) {
        const struct http_request *request = t->request;
        CURLcode r = CURLE_OK;
        SET(CURLOPT_URL, request->url);
        SET(CURLOPT_HTTPHEADER, headers);
        if (strcmp(request->method, "GET") != 0) {
                SET(CURLOPT_POST, 1L);
                SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) request->body_len);
                SET(CURLOPT_POSTFIELDS, request->body_len > 0 ? request->body : "");
                SET(CURLOPT_CUSTOMREQUEST, request->method);
        }
        SET(CURLOPT_HEADERFUNCTION, on_header);
        SET(CURLOPT_HEADERDATA, t);
        SET(CURLOPT_WRITEFUNCTION, on_body);
        SET(CURLOPT_WRITEDATA, t);
        return r;
}

static int add_headers(const char *const *headers, struct curl_slist **list, struct error *reterr) {
        /* Without it libcurl asks before it sends a longer body, which proxies get wrong; it is not signed. */
        static const char *const own[] = { "Expect:", NULL };
        const char *const *const groups[] = { own, headers };
        for (size_t g = 0; g < ARRAY_SIZE(groups); g++)
                for (const char *const *p = groups[g]; p != NULL && *p != NULL; p++) {
                        if (strpbrk(*p, "\r\n") != NULL)
                                return error_set(reterr, ERROR_CONFIG, EINVAL,
                                                 "a header of the request has a line break: check the credentials");
                        struct curl_slist *grown = curl_slist_append(*list, *p);
                        if (grown == NULL)
                                return error_oom(reterr);
                        *list = grown;
                }
        return 0;
}

/* Some of libcurl's texts end in blanks or a line break. */
static void trim(char *text) {
        for (size_t n = strlen(text); n > 0 && strchr(" \r\n", text[n - 1]) != NULL; n--)
                text[n - 1] = '\0';
}

static struct call_times times_of(CURL *easy) {
        curl_off_t connected = 0, secured = 0, answered = 0;
        (void) curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected);
        (void) curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &secured);
        (void) curl_easy_getinfo(easy, CURLINFO_STARTTRANSFER_TIME_T, &answered);
        return (struct call_times){ (usec_t) connected, (usec_t) secured, (usec_t) answered };
}

static int os_errno(CURL *easy) {
        long e = 0;
        (void) curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &e);
        return (int) e;
}

static int perform(struct transfer *t, struct curl_slist *headers, struct error *reterr) {
        struct http *h = t->http;
        h->error[0] = '\0';
        /* Forgets the options of the call before, keeps the connections. */
        curl_easy_reset(h->easy);
        CURLcode code = set_transport(h, t->request);
        if (code == CURLE_OK)
                code = set_request(h, t, headers);
        if (code == CURLE_OK)
                code = curl_easy_perform(h->easy);
        trim(h->error);
        (void) curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &t->response.status);
        t->response.times = times_of(h->easy);
        if (t->aborted < 0)
                return t->aborted;
        if (t->too_long)
                return error_set(reterr, ERROR_PROTOCOL, EMSGSIZE, "%.*s: the answer is longer than %zu bytes",
                                 http_origin_length(t->request->url), t->request->url, t->request->max_body);
        return code == CURLE_OK ? 0 : http_error(code, h->error, os_errno(h->easy), t->request->url, reterr);
}

int http_perform(struct http *h, const struct http_request *request, struct http_response *ret,
                 struct error *reterr) {
        struct transfer t = { .http = h, .request = request };
        struct curl_slist *headers = NULL;
        int r = add_headers(request->headers, &headers, reterr);
        if (r == 0)
                r = perform(&t, headers, reterr);
        curl_slist_free_all(headers);
        *ret = t.response;
        return r;
}
