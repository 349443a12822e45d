/* SPDX-License-Identifier: MIT */
/* Providers of the AWS CLI's chain that this version does not have. Where one is configured the chain ends with an
 * error: falling through would use other keys than the operator meant. */
#include <errno.h>
#include <stdlib.h>

#include "aws/credentials.h"

#define WHAT_WORKS "use access keys in the environment or in the AWS files, or an instance role"

static const char *env(const char *name) {
        const char *value = getenv(name);
        return value != NULL && value[0] != '\0' ? value : NULL;
}

int credentials_refuse_web_identity(const struct settings *settings, struct http *http _unused_,
                                    const struct clock *clock _unused_, struct credentials *ret _unused_,
                                    struct error *reterr) {
        if (settings->profile_explicit || env("AWS_WEB_IDENTITY_TOKEN_FILE") == NULL)
                return 0;
        return error_set(reterr, ERROR_CREDENTIALS, EOPNOTSUPP,
                         "AWS_WEB_IDENTITY_TOKEN_FILE is set, but web identity is not supported yet: unset it and "
                         WHAT_WORKS);
}

int credentials_refuse_container(const struct settings *settings _unused_, struct http *http _unused_,
                                 const struct clock *clock _unused_, struct credentials *ret _unused_,
                                 struct error *reterr) {
        const char *name = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
        if (env(name) == NULL)
                name = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
        if (env(name) == NULL)
                return 0;
        return error_set(reterr, ERROR_CREDENTIALS, EOPNOTSUPP,
                         "%s is set, but container credentials are not supported yet: unset it and " WHAT_WORKS, name);
}
