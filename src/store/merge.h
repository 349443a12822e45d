/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/clock.h"
#include "model/inventory.h"
#include "store/db.h"

/* One whole listing that becomes a region's inventory. */
struct listing {
        int64_t run_id;
        int64_t place_id;
        int64_t started_at;  /* the run's start, seconds since the epoch */
        int64_t previous_at; /* the whole listing before; set by merge_listing() */
        bool is_baseline;    /* there is none before; set by merge_listing() */
        const struct inventory *inventory;
};

/* Within the run's transaction: compares the listing with the stored inventory, writes the rows that changed and none
 * else, and the ledger. The run's classes of volumes must be stored. */
int merge_listing(struct store *s, struct listing *listing, struct error *reterr);

/* Its two halves. */
int merge_volumes(struct store *s, const struct listing *listing, struct error *reterr);
int merge_instances(struct store *s, const struct listing *listing, struct error *reterr);
