/* SPDX-License-Identifier: MIT */
#include "year_trend.h"

#define DAY INT64_C(86400)
#define MILLION INT64_C(1000000)

/* More of them in working hours, in ppm: up from 7 to 13 h UTC, and down until 19 h. */
static int64_t working_hours(int64_t at) {
        const int64_t most = 5000, from = 7 * 3600, noon = 13 * 3600, to = 19 * 3600;
        int64_t second = at % DAY, weekday = (at / DAY + 3) % 7; /* 0: Monday; the epoch was a Thursday */
        if (weekday >= 5 || second < from || second >= to)
                return 0;
        return second < noon ? most * (second - from) / (noon - from) : most * (to - second) / (to - noon);
}

/* A number that stays the same for the estate, from low up to high. */
static int64_t trait(const struct estate *e, unsigned which, int64_t low, int64_t high) {
        struct random r = { .state = (uint64_t) e->place_id * 1000003 + which };
        (void) random_next(&r);
        return low + (int64_t) random_below(&r, (uint64_t) (high - low + 1));
}

/* In ppm of what there is at the end. */
static int64_t level(const struct estate *e, int64_t end, int64_t at) {
        /* Every ninth shrinks. */
        int64_t growth = e->place_id % 9 == 8 ? trait(e, 0, -400000, -150000) : trait(e, 0, 120000, 520000);
        int64_t ppm = MILLION - growth * (end - at) / (365 * DAY);
        for (unsigned jump = 0; jump < 3; jump++) {
                int64_t when = end - trait(e, 1 + jump, 5 * DAY, 360 * DAY);
                if (at < when)
                        ppm -= trait(e, 4 + jump, -40000, 60000);
        }
        ppm += working_hours(at) - working_hours(end);
        return ppm > 20000 ? ppm : 20000;
}

static uint64_t scaled(uint64_t wanted, int64_t ppm) {
        uint64_t n = (wanted * (uint64_t) ppm + MILLION / 2) / MILLION;
        return n > 0 ? n : 1;
}

uint64_t trend_volumes(const struct estate *e, int64_t end, int64_t at) {
        return scaled(e->volumes_wanted, level(e, end, at));
}

uint64_t trend_instances(const struct estate *e, int64_t end, int64_t at) {
        return scaled(e->instances_wanted, level(e, end, at));
}

unsigned trend_gp2_permille(const struct estate *e, int64_t end, int64_t at) {
        const int64_t before = 820, after = 90;
        int64_t begins = end - trait(e, 10, 120 * DAY, 230 * DAY), takes = trait(e, 11, 40 * DAY, 150 * DAY);
        if (at <= begins)
                return (unsigned) before;
        if (at >= begins + takes)
                return (unsigned) after;
        return (unsigned) (before - (before - after) * (at - begins) / takes);
}
