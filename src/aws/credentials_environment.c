/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials.h"

static const char *env(const char *name) {
        const char *value = getenv(name);
        return value != NULL && value[0] != '\0' ? value : NULL;
}

int credentials_from_environment(const struct settings *settings, struct http *http _unused_,
                                 const struct clock *clock _unused_, struct credentials *ret, struct error *reterr) {
        const char *id = env("AWS_ACCESS_KEY_ID"), *secret = env("AWS_SECRET_ACCESS_KEY");
        if (id == NULL || settings->profile_explicit) {
                (void) error_set(reterr, ERROR_CREDENTIALS, ENOENT,
                                 settings->profile_explicit ? "not the environment, because a profile is named"
                                                            : "AWS_ACCESS_KEY_ID is not set");
                return 0;
        }
        if (secret == NULL)
                return error_set(reterr, ERROR_CREDENTIALS, EINVAL,
                                 "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not: set or unset both");
        const char *token = env("AWS_SECURITY_TOKEN"); /* the old name comes first, as in the AWS CLI */
        if (token == NULL)
                token = env("AWS_SESSION_TOKEN");
        int r = credentials_set_keys(ret, id, secret, token, "environment", reterr);
        if (r < 0)
                return r;
        const char *expiration = env("AWS_CREDENTIAL_EXPIRATION"), *account = env("AWS_ACCOUNT_ID");
        if (expiration != NULL && clock_parse_iso8601(expiration, &ret->expiration) < 0)
                return error_set(reterr, ERROR_CREDENTIALS, EINVAL,
                                 "AWS_CREDENTIAL_EXPIRATION is no time such as 2026-01-31T12:00:00Z: correct or unset "
                                 "it");
        if (account != NULL) {
                ret->account_id = strdup(account);
                if (ret->account_id == NULL)
                        return error_oom(reterr);
        }
        ret->source = "environment";
        return 1;
}
