/* SPDX-License-Identifier: MIT */
#include "bucket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

struct bucket {
        char *key;
        double tokens;
        usec_t filled_at;
        UT_hash_handle hh;
};

int buckets_open(struct buckets *b) {
        b->table = NULL;
        return -pthread_mutex_init(&b->lock, NULL);
}

static struct bucket *find_or_make(struct buckets *b, const char *key, double capacity, usec_t now) {
        struct bucket *bucket;
        HASH_FIND_STR(b->table, key, bucket);
        if (bucket != NULL)
                return bucket;
        bucket = calloc(1, sizeof(*bucket));
        if (bucket == NULL)
                return NULL;
        bucket->key = strdup(key);
        if (bucket->key == NULL) {
                free(bucket);
                return NULL;
        }
        bucket->tokens = capacity;
        bucket->filled_at = now;
        HASH_ADD_KEYPTR(hh, b->table, bucket->key, strlen(bucket->key), bucket);
        return bucket;
}

bool buckets_take(struct buckets *b, const char *key, double capacity, double refill, usec_t now) {
        bool taken = false;
        (void) pthread_mutex_lock(&b->lock);
        struct bucket *bucket = find_or_make(b, key, capacity, now);
        if (bucket != NULL) {
                if (now > bucket->filled_at) {
                        bucket->tokens += (double) (now - bucket->filled_at) * refill / (double) USEC_PER_SEC;
                        bucket->filled_at = now;
                }
                if (bucket->tokens > capacity)
                        bucket->tokens = capacity;
                taken = bucket->tokens >= 1;
                if (taken)
                        bucket->tokens -= 1;
        }
        (void) pthread_mutex_unlock(&b->lock);
        return taken;
}

void buckets_release(struct buckets *b) {
        struct bucket *bucket, *next;
        HASH_ITER(hh, b->table, bucket, next) {
                HASH_DEL(b->table, bucket);
                free(bucket->key);
                free(bucket);
        }
        (void) pthread_mutex_destroy(&b->lock);
}
