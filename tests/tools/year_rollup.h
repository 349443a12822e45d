/* SPDX-License-Identifier: MIT */
#pragma once

#include "estate.h"
#include "model/run.h"
#include "year_database.h"

/* The rollups of the whole history, folded here once more and apart from the program's own code, so that the two can be
 * compared. */

#define YEAR_METRICS 9

/* What the runs of one hour, or day, saw of one metric of one place. Zeroed: nothing. */
struct year_fold {
        int64_t asked;
        int64_t samples;
        int64_t first_value, first_at;
        int64_t last_value, last_at;
        int64_t min_value, max_value;
        int64_t sum;
        bool at_least;
        bool priced; /* in a currency */
        const char *lacking;
        uint32_t hours; /* of a day: those with a sample, bit 0 is the first */
};

struct year_rollup {
        struct query insert_hour, insert_day;
        char currency[COST_CURRENCY_SIZE]; /* of all places */
        size_t places;
        int64_t hour_at, day_at;
        struct year_fold (*hours)[YEAR_METRICS]; /* owned; by place */
        struct year_fold (*days)[YEAR_METRICS];
};

void year_rollup_open(struct year_rollup *r, struct year_database *d, size_t places);

/* What a run saw of the place with that index, 0 being place_id 1. Runs have to come in the order of time. */
void year_rollup_add(struct year_rollup *r, size_t place, const struct region_result *result, int64_t at);

/* Writes what is still in hand. */
void year_rollup_close(struct year_rollup *r);
