/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/metric.h"
#include "tui/range.h"
#include "tui/trend.h"
#include "tui/trend_query.h"
#include "tui/view.h"

/* Shared by view_trends.c (what is loaded, what keys do), trends_scope.c, trends_forecast.c, and those who draw
 * (trends_picture.h). */

/* 30 days by the hour and the forecast behind them are the most. */
#define TREND_SLOTS_MAX 1024

enum trend_forecast_column {
        FORECAST_CURRENCY,
        FORECAST_REFUSED, /* NULL: there is one */
        FORECAST_LOW,     /* in 30 days, as the following */
        FORECAST_MIDDLE,
        FORECAST_HIGH,
        FORECAST_AT_LEAST,
        FORECAST_VALUE, /* from which it goes */
        FORECAST_VALUE_AT,
        FORECAST_SLOPE, /* a day, as the following */
        FORECAST_SLOPE_LOW,
        FORECAST_SLOPE_HIGH,
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
        struct scope asked;    /* what samples and forecasts are of, with the following */
        int64_t asked_pan;
        enum trend_source source;
        bool of_several;       /* databases */
        bool is_answered;      /* all of that was read since keys asked for something else */
        size_t metric;
        char currency[8];      /* that is shown, of the following; "": none */
        char currencies[STATUS_CURRENCIES_MAX][8];
        size_t n_currencies;
        struct trend_point slots[TREND_SLOTS_MAX];
        size_t n_slots;
        size_t per_bucket;     /* slots, since it was drawn */
        size_t ahead;          /* buckets of the forecast behind them, since then */
        int64_t kept_since;    /* what was before is not kept, not all of it; 0: everything is */
        int64_t pan;           /* seconds from the end of what is shown to now */
        int64_t cursor_at;     /* within the bucket that is pointed at; 0: the newest */
        bool from_zero;        /* the y axis */
};

/* Buckets for the width that it was drawn in last, those of the forecast behind the measured ones, and which of them
 * the cursor points at. Returns how many. */
size_t trends_buckets(const struct trends *t, struct trend_point ret[static TREND_SLOTS_MAX], size_t *ret_measured,
                      size_t *ret_cursor);

/* The forecast of the currency that is shown. False: there is none, and why; the text is the trend's. */
bool trends_find_forecast(const struct trends *t, struct trend_forecast *ret, const char **ret_why);

/* How many slots of a forecast are to be drawn, if there is room: none but where the range is of days and ends now. */
size_t trends_slots_ahead(const struct trends *t);

/* Appends the forecast to n buckets, in an array of n_max. Returns how many there are then. */
size_t trends_append_forecast(const struct trends *t, struct trend_point buckets[], size_t n, size_t n_max);

/* Lets it be of the next (1) or the one before (-1): all regions, each account where there are several, each region. */
void trends_choose_neighbour(struct trends *t, int step);

/* Whether no region that the trend is of is known to two databases, so that their sums can be added. */
bool trends_is_apart(const struct trends *t);

/* The one database that knows what the trend is of, else SCOPE_ALL_DATABASES; several: there is more than one. */
int trends_database(const struct trends *t, bool *ret_several);

void trends_draw(struct view *v, const struct context *c, struct area area);
