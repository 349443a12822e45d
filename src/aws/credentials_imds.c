/* SPDX-License-Identifier: MIT */
/* The role of the EC2 instance we run on, from the instance metadata service, version 2 only (version 1 has no
 * session token and answers whoever can make us send a GET). */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "aws/credentials.h"
#include "aws/percent.h"
#include "base/buffer.h"
#include "base/random.h"

#define TOKEN_PATH "latest/api/token"
#define ROLE_PATH "latest/meta-data/iam/security-credentials/"
#define REGION_PATH "latest/meta-data/placement/region"
#define ANSWER_MAX ((size_t) 64 * 1024)
#define ROLE_NAME_MAX 128 /* IAM allows 64 */
/* The service is known to hand out a set that is about to expire while it fails to renew it: such a set is used on. */
#define EXPIRY_MARGIN (15 * 60 * USEC_PER_SEC)

struct imds {
        const struct settings *settings;
        struct http *http;
        struct buffer token_header; /* "X-aws-ec2-metadata-token: ..." */
};

static void imds_release(struct imds *m) {
        buffer_release_secret(&m->token_header);
}

/* One request; the body is NUL-terminated. Tries again after a network error, as often as the settings allow. */
static int ask(struct imds *m, const char *method, const char *path, const char *header, struct buffer *ret_body,
               long *ret_status, struct error *reterr) {
        _cleanup_(buffer_release) struct buffer url = BUFFER_INIT(4096);
        const char *base = m->settings->imds_endpoint;
        size_t n = strlen(base);
        if (buffer_printf(&url, "%s%s%s", base, n > 0 && base[n - 1] == '/' ? "" : "/", path) < 0 ||
            buffer_string(&url) == NULL)
                return error_oom(reterr);
        /* A PUT without body would carry libcurl's content type. */
        const char *const headers[] = { header, "Content-Type:", NULL };
        const struct http_request request = {
                .method = method, .url = (const char *) url.data, .headers = headers, .metadata = true,
                .timeout_ms = m->settings->imds_timeout_ms, .max_body = ANSWER_MAX,
                .on_body = http_collect, .userdata = ret_body,
        };
        struct http_response response;
        int r = -EIO;
        for (unsigned attempt = 0; attempt < m->settings->imds_attempts && r < 0; attempt++) {
                buffer_clear(ret_body);
                r = http_perform(m->http, &request, &response, reterr);
        }
        if (r < 0)
                return r;
        *ret_status = response.status;
        return buffer_string(ret_body) != NULL ? 0 : error_oom(reterr);
}

/* Opens a session: 1, or 0 with the reason in *reterr when there is no such service here. */
static int open_session(struct imds *m, struct error *reterr) {
        _cleanup_(buffer_release_secret) struct buffer body = BUFFER_INIT(ANSWER_MAX);
        long status;
        int r = ask(m, "PUT", TOKEN_PATH, "X-aws-ec2-metadata-token-ttl-seconds: 21600", &body, &status, reterr);
        if (r == -ENOMEM)
                return r;
        if (r < 0)
                return 0;
        if (status != 200) {
                (void) error_set(reterr, ERROR_CREDENTIALS, EACCES,
                                 "instance metadata refuses a session: HTTP status %ld", status);
                return 0;
        }
        body.data[strcspn((const char *) body.data, "\r\n")] = '\0';
        buffer_clear(&m->token_header);
        if (buffer_printf(&m->token_header, "X-aws-ec2-metadata-token: %s", (const char *) body.data) < 0 ||
            buffer_string(&m->token_header) == NULL)
                return error_oom(reterr);
        return 1;
}

/* A GET within the session, with a new one when the old has run out. Statuses other than 200 and 404 are errors. */
static int get(struct imds *m, const char *path, struct buffer *ret_body, long *ret_status, struct error *reterr) {
        for (unsigned i = 0; i < 2; i++) {
                int r = ask(m, "GET", path, (const char *) m->token_header.data, ret_body, ret_status, reterr);
                if (r < 0)
                        return r;
                if (*ret_status != 401)
                        break;
                if ((r = open_session(m, reterr)) < 0)
                        return r;
        }
        if (*ret_status == 200 || *ret_status == 404)
                return 0;
        return error_set(reterr, *ret_status >= 500 ? ERROR_SERVER : ERROR_CREDENTIALS, EREMOTEIO,
                         "instance metadata: HTTP status %ld for %.80s", *ret_status, path);
}

