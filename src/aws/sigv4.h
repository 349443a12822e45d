/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"

/* AWS Signature Version 4 in three pure stages, each a function of its arguments alone and each checked
 * against the public vectors: canonical request -> string to sign -> signature. */

struct sigv4_header {
        const char *name;  /* any case */
        const char *value; /* raw; trimmed and folded by stage one */
};

struct sigv4_request {
        const char *method;
        const char *path;  /* as sent, "/" for the Query API */
        const char *query; /* without '?'; "" for a POST body */
        const struct sigv4_header *headers; /* exactly those to be signed, host among them */
        size_t n_headers;
        const void *body;
        size_t body_len;
        bool keep_path; /* do not normalise dot segments and double slashes */
};

struct sigv4_scope {
        usec_t time; /* of signing, realtime */
        const char *region;
        const char *service;
};

#define SIGV4_TIMESTAMP_SIZE sizeof("20150830T123600Z")
#define SIGV4_SIGNATURE_SIZE 65

/* The X-Amz-Date of a time; buf of SIGV4_TIMESTAMP_SIZE. Returns buf. */
char *sigv4_timestamp(usec_t time, char *buf);

/* Stage 1. Appends the canonical request, and "a;b;c" to ret_signed_headers. 0, -ENOMEM, -E2BIG, -EINVAL. */
int sigv4_canonical_request(const struct sigv4_request *request, struct buffer *ret_canonical,
                            struct buffer *ret_signed_headers);

/* Stage 2. Appends the string to sign. */
int sigv4_string_to_sign(const char *canonical, size_t n, const struct sigv4_scope *scope, struct buffer *ret);

/* Stage 3. Lower-case hex signature into ret_signature[SIGV4_SIGNATURE_SIZE]. */
int sigv4_signature(const char *secret, const struct sigv4_scope *scope, const char *string_to_sign, size_t n,
                    char *ret_signature);

/* All three: appends the value of the Authorization header. */
int sigv4_authorization(const struct sigv4_request *request, const struct sigv4_scope *scope,
                        const char *access_key_id, const char *secret, struct buffer *ret, struct error *reterr);
