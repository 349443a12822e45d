/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/instance.h"
#include "model/run.h"

/* What changed between two runs, by region, cause and volume. Sizes in GiB, money in micros a month (model/cost.h),
 * differences with their sign. */

/* A whole listing of a region, the one in force at a run. */
struct changes_listing {
        int64_t run_id; /* 0: there is none */
        int64_t at;     /* its start, seconds since the epoch */
        uint64_t billed_gib;
        bool has_cost;                     /* the next two are known */
        char currency[COST_CURRENCY_SIZE]; /* "" without volumes */
        uint64_t billed_micros;
        uint64_t unpriced_volumes; /* the cost is "at least" if there are any */
};

/* What costs changed by. */
struct changes_cost {
        bool known;                        /* not where currencies differ, and not where nothing has a price */
        char currency[COST_CURRENCY_SIZE]; /* "" if nothing has one */
        int64_t micros;                    /* of what has a price before and after */
        uint64_t unpriced_events;          /* those that would change a cost and are not in it */
};

struct changes_region {
        char account[MODEL_ACCOUNT_SIZE]; /* "" if unknown */
        char region[sizeof(((struct region *) NULL)->name)];
        struct changes_listing before; /* the newest one by the first run, or the region's first */
        struct changes_listing after;  /* the newest one by the second run */
        bool from_first; /* the region was first listed later than the first run: before is that listing */
        bool from_oldest; /* before is the oldest listing that is kept, and not the first: what changed by then is gone */
        uint64_t events;
        int64_t gib_change;    /* after - before where both are known, else of the events */
        bool lacks_events;     /* they do not add up to it: some are no longer kept */
        int64_t events_micros; /* what the events with a price before and after change a month */

        /* after - before. Where known, it is that of the causes, with what other prices alone made and with what
         * volumes cost that had no price before their event, or have none after it. */
        struct changes_cost cost_change;
        bool is_itemised; /* the next two are known */
        int64_t repriced_micros;
        int64_t unpriced_micros;
        bool mixes_currencies; /* its prices changed their currency meanwhile */
};

struct changes_cause {
        char account[MODEL_ACCOUNT_SIZE];
        char region[sizeof(((struct region *) NULL)->name)];
        char cause[MODEL_WORD_SIZE];
        uint64_t events;
        int64_t gib_change;
        struct changes_cost cost_change;
};

struct changes_volume {
        char account[MODEL_ACCOUNT_SIZE];
        char region[sizeof(((struct region *) NULL)->name)];
        char id[MODEL_ID_SIZE];
        char type[MODEL_WORD_SIZE]; /* the last one known */
        char name[MODEL_NAME_SIZE]; /* "" if none */
        char causes[128];           /* what happened to it, words parted by blanks */
        uint64_t gib_before;
        uint64_t gib_after;
        int64_t gib_change;
        struct changes_cost cost_change;
};

/* So many volumes are shown: those whose cost changed most, then those whose size did. */
#define CHANGES_VOLUMES_MAX 20

struct changes {
        int64_t from; /* run ids; from is 0 where the history begins later */
        int64_t to;
        usec_t from_at; /* their starts, realtime */
        usec_t to_at;
        struct changes_region *regions; /* owned, as are the others; by account and region */
        size_t n_regions;
        struct changes_cause *causes; /* by account, region and cause */
        size_t n_causes;
        struct changes_volume *volumes; /* the greatest difference first, of cost and then of size */
        size_t n_volumes;
};

/* Whether a region's numbers are older than the second run, or unknown. */
static inline bool changes_region_is_behind(const struct changes *c, const struct changes_region *r) {
        return r->after.run_id != c->to;
}

void changes_release(struct changes *c);
