/* SPDX-License-Identifier: MIT */
#include "daemon/job.h"

#include <stdlib.h>

#include "base/random.h"

/* The cycles of a job, in their order; a run has one of them alone. */
enum phase {
        PHASE_RUN,
        PHASE_DISCOVERY,
        PHASE_SEQUENTIAL,
        PHASE_PARALLEL,
        PHASE_SWEEP,
        PHASE_OVER,
};

struct job {
        struct job_options options;
        sd_event *event;
        job_done done;
        struct cycle *cycle;
        enum phase phase;
        struct run discovered; /* unless handed in */
        struct job_result result;
};

static enum run_mode phase_mode(const struct job *j) {
        switch (j->phase) {
        case PHASE_SEQUENTIAL:
                return MODE_SEQUENTIAL;
        case PHASE_PARALLEL:
                return MODE_PARALLEL;
        case PHASE_RUN:
                return j->options.mode;
        default:
                return MODE_SWEEP;
        }
}

/* Where the result of the phase belongs. */
static struct run *phase_run(struct job *j) {
        switch (j->phase) {
        case PHASE_DISCOVERY:
                return &j->discovered;
        case PHASE_SEQUENTIAL:
                return &j->result.comparison.sequential;
        case PHASE_PARALLEL:
                return &j->result.comparison.parallel;
        case PHASE_SWEEP:
                return &j->result.comparison.sweep;
        default:
                return &j->result.run;
        }
}

static void on_cycle_progress(const struct cycle_progress *progress, void *userdata) {
        const struct job *j = userdata;
        if (j->options.on_progress != NULL)
                j->options.on_progress(j->phase == PHASE_DISCOVERY ? "discovery" : run_mode_name(phase_mode(j)),
                                       progress, j->options.userdata);
}

static void on_cycle_done(struct run *run, void *userdata);

static int start_phase(struct job *j, struct error *reterr) {
        const struct job_options *o = &j->options;
        const struct run *discovered = o->discovered != NULL ? o->discovered : &j->discovered;
        const struct cycle_options options = {
                .config = o->config,
                .worker = o->worker,
                .limiter = o->limiter,
                .prices = o->prices,
                .mode = phase_mode(j),
                .preflight = o->preflight,
                .discover_only = j->phase == PHASE_DISCOVERY,
                .discovered = j->phase == PHASE_RUN || j->phase == PHASE_DISCOVERY ? NULL : discovered,
                .sizes = o->history->sizes,
                .n_sizes = o->history->n_sizes,
                .known_regions = &o->history->known_regions,
                .known_account = o->history->known_account,
                .known_regions_at = o->history->known_regions_at,
                .seed = random_seed(),
                .on_progress = on_cycle_progress,
                .userdata = j,
        };
        return cycle_start(j->event, &options, on_cycle_done, &j->cycle, reterr);
}

/* Without regions there is nothing to compare: three runs that failed for the same reason. */
static void fail_all_modes(struct job *j) {
        for (j->phase = PHASE_SEQUENTIAL; j->phase <= PHASE_SWEEP; j->phase++)
                *phase_run(j) = (struct run){
                        .mode = phase_mode(j),
                        .status = RUN_FAILED,
                        .error = j->discovered.error,
                        .started_at = j->discovered.started_at,
                };
}

static void on_cycle_done(struct run *run, void *userdata) {
        struct job *j = userdata;
        *phase_run(j) = *run;
        j->cycle = (cycle_free(j->cycle), NULL);
        if (j->phase == PHASE_DISCOVERY && j->discovered.n_regions == 0)
                fail_all_modes(j);
        else
                j->phase = j->phase == PHASE_RUN ? PHASE_OVER : j->phase + 1;
        if (j->phase != PHASE_OVER && start_phase(j, &j->result.error) >= 0)
                return;
        struct job_result result = j->result;
        j->result = (struct job_result){ 0 }; /* the callee's now */
        if (result.error.kind == ERROR_NONE && result.compared)
                comparison_conclude(&result.comparison);
        j->done(&result, j->options.userdata);
}

const struct run *job_result_run(const struct job_result *result) {
        return result->compared ? &result->comparison.sweep : &result->run;
}

bool job_result_is_refused(const struct job_result *result) {
        const struct run *run = job_result_run(result);
        return run->n_regions == 0 && (run->error.kind == ERROR_CONFIG || run->error.kind == ERROR_CREDENTIALS);
}

void job_result_release(struct job_result *result) {
        run_release(&result->run);
        comparison_release(&result->comparison);
        *result = (struct job_result){ 0 };
}

int job_start(sd_event *event, const struct job_options *options, job_done done, struct job **ret,
              struct error *reterr) {
        _cleanup_(job_freep) struct job *j = calloc(1, sizeof(*j));
        if (j == NULL)
                return error_oom(reterr);
        j->options = *options;
        j->event = sd_event_ref(event);
        j->done = done;
        j->result.compared = options->compare;
        j->result.some_regions = options->discovered != NULL;
        if (!options->compare)
                j->phase = PHASE_RUN;
        else
                j->phase = options->discovered != NULL ? PHASE_SEQUENTIAL : PHASE_DISCOVERY;
        int r = start_phase(j, reterr);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(j);
        return 0;
}

void job_free(struct job *j) {
        if (j == NULL)
                return;
        cycle_free(j->cycle);
        run_release(&j->discovered);
        job_result_release(&j->result);
        sd_event_unref(j->event);
        free(j);
}
