/* SPDX-License-Identifier: MIT */
#pragma once

#include "collect/cycle.h"
#include "config/config.h"
#include "store/patience.h"

struct job_result;

/* What a run takes from the history and gives to it. The database is open only inside these calls: never while there
 * are workers. */
struct history {
        struct region_size *sizes; /* owned */
        size_t n_sizes;
        struct region_list known_regions; /* as DescribeRegions told the last run that asked it */
        char known_account[MODEL_ACCOUNT_SIZE]; /* whose they are, "" if unknown */
        usec_t known_regions_at; /* when they were listed, realtime */
        usec_t compared_at;      /* when the newest comparison started, realtime; 0: never */
};

/* Opens or creates the database, so that a bad path shows before the first call, and reads what the next run can use. */
int history_recall(struct history *h, const struct config *config, struct error *reterr);

/* Reads, of a database that is there, the regions that are known alone, and writes nothing. */
int history_peek(struct history *h, const struct config *config, struct error *reterr);

/* Stores what a job came to, and fills in the run's id. patience: may end that before its time; NULL: nothing does. */
int history_append(const struct config *config, struct job_result *result, const struct store_patience *patience,
                   struct error *reterr);

/* Takes away some of what is older than the configuration keeps: to be called after each run that was stored. */
int history_prune(const struct config *config, const struct store_patience *patience, struct error *reterr);

void history_release(struct history *h);
