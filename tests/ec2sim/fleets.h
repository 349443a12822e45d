/* SPDX-License-Identifier: MIT */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#include "base/error.h"
#include "fleet.h"
#include "options.h"

/* Every account's fleets, made when first asked for. */
struct fleets {
        const struct options *options;
        pthread_mutex_t lock; /* over items */
        struct fleet **items; /* owned */
        size_t n;
        atomic_uint_least64_t tick; /* each fleet catches up when it is next asked for */
};

/* Reads the fleet file, if there is one. */
int fleets_open(struct fleets *s, const struct options *options, struct error *reterr);

/* The fleet, locked for reading; give it back with fleets_unlock(). */
int fleets_lock(struct fleets *s, const char *account, const char *region, struct fleet **ret);
void fleets_unlock(struct fleet *f);

/* Makes the fleets of --account, so that no call has to wait for it. */
int fleets_prepare(struct fleets *s);

/* Moves time on by one tick of churn. */
void fleets_tick(struct fleets *s);

void fleets_release(struct fleets *s);
