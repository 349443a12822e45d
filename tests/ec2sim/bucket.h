/* SPDX-License-Identifier: MIT */
#pragma once

#include <pthread.h>
#include <stdbool.h>

#include "base/clock.h"

/* EC2's throttling: one token bucket per account, region and action. */
struct buckets {
        struct bucket *table; /* owned, by "account region action" */
        pthread_mutex_t lock;
};

int buckets_open(struct buckets *b);

/* Takes a token if there is one. capacity and refill (tokens a second) are those of this kind of call; now is
 * monotonic. */
bool buckets_take(struct buckets *b, const char *key, double capacity, double refill, usec_t now);
void buckets_release(struct buckets *b);
