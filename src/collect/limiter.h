/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "base/clock.h"

/* Token buckets, one per (account, region, action) as EC2 keeps them, shared by all workers because only the parent
 * asks them. A bucket slows down when the service throttles and recovers as calls succeed. Pure: time is handed in. */

struct limiter;

/* Calls a second of EC2's documented bucket for paginated or filtered Describe calls, behind 100 at once. */
#define LIMITER_EC2_RATE 20.0

/* Throttling cuts no rate below this, nor a lower configured one any further. */
#define LIMITER_RATE_FLOOR 0.5

struct limiter_policy {
        double rate;    /* calls a second */
        unsigned burst; /* calls at once */
        /* No limit until the first throttling: for endpoints whose buckets nobody documents. From then on, the
         * bucket starts at the documented rate. */
        bool unlimited_at_first;
};

int limiter_new(const struct limiter_policy *policy, struct limiter **ret); /* 0 or -ENOMEM */
void limiter_free(struct limiter *l);

/* One bucket; created on first use and owned by the limiter. NULL when out of memory. */
struct bucket;
struct bucket *limiter_bucket(struct limiter *l, const char *account, const char *region, const char *action);

/* The earliest monotonic time at which a call may go; now or before: at once. */
usec_t bucket_ready_at(struct bucket *b, usec_t now);

/* Takes the token of a call that goes now. */
void bucket_take(struct bucket *b, usec_t now);

/* The service answered "too fast" / answered. */
void bucket_throttled(struct bucket *b, usec_t now);
void bucket_succeeded(struct bucket *b);

/* Calls a second now allowed; 0 while unlimited. */
double bucket_rate(const struct bucket *b);
