/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <sys/queue.h>

#include "base/clock.h"
#include "collect/limiter.h"
#include "collect/retry.h"
#include "ipc/message.h"

struct scan;
struct chain;

/* One API call that is to be made, waits, is under way or is to be made again. */
struct task {
        TAILQ_ENTRY(task) link;
        enum task_action action;
        struct scan *scan;   /* the region's; NULL for discovery: credentials, identity, regions */
        struct chain *chain; /* the page chain it belongs to; NULL for a call of one instance's own */
        unsigned generation; /* of the scan: answers from before a restart are void */
        const char *region;  /* borrowed from the scan or the cycle */
        char *page_token;    /* owned; NULL on a first page */
        char *instance_id;   /* owned; NULL unless the call is for one instance */
        struct bucket *bucket; /* borrowed; NULL: not limited */
        usec_t not_before;     /* monotonic */
        usec_t credentials_as_of; /* when the keys it was last sent with were resolved */
        int64_t clock_offset_usec; /* the correction it was last sent with */
        bool asked_for_managed;   /* it was last sent with IncludeManagedResources */
        bool asked_for_all;       /* it was last sent with AllRegions */
        struct retry_history history;
};

TAILQ_HEAD(task_queue, task);

/* Creates a task; the strings are copied, NULL stays NULL. NULL when out of memory. */
struct task *task_new(enum task_action action, const char *region, const char *page_token, const char *instance_id);
void task_free(struct task *t);
DEFINE_CLEANUP(struct task *, task_free);

/* Frees all that wait in a queue. */
void task_queue_clear(struct task_queue *q);
