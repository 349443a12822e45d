/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/* Counts and times of calls, of one region or of a whole run. Times are monotonic. */
struct tally {
        uint64_t calls; /* sent; each attempt counts */
        uint64_t retries;
        uint64_t throttles;
        usec_t busy; /* sum of the answered calls' durations */
        usec_t first_sent; /* 0: none yet */
        usec_t last_answer;
};

static inline void tally_sent(struct tally *t, usec_t now, bool is_retry) {
        t->calls++;
        t->retries += is_retry;
        if (t->first_sent == 0)
                t->first_sent = now;
}

static inline void tally_answered(struct tally *t, usec_t now, usec_t duration, bool throttled) {
        t->throttles += throttled;
        t->busy += duration;
        t->last_answer = now;
}
