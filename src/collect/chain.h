/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A chain of pages, each asked for with the token of the one before; and how a large listing is cut into several. */
struct chain {
        struct chain *next; /* the owner's, for its list */
        char volume_ids[32]; /* the value of the volume-id filter of its calls: patterns, or "" for none */
        uint64_t *tokens; /* owned; hashes of those already followed */
        size_t n_tokens;
};

/* A chain that lists everything; NULL when out of memory. */
struct chain *chain_new(void);
void chain_free(struct chain *c);

/* How many chains a region's volumes are listed by: 1, 16 or 256. expected: how many there may be; 0: unknown. */
unsigned chain_count(uint64_t expected);

/* Has it list part k of n, which is what chain_count() gave. The parts are disjoint and together have every volume. */
void chain_choose_part(struct chain *c, unsigned k, unsigned n);

/* Notes the token of the page to come. ERROR_PAGINATION when it came before, or the chain is longer than can be. */
int chain_follow(struct chain *c, const char *token, struct error *reterr);
