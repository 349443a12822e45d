/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/cycle_state.h"
#include "collect/probe.h"

static struct retry_budget *budget_of(struct cycle *c, const struct task *t) {
        return t->scan != NULL ? scan_budget(t->scan) : &c->discovery.budget;
}

static void restart_scan(struct cycle *c, struct scan *scan, const struct error *error) {
        struct task_queue tasks = TAILQ_HEAD_INITIALIZER(tasks);
        plan_drop_tasks(c->plan, scan);
        if (scan_restart(scan, &tasks) < 0) {
                task_queue_clear(&tasks);
                cycle_fail_scan(c, scan, error);
                return;
        }
        cycle_put_all(c, &tasks);
}

/* After each step of discovery, r and error being what came of it: the regions as soon as they are known, or the end. A
 * probe still waits for what is under way. */
static void go_on_from_discovery(struct cycle *c, int r, struct error *error) {
        if (r == 0 && c->discovery.regions_known && !c->scans_made && cycle_make_scans(c) < 0)
                r = error_oom(error);
        if (r < 0 && c->options.preflight != NULL) {
                c->fatal = *error;
                c->scans_made = true;
        } else if (r < 0) {
                cycle_give_up(c, error);
        }
}

/* In a probe, what a call came to is its purpose. */
static void note_outcome(struct cycle *c, const struct task *t, const struct pool_outcome *o, usec_t now) {
        struct preflight *p = c->options.preflight;
        struct error error;
        if (p != NULL && probe_note_outcome(p, t, &o->result, clock_realtime(c->clock), now) < 0) {
                (void) error_oom(&error);
                cycle_give_up(c, &error);
        }
}

static void take_success(struct cycle *c, struct task *t, const struct pool_outcome *o, usec_t now) {
        struct task_queue follow_ups = TAILQ_HEAD_INITIALIZER(follow_ups);
        struct error error = { 0 };
        int r;
        retry_succeeded(budget_of(c, t), &t->history);
        if (t->bucket != NULL)
                bucket_succeeded(t->bucket);
        note_outcome(c, t, o, now);
        if (t->scan != NULL) {
                r = scan_take_answer(t->scan, t, o->records, o->n_record_bytes, o->result.next_token, &follow_ups,
                                     &error);
                if (r < 0) {
                        task_queue_clear(&follow_ups);
                        if (error.kind == ERROR_PAGINATION)
                                restart_scan(c, t->scan, &error);
                        else
                                cycle_fail_scan(c, t->scan, &error);
                }
        } else {
                r = discovery_take_answer(&c->discovery, t, &o->result, o->records, o->n_record_bytes, now,
                                          &follow_ups, &error);
                if (t->action == ACTION_CREDENTIALS)
                        c->awaiting_keys = false;
                go_on_from_discovery(c, r, &error);
        }
        cycle_put_all(c, &follow_ups);
}

static void take_final_failure(struct cycle *c, const struct task *t, const struct pool_outcome *o, usec_t now) {
        const struct error *why = &o->result.error;
        struct error error;
        note_outcome(c, t, o, now);
        if (t->scan != NULL) {
                if (!scan_outlives(t->scan, why))
                        cycle_fail_scan(c, t->scan, why);
                return;
        }
        if (t->action == ACTION_CREDENTIALS)
                c->awaiting_keys = false;
        int r = discovery_take_failure(&c->discovery, t, why, now, &error);
        go_on_from_discovery(c, r, &error);
}

/* An old endpoint or an emulator that does not know the parameter: without it, and say so. Several calls that were sent
 * with it may be under way when the first is refused. */
static bool refused_managed_parameter(const struct task *t, const struct error *error) {
        return t->scan != NULL && t->asked_for_managed && strcmp(error->code, "UnknownParameter") == 0 &&
               strstr(error->message, "IncludeManagedResources") != NULL;
}

/* The same for the regions that are not enabled: then those are not known. */
static bool refused_all_regions(const struct task *t, const struct error *error) {
        return t->asked_for_all && strcmp(error->code, "UnknownParameter") == 0 &&
               strstr(error->message, "AllRegions") != NULL;
}

static enum error_kind judge_kind(struct cycle *c, const struct task *t, const struct result_message *result) {
        enum error_kind kind = result->error.kind;
        if ((kind == ERROR_DENIED || kind == ERROR_EXPIRED) && !t->history.refreshed &&
            account_correct_clock(&c->account, result->server_date, clock_realtime(c->clock)))
                return ERROR_EXPIRED;
        return kind;
}

