/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/clock.h"
#include "model/inventory.h"
#include "store/db.h"

/* One whole listing that becomes a region's inventory. */
struct listing {
        int64_t run_id;
        int64_t place_id;
        int64_t started_at; /* the run's start, seconds since the epoch */
        const struct inventory *inventory;
        const struct cost *cost; /* the region's */

        /* Set by merge_listing(). */
        int64_t previous_at; /* the whole listing before */
        bool is_baseline;    /* there is none before */
        char currency_before[COST_CURRENCY_SIZE]; /* "": no volume had a price */
        bool costs_comparable; /* those before are known, and in the same currency */
};

/* Within the run's transaction: compares the listing with the stored inventory, writes the rows that changed and none
 * else, and the ledger. The run's row of region_total and its classes of volumes must be stored. */
int merge_listing(struct store *s, struct listing *listing, struct error *reterr);

/* Its two halves. ret_repriced: what other prices alone made of the costs, micros a month; it means nothing unless they
 * are comparable. */
int merge_volumes(struct store *s, const struct listing *listing, int64_t *ret_repriced, struct error *reterr);
int merge_instances(struct store *s, const struct listing *listing, struct error *reterr);

/* The currency of the listing's costs; "" if no volume has a price. */
const char *listing_currency(const struct listing *listing);
