/* SPDX-License-Identifier: MIT */
#pragma once

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "aws/http.h"
#include "model/identity.h"

/* GetCallerIdentity: whose keys are these? Errors are classified as ec2_call() does; *ret_response, what arrived, is
 * always set. time: to sign with, realtime. */
int sts_get_caller_identity(struct http *http, const struct settings *settings,
                            const struct credentials *credentials, const char *region, usec_t time,
                            struct identity *ret, struct http_response *ret_response, struct error *reterr);
