/* SPDX-License-Identifier: MIT */
#include "collect/limiter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/macros.h"

/* After a throttling the rate falls to this share of itself, at most once per pause: the calls under way at that
 * moment are throttled together and say the same thing once. */
#define CUT_FACTOR 0.7
#define CUT_PAUSE (500 * USEC_PER_MSEC)

struct bucket {
        UT_hash_handle hh;
        bool limited;
        double rate;     /* tokens a second */
        double ceiling;  /* what rate may recover to; 0: anything */
        double capacity; /* most tokens */
        double tokens;
        usec_t filled_at;
        usec_t cut_at; /* 0: never */
        char key[];
};

struct limiter {
        struct limiter_policy policy;
        struct bucket *buckets;
};

int limiter_new(const struct limiter_policy *policy, struct limiter **ret) {
        struct limiter *l = calloc(1, sizeof(*l));
        if (l == NULL)
                return -ENOMEM;
        l->policy = *policy;
        *ret = l;
        return 0;
}

void limiter_free(struct limiter *l) {
        if (l == NULL)
                return;
        struct bucket *b, *next;
        HASH_ITER(hh, l->buckets, b, next) {
                HASH_DEL(l->buckets, b);
                free(b);
        }
        free(l);
}

struct bucket *limiter_bucket(struct limiter *l, const char *account, const char *region, const char *action) {
        _cleanup_(freep) char *key = NULL;
        if (asprintf(&key, "%s/%s/%s", account, region, action) < 0) {
                key = NULL;
                return NULL;
        }
        struct bucket *b = NULL;
        HASH_FIND_STR(l->buckets, key, b);
        if (b != NULL)
                return b;
        size_t n = strlen(key) + 1;
        b = calloc(1, sizeof(*b) + n);
        if (b == NULL)
                return NULL;
        memcpy(b->key, key, n);
        b->limited = !l->policy.unlimited_at_first;
        b->rate = l->policy.rate;
        b->ceiling = b->limited ? l->policy.rate : 0;
        b->capacity = l->policy.burst;
        b->tokens = b->capacity;
        HASH_ADD_STR(l->buckets, key, b);
        if (b->hh.tbl == NULL) {
                free(b);
                return NULL;
        }
        return b;
}

static void bucket_fill(struct bucket *b, usec_t now) {
        if (b->filled_at != 0 && now > b->filled_at)
                b->tokens += b->rate * (double) (now - b->filled_at) / (double) USEC_PER_SEC;
        if (b->tokens > b->capacity)
                b->tokens = b->capacity;
        b->filled_at = now;
}

usec_t bucket_ready_at(struct bucket *b, usec_t now) {
        if (!b->limited)
                return now;
        bucket_fill(b, now);
        if (b->tokens >= 1)
                return now;
        /* One microsecond more than the exact time: rounding must not wake us a hair too early. */
        return now + (usec_t) ((1 - b->tokens) / b->rate * (double) USEC_PER_SEC) + 1;
}

void bucket_take(struct bucket *b, usec_t now) {
        if (!b->limited)
                return;
        bucket_fill(b, now);
        b->tokens -= 1;
}

/* What throttling leaves at least; never more than was configured. */
static double rate_floor(const struct bucket *b) {
        return b->ceiling > 0 && b->ceiling < LIMITER_RATE_FLOOR ? b->ceiling : LIMITER_RATE_FLOOR;
}

void bucket_throttled(struct bucket *b, usec_t now) {
        if (b->cut_at != 0 && now - b->cut_at < CUT_PAUSE)
                return;
        b->cut_at = now;
        if (!b->limited) {
                b->limited = true;
                b->rate = LIMITER_EC2_RATE;
                b->filled_at = now;
        } else {
                bucket_fill(b, now);
                b->rate = b->rate * CUT_FACTOR > rate_floor(b) ? b->rate * CUT_FACTOR : rate_floor(b);
        }
        /* The other side's bucket is empty: ours says so too, and saves no burst for later. */
        b->capacity = b->rate > 1 ? b->rate : 1;
        b->tokens = 0;
}

void bucket_succeeded(struct bucket *b) {
        if (!b->limited || b->cut_at == 0)
                return;
        /* At full use this is one call a second more, every second. */
        b->rate += 1 / b->rate;
        if (b->ceiling > 0 && b->rate > b->ceiling)
                b->rate = b->ceiling;
        b->capacity = b->rate > 1 ? b->rate : 1;
}

double bucket_rate(const struct bucket *b) {
        return b->limited ? b->rate : 0;
}
