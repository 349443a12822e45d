/* SPDX-License-Identifier: MIT */
#include "base/random.h"

#include <sys/random.h>

#include "base/clock.h"

uint64_t random_seed(void) {
        uint64_t seed = 0;
        if (getrandom(&seed, sizeof(seed), 0) != (ssize_t) sizeof(seed))
                seed = clock_monotonic(clock_system());
        return seed;
}
