/* SPDX-License-Identifier: MIT */
#pragma once

#include "store/db.h"

/* The sums of hours and days over all regions, rollup_total_hour and rollup_total_day. They are worked out from rollup_hour
 * and rollup_day alone, always by the same statement: whoever writes those makes the sums of the same time anew. */

/* Within a transaction: makes the sums of the hours and days that begin from since to until anew, seconds since the epoch.
 * A day counts where one of its hours does. */
int rollup_total_renew(struct store *s, int64_t since, int64_t until, struct error *reterr);
