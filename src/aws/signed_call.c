/* SPDX-License-Identifier: MIT */
#include "aws/signed_call.h"

#include <errno.h>
#include <string.h>

#include "aws/aws_error.h"
#include "aws/sigv4.h"

#define CONTENT_TYPE "application/x-www-form-urlencoded; charset=utf-8"
/* A full page of instances with all their tags and interfaces is about 10 MiB. */
#define ANSWER_MAX ((size_t) 64 * 1024 * 1024)
#define HEADER_LINE_MAX ((size_t) 32 * 1024)

/* The headers of one request: as the signer wants them and, line by line, as they are sent. */
struct headers {
        struct sigv4_header signed_ones[4];
        size_t n_signed;
        struct buffer lines[5];
        const char *sent[6];
        char timestamp[SIGV4_TIMESTAMP_SIZE];
};

static void headers_init(struct headers *h) {
        *h = (struct headers){ .n_signed = 0 };
        for (size_t i = 0; i < ARRAY_SIZE(h->lines); i++)
                h->lines[i] = BUFFER_INIT(HEADER_LINE_MAX);
}

static void headers_release(struct headers *h) {
        for (size_t i = 0; i < ARRAY_SIZE(h->lines); i++)
                buffer_release_secret(&h->lines[i]);
}

/* Makes the line i to send. */
static int add_line(struct headers *h, size_t i, const char *name, const char *value, struct error *reterr) {
        struct buffer *line = &h->lines[i];
        int r;
        if ((r = buffer_append_string(line, name)) == 0 && (r = buffer_append(line, ": ", 2)) == 0)
                r = buffer_append_string(line, value);
        if (r == -E2BIG)
                return error_set(reterr, ERROR_CREDENTIALS, E2BIG, "the %s header is too long: check the credentials",
                                 name);
        h->sent[i] = r == 0 ? buffer_string(line) : NULL;
        return h->sent[i] != NULL ? 0 : error_oom(reterr);
}

static int add_signed(struct headers *h, const char *name, const char *value, struct error *reterr) {
        h->signed_ones[h->n_signed] = (struct sigv4_header){ name, value };
        return add_line(h, h->n_signed++, name, value, reterr);
}

static int sign(struct headers *h, const struct endpoint *e, const struct credentials *c,
                const struct signed_call *call, struct error *reterr) {
        int r;
        if ((r = add_signed(h, "Host", e->host, reterr)) < 0 ||
            (r = add_signed(h, "Content-Type", CONTENT_TYPE, reterr)) < 0 ||
            (r = add_signed(h, "X-Amz-Date", sigv4_timestamp(call->time, h->timestamp), reterr)) < 0)
                return r;
        if (c->session_token != NULL && (r = add_signed(h, "X-Amz-Security-Token", c->session_token, reterr)) < 0)
                return r;
        const struct sigv4_request request = {
                .method = "POST", .path = e->path, .query = "",
                .headers = h->signed_ones, .n_headers = h->n_signed,
                .body = call->body, .body_len = call->body_len,
        };
        const struct sigv4_scope scope = {
                .time = call->time, .region = e->signing_region, .service = service_name(call->service),
        };
        _cleanup_(buffer_release_secret) struct buffer authorization = BUFFER_INIT(HEADER_LINE_MAX);
        r = sigv4_authorization(&request, &scope, c->access_key_id, c->secret_access_key, &authorization, reterr);
        if (r < 0)
                return r;
        const char *value = buffer_string(&authorization);
        return value != NULL ? add_line(h, h->n_signed, "Authorization", value, reterr) : error_oom(reterr);
}

/* Where the pieces of the answer go. */
struct receiver {
        const struct signed_call *call;
        struct buffer error_body;
        struct error *reterr;
};

static int on_body(const void *data, size_t n, long status, void *userdata) {
        struct receiver *r = userdata;
        if (status == 200)
                return r->call->on_data(data, n, r->call->userdata, r->reterr);
        size_t room = r->error_body.max - r->error_body.len;
        if (buffer_append(&r->error_body, data, n < room ? n : room) < 0)
                return error_oom(r->reterr);
        return 0;
}

static int exchange(struct http *http, const struct endpoint *e, const struct headers *h,
                    struct receiver *receiver, struct http_response *ret, struct error *reterr) {
        const struct http_request request = {
                .method = "POST", .url = e->url, .headers = h->sent,
                .body = receiver->call->body, .body_len = receiver->call->body_len,
                .fresh_connection = receiver->call->fresh_connection, .max_body = ANSWER_MAX, .on_body = on_body,
                .userdata = receiver,
        };
        return http_perform(http, &request, ret, reterr);
}

int signed_call_perform(struct http *http, const struct settings *settings, const struct credentials *credentials,
                        const struct signed_call *call, struct http_response *ret, struct error *reterr) {
        struct endpoint e;
        *ret = (struct http_response){ 0 };
        int r = endpoint_resolve(settings, call->service, call->region, &e, reterr);
        if (r < 0)
                return r;
        _cleanup_(headers_release) struct headers headers;
        headers_init(&headers);
        r = sign(&headers, &e, credentials, call, reterr);
        if (r < 0)
                return r;

        struct receiver receiver = { .call = call, .error_body = BUFFER_INIT(AWS_ERROR_BODY_MAX), .reterr = reterr };
        r = exchange(http, &e, &headers, &receiver, ret, reterr);
        if (r == 0 && ret->status != 200) {
                const struct aws_error_context context = {
                        .status = ret->status, .request_time = call->time, .server_date = ret->date,
                        .expiration = credentials->expiration, .has_page_token = call->has_page_token,
                };
                r = aws_error_set(&context, receiver.error_body.data, receiver.error_body.len, reterr);
        } else if (r < 0 && reterr != NULL) {
                reterr->http_status = (int) ret->status;
        }
        buffer_release(&receiver.error_body);
        return r;
}
