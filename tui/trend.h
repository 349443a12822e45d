/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A trend: samples of many regions made to one series of equal slots of time, and slots to buckets for the width of a
 * screen. Pure. */

/* What a row of a trend view says; texts are borrowed. */
struct trend_sample {
        int64_t at;           /* the hour's or day's beginning, or the run's start; seconds since the epoch */
        int64_t newest_at;    /* of the values; 0: there is none */
        int database;         /* two may know the same region: the newer one counts */
        const char *account;  /* "": not known, or a sum of the database's own */
        const char *region;   /* "": a sum */
        const char *currency; /* "": none, as of a cost of nothing: it goes with every currency */
        size_t regions;       /* that have a value */
        size_t regions_asked;
        double first; /* this and the following are NAN where there is no value */
        double last;
        double min;
        double max;
        double average;
        bool at_least;     /* volumes have no price */
        const char *lacks; /* completeness */
};

struct trend_point {
        int64_t at;     /* where it begins */
        int64_t seconds; /* how long it is */
        double first;   /* NAN, as the following: a gap */
        double last;
        double min;
        double max;
        double average;
        size_t regions; /* that have a value */
        size_t regions_asked;
        bool incomplete; /* regions have no value: the point is "at least" */
        bool at_least;   /* incomplete, or volumes have no price */
        bool forecast;   /* average, min and max are what is to be expected, and its interval */
        size_t slots;    /* of which it is made */
        size_t slots_known; /* of those, with a value */
        char why[16];    /* why values are lacking: a word of completeness, or "unseen"; "": there was no run */
};

/* Makes n slots of step seconds from from on. Samples are sorted anew. Those outside, and those in other currencies than
 * currency (NULL: all count), are left out. A slot that asked fewer regions than slots on both sides of it is incomplete:
 * somebody looked at a part of them. */
void trend_make_slots(struct trend_sample samples[], size_t n_samples, const char *currency, int64_t from, int64_t step,
                      struct trend_point ret_slots[], size_t n);

/* There was a run at that time: a slot that is a gap without a reason has that of being "unseen". */
void trend_note_run(struct trend_point slots[], size_t n, int64_t at);

/* How many slots make one bucket, so that there are at most width of them: a divisor of the day where slots are hours, of
 * weeks where they are days. */
size_t trend_slots_per_bucket(size_t n, int64_t step, size_t width);

/* Makes buckets of per slots each, the last of which ends where the slots do. Values are those of the complete slots, and
 * of the others where no slot is complete. Returns how many. ret has room for n. */
size_t trend_make_buckets(const struct trend_point slots[], size_t n, size_t per, struct trend_point ret[]);

/* Goes on from a value by one of three slopes, and is never below nothing. */
struct trend_forecast {
        double value;
        int64_t value_at;
        double slope; /* a day, as the following */
        double slope_low;
        double slope_high;
        double in_30d; /* from value_at on, as the following */
        double in_30d_low;
        double in_30d_high;
        bool at_least;
};

/* Makes n points of so many seconds from from on, each by its middle. */
void trend_make_forecast(const struct trend_forecast *f, int64_t from, int64_t seconds, struct trend_point ret[],
                         size_t n);

/* First and last of the points that are complete: what a change is told by. -1: there is none. */
struct trend_ends {
        int first;
        int last;
};
struct trend_ends trend_ends(const struct trend_point points[], size_t n);

static inline bool trend_is_gap(const struct trend_point *p) {
        return p->average != p->average;
}
