/* SPDX-License-Identifier: MIT */
#include "reply.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/random.h"
#include "xml.h"

#define REPLY_MAX (1u << 30)

void reply_init(struct reply *r, uint64_t number) {
        struct random random = { .state = number };
        uint64_t a = random_next(&random), b = random_next(&random);
        *r = (struct reply){ .status = 200, .content_type = "text/xml;charset=UTF-8", .body = BUFFER_INIT(REPLY_MAX) };
        (void) snprintf(r->request_id, sizeof(r->request_id), "%08x-%04x-4%03x-%04x-%012llx", (unsigned) (a >> 32),
                        (unsigned) (a >> 16 & 0xffff), (unsigned) (a & 0xfff), (unsigned) (b >> 48 & 0x3fff) | 0x8000,
                        (unsigned long long) (b & 0xffffffffffff));
}

void reply_release(struct reply *r) {
        buffer_release(&r->body);
}

static int ec2_error(struct reply *r, const char *code, const char *message) {
        struct xml x = { .out = &r->body };
        r->content_type = "text/xml;charset=UTF-8";
        xml_raw(&x, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error>");
        xml_text(&x, "Code", code);
        xml_text(&x, "Message", message);
        xml_raw(&x, "</Error></Errors>");
        xml_text(&x, "RequestID", r->request_id);
        xml_raw(&x, "</Response>");
        return x.r;
}

static int query_error(struct reply *r, const char *code, const char *message) {
        struct xml x = { .out = &r->body };
        r->content_type = "text/xml";
        xml_raw(&x, "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    ");
        xml_text(&x, "Type", r->status >= 500 ? "Receiver" : "Sender");
        xml_text(&x, "Code", code);
        xml_text(&x, "Message", message);
        xml_raw(&x, "\n  </Error>\n  ");
        xml_text(&x, "RequestId", r->request_id);
        xml_raw(&x, "\n</ErrorResponse>\n");
        return x.r;
}

static int json_error(struct reply *r, const char *code, const char *message) {
        json_t *o = json_pack("{s:s, s:s}", "__type", code, "message", message);
        _cleanup_(freep) char *text = json_dumps(o, JSON_COMPACT);
        json_decref(o);
        r->content_type = "application/x-amz-json-1.1";
        return text != NULL ? buffer_append_string(&r->body, text) : -ENOMEM;
}

int reply_error(struct reply *r, enum protocol protocol, unsigned status, const char *code, const char *format, ...) {
        _cleanup_(freep) char *message = NULL;
        va_list ap;
        va_start(ap, format);
        int n = vasprintf(&message, format, ap);
        va_end(ap);
        if (n < 0) {
                message = NULL;
                return -ENOMEM;
        }
        buffer_clear(&r->body);
        r->status = status;
        r->items = 0;
        error_copy_text(r->code, sizeof(r->code), code);
        switch (protocol) {
        case PROTOCOL_EC2:
                return ec2_error(r, code, message);
        case PROTOCOL_QUERY:
                return query_error(r, code, message);
        case PROTOCOL_JSON:
                return json_error(r, code, message);
        default:
                return reply_text(r, status, "text/plain", message);
        }
}

int reply_text(struct reply *r, unsigned status, const char *content_type, const char *text) {
        buffer_clear(&r->body);
        r->status = status;
        r->content_type = content_type;
        return buffer_append_string(&r->body, text);
}
