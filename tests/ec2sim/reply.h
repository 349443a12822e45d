/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "base/buffer.h"
#include "fault.h"

/* How errors look. */
enum protocol {
        PROTOCOL_EC2,   /* <Response><Errors> */
        PROTOCOL_QUERY, /* <ErrorResponse>: STS */
        PROTOCOL_JSON,  /* {"__type"}: Organizations */
        PROTOCOL_PLAIN, /* the status alone, with a word of text: metadata */
};

/* One HTTP answer. */
struct reply {
        unsigned status;
        const char *content_type; /* static */
        struct buffer body;
        char request_id[37];
        char code[64];          /* the error's code, "" if none */
        char location[256];     /* of a redirect */
        char token_ttl[16];     /* X-aws-ec2-metadata-token-ttl-seconds */
        enum fault_kind mangle; /* reset, truncate, drip, huge, hang: how the bytes go out */
        uint64_t bytes_per_second;
        uint64_t items; /* in the page, for the log */
};

/* An empty 200 of the protocol; number makes the request id. */
void reply_init(struct reply *r, uint64_t number);
void reply_release(struct reply *r);

/* Replaces the answer by an error. 0 or -ENOMEM. */
int reply_error(struct reply *r, enum protocol protocol, unsigned status, const char *code, const char *format, ...)
        _printf_(5, 6);

/* Replaces it by a body of that type. */
int reply_text(struct reply *r, unsigned status, const char *content_type, const char *text);
