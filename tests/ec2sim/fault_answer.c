/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "simulator.h"
#include "xml.h"

/* Answers that no client should get, and some should survive. */

static unsigned usual_status(const char *code) {
        static const struct {
                const char *code;
                unsigned status;
        } table[] = {
                { "AuthFailure", 401 },          { "UnauthorizedOperation", 403 }, { "AccessDenied", 403 },
                { "OptInRequired", 403 },        { "SignatureDoesNotMatch", 403 }, { "InvalidClientTokenId", 403 },
                { "RequestLimitExceeded", 503 }, { "EC2ThrottledException", 503 }, { "Unavailable", 503 },
                { "ServiceUnavailable", 503 },   { "SlowDown", 503 },              { "InternalError", 500 },
                { "InternalFailure", 500 },      { "ServerInternal", 500 },        { "TooManyRequestsException", 429 },
        };
        for (size_t i = 0; i < ARRAY_SIZE(table); i++)
                if (strcmp(table[i].code, code) == 0)
                        return table[i].status;
        return 400;
}

static int error(struct call *c) {
        unsigned status = c->fault.status != 0 ? c->fault.status : usual_status(c->fault.code);
        return reply_error(&c->reply, c->protocol, status, c->fault.code, "The fault that was asked for: %s",
                           c->fault.code);
}

static int unavailable_html(struct call *c) {
        return reply_text(&c->reply, 503, "text/html",
                          "<html><head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n"
                          "<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>\r\n</html>\r\n");
}

static int expired(struct call *c) {
        if (c->protocol == PROTOCOL_EC2)
                return reply_error(&c->reply, c->protocol, 400, "RequestExpired", "Request has expired.");
        return reply_error(&c->reply, c->protocol, 403,
                           c->protocol == PROTOCOL_QUERY ? "ExpiredToken" : "ExpiredTokenException",
                           "The security token included in the request is expired");
}

static int redirect(struct call *c) {
        memcpy(c->reply.location, "http://127.0.0.1:9/elsewhere", sizeof("http://127.0.0.1:9/elsewhere"));
        return reply_text(&c->reply, 302, "text/html", "");
}

/* Ten entities, each ten of the one before: 10^10 characters. */
static int bomb(struct call *c) {
        struct buffer *b = &c->reply.body;
        int r = buffer_append_string(b, "<?xml version=\"1.0\"?>\n<!DOCTYPE r [\n<!ENTITY e0 \"ha\">\n");
        for (int i = 1; i <= 10 && r >= 0; i++) {
                r = buffer_printf(b, "<!ENTITY e%d \"", i);
                for (int k = 0; k < 10 && r >= 0; k++)
                        r = buffer_printf(b, "&e%d;", i - 1);
                if (r >= 0)
                        r = buffer_append_string(b, "\">\n");
        }
        if (r >= 0)
                r = buffer_append_string(b,
                                         "]>\n<r><volumeSet><item><volumeId>&e10;</volumeId></item></volumeSet></r>");
        return r;
}

static int deep(struct call *c) {
        struct xml x = { .out = &c->reply.body };
        xml_raw(&x, "<?xml version=\"1.0\"?>\n");
        for (int i = 0; i < 100000; i++)
                xml_open(&x, "item");
        for (int i = 0; i < 100000; i++)
                xml_close(&x, "item");
        return x.r;
}

/* One element of 32 MiB of text. */
static int longtext(struct call *c) {
        struct buffer *b = &c->reply.body;
        static const char element[] = "<r><volumeSet><item><volumeId>";
        const size_t n = 32u << 20;
        int r = buffer_append_string(b, element);
        if (r >= 0)
                r = buffer_reserve(b, n);
        if (r < 0)
                return r;
        memset(b->data + b->len, 'v', n);
        b->len += n;
        return buffer_append_string(b, "</volumeId></item></volumeSet></r>");
}

static int garbage(struct call *c) {
        struct random r = { .state = c->number };
        for (int i = 0; i < 4096; i++) {
                char byte = (char) random_next(&r);
                int k = buffer_append(&c->reply.body, &byte, 1);
                if (k < 0)
                        return k;
        }
        return 0;
}

bool fault_answer(struct call *c, int *ret_r) {
        switch (c->fault.kind) {
        case FAULT_THROTTLE:
                *ret_r = reply_error(&c->reply, c->protocol, c->protocol == PROTOCOL_EC2 ? 503 : 400,
                                     c->protocol == PROTOCOL_EC2 ? "RequestLimitExceeded" : "Throttling",
                                     "Request limit exceeded.");
                return true;
        case FAULT_UNAVAILABLE_HTML:
                *ret_r = unavailable_html(c);
                return true;
        case FAULT_ERROR:
                *ret_r = error(c);
                return true;
        case FAULT_EXPIRED_CREDENTIALS:
                *ret_r = expired(c);
                return true;
        case FAULT_REDIRECT:
                *ret_r = redirect(c);
                return true;
        case FAULT_BOMB:
                *ret_r = bomb(c);
                return true;
        case FAULT_DEEP:
                *ret_r = deep(c);
                return true;
        case FAULT_LONGTEXT:
                *ret_r = longtext(c);
                return true;
        case FAULT_GARBAGE:
                *ret_r = garbage(c);
                return true;
        case FAULT_HANG:
        case FAULT_HUGE:
                c->reply.mangle = c->fault.kind;
                *ret_r = buffer_append_string(&c->reply.body, "<DescribeVolumesResponse><volumeSet>");
                return true;
        default:
                return false;
        }
}
