/* SPDX-License-Identifier: MIT */
#pragma once

#include "store/db.h"
#include "store/store.h"

/* The history by the hour and the day, rollup_hour and rollup_day. Each run is folded into the rows of its hour and
 * day, in the order of run_id; its samples count by started_at, which is not always that order. Of a comparison the
 * sweep alone counts: the other two see less, and would show as dips. The sums over all regions (rollup_total.h) go
 * along. */

/* Within the run's transaction, once its region_total rows are there. */
int rollup_add_run(struct store *s, int64_t run_id, struct error *reterr);

/* Within a transaction: makes the hours anew that all runs are kept of, and the days that all runs, or else all hours,
 * are kept of. Gives what rollup_add_run() gave run by run, to the byte. */
int rollup_rebuild(struct store *s, struct rollup_rebuilt *ret, struct error *reterr);
