/* SPDX-License-Identifier: MIT */
#include "aws/sigv4.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aws/canonical.h"

#define ALGORITHM "AWS4-HMAC-SHA256"
#define TERMINATOR "aws4_request"
#define SHA256_SIZE 32
#define SHA256_HEX_SIZE (2 * SHA256_SIZE + 1)
/* Far above any request this program makes; a verifier is fed by strangers. */
#define CANONICAL_MAX ((size_t) 1024 * 1024)

char *sigv4_timestamp(usec_t time, char *buf) {
        time_t seconds = (time_t) (time / USEC_PER_SEC);
        struct tm tm;
        if (gmtime_r(&seconds, &tm) == NULL || strftime(buf, SIGV4_TIMESTAMP_SIZE, "%Y%m%dT%H%M%SZ", &tm) == 0)
                buf[0] = '\0';
        return buf;
}

static void to_hex(const uint8_t digest[SHA256_SIZE], char ret[SHA256_HEX_SIZE]) {
        static const char digits[] = "0123456789abcdef";
        for (size_t i = 0; i < SHA256_SIZE; i++) {
                ret[2 * i] = digits[digest[i] >> 4];
                ret[2 * i + 1] = digits[digest[i] & 15];
        }
        ret[2 * SHA256_SIZE] = '\0';
}

static int sha256_hex(const void *data, size_t n, char ret[SHA256_HEX_SIZE]) {
        uint8_t digest[SHA256_SIZE];
        if (EVP_Digest(n > 0 ? data : "", n, digest, NULL, EVP_sha256(), NULL) != 1)
                return -ENOMEM;
        to_hex(digest, ret);
        return 0;
}

static int append_all(struct buffer *b, const char *const *parts, size_t n) {
        for (size_t i = 0; i < n; i++) {
                int r = buffer_append_string(b, parts[i]);
                if (r < 0)
                        return r;
        }
        return 0;
}

int sigv4_canonical_request(const struct sigv4_request *request, struct buffer *ret_canonical,
                            struct buffer *ret_signed_headers) {
        char body_hash[SHA256_HEX_SIZE];
        int r = sha256_hex(request->body, request->body_len, body_hash);
        if (r < 0)
                return r;
        const char *const start[] = { request->method, "\n" };
        if ((r = append_all(ret_canonical, start, ARRAY_SIZE(start))) < 0 ||
            (r = canonical_path(ret_canonical, request->path, request->keep_path)) < 0 ||
            (r = buffer_append(ret_canonical, "\n", 1)) < 0 ||
            (r = canonical_query(ret_canonical, request->query)) < 0 ||
            (r = buffer_append(ret_canonical, "\n", 1)) < 0)
                return r;
        size_t names_start = ret_signed_headers->len;
        r = canonical_headers(ret_canonical, ret_signed_headers, request->headers, request->n_headers);
        if (r < 0)
                return r;
        if ((r = buffer_append(ret_canonical, "\n", 1)) < 0 ||
            (r = buffer_append(ret_canonical, ret_signed_headers->data + names_start,
                               ret_signed_headers->len - names_start)) < 0 ||
            (r = buffer_append(ret_canonical, "\n", 1)) < 0)
                return r;
        return buffer_append_string(ret_canonical, body_hash);
}

/* DATE/region/service/aws4_request */
static int append_scope(struct buffer *b, const struct sigv4_scope *scope) {
        char stamp[SIGV4_TIMESTAMP_SIZE];
        sigv4_timestamp(scope->time, stamp);
        stamp[strcspn(stamp, "T")] = '\0';
        const char *const parts[] = { stamp, "/", scope->region, "/", scope->service, "/", TERMINATOR };
        return append_all(b, parts, ARRAY_SIZE(parts));
}

int sigv4_string_to_sign(const char *canonical, size_t n, const struct sigv4_scope *scope, struct buffer *ret) {
        char stamp[SIGV4_TIMESTAMP_SIZE], hash[SHA256_HEX_SIZE];
        int r = sha256_hex(canonical, n, hash);
        if (r < 0)
                return r;
        const char *const start[] = { ALGORITHM, "\n", sigv4_timestamp(scope->time, stamp), "\n" };
        const char *const end[] = { "\n", hash };
        if ((r = append_all(ret, start, ARRAY_SIZE(start))) < 0 || (r = append_scope(ret, scope)) < 0)
                return r;
        return append_all(ret, end, ARRAY_SIZE(end));
}

