/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* Which access keys exist, with which secrets, and to which account they belong.
 *
 * By rule, without any configuration: every AKIA or ASIA followed by 16 of [A-Z0-9] is a key and its secret is
 * "secret-of-" and the key itself. AKIASIM0 and twelve digits belong to the account of those digits, other keys to an
 * account worked out from the key. An ASIA key needs a session token that a service here gave out. */

#define ACCOUNT_SIZE 13
#define ACCESS_KEY_SIZE 129

struct known_key {
        char *id;
        char *secret;
        char *token; /* NULL: a long-lived key */
        char account[ACCOUNT_SIZE];
};

struct keys {
        struct known_key *items; /* owned */
        size_t n;
        bool strict; /* only the listed keys exist */
};

struct key_match {
        char secret[256];
        char account[ACCOUNT_SIZE];
        bool temporary;
        const char *token; /* of a listed key, NULL for those by rule */
};

/* Adds "ID:SECRET[:TOKEN[:ACCOUNT]]"; an empty TOKEN is none. 0, -EINVAL, -ENOMEM. */
int keys_add(struct keys *k, const char *spec, const char *default_account);

/* 0 or -ENOENT. */
int keys_find(const struct keys *k, const char *id, struct key_match *ret);

/* Whether text is twelve digits. */
bool account_is_valid(const char *text);

/* Temporary credentials of an account. */
struct session {
        char id[24];
        char secret[40];
        struct buffer token;
        uint64_t expires; /* seconds since the epoch */
};

/* The token is padded to about token_bytes. The caller releases session->token. */
int session_make(const char *account, uint64_t expires, size_t token_bytes, struct session *ret);

/* 0, -EACCES for a token that was not made here for that account, -EKEYEXPIRED past its time (seconds). */
int session_check(const char *account, const char *token, uint64_t now);

void keys_release(struct keys *k);
