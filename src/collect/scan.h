/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "collect/retry.h"
#include "collect/tally.h"
#include "collect/task.h"
#include "model/run.h"
#include "price/list.h"

/* One region of one account within one run: what the strategy calls next, given the answers so far. No I/O, no
 * clock: answers come in, tasks go out. */

struct scan_options {
        enum run_mode mode;
        bool include_managed;      /* ask for volumes that a service hides */
        uint64_t expected_volumes; /* listed by the last run; 0: unknown, one page chain */
        const struct price_list *prices; /* borrowed; NULL: no cost is worked out */
        bool probe; /* one page of each listing, whatever comes of the other; there are no totals */
};

enum scan_state {
        SCAN_WAITING, /* nothing asked yet */
        SCAN_ACTIVE,
        SCAN_DONE,
        SCAN_FAILED,
};

struct scan; /* opaque but for the accessors below */

int scan_new(const char *region, const struct scan_options *options, struct scan **ret); /* 0 or -ENOMEM */
void scan_free(struct scan *s);
DEFINE_CLEANUP(struct scan *, scan_free);

enum scan_state scan_state(const struct scan *s);
bool scan_is_over(const struct scan *s); /* done or failed */
const char *scan_region(const struct scan *s);
bool scan_include_managed(const struct scan *s);
struct retry_budget *scan_budget(struct scan *s);
struct tally *scan_tally(struct scan *s);

/* True while the answer to this task can still count: not after failure or a restart. */
bool scan_wants(const struct scan *s, const struct task *task);

/* The account that the region's own answers named, "" so far. */
const char *scan_owner(const struct scan *s);

/* Every function below that takes out appends the calls that follow to it; the caller owns them. They return 0,
 * -ENOMEM, or a negative errno with *reterr telling why the region cannot go on. */

/* The first calls. */
int scan_start(struct scan *s, struct task_queue *out);

/* The whole answer of a call: the record frames (n_bytes of them) and its next token, "" on the last page. An answer
 * to a call from before a restart is ignored. ERROR_PAGINATION when a token comes again. */
int scan_take_answer(struct scan *s, const struct task *task, const uint8_t *records, size_t n_bytes,
                     const char *next_token, struct task_queue *out, struct error *reterr);

/* Begins again from nothing, at most twice: the service refused a page token. -ELOOP when that was tried before. */
int scan_restart(struct scan *s, struct task_queue *out);

/* The endpoint knows no IncludeManagedResources: later calls go without. */
void scan_drop_include_managed(struct scan *s);

/* A call that failed for good. True where the region goes on nevertheless, as a probe does; else it is to be failed. */
bool scan_outlives(struct scan *s, const struct error *error);

/* Gives up: everything seen is void. */
void scan_fail(struct scan *s, const struct error *error);

/* Fills in totals, breakdown and, of a whole listing, the inventory; or failure and error, of a scan that is done or
 * failed. Once only. */
int scan_conclude(struct scan *s, struct region_result *result);
