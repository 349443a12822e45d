/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "aws/sigv4.h"
#include "base/buffer.h"
#include "params.h"

/* One HTTP request, whole. */
struct request {
        char *method;
        char *uri;         /* as sent */
        char *path;        /* its part before '?' */
        const char *query; /* its part behind '?', "" if none; within uri */
        struct sigv4_header *headers; /* owned, with their strings; in order of appearance */
        size_t n_headers;
        struct buffer body;
        struct params params; /* of the form body or the query string */
        int fd;               /* the connection's socket */
};

/* uri is copied. NULL when out of memory. */
struct request *request_new(const char *uri);
struct request *request_free(struct request *r);

/* 0 or -ENOMEM. A NULL value is "". */
int request_add_header(struct request *r, const char *name, const char *value);

/* The value of the first header of that name in any case, or NULL. */
const char *request_header(const struct request *r, const char *name);

/* Decodes params; the errors of params_parse(). */
int request_parse_params(struct request *r);
