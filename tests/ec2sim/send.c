/* SPDX-License-Identifier: MIT */
#include "send.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define CHUNK (32u * 1024)
#define CHUNKED_FROM (16u * 1024) /* EC2 sends long answers in chunks, without a length */

/* A body that is handed out piece by piece. */
struct stream {
        struct buffer body;
        enum fault_kind mangle;
        uint64_t bytes_per_second;
        int stop_fd;
        int fd;
};

/* Waits; false when the program ends meanwhile. */
static bool pause_for(const struct stream *s, usec_t usec) {
        struct timespec timeout = { .tv_sec = (time_t) (usec / USEC_PER_SEC),
                                    .tv_nsec = (long) (usec % USEC_PER_SEC * 1000) };
        struct pollfd fd = { .fd = s->stop_fd, .events = POLLIN };
        return ppoll(&fd, 1, &timeout, NULL) == 0;
}

/* A closed connection with unread or unsent data and no lingering is a reset. */
static ssize_t reset(const struct stream *s) {
        const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
        (void) setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        return MHD_CONTENT_READER_END_WITH_ERROR;
}

static ssize_t on_read(void *userdata, uint64_t position, char *to, size_t max) {
        const struct stream *s = userdata;
        static const char filler[] = "<item><volumeId>vol-0123456789abcdef0</volumeId><size>1</size></item>";
        uint64_t end = s->mangle == FAULT_RESET ? s->body.len / 2 : s->body.len;
        if (position >= end && s->mangle == FAULT_RESET)
                return reset(s);
        if (position >= end && s->mangle == FAULT_HUGE) {
                size_t n = max / (sizeof(filler) - 1);
                for (size_t i = 0; i < n; i++)
                        memcpy(to + i * (sizeof(filler) - 1), filler, sizeof(filler) - 1);
                if (n == 0 || !pause_for(s, 0))
                        return MHD_CONTENT_READER_END_WITH_ERROR;
                return (ssize_t) (n * (sizeof(filler) - 1));
        }
        if (position >= end)
                return MHD_CONTENT_READER_END_OF_STREAM;
        size_t n = end - position < max ? (size_t) (end - position) : max;
        if (s->mangle == FAULT_DRIP) {
                size_t tenth = s->bytes_per_second >= 10 ? (size_t) (s->bytes_per_second / 10) : 1;
                n = n < tenth ? n : tenth;
                if (!pause_for(s, n * USEC_PER_SEC / s->bytes_per_second))
                        return MHD_CONTENT_READER_END_WITH_ERROR;
        }
        memcpy(to, s->body.data + position, n);
        return (ssize_t) n;
}

static void on_free(void *userdata) {
        struct stream *s = userdata;
        buffer_release(&s->body);
        free(s);
}

static struct MHD_Response *make_response(struct call *c) {
        struct reply *reply = &c->reply;
        bool plain = reply->mangle == FAULT_NONE && (reply->body.len < CHUNKED_FROM || reply->status != 200);
        if (plain)
                return MHD_create_response_from_buffer(reply->body.len, reply->body.data, MHD_RESPMEM_MUST_COPY);
        struct stream *s = calloc(1, sizeof(*s));
        if (s == NULL)
                return NULL;
        *s = (struct stream){ .body = reply->body,
                              .mangle = reply->mangle,
                              .bytes_per_second = reply->bytes_per_second,
                              .stop_fd = c->simulator->stop_fd,
                              .fd = c->request->fd };
        reply->body = BUFFER_INIT(0);
        struct MHD_Response *response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, CHUNK, on_read, s, on_free);
        if (response == NULL)
                on_free(s);
        return response;
}

static void set_date(const struct call *c, struct MHD_Response *response) {
        time_t now = (time_t) simulator_now(c->simulator);
        struct tm tm;
        char text[64];
        if (gmtime_r(&now, &tm) != NULL && strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm) > 0)
                (void) MHD_add_response_header(response, MHD_HTTP_HEADER_DATE, text);
}

enum MHD_Result send_reply(struct call *c, struct MHD_Connection *connection) {
        struct MHD_Response *response = make_response(c);
        if (response == NULL)
                return MHD_NO;
        (void) MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, c->reply.content_type);
        if (c->protocol != PROTOCOL_PLAIN)
                (void) MHD_add_response_header(response, "x-amzn-RequestId", c->reply.request_id);
        (void) MHD_add_response_header(response, MHD_HTTP_HEADER_SERVER, "AmazonEC2");
        if (c->reply.location[0] != '\0')
                (void) MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, c->reply.location);
        if (c->reply.token_ttl[0] != '\0')
                (void) MHD_add_response_header(response, "X-aws-ec2-metadata-token-ttl-seconds", c->reply.token_ttl);
        if (c->protocol == PROTOCOL_JSON && c->reply.code[0] != '\0')
                (void) MHD_add_response_header(response, "x-amzn-ErrorType", c->reply.code);
        if (c->simulator->options->no_keep_alive)
                (void) MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
        set_date(c, response);
        enum MHD_Result r = MHD_queue_response(connection, c->reply.status, response);
        MHD_destroy_response(response);
        return r;
}
