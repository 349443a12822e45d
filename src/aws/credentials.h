/* SPDX-License-Identifier: MIT */
#pragma once

#include "aws/http.h"
#include "aws/settings.h"
#include "base/clock.h"
#include "base/error.h"

/* One set of keys. Strings are owned and overwritten before they are freed. */
struct credentials {
        char *access_key_id;
        char *secret_access_key;
        char *session_token; /* NULL for long-term keys */
        char *account_id;    /* NULL where the provider does not tell */
        char *home_region;   /* NULL; the instance's own region where IMDS told it */
        usec_t expiration;   /* realtime; 0: never */
        const char *source;  /* static word for people: "environment", "shared credentials file", "instance role" */
};

void credentials_release(struct credentials *c);

/* Asks the providers in the AWS CLI's order; the first that yields wins, one that is configured but broken is
 * an error (ERROR_CREDENTIALS, or the kind of its failed HTTP call), none at all is ERROR_CREDENTIALS with
 * -ENOENT. Only IMDS uses http. Files are read anew on each call. */
int credentials_resolve(const struct settings *settings, struct http *http, const struct clock *clock,
                        struct credentials *ret, struct error *reterr);

/* For providers: copies the keys (token may be NULL), refusing what no key can hold. where names the origin. */
int credentials_set_keys(struct credentials *c, const char *id, const char *secret, const char *token,
                         const char *where, struct error *reterr);

/* A provider: returns 1 and fills *ret, 0 when it is not configured (then *reterr may say why), negative errno when it
 * is but fails. The caller releases *ret whatever is returned. */
typedef int (*credentials_provider)(const struct settings *settings, struct http *http, const struct clock *clock,
                                    struct credentials *ret, struct error *reterr);

/* The providers, a file each. */
int credentials_from_environment(const struct settings *, struct http *, const struct clock *,
                                 struct credentials *ret, struct error *reterr);
int credentials_from_files(const struct settings *, struct http *, const struct clock *,
                           struct credentials *ret, struct error *reterr);
int credentials_from_imds(const struct settings *, struct http *, const struct clock *,
                          struct credentials *ret, struct error *reterr);

/* Stand where a provider would that is not there yet: an error when it is configured. */
int credentials_refuse_web_identity(const struct settings *, struct http *, const struct clock *,
                                    struct credentials *ret, struct error *reterr);
int credentials_refuse_container(const struct settings *, struct http *, const struct clock *,
                                 struct credentials *ret, struct error *reterr);
