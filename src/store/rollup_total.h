/* SPDX-License-Identifier: MIT */
#pragma once

#include "store/db.h"

/* The sums of hours and days over the regions of each account and over all, rollup_total_hour and rollup_total_day.
 * They are worked out from rollup_hour, rollup_day and place alone, always by the same statement: whoever writes those
 * makes the sums of the same time anew, and all of them where places got an account. */

/* Within a transaction: makes the sums of one hour and of its day anew. hour_at: its beginning, seconds since the
 * epoch. */
int rollup_total_renew(struct store *s, int64_t hour_at, struct error *reterr);

/* The same of all there is: a second for each million rows of hours and days. */
int rollup_total_renew_all(struct store *s, struct error *reterr);
