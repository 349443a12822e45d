/* SPDX-License-Identifier: MIT */
#pragma once

#include <systemd/sd-event.h>

#include "collect/cycle.h"
#include "daemon/history.h"
#include "model/run.h"

/* One run, or the runs of one comparison, on an sd-event loop: what --once and the daemon have in common. */
struct job;

struct job_options {
        const struct config *config; /* borrowed, like everything here, until the job ends */
        const struct worker_context *worker;
        struct limiter *limiter;
        const struct price_list *prices;
        const struct history *history;
        enum run_mode mode;           /* of a run */
        bool compare;                 /* all three modes, one after the other */
        struct preflight *preflight;  /* probe instead of a run, see cycle.h; NULL: none */
        const struct run *discovered; /* compare the regions of this result alone; NULL: find out all */
        /* phase: what is being done, a mode's name or "discovery", static. May be NULL. */
        void (*on_progress)(const char *phase, const struct cycle_progress *progress, void *userdata);
        void *userdata;
};

/* What a job came to. */
struct job_result {
        bool compared;
        bool some_regions;            /* compared in the regions that were handed in, not in all there are */
        struct run run;               /* unless compared */
        int64_t run_ids[COMPARISON_RUNS]; /* in the history: the run's, or those of the comparison; 0: it is not there */
        struct comparison comparison; /* if compared; where no region is known, three runs that failed for one reason */
        struct error error;           /* why it could not be made at all: nothing else is there; or ERROR_NONE */
};

/* The run that tells how the job went: the run, or the comparison's last one, the sweep. */
const struct run *job_result_run(const struct job_result *result);

/* True for a run that could not even be tried, for want of a good configuration or of credentials. */
bool job_result_is_refused(const struct job_result *result);

void job_result_release(struct job_result *result);

/* Called once from the loop when the job is over and all its workers are gone. *result is the callee's to release, and
 * the job may be freed from there. */
typedef void (*job_done)(struct job_result *result, void *userdata);

/* Starts a job. 0 or a negative errno when not even that could be done. */
int job_start(sd_event *event, const struct job_options *options, job_done done, struct job **ret,
              struct error *reterr);

/* Ends a job, at any time: its workers end, done is not called. NULL is fine. */
void job_free(struct job *job);
DEFINE_CLEANUP(struct job *, job_free);
