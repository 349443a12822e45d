/* SPDX-License-Identifier: MIT */
#pragma once

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "aws/http.h"

/* One signed POST of a form to a service of AWS's Query protocol: what EC2 and STS have in common. */
struct signed_call {
        enum aws_service service;
        const char *region;
        usec_t time;         /* to sign with, realtime */
        const void *body;
        size_t body_len;
        bool has_page_token; /* in the body */
        bool fresh_connection;
        /* Gets the body of an answer of status 200, piece by piece; negative errno with *reterr set ends the call. */
        int (*on_data)(const void *data, size_t n, void *userdata, struct error *reterr);
        void *userdata;
};

/* Performs it, without any retry. Answers of another status become errors, see aws_error_set(). *ret is always set, to
 * what arrived. */
int signed_call_perform(struct http *http, const struct settings *settings, const struct credentials *credentials,
                        const struct signed_call *call, struct http_response *ret, struct error *reterr);
