/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"

/* What an answer of status != 200 means. EC2 and STS wrap their errors differently, a proxy or load balancer in
 * front of them answers with HTML or nothing: all become one struct error. */

/* As much of an error's body is read; the rest is of no interest. */
#define AWS_ERROR_BODY_MAX ((size_t) 64 * 1024)

/* What is known beside the body. */
struct aws_error_context {
        long status;
        usec_t request_time; /* that the request was signed with; 0: unsigned */
        usec_t server_date;  /* 0 if the answer had none */
        usec_t expiration;   /* of the credentials; 0: never */
        bool has_page_token; /* the request asked for a further page */
};

/* The kind for an AWS error code and status: by code first, then by status ("503 RequestLimitExceeded" is a throttle,
 * not an outage). code may be "". */
enum error_kind aws_error_classify(const char *code, long status);

/* Fills *reterr from an answer's body, which may be anything; returns a negative errno (-EREMOTEIO). A refusal that a
 * clock 5 minutes off or credentials about to expire explain is ERROR_EXPIRED. */
int aws_error_set(const struct aws_error_context *context, const void *body, size_t n, struct error *reterr);
