/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/metric.h"
#include "tui/range.h"
#include "tui/trend.h"
#include "tui/view.h"

/* Shared by view_trends.c (what is loaded, what keys do), trends_scope.c and trends_draw.c. */

/* 30 days by the hour are the most. */
#define TREND_SLOTS_MAX 768

enum trend_forecast_column {
        FORECAST_CURRENCY,
        FORECAST_REFUSED, /* NULL: there is one */
        FORECAST_LOW,     /* in 30 days, as the following */
        FORECAST_MIDDLE,
        FORECAST_HIGH,
        FORECAST_AT_LEAST,
};

enum trend_place_column {
        PLACE_ACCOUNT,
        PLACE_REGION,
        PLACE_GOOD, /* 1: it has had numbers */
};

struct trends {
        struct view view; /* scope: what the trend is of */
        struct rows samples;
        struct rows places;    /* enum trend_place_column: what was asked */
        struct rows forecasts; /* enum trend_forecast_column */
        struct rows kept;      /* what, and since when */
        size_t metric;
        char currency[8];      /* that is shown, of the following; "": none */
        char currencies[STATUS_CURRENCIES_MAX][8];
        size_t n_currencies;
        struct trend_point slots[TREND_SLOTS_MAX];
        size_t n_slots;
        size_t per_bucket;     /* slots, since it was drawn */
        int64_t kept_since;    /* what was before is not kept, not all of it; 0: everything is */
        int64_t pan;           /* seconds from the end of what is shown to now */
        int64_t cursor_at;     /* within the bucket that is pointed at; 0: the newest */
        bool from_zero;        /* the y axis */
};

/* Buckets for the width that it was drawn in last, and which of them the cursor points at. Returns how many. */
size_t trends_buckets(const struct trends *t, struct trend_point ret[static TREND_SLOTS_MAX], size_t *ret_cursor);

/* Whether the trend is a sum of regions, of whatever accounts. */
static inline bool trends_is_sum(const struct trends *t) {
        return t->view.scope.region[0] == '\0';
}

/* Lets it be of the next (1) or the one before (-1): all regions, each account where there are several, each region. */
void trends_choose_neighbour(struct trends *t, int step);

/* Whether no region that the trend is of is known to two databases, so that their sums can be added. */
bool trends_is_apart(const struct trends *t);

void trends_draw(struct view *v, const struct context *c, struct area area);
