/* SPDX-License-Identifier: MIT */
/* The daemon's runs: what is renewed before one, what is told during it, what becomes of it. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "daemon/deliver.h"
#include "daemon/manager_state.h"
#include "daemon/notify.h"
#include "daemon/tell.h"

/* How often a run in progress tells how far it is, at most. */
#define TELL_PAUSE USEC_PER_SEC

static void on_done(struct job_result *result, void *userdata);

static void on_progress(const char *phase, const struct cycle_progress *progress, void *userdata) {
        struct manager *m = userdata;
        usec_t now = clock_monotonic(m->clock);
        m->progress_at = now;
        m->phase = phase;
        m->progress = *progress;
        /* The cycle whose text this is may be gone before the next one tells something. */
        error_copy_text(m->progress_region, sizeof(m->progress_region), progress->region);
        m->progress.region = m->progress_region;
        (void) run_mode_from_name(phase, &m->state.run_mode);
        if (now < m->told_at + TELL_PAUSE)
                return;
        m->told_at = now;
        manager_tell_state(m);
}

static int start_job(struct manager *m, bool compare, struct error *reterr) {
        const struct setup *setup = m->setup;
        const struct job_options options = {
                .config = &setup->config,
                .worker = &setup->worker,
                .limiter = m->limiter,
                .prices = setup->prices,
                .history = &m->history,
                .mode = setup->config.mode,
                .compare = compare,
                .discovered = compare ? &m->comparables : NULL,
                .on_progress = on_progress,
                .userdata = m,
        };
        int r = job_start(m->event, &options, on_done, &m->job, reterr);
        if (r < 0)
                return r;
        m->state.run_started_at = clock_realtime(m->clock);
        m->told_at = 0;
        const struct cycle_progress nothing = { .region = "" };
        on_progress(run_mode_name(compare ? MODE_SEQUENTIAL : setup->config.mode), &nothing, m);
        return 0;
}

/* What others may have changed since the last run is read again, as a program that is started anew would. Without the
 * database a run does with what the last one knew. */
static int renew(struct manager *m, struct error *reterr) {
        int r = setup_refresh(m->setup, m->options, reterr);
        if (r == 0)
                r = worker_refresh(&m->setup->worker, reterr);
        if (r < 0)
                return r;
        struct history history = { 0 };
        if (history_recall(&history, &m->setup->config, NULL) == 0) {
                history_release(&m->history);
                m->history = history;
        } else {
                history_release(&history);
        }
        return 0;
}

/* Who wants us to end waits so long for a result that is being stored. */
#define STORE_PATIENCE (2 * USEC_PER_SEC)

/* The loop stands still while a result is stored, so that the signal is still pending. */
static bool end_is_wanted(void *userdata) {
        const struct manager *m = userdata;
        sigset_t pending;
        return sigpending(&pending) == 0 &&
               (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1) &&
               clock_monotonic(m->clock) > m->storing_at + STORE_PATIENCE;
}

/* Storing may take its time; it is the last step of a run that has come so far. */
static void hand_on(struct manager *m, struct job_result *result) {
        const struct store_patience patience = { .give_up = end_is_wanted, .userdata = m };
        struct error error, none = { 0 };
        notify_watchdog();
        m->storing_at = clock_monotonic(m->clock);
        int r = deliver(&m->setup->config, result, &patience, &error);
        notify_watchdog();
        bool is_metrics = r < 0 && error.kind == ERROR_CONFIG;
        /* A comparison writes no metrics, so that those of the last run still fail as they did. */
        if (!result->some_regions)
                m->problems.metrics = is_metrics ? error : none;
        m->problems.database = r < 0 && !is_metrics ? error : none;
        tell_delivered(m->repeats, &m->problems.database, &m->problems.metrics, clock_boottime(m->clock));
}

static void take_result(struct manager *m, struct job_result *result) {
        hand_on(m, result);
        if (result->compared) {
                tell_comparison(&result->comparison, result->run_ids);
                return;
        }
        digest_take(&m->problems.last_run, &result->run);
        tell_run(m->repeats, &result->run, result->run_ids[0], clock_boottime(m->clock));
}

/* A run that could not even be made is one that failed. */
static void fail_run(struct manager *m, const struct error *error) {
        struct job_result result = {
                .run = {
                        .mode = m->setup->config.mode,
                        .status = RUN_FAILED,
                        .started_at = clock_realtime(m->clock),
                        .error = *error,
                },
        };
        take_result(m, &result);
}

void manager_start_run(struct manager *m) {
        struct error error;
        schedule_start(&m->schedule, clock_boottime(m->clock));
        if (renew(m, &error) < 0 || start_job(m, false, &error) < 0) {
                fail_run(m, &error);
                manager_take_over(m);
                manager_tell_state(m);
        }
        manager_arm(m);
}

/* The regions of a run that the modes can be compared in, as the result of a discovery. */
static int choose_comparables(const struct run *run, uint64_t max_instances, struct run *ret) {
        struct region_result *regions = calloc(run->n_regions > 0 ? run->n_regions : 1, sizeof(*regions));
        if (regions == NULL)
                return -ENOMEM;
        size_t n = 0;
        for (size_t i = 0; i < run->n_regions; i++) {
                const struct region_result *from = &run->regions[i];
                if (from->failed || from->totals.instances == 0 || from->totals.instances > max_instances)
                        continue;
                memcpy(regions[n].account, from->account, sizeof(from->account));
                memcpy(regions[n++].region, from->region, sizeof(from->region));
        }
        *ret = (struct run){ .regions = regions, .n_regions = n, .regions_assumed = run->regions_assumed };
        memcpy(ret->notice, run->notice, sizeof(ret->notice));
        return 0;
}

/* After a run, which has told how large the regions are. */
static void start_comparison(struct manager *m, const struct run *run) {
        usec_t now = clock_boottime(m->clock);
        struct error error;
        if (m->next_setup != NULL || !schedule_comparison_is_due(&m->schedule, now) || run->status == RUN_FAILED)
                return;
        schedule_start_comparison(&m->schedule, now);
        if (choose_comparables(run, m->setup->config.compare_max_instances, &m->comparables) < 0)
                return;
        if (m->comparables.n_regions == 0) {
                run_release(&m->comparables);
        } else if (start_job(m, true, &error) < 0) {
                run_release(&m->comparables);
                tell_not_compared(&error);
        }
}

static void clear_job(struct manager *m) {
        m->job = (job_free(m->job), NULL);
        run_release(&m->comparables);
        m->state.run_started_at = 0;
}

static void on_done(struct job_result *result, void *userdata) {
        struct manager *m = userdata;
        clear_job(m);
        if (result->error.kind == ERROR_NONE)
                take_result(m, result);
        else if (result->compared)
                tell_not_compared(&result->error);
        else
                fail_run(m, &result->error);
        schedule_end(&m->schedule, clock_boottime(m->clock));
        if (!result->compared && result->error.kind == ERROR_NONE)
                start_comparison(m, &result->run);
        job_result_release(result);
        manager_take_over(m);
        manager_arm(m);
        if (m->job == NULL)
                memory_give_back();
        manager_tell_state(m);
}

void manager_end_job(struct manager *m) {
        clear_job(m);
}