/* A region has its deadline; what comes before the regions has the same from the run's start. */
static bool discovery_takes_too_long(const struct cycle *c, const struct task *t, usec_t next_try) {
        return t->scan == NULL && next_try >= c->started + c->options.config->region_timeout;
}

/* Judges a failed call; the task is put back or freed. */
static void take_failure(struct cycle *c, struct task *task, const struct pool_outcome *o, usec_t now) {
        _cleanup_(task_freep) struct task *t = task;
        const struct error *error = &o->result.error;
        if (t->scan != NULL && !scan_wants(t->scan, t))
                return;
        if (error->kind == ERROR_THROTTLED && t->bucket != NULL)
                bucket_throttled(t->bucket, now);
        if (refused_managed_parameter(t, error)) {
                scan_drop_include_managed(t->scan);
                error_copy_text(c->notice, sizeof(c->notice),
                                "the endpoint does not know IncludeManagedResources: volumes that AWS services hide "
                                "may be missing");
                cycle_put_back(c, TAKE_PTR(t));
                return;
        }
        if (refused_all_regions(t, error)) {
                c->discovery.lists_enabled_only = true;
                cycle_put_back(c, TAKE_PTR(t));
                return;
        }
        const struct retry_policy policy = { .max_attempts = c->options.config->max_attempts };
        enum error_kind kind = judge_kind(c, t, &o->result);
        usec_t delay = 0;
        switch (retry_judge(&policy, budget_of(c, t), &t->history, kind, &c->random, &delay)) {
        case RETRY_AFTER_REFRESH:
                if (t->action == ACTION_CREDENTIALS) {
                        take_final_failure(c, t, o, now);
                        break;
                }
                /* Another call's refusal may have renewed keys or clock since this one was sent. */
                if (t->clock_offset_usec == c->account.clock_offset_usec &&
                    t->credentials_as_of == c->account.resolved_at && !c->awaiting_keys)
                        cycle_ask_keys(c);
                cycle_put_back(c, TAKE_PTR(t));
                break;
        case RETRY_AFTER_DELAY:
                if (discovery_takes_too_long(c, t, now + delay)) {
                        take_final_failure(c, t, o, now);
                        break;
                }
                t->not_before = now + delay;
                cycle_put_back(c, TAKE_PTR(t));
                break;
        case RETRY_REGION:
                if (t->scan != NULL) {
                        restart_scan(c, t->scan, error);
                        break;
                }
                /* fall through */
        default:
                take_final_failure(c, t, o, now);
        }
}

/* Timings beyond this many are left out of the chart, not out of the sums. */
#define TIMINGS_MAX ((size_t) 20000)

static void add_timing(struct cycle *c, const struct task *task, const struct pool_outcome *o) {
        if (c->n_timings >= TIMINGS_MAX || o->result.start < c->started)
                return;
        struct task_timing *grown = reallocarray(c->timings, c->n_timings + 1, sizeof(*grown));
        if (grown == NULL)
                return;
        c->timings = grown;
        struct task_timing *t = &c->timings[c->n_timings++];
        *t = (struct task_timing){
                .worker = o->worker,
                .start_usec = o->result.start - c->started,
                .duration_usec = o->result.duration,
                .outcome = o->result.error.kind,
        };
        error_copy_text(t->region, sizeof(t->region), task->region);
        error_copy_text(t->action, sizeof(t->action), task_action_name(task->action));
}

static void report_progress(const struct cycle *c, usec_t now) {
        if (c->options.on_progress == NULL)
                return;
        const struct cycle_progress progress = {
                .regions_done = cycle_count_scans_over(c),
                .regions = plan_scans(c->plan),
                .region = c->finished_region,
                .calls = c->tally.calls,
                .elapsed = now - c->started,
        };
        c->options.on_progress(&progress, c->options.userdata);
}

void outcome_arrived(struct task *task, const struct pool_outcome *o, void *userdata) {
        struct cycle *c = userdata;
        usec_t now = clock_monotonic(c->clock);
        bool throttled = o->result.error.kind == ERROR_THROTTLED;
        const struct scan *scan = task->scan;
        if (task->action != ACTION_CREDENTIALS) {
                tally_answered(&c->tally, now, o->result.duration, throttled);
                if (task->scan != NULL)
                        tally_answered(scan_tally(task->scan), now, o->result.duration, throttled);
                add_timing(c, task, o);
        }
        if (o->result.error.kind == ERROR_NONE) {
                take_success(c, task, o, now);
                task_free(task);
        } else {
                take_failure(c, task, o, now);
        }
        if (scan != NULL && scan_is_over(scan))
                error_copy_text(c->finished_region, sizeof(c->finished_region), scan_region(scan));
        report_progress(c, now);
        cycle_pump(c);
}
