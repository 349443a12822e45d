/* SPDX-License-Identifier: MIT */
#include "collect/chain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* From how many volumes on a region's listing is cut into 16 or 256 chains: below, the calls saved on the critical
 * path are fewer than the pages that the cut leaves half full. */
#define CUT_IN_16 UINT64_C(8000)
#define CUT_IN_256 UINT64_C(256000)

/* A chain that long is a loop whose tokens differ: 20,000 pages of 500 are ten million volumes. */
#define CHAIN_PAGES_MAX 20000u

struct chain *chain_new(void) {
        return calloc(1, sizeof(struct chain));
}

void chain_free(struct chain *c) {
        if (c == NULL)
                return;
        free(c->tokens);
        free(c);
}

unsigned chain_count(uint64_t expected) {
        return expected >= CUT_IN_256 ? 256 : expected >= CUT_IN_16 ? 16 : 1;
}

/* Patterns over "vol-" and lower-case hex: today's ids begin with vol-0, the old short ones with any digit. Chain k of
 * 16 asks for vol-0k*, and for k other than 0 also for vol-k*; those of 256 take two digits, the second kind again
 * without a leading 0. */
void chain_choose_part(struct chain *c, unsigned k, unsigned n) {
        int digits = n == 256 ? 2 : 1;
        if (n == 1)
                return;
        if (k < n / 16)
                (void) snprintf(c->volume_ids, sizeof(c->volume_ids), "vol-0%0*x*", digits, k);
        else
                (void) snprintf(c->volume_ids, sizeof(c->volume_ids), "vol-0%0*x*,vol-%0*x*", digits, k, digits, k);
}

static uint64_t hash_token(const char *token) {
        uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
        for (; *token != '\0'; token++)
                h = (h ^ (unsigned char) *token) * UINT64_C(0x100000001b3);
        return h;
}

int chain_follow(struct chain *c, const char *token, struct error *reterr) {
        uint64_t hash = hash_token(token);
        for (size_t i = 0; i < c->n_tokens; i++)
                if (c->tokens[i] == hash)
                        return error_set(reterr, ERROR_PAGINATION, ELOOP,
                                         "the service gave the same page token twice, its listing never ends");
        if (c->n_tokens >= CHAIN_PAGES_MAX)
                return error_set(reterr, ERROR_PAGINATION, ELOOP, "the listing did not end after %u pages",
                                 CHAIN_PAGES_MAX);
        uint64_t *tokens = reallocarray(c->tokens, c->n_tokens + 1, sizeof(*tokens));
        if (tokens == NULL)
                return error_oom(reterr);
        c->tokens = tokens;
        c->tokens[c->n_tokens++] = hash;
        return 0;
}
