/* SPDX-License-Identifier: MIT */
#include "aws/credentials.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_secret(char *s) {
        if (s != NULL)
                explicit_bzero(s, strlen(s));
        free(s);
}

void credentials_release(struct credentials *c) {
        free_secret(c->access_key_id);
        free_secret(c->secret_access_key);
        free_secret(c->session_token);
        free(c->account_id);
        free(c->home_region);
        *c = (struct credentials){ 0 };
}

static bool is_key_text(const char *s) {
        for (; *s != '\0'; s++)
                if (*s <= ' ' || *s > '~')
                        return false;
        return true;
}

int credentials_set_keys(struct credentials *c, const char *id, const char *secret, const char *token,
                         const char *where, struct error *reterr) {
        if (!is_key_text(id) || !is_key_text(secret) || (token != NULL && !is_key_text(token)))
                return error_set(reterr, ERROR_CREDENTIALS, EINVAL,
                                 "%s: a key or token holds a blank, a line break or another odd character: write it "
                                 "anew", where);
        c->access_key_id = strdup(id);
        c->secret_access_key = strdup(secret);
        c->session_token = token != NULL ? strdup(token) : NULL;
        if (c->access_key_id == NULL || c->secret_access_key == NULL || (token != NULL && c->session_token == NULL))
                return error_oom(reterr);
        return 0;
}

/* In the order of the AWS CLI. A further provider is one more file and one more line. */
static const credentials_provider providers[] = {
        credentials_from_environment,
        credentials_refuse_web_identity,
        credentials_from_files,
        credentials_refuse_container,
        credentials_from_imds,
};

int credentials_resolve(const struct settings *settings, struct http *http, const struct clock *clock,
                        struct credentials *ret, struct error *reterr) {
        char tried[340] = ""; /* what those say that have none, in their order */
        for (size_t i = 0; i < ARRAY_SIZE(providers); i++) {
                _cleanup_(credentials_release) struct credentials c = { 0 };
                struct error reason = { .kind = ERROR_NONE };
                int r = providers[i](settings, http, clock, &c, &reason);
                if (r < 0) {
                        if (reterr != NULL)
                                *reterr = reason;
                        return r;
                }
                if (r > 0) {
                        *ret = c;
                        c = (struct credentials){ 0 };
                        return 0;
                }
                size_t n = strlen(tried);
                if (reason.message[0] != '\0')
                        (void) snprintf(tried + n, sizeof(tried) - n, "%s%.190s", n > 0 ? "; " : "", reason.message);
        }
        return error_set(reterr, ERROR_CREDENTIALS, ENOENT,
                         "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give profile \"%.40s\" "
                         "keys in ~/.aws/credentials, or the instance a role (tried: %s)", settings->profile, tried);
}
