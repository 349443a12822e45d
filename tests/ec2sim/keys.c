/* SPDX-License-Identifier: MIT */
#include "keys.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "string_list.h"

#define SIM_STEM "SIM0"
#define TOKEN_MAX (64u * 1024)

bool account_is_valid(const char *text) {
        return strlen(text) == ACCOUNT_SIZE - 1 && strspn(text, "0123456789") == ACCOUNT_SIZE - 1;
}

int keys_add(struct keys *k, const char *spec, const char *default_account) {
        _cleanup_(freep) char *copy = strdup(spec);
        if (copy == NULL)
                return -ENOMEM;
        char *fields[4] = { copy, NULL, NULL, NULL };
        for (size_t i = 1; i < ARRAY_SIZE(fields) && fields[i - 1] != NULL; i++) {
                fields[i] = strchr(fields[i - 1], ':');
                if (fields[i] != NULL)
                        *fields[i]++ = '\0';
        }
        const char *account = fields[3] != NULL ? fields[3] : default_account;
        if (fields[1] == NULL || fields[1][0] == '\0' || copy[0] == '\0' || !account_is_valid(account) ||
            strlen(copy) >= ACCESS_KEY_SIZE || strlen(fields[1]) >= sizeof(((struct key_match *) NULL)->secret))
                return -EINVAL;
        struct known_key key = { .id = strdup(copy), .secret = strdup(fields[1]) };
        memcpy(key.account, account, sizeof(key.account));
        if (fields[2] != NULL && fields[2][0] != '\0')
                key.token = strdup(fields[2]);
        struct known_key *items = reallocarray(k->items, k->n + 1, sizeof(*items));
        if (items != NULL)
                k->items = items;
        if (items == NULL || key.id == NULL || key.secret == NULL) {
                free(key.id);
                free(key.secret);
                free(key.token);
                return -ENOMEM;
        }
        k->items[k->n++] = key;
        return 0;
}

static int find_by_rule(const char *id, struct key_match *ret) {
        bool temporary = strncmp(id, "ASIA", 4) == 0;
        if (strlen(id) != 20 || (!temporary && strncmp(id, "AKIA", 4) != 0) ||
            strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != 20)
                return -ENOENT;
        *ret = (struct key_match){ .temporary = temporary };
        (void) snprintf(ret->secret, sizeof(ret->secret), "secret-of-%s", id);
        if (strncmp(id + 4, SIM_STEM, 4) == 0 && account_is_valid(id + 8)) {
                memcpy(ret->account, id + 8, sizeof(ret->account));
                return 0;
        }
        char digest[DIGEST_SIZE];
        (void) digest_hex(id, strlen(id), digest);
        digest[15] = '\0';
        (void) snprintf(ret->account, sizeof(ret->account), "%012" PRIu64,
                        (uint64_t) strtoull(digest, NULL, 16) % UINT64_C(900000000000) + UINT64_C(100000000000));
        return 0;
}

int keys_find(const struct keys *k, const char *id, struct key_match *ret) {
        for (size_t i = 0; i < k->n; i++) {
                const struct known_key *key = &k->items[i];
                if (strcmp(key->id, id) != 0)
                        continue;
                *ret = (struct key_match){ .temporary = key->token != NULL, .token = key->token };
                memcpy(ret->secret, key->secret, strlen(key->secret) + 1);
                memcpy(ret->account, key->account, sizeof(ret->account));
                return 0;
        }
        return k->strict ? -ENOENT : find_by_rule(id, ret);
}

/* ACCOUNT.EXPIRY.DIGEST and then padding, with characters that a careless client would encode. */
int session_make(const char *account, uint64_t expires, size_t token_bytes, struct session *ret) {
        struct session s = { .expires = expires, .token = BUFFER_INIT(TOKEN_MAX) };
        (void) snprintf(s.id, sizeof(s.id), "ASIA" SIM_STEM "%s", account);
        (void) snprintf(s.secret, sizeof(s.secret), "secret-of-%s", s.id);
        static const char padding[] = "ec2sim/padding+token/0123456789";
        char text[64], digest[DIGEST_SIZE];
        int n = snprintf(text, sizeof(text), "%s.%" PRIu64, account, expires);
        int r = buffer_printf(&s.token, "%s.%s.", text, digest_hex(text, (size_t) n, digest));
        while (r >= 0 && s.token.len + 2 < token_bytes)
                r = buffer_append(&s.token, &padding[s.token.len % (sizeof(padding) - 1)], 1);
        if (r >= 0)
                r = buffer_append_string(&s.token, "==");
        if (r < 0 || buffer_string(&s.token) == NULL) {
                buffer_release(&s.token);
                return r < 0 ? r : -ENOMEM;
        }
        *ret = s;
        return 0;
}

int session_check(const char *account, const char *token, uint64_t now) {
        size_t len = strlen(account);
        if (strncmp(token, account, len) != 0 || token[len] != '.')
                return -EACCES;
        char *end;
        uint64_t expires = strtoull(token + len + 1, &end, 10);
        char digest[DIGEST_SIZE];
        (void) digest_hex(token, (size_t) (end - token), digest);
        if (*end != '.' || strncmp(end + 1, digest, DIGEST_SIZE - 1) != 0)
                return -EACCES;
        return now >= expires ? -EKEYEXPIRED : 0;
}

void keys_release(struct keys *k) {
        for (size_t i = 0; i < k->n; i++) {
                free(k->items[i].id);
                free(k->items[i].secret);
                free(k->items[i].token);
        }
        free(k->items);
        *k = (struct keys){ 0 };
}
