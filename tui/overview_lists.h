/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/listing.h"

/* The lists of the overview: the regions, and beside them who moved most, who has most unattached, what the types cost. */

enum overview_column {
        OVERVIEW_REGION,
        OVERVIEW_ACCOUNT,
        OVERVIEW_GIB,
        OVERVIEW_VOLUMES,
        OVERVIEW_INSTANCES,
        OVERVIEW_UNATTACHED_VOLUMES,
        OVERVIEW_UNATTACHED_GIB,
        OVERVIEW_UNATTACHED_SHARE,
        OVERVIEW_COST,
        OVERVIEW_CHANGE_1D,
        OVERVIEW_CHANGE_7D,
        OVERVIEW_GP3,
        OVERVIEW_GP2,
        OVERVIEW_IO,
        OVERVIEW_TREND,
        OVERVIEW_STATUS,
        OVERVIEW_AGE,
        OVERVIEW_AT,
        OVERVIEW_CURRENCY,
        OVERVIEW_GIB_AT_LEAST,
        OVERVIEW_COST_AT_LEAST,
        OVERVIEW_ERROR_CODE,
        OVERVIEW_ERROR_MESSAGE,
};

extern const struct listing_type overview_regions; /* enum overview_column */
extern const struct listing_type overview_movers;
extern const struct listing_type overview_unattached;
extern const struct listing_type overview_types;