static bool hmac(EVP_MAC_CTX *ctx, const void *key, size_t key_len, const void *data, size_t n,
                 uint8_t ret[SHA256_SIZE]) {
        char digest[] = "SHA256";
        const OSSL_PARAM params[] = {
                OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                OSSL_PARAM_construct_end(),
        };
        size_t len = 0;
        return EVP_MAC_init(ctx, key, key_len, params) == 1 && EVP_MAC_update(ctx, data, n) == 1 &&
               EVP_MAC_final(ctx, ret, &len, SHA256_SIZE) == 1 && len == SHA256_SIZE;
}

/* The chain of HMACs: each result is the key of the next, the last one is the signature. */
static bool sign(EVP_MAC_CTX *ctx, const char *secret, size_t secret_len, const char *const *steps,
                 const size_t *lengths, size_t n_steps, char *ret_signature) {
        uint8_t key[SHA256_SIZE];
        bool ok = hmac(ctx, secret, secret_len, steps[0], lengths[0], key);
        for (size_t i = 1; ok && i < n_steps; i++) {
                uint8_t next[SHA256_SIZE];
                ok = hmac(ctx, key, sizeof(key), steps[i], lengths[i], next);
                memcpy(key, next, sizeof(key));
                OPENSSL_cleanse(next, sizeof(next));
        }
        if (ok)
                to_hex(key, ret_signature);
        OPENSSL_cleanse(key, sizeof(key));
        return ok;
}

int sigv4_signature(const char *secret, const struct sigv4_scope *scope, const char *string_to_sign, size_t n,
                    char *ret_signature) {
        _cleanup_(buffer_release_secret) struct buffer key = BUFFER_INIT(CANONICAL_MAX);
        int r = buffer_append_string(&key, "AWS4");
        if (r < 0 || (r = buffer_append_string(&key, secret)) < 0)
                return r;
        char stamp[SIGV4_TIMESTAMP_SIZE];
        sigv4_timestamp(scope->time, stamp);
        const char *const steps[] = { stamp, scope->region, scope->service, TERMINATOR, string_to_sign };
        const size_t lengths[] = { strcspn(stamp, "T"), strlen(scope->region), strlen(scope->service),
                                   strlen(TERMINATOR), n };

        /* Fetched once a signature and used five times. */
        EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
        EVP_MAC_CTX *ctx = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
        bool ok = ctx != NULL && sign(ctx, (const char *) key.data, key.len, steps, lengths, ARRAY_SIZE(steps),
                                      ret_signature);
        EVP_MAC_CTX_free(ctx);
        EVP_MAC_free(mac);
        return ok ? 0 : -ENOMEM;
}

static int make_authorization(const struct sigv4_request *request, const struct sigv4_scope *scope,
                              const char *access_key_id, const char *secret, struct buffer *ret) {
        _cleanup_(buffer_release_secret) struct buffer canonical = BUFFER_INIT(CANONICAL_MAX);
        _cleanup_(buffer_release) struct buffer names = BUFFER_INIT(CANONICAL_MAX);
        _cleanup_(buffer_release) struct buffer to_sign = BUFFER_INIT(CANONICAL_MAX);
        char signature[SIGV4_SIGNATURE_SIZE];
        int r;

        if ((r = sigv4_canonical_request(request, &canonical, &names)) < 0 ||
            (r = sigv4_string_to_sign((const char *) canonical.data, canonical.len, scope, &to_sign)) < 0 ||
            (r = sigv4_signature(secret, scope, (const char *) to_sign.data, to_sign.len, signature)) < 0)
                return r;
        const char *signed_headers = buffer_string(&names);
        if (signed_headers == NULL)
                return -ENOMEM;
        const char *const start[] = { ALGORITHM " Credential=", access_key_id, "/" };
        const char *const end[] = { ", SignedHeaders=", signed_headers, ", Signature=", signature };
        if ((r = append_all(ret, start, ARRAY_SIZE(start))) < 0 || (r = append_scope(ret, scope)) < 0)
                return r;
        return append_all(ret, end, ARRAY_SIZE(end));
}

int sigv4_authorization(const struct sigv4_request *request, const struct sigv4_scope *scope,
                        const char *access_key_id, const char *secret, struct buffer *ret, struct error *reterr) {
        int r = make_authorization(request, scope, access_key_id, secret, ret);
        switch (r) {
        case 0:
                return 0;
        case -ENOMEM:
                return error_oom(reterr);
        case -E2BIG:
                return error_set(reterr, ERROR_CONFIG, E2BIG, "cannot sign the request: it is too long");
        default:
                return error_set(reterr, ERROR_CONFIG, -r, "cannot sign the request: a header's name is malformed");
        }
}
