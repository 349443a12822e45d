/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "aws/aws_file.h"
#include "aws/credentials.h"

#define WHAT_WORKS "use aws_access_key_id and aws_secret_access_key, or an instance role"

/* Keys that ask for a provider this version does not have, in the order of the AWS CLI's chain: the first ones come
 * before the credentials file's static keys, the others after them. */
struct unsupported {
        const char *key;
        const char *what;
};

static const struct unsupported before_keys[] = {
        { "role_arn", "assuming a role" },
        { "web_identity_token_file", "web identity" },
        { "sso_session", "IAM Identity Center (SSO)" },
        { "sso_start_url", "IAM Identity Center (SSO)" },
        { "sso_account_id", "IAM Identity Center (SSO)" },
};

static const struct unsupported after_keys[] = {
        { "login_session", "aws login" },
        { "credential_process", "credential_process" },
};

/* The profile as the two files have it. */
struct profile {
        const struct settings *settings;
        struct aws_section credentials;
        struct aws_section config;
};

static void profile_release(struct profile *p) {
        aws_section_release(&p->credentials);
        aws_section_release(&p->config);
}

static int refuse_unsupported(const struct profile *p, const struct unsupported *keys, size_t n,
                              struct error *reterr) {
        for (size_t i = 0; i < n; i++)
                if (aws_section_get(&p->credentials, keys[i].key, NULL) != NULL ||
                    aws_section_get(&p->config, keys[i].key, NULL) != NULL)
                        return error_set(reterr, ERROR_CREDENTIALS, EOPNOTSUPP,
                                         "profile \"%.60s\" has %s, but %s is not supported yet: " WHAT_WORKS,
                                         p->settings->profile, keys[i].key, keys[i].what);
        return 0;
}

/* The static keys of one of the files: 1 when it has them, 0 when not. */
static int take_keys(const struct profile *p, const struct aws_section *section, const char *path,
                     struct credentials *ret, struct error *reterr) {
        const char *id = aws_section_get(section, "aws_access_key_id", NULL);
        const char *secret = aws_section_get(section, "aws_secret_access_key", NULL);
        const char *token = aws_section_get(section, "aws_security_token", NULL);
        if (token == NULL)
                token = aws_section_get(section, "aws_session_token", NULL);
        if (id == NULL)
                return 0;
        if (secret == NULL)
                return error_set(reterr, ERROR_CREDENTIALS, EINVAL,
                                 "%s: profile \"%s\" has aws_access_key_id but no aws_secret_access_key: add it", path,
                                 p->settings->profile);
        int r = credentials_set_keys(ret, id, secret, token, path, reterr);
        if (r < 0)
                return r;
        const char *account = aws_section_get(section, "aws_account_id", NULL);
        if (account != NULL && (ret->account_id = strdup(account)) == NULL)
                return error_oom(reterr);
        return 1;
}

static int choose(const struct profile *p, struct credentials *ret, struct error *reterr) {
        const struct settings *s = p->settings;
        int r = refuse_unsupported(p, before_keys, ARRAY_SIZE(before_keys), reterr);
        if (r < 0)
                return r;
        r = take_keys(p, &p->credentials, s->credentials_path, ret, reterr);
        if (r != 0) {
                ret->source = "shared credentials file";
                return r;
        }
        r = refuse_unsupported(p, after_keys, ARRAY_SIZE(after_keys), reterr);
        if (r < 0)
                return r;
        r = take_keys(p, &p->config, s->config_path, ret, reterr);
        ret->source = "config file";
        if (r == 0)
                (void) error_set(reterr, ERROR_CREDENTIALS, ENOENT, "no keys in %.90s, nor in %.90s",
                                 s->credentials_path != NULL ? s->credentials_path : "~/.aws/credentials",
                                 s->config_path != NULL ? s->config_path : "~/.aws/config");
        return r;
}

int credentials_from_files(const struct settings *settings, struct http *http _unused_,
                           const struct clock *clock _unused_, struct credentials *ret, struct error *reterr) {
        _cleanup_(profile_release) struct profile p = { .settings = settings };
        int r = aws_section_load(settings->credentials_path, AWS_SECTION_CREDENTIALS, settings->profile,
                                 &p.credentials, reterr);
        if (r == 0)
                r = aws_section_load(settings->config_path, AWS_SECTION_PROFILE, settings->profile, &p.config, reterr);
        return r < 0 ? r : choose(&p, ret, reterr);
}
