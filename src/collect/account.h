/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "ipc/message.h"
#include "model/run.h"

/* The account that a run looks at: its keys, its id as far as known, and how its endpoints' clock differs from ours. */
struct account {
        char id[MODEL_ACCOUNT_SIZE]; /* "" until known */
        struct keys_message keys;    /* strings point into storage; all NULL until resolved */
        char *storage;
        size_t storage_size;
        usec_t resolved_at; /* monotonic; 0: never */
        int64_t clock_offset_usec;
};

/* Copies keys that arrived from a worker and overwrites the older ones. 0 or -ENOMEM. */
int account_set_keys(struct account *a, const struct keys_message *keys, usec_t now);

/* New keys could not be had: the old ones stay for as long as the service takes them. */
void account_keep_keys(struct account *a, usec_t now);

/* True if the keys end within the time that a call may take. realtime is our clock's, the service's is what counts.
 * Keys that were resolved just now are used as they are: asking again would only yield the same. */
bool account_keys_expire(const struct account *a, usec_t realtime, usec_t monotonic);

/* Learns from the Date header of an answer that refused our signature: when the two clocks differ by 5 minutes or more
 * (AWS allows 15), keeps the difference and returns true. */
bool account_correct_clock(struct account *a, usec_t server_date, usec_t now);

/* Overwrites and frees the keys. */
void account_release(struct account *a);
