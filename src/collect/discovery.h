/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "aws/settings.h"
#include "collect/account.h"
#include "collect/cycle.h"
#include "collect/retry.h"
#include "collect/task.h"

/* What a run must know before its regions can be asked: the keys, whose they are, which regions there are. No I/O:
 * answers come in, tasks go out. */
struct discovery {
        const struct cycle_options *options; /* borrowed */
        struct account *account;             /* borrowed, filled in */
        char home_region[sizeof(((struct region *) NULL)->name)]; /* where STS and DescribeRegions are asked */
        bool identity_pending;
        bool listing_pending;
        bool regions_known;
        bool regions_assumed;
        bool lists_enabled_only; /* the endpoint does not know AllRegions */
        struct region_list regions; /* to be asked */
        struct region_list listed;  /* what DescribeRegions told; empty: nothing */
        struct retry_budget budget;
        char notice[256];
};

/* Both are borrowed until discovery_release(). */
void discovery_init(struct discovery *d, const struct cycle_options *options, struct account *account);

/* A task that gets the keys, the first ones or new ones; at most one at a time is useful. NULL when out of memory. */
struct task *discovery_ask_keys(const struct discovery *d);

/* A successful answer. The calls that follow go to out. Negative errno with *reterr when the run cannot go on. */
int discovery_take_answer(struct discovery *d, const struct task *task, const struct result_message *result,
                          const uint8_t *records, size_t n_bytes, usec_t now, struct task_queue *out,
                          struct error *reterr);

/* A task that failed for good: falls back where there is something to fall back to, else hands the error on. */
int discovery_take_failure(struct discovery *d, const struct task *task, const struct error *error, usec_t now,
                           struct error *reterr);

void discovery_release(struct discovery *d);
