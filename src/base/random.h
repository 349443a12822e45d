/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* A small seedable generator (SplitMix64) for jitter and test data; never for secrets. */
struct random {
        uint64_t state;
};

/* A seed that nobody foresees. */
uint64_t random_seed(void);

static inline uint64_t random_next(struct random *r) {
        uint64_t z = (r->state += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
}

/* Uniform in [0, 1). */
static inline double random_fraction(struct random *r) {
        return (double) (random_next(r) >> 11) * 0x1.0p-53;
}

/* Uniform in [0, bound); bound > 0. The bias is below 2^-32 for the bounds used here. */
static inline uint64_t random_below(struct random *r, uint64_t bound) {
        return random_next(r) % bound;
}
