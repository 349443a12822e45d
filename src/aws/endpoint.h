/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "aws/settings.h"
#include "base/error.h"

enum aws_service {
        SERVICE_EC2,
        SERVICE_STS,
};

/* The service's name in a signature's scope. */
const char *service_name(enum aws_service service);

#define ENDPOINT_URL_SIZE 512

/* Where a service of a region is reached. */
struct endpoint {
        char url[ENDPOINT_URL_SIZE];  /* scheme://host[:port]/path, path at least "/" */
        char host[ENDPOINT_URL_SIZE]; /* the Host header: lower case, port unless default, IPv6 in brackets */
        char path[ENDPOINT_URL_SIZE];
        char signing_region[32];
        bool custom; /* an operator's own, not built from the partition's rule */
};

/* Builds the endpoint from partition rule and settings. ERROR_CONFIG for a region name that is no host label.
 *
 * For SERVICE_STS it returns -ENOENT (ERROR_CONFIG) when EC2's endpoint is a private cloud's (custom, and not below a
 * domain of Amazon's) and no STS endpoint is configured: that cloud's keys are not sent to Amazon. The caller then
 * does without. */
int endpoint_resolve(const struct settings *settings, enum aws_service service, const char *region,
                     struct endpoint *ret, struct error *reterr);

/* The region of the partition that DescribeRegions is asked in when none is configured; static string. */
const char *endpoint_global_region(const char *region_or_null);

/* Splits and checks a URL given by an operator. Plain http only to loopback unless allow_plain_http. what names
 * the origin of the URL for the message. */
int endpoint_parse_url(const char *url, const char *what, bool allow_plain_http, struct endpoint *ret,
                       struct error *reterr);