/* The role's name: 1, or 0 with the reason in *reterr when the instance has none. */
static int get_role(struct imds *m, struct buffer *ret_path, struct error *reterr) {
        _cleanup_(buffer_release) struct buffer body = BUFFER_INIT(ANSWER_MAX);
        long status;
        int r = get(m, ROLE_PATH, &body, &status, reterr);
        if (r < 0)
                return r;
        size_t n = strcspn((const char *) body.data, "\r\n");
        if (status == 404 || n == 0) {
                (void) error_set(reterr, ERROR_CREDENTIALS, ENOENT, "this instance has no role");
                return 0;
        }
        if (n > ROLE_NAME_MAX)
                return error_set(reterr, ERROR_PROTOCOL, EBADMSG, "instance metadata: the role's name is too long");
        if (buffer_append_string(ret_path, ROLE_PATH) < 0 ||
            percent_encode(ret_path, (const char *) body.data, n, false) < 0 || buffer_string(ret_path) == NULL)
                return error_oom(reterr);
        return 1;
}

/* jansson parses into memory of its own, which cannot be overwritten; it is freed right away. */
static int parse_keys(const char *text, struct credentials *ret, struct error *reterr) {
        json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        const char *code = json_string_value(json_object_get(root, "Code"));
        const char *id = json_string_value(json_object_get(root, "AccessKeyId"));
        const char *secret = json_string_value(json_object_get(root, "SecretAccessKey"));
        const char *token = json_string_value(json_object_get(root, "Token"));
        const char *expiration = json_string_value(json_object_get(root, "Expiration"));
        int r;
        if (code != NULL && strcmp(code, "Success") != 0)
                r = error_set(reterr, ERROR_CREDENTIALS, EREMOTEIO,
                              "instance metadata has no keys for the role: %.60s", code);
        else if (id == NULL || secret == NULL || token == NULL || expiration == NULL)
                r = error_set(reterr, ERROR_PROTOCOL, EBADMSG, "instance metadata: the role's keys are incomplete");
        else if (clock_parse_iso8601(expiration, &ret->expiration) < 0)
                r = error_set(reterr, ERROR_PROTOCOL, EBADMSG, "instance metadata: Expiration is no time");
        else
                r = credentials_set_keys(ret, id, secret, token, "instance metadata", reterr);
        json_decref(root);
        return r;
}

static void extend_if_expiring(struct credentials *c, usec_t now) {
        if (c->expiration >= now + EXPIRY_MARGIN)
                return;
        struct random random = { .state = now };
        c->expiration = now + EXPIRY_MARGIN + 120 * USEC_PER_SEC + random_below(&random, 480 * USEC_PER_SEC);
}

/* Best effort: without it the operator names the region. */
static int get_home_region(struct imds *m, char **ret, struct error *reterr) {
        _cleanup_(buffer_release) struct buffer body = BUFFER_INIT(ANSWER_MAX);
        struct error ignored;
        long status;
        if (get(m, REGION_PATH, &body, &status, &ignored) < 0 || status != 200)
                return 0;
        size_t n = strspn((const char *) body.data, "abcdefghijklmnopqrstuvwxyz0123456789-");
        if (n == 0 || n != strcspn((const char *) body.data, "\r\n"))
                return 0;
        *ret = strndup((const char *) body.data, n);
        return *ret != NULL ? 0 : error_oom(reterr);
}

static int resolve(const struct settings *settings, struct http *http, const struct clock *clock,
                   struct credentials *ret, struct error *reterr) {
        _cleanup_(imds_release) struct imds m = {
                .settings = settings, .http = http, .token_header = BUFFER_INIT(ANSWER_MAX),
        };
        _cleanup_(buffer_release) struct buffer path = BUFFER_INIT(4096);
        _cleanup_(buffer_release_secret) struct buffer body = BUFFER_INIT(ANSWER_MAX);
        long status;
        if (settings->imds_disabled) {
                (void) error_set(reterr, ERROR_CREDENTIALS, ENOENT, "AWS_EC2_METADATA_DISABLED is set");
                return 0;
        }
        int r = open_session(&m, reterr);
        if (r <= 0 || (r = get_role(&m, &path, reterr)) <= 0)
                return r;
        if ((r = get(&m, (const char *) path.data, &body, &status, reterr)) < 0)
                return r;
        if (status == 404)
                return error_set(reterr, ERROR_CREDENTIALS, ENOENT,
                                 "instance metadata has no keys for the role it names");
        if ((r = parse_keys((const char *) body.data, ret, reterr)) < 0 ||
            (r = get_home_region(&m, &ret->home_region, reterr)) < 0)
                return r;
        extend_if_expiring(ret, clock_realtime(clock));
        ret->source = "instance role";
        return 1;
}

int credentials_from_imds(const struct settings *settings, struct http *http, const struct clock *clock,
                          struct credentials *ret, struct error *reterr) {
        int r = resolve(settings, http, clock, ret, reterr);
        /* What to do about a failed call is not the same as where EC2 was asked. */
        if (r < 0 && r != -ENOMEM && reterr != NULL && reterr->remedy[0] == '\0')
                error_copy_text(reterr->remedy, sizeof(reterr->remedy), "see that the instance's metadata service "
                                "answers and that its role is one for EC2, or give it keys");
        return r;
}
