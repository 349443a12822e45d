/* SPDX-License-Identifier: MIT */
#pragma once

#include "collect/cycle.h"
#include "config/config.h"
#include "model/run.h"

/* What a run takes from the history and gives to it. The database is open only inside these calls: never while there
 * are workers. */
struct history {
        struct region_size *sizes; /* owned */
        size_t n_sizes;
        struct region *known_regions; /* owned */
        size_t n_known_regions;
        usec_t known_regions_at; /* when they were listed, realtime */
        usec_t compared_at;      /* when the newest comparison started, realtime; 0: never */
};

/* Opens or creates the database, so that a bad path shows before the first call, and reads what the next run can use. */
int history_recall(struct history *h, const struct config *config, struct error *reterr);

/* Stores a run, or the runs of a comparison; the other one is NULL. listing: the one whose regions are all that there
 * are, to be remembered; NULL: none. *ret_run_id is the run's, and is not set for a comparison. */
int history_append(const struct config *config, const struct run *run, const struct comparison *comparison,
                   const struct run *listing, int64_t *ret_run_id, struct error *reterr);

void history_release(struct history *h);
