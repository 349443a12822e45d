/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "keys.h"
#include "request.h"

/* Who signed a request, and for what. */
struct identity {
        char access_key[ACCESS_KEY_SIZE];
        char account[ACCOUNT_SIZE];
        char region[64]; /* of the credential scope */
        char service[32];
        bool temporary;
};

enum signature_result {
        SIGNATURE_OK,
        SIGNATURE_MISSING,       /* no Authorization header */
        SIGNATURE_INCOMPLETE,    /* it lacks a part, or X-Amz-Date is missing */
        SIGNATURE_UNKNOWN_KEY,
        SIGNATURE_BAD_TOKEN,     /* a temporary key without its session token */
        SIGNATURE_EXPIRED_TOKEN,
        SIGNATURE_EXPIRED,       /* signed more than 15 minutes ago */
        SIGNATURE_EARLY,         /* signed more than 15 minutes ahead */
        SIGNATURE_BAD_SCOPE,     /* date, service or terminator of the scope */
        SIGNATURE_UNSIGNED_HEADER, /* host or an x-amz-* header is not signed */
        SIGNATURE_MISMATCH,
};

struct signature_rules {
        const struct keys *keys;
        uint64_t now; /* seconds since the epoch */
        bool verify;  /* else the scope and the key are taken as they come */
};

/* Fills *ret as far as the header could be read, whatever the result. */
enum signature_result signature_check(const struct request *request, const struct signature_rules *rules,
                                      struct identity *ret);
