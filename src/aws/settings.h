/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "base/error_list.h"

/* What the AWS environment variables and the profile in the AWS config file say, other than keys. Read by the parent,
 * at start and at a reload; workers inherit it. Strings are owned, NULL when unset. */
struct settings {
        char *profile; /* never NULL: --profile, AWS_PROFILE, AWS_DEFAULT_PROFILE or "default" */
        bool profile_explicit; /* --profile or our config: environment keys do not count then */
        char *credentials_path;
        char *config_path;
        char *region; /* AWS_REGION, AWS_DEFAULT_REGION, or the profile's; NULL if none */
        char *endpoint_url_ec2; /* --endpoint-url, then the variables and profile keys in the AWS order */
        char *endpoint_url_sts;
        bool allow_plain_http; /* http to other hosts than loopback */
        bool use_fips;
        bool use_dualstack;
        char *ca_bundle; /* PEM file; NULL: OpenSSL's default of the system */
        bool imds_disabled;
        char *imds_endpoint; /* never NULL */
        unsigned imds_timeout_ms;
        unsigned imds_attempts;
};

/* What the command line and our own configuration put above the environment; NULL: not given. */
struct settings_override {
        const char *profile;
        const char *endpoint_url; /* for every service */
        bool allow_plain_http;
};

/* Loads and checks all of it: endpoints are URLs with a host and http(s), plain http only to loopback unless
 * allowed, no custom endpoint together with FIPS or dual-stack, files readable and well-formed, a named
 * profile exists. errors is empty and gets an ERROR_CONFIG for all that is wrong, naming variable or file and the
 * remedy. 0, or the negative errno of the first. */
int settings_load(const struct settings_override *override, struct settings *ret, struct error_list *errors);

void settings_release(struct settings *s);
