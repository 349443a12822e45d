/* SPDX-License-Identifier: MIT */
#pragma once

#include <systemd/sd-event.h>

#include "base/error.h"
#include "collect/limiter.h"
#include "collect/worker.h"
#include "config/config.h"
#include "model/preflight.h"
#include "model/run.h"

/* One run: from credentials over regions to totals, on an sd-event loop. The parent's half makes no network call. */
struct cycle;

/* How many volumes a region listed last time. */
struct region_size {
        char region[sizeof(((struct region *) NULL)->name)];
        uint64_t volumes;
};

struct cycle_progress {
        size_t regions_done;
        size_t regions;     /* 0 until they are known */
        const char *region; /* the one that was finished last, "" while there is none; borrowed */
        uint64_t calls;
        usec_t elapsed;
};

struct cycle_options {
        const struct config *config;          /* borrowed, like everything here, until the cycle ends */
        const struct worker_context *worker;
        struct limiter *limiter; /* outlives the cycles that share it, as the service's buckets do */
        const struct price_list *prices;      /* what volumes are priced by */
        enum run_mode mode;
        bool discover_only;                   /* end once account and regions are known; result has empty regions */
        struct preflight *preflight; /* a probe: asks everything, but for little, and notes here what came of it;
                                      * the result has no totals. NULL: a run */
        const struct run *discovered;         /* take account and regions from such a result; NULL: find out */
        const struct region_size *sizes;      /* from the last run */
        size_t n_sizes;
        const struct region_list *known_regions; /* should DescribeRegions fail; NULL: none */
        const char *known_account; /* whose they are, "" or NULL if unknown */
        usec_t known_regions_at; /* when they were listed, realtime */
        uint64_t seed;                        /* of the retries' jitter */
        void (*on_progress)(const struct cycle_progress *progress, void *userdata); /* may be NULL */
        void *userdata;
};

/* Called once from the loop when the run is over and all workers are gone. *run is the callee's to release, and the
 * cycle may be freed from there. */
typedef void (*cycle_done)(struct run *run, void *userdata);

/* The buckets that the configuration asks for: EC2's documented ones behind AWS's endpoints, none until the first
 * throttling behind an operator's own, unless api_rate says otherwise. 0 or -ENOMEM. */
int cycle_new_limiter(const struct config *config, const struct settings *settings, struct limiter **ret);

/* The longest that a run in good health may go without progress, that is from one call of on_progress to the next. */
usec_t cycle_longest_silence(const struct config *config, const struct settings *settings);

/* Starts a run. 0 or a negative errno when not even that could be done. */
int cycle_start(sd_event *event, const struct cycle_options *options, cycle_done done, struct cycle **ret,
                struct error *reterr);

/* Ends a cycle, at any time: workers are killed if need be, done is not called. NULL is fine. */
void cycle_free(struct cycle *c);
DEFINE_CLEANUP(struct cycle *, cycle_free);
