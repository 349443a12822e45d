/* SPDX-License-Identifier: MIT */
#include "signature.h"

#include <ctype.h>
#include <errno.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define ALGORITHM "AWS4-HMAC-SHA256"
#define CANONICAL_MAX (1u << 20)
#define SKEW_SECONDS (15 * 60)

/* The Authorization header, taken apart. */
struct authorization {
        char date[9];
        char service[32];
        char *signed_headers; /* owned */
        char signature[SIGV4_SIGNATURE_SIZE];
};

static int copy_part(char *to, size_t size, const char *from, size_t n) {
        if (n == 0 || n >= size)
                return -EINVAL;
        memcpy(to, from, n);
        to[n] = '\0';
        return 0;
}

/* KEY/DATE/REGION/SERVICE/aws4_request */
static int parse_credential(const char *value, size_t n, struct authorization *a, struct identity *id) {
        const struct {
                char *to;
                size_t size;
        } parts[] = { { id->access_key, sizeof(id->access_key) },
                      { a->date, sizeof(a->date) },
                      { id->region, sizeof(id->region) },
                      { a->service, sizeof(a->service) } };
        for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
                const char *slash = memchr(value, '/', n);
                if (slash == NULL || copy_part(parts[i].to, parts[i].size, value, (size_t) (slash - value)) < 0)
                        return -EINVAL;
                n -= (size_t) (slash - value) + 1;
                value = slash + 1;
        }
        memcpy(id->service, a->service, sizeof(id->service));
        return n == strlen("aws4_request") && memcmp(value, "aws4_request", n) == 0 ? 0 : -EINVAL;
}

static int parse_authorization(const char *header, struct authorization *a, struct identity *id) {
        if (strncmp(header, ALGORITHM, strlen(ALGORITHM)) != 0)
                return -EINVAL;
        bool credential = false;
        for (const char *p = header + strlen(ALGORITHM); *p != '\0';) {
                p += strspn(p, " ,\t");
                size_t n = strcspn(p, ", \t");
                const char *equals = memchr(p, '=', n);
                if (n == 0 || equals == NULL)
                        break;
                size_t name = (size_t) (equals - p), len = n - name - 1;
                if (name == 10 && strncmp(p, "Credential", name) == 0)
                        credential = parse_credential(equals + 1, len, a, id) >= 0;
                else if (name == 13 && strncmp(p, "SignedHeaders", name) == 0 && a->signed_headers == NULL)
                        a->signed_headers = strndup(equals + 1, len);
                else if (name == 9 && strncmp(p, "Signature", name) == 0)
                        (void) copy_part(a->signature, sizeof(a->signature), equals + 1, len);
                p += n;
        }
        return credential && a->signed_headers != NULL && a->signature[0] != '\0' ? 0 : -EINVAL;
}

static bool list_holds(const char *list, const char *name) {
        size_t len = strlen(name);
        for (const char *p = list; *p != '\0';) {
                size_t n = strcspn(p, ";");
                if (n == len && strncasecmp(p, name, n) == 0)
                        return true;
                p += n + (p[n] == ';');
        }
        return false;
}

/* host and whatever AWS reads must be signed. */
static bool signs_enough(const struct request *request, const char *signed_headers) {
        for (size_t i = 0; i < request->n_headers; i++) {
                const char *name = request->headers[i].name;
                if ((strcasecmp(name, "host") == 0 || strncasecmp(name, "x-amz-", 6) == 0) &&
                    !list_holds(signed_headers, name))
                        return false;
        }
        return true;
}

/* YYYYMMDDTHHMMSSZ */
static int parse_timestamp(const char *text, usec_t *ret) {
        if (strlen(text) != SIGV4_TIMESTAMP_SIZE - 1 || text[8] != 'T' || text[15] != 'Z' ||
            strspn(text, "0123456789") != 8 || strspn(text + 9, "0123456789") != 6)
                return -EINVAL;
        struct tm tm = { 0 };
        const char *end = strptime(text, "%Y%m%dT%H%M%SZ", &tm);
        time_t t = end != NULL && *end == '\0' ? timegm(&tm) : -1;
        if (t < 0)
                return -EINVAL;
        *ret = (usec_t) t * USEC_PER_SEC;
        return 0;
}

