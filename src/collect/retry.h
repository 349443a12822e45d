/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"

/* When a failed call is tried again. Pure: time and chance are handed in. */

/* A region's allowance for retries, after the AWS SDKs' standard mode: 500 units, a retry costs 5, or 10 after a
 * timeout or a lost connection; a retry that helps gives its cost back, a call that needs none gives 1. A region that
 * is down runs dry soon; one that stumbles does not. */
struct retry_budget {
        unsigned left;
};

#define RETRY_BUDGET_MAX 500u

/* Nothing waits longer to be tried again. */
#define RETRY_DELAY_MAX (20 * USEC_PER_SEC)

/* Fills it. */
void retry_budget_init(struct retry_budget *b);

/* What a task has behind it. */
struct retry_history {
        unsigned attempts;  /* calls made, throttled ones not counted */
        unsigned throttles; /* throttled calls */
        unsigned deaths;    /* workers that died on it */
        bool refreshed;     /* credentials or clock were already renewed for it */
        unsigned paid;      /* units taken for its last retry */
};

enum retry_verdict {
        RETRY_GIVE_UP,
        RETRY_AFTER_DELAY,
        RETRY_AFTER_REFRESH, /* once credentials (or the clock's offset) are renewed */
        RETRY_REGION,        /* the page chain is void: restart the region */
};

struct retry_policy {
        unsigned max_attempts;
};

/* Judges a failed call and books it into history and budget. On RETRY_AFTER_DELAY *ret_delay is how long to wait. */
enum retry_verdict retry_judge(const struct retry_policy *policy, struct retry_budget *budget,
                               struct retry_history *history, enum error_kind kind, struct random *random,
                               usec_t *ret_delay);

/* Books a call that succeeded. */
void retry_succeeded(struct retry_budget *budget, struct retry_history *history);
