/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/listing.h"
#include "tui/trend.h"

/* What trends are read from: single runs, hours or days; a row a region, or each database's sums of an account or of
 * all. */

enum trend_source {
        TREND_RUNS,
        TREND_HOURS,
        TREND_DAYS,
        TREND_ACCOUNT_HOURS, /* the scope has an account and no region */
        TREND_ACCOUNT_DAYS,
        TREND_TOTAL_HOURS,
        TREND_TOTAL_DAYS,
        _TREND_SOURCE_MAX,
};

/* Rows of the scope's metric, region, account and range, as --json and --csv have them. */
const struct listing_type *trend_listing(enum trend_source source);

/* The same for the chart: appends nothing, replaces rows. */
int trend_read(enum trend_source source, const struct database_set *databases, const struct scope *scope,
               struct rows *rows);

/* A row of trend_read() as a sample; its texts are the row's. Sums of two databases are of different regions. */
struct trend_sample trend_sample_of(const struct row *row);