static int sign(const struct request *request, const struct authorization *a, const char *secret,
                const struct sigv4_scope *scope, char *ret_signature) {
        _cleanup_(freep) struct sigv4_header *headers = calloc(request->n_headers + 1, sizeof(*headers));
        if (headers == NULL)
                return -ENOMEM;
        size_t n = 0;
        for (size_t i = 0; i < request->n_headers; i++)
                if (list_holds(a->signed_headers, request->headers[i].name))
                        headers[n++] = request->headers[i];
        const struct sigv4_request to_sign = {
                .method = request->method,
                .path = request->path,
                .query = request->query,
                .headers = headers,
                .n_headers = n,
                .body = request->body.data,
                .body_len = request->body.len,
        };
        struct buffer canonical = BUFFER_INIT(CANONICAL_MAX), names = BUFFER_INIT(CANONICAL_MAX),
                      text = BUFFER_INIT(CANONICAL_MAX);
        int r = sigv4_canonical_request(&to_sign, &canonical, &names);
        if (r >= 0)
                r = sigv4_string_to_sign((const char *) canonical.data, canonical.len, scope, &text);
        if (r >= 0)
                r = sigv4_signature(secret, scope, (const char *) text.data, text.len, ret_signature);
        /* A header that is named as signed but was not sent shows here. */
        if (r >= 0 && (names.len != strlen(a->signed_headers) ||
                       memcmp(names.data, a->signed_headers, names.len) != 0))
                r = -EINVAL;
        buffer_release(&canonical);
        buffer_release(&names);
        buffer_release(&text);
        return r;
}

static enum signature_result check_token(const struct request *request, const struct key_match *key, uint64_t now) {
        const char *token = request_header(request, "X-Amz-Security-Token");
        if (!key->temporary)
                return token == NULL ? SIGNATURE_OK : SIGNATURE_BAD_TOKEN;
        if (token == NULL)
                return SIGNATURE_BAD_TOKEN;
        if (key->token != NULL)
                return strcmp(key->token, token) == 0 ? SIGNATURE_OK : SIGNATURE_BAD_TOKEN;
        int r = session_check(key->account, token, now);
        return r == 0 ? SIGNATURE_OK : r == -EKEYEXPIRED ? SIGNATURE_EXPIRED_TOKEN : SIGNATURE_BAD_TOKEN;
}

static enum signature_result verify(const struct request *request, const struct signature_rules *rules,
                                    const struct authorization *a, const struct identity *id) {
        struct key_match key;
        usec_t time;
        const char *date = request_header(request, "X-Amz-Date");
        if (date == NULL || parse_timestamp(date, &time) < 0)
                return SIGNATURE_INCOMPLETE;
        if (keys_find(rules->keys, id->access_key, &key) < 0)
                return SIGNATURE_UNKNOWN_KEY;
        if (!signs_enough(request, a->signed_headers))
                return SIGNATURE_UNSIGNED_HEADER;
        if (strncmp(date, a->date, 8) != 0)
                return SIGNATURE_BAD_SCOPE;
        if (time / USEC_PER_SEC + SKEW_SECONDS < rules->now)
                return SIGNATURE_EXPIRED;
        if (time / USEC_PER_SEC > rules->now + SKEW_SECONDS)
                return SIGNATURE_EARLY;
        const struct sigv4_scope scope = { .time = time, .region = id->region, .service = a->service };
        char signature[SIGV4_SIGNATURE_SIZE];
        if (sign(request, a, key.secret, &scope, signature) < 0 || strlen(a->signature) != strlen(signature) ||
            CRYPTO_memcmp(signature, a->signature, strlen(signature)) != 0)
                return SIGNATURE_MISMATCH;
        return check_token(request, &key, rules->now);
}

enum signature_result signature_check(const struct request *request, const struct signature_rules *rules,
                                      struct identity *ret) {
        *ret = (struct identity){ 0 };
        const char *header = request_header(request, "Authorization");
        if (header == NULL)
                return SIGNATURE_MISSING;
        struct authorization a = { 0 };
        enum signature_result result = SIGNATURE_INCOMPLETE;
        if (parse_authorization(header, &a, ret) >= 0)
                result = rules->verify ? verify(request, rules, &a, ret) : SIGNATURE_OK;
        free(a.signed_headers);
        struct key_match key;
        if (keys_find(rules->keys, ret->access_key, &key) >= 0) {
                memcpy(ret->account, key.account, sizeof(ret->account));
                ret->temporary = key.temporary;
        } else if (result == SIGNATURE_OK)
                result = SIGNATURE_UNKNOWN_KEY;
        return result;
}
