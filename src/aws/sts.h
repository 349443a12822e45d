/* SPDX-License-Identifier: MIT */
#pragma once

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "aws/http.h"

/* GetCallerIdentity: whose keys are these? ret_account holds n bytes and gets the account's id. Errors are
 * classified as ec2_call() does; *ret_server_date is always set. time: to sign with, realtime. */
int sts_get_caller_identity(struct http *http, const struct settings *settings,
                            const struct credentials *credentials, const char *region, usec_t time,
                            char *ret_account, size_t n, usec_t *ret_server_date, struct error *reterr);
