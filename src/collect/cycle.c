/* SPDX-License-Identifier: MIT */
#include "collect/cycle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aws/endpoint.h"
#include "collect/conclusion.h"
#include "collect/cycle_state.h"
#include "collect/usage.h"

/* A worker that has not answered this long after libcurl's own limit is stuck. */
#define STUCK_MARGIN (2 * USEC_PER_SEC)

static int on_wake(sd_event_source *source, uint64_t usec, void *userdata);
static int on_finish(sd_event_source *source, void *userdata);

void cycle_give_up(struct cycle *c, const struct error *error) {
        if (c->fatal.kind == ERROR_NONE)
                c->fatal = *error;
        c->over = true;
}

void cycle_fail_scan(struct cycle *c, struct scan *scan, const struct error *error) {
        scan_fail(scan, error);
        plan_drop_tasks(c->plan, scan);
}

/* Takes over the calls that a scan wants: each with the bucket of its action. */
void cycle_put_all(struct cycle *c, struct task_queue *tasks) {
        struct task *t;
        TAILQ_FOREACH(t, tasks, link)
                if (t->scan != NULL)
                        t->bucket = limiter_bucket(c->limiter, c->account.id, t->region, task_action_name(t->action));
        plan_put_all(c->plan, tasks);
}

static uint64_t expected_volumes(const struct cycle *c, const char *region) {
        for (size_t i = 0; i < c->options.n_sizes; i++)
                if (strcmp(c->options.sizes[i].region, region) == 0)
                        return c->options.sizes[i].volumes;
        return 0;
}

/* Once the regions are known: one scan each. */
int cycle_make_scans(struct cycle *c) {
        struct task_queue tasks = TAILQ_HEAD_INITIALIZER(tasks);
        c->scans_made = true;
        for (size_t i = 0; i < c->discovery.n_regions; i++) {
                const char *region = c->discovery.regions[i].name;
                const struct scan_options options = {
                        .mode = c->options.mode,
                        .include_managed = c->options.config->include_managed,
                        .expected_volumes = expected_volumes(c, region),
                        .prices = c->options.prices,
                };
                struct scan *scan;
                int r = scan_new(region, &options, &scan);
                if (r == 0)
                        r = plan_add_scan(c->plan, scan);
                if (r == 0 && !c->options.discover_only)
                        r = scan_start(scan, &tasks);
                if (r < 0) {
                        task_queue_clear(&tasks);
                        return r;
                }
        }
        cycle_put_all(c, &tasks);
        return 0;
}

static bool scan_is_over(const struct scan *s) {
        return scan_state(s) == SCAN_DONE || scan_state(s) == SCAN_FAILED;
}

size_t cycle_count_scans_over(const struct cycle *c) {
        size_t n = 0;
        for (size_t i = 0; i < plan_scans(c->plan); i++)
                n += scan_is_over(plan_scan(c->plan, i));
        return n;
}

/* The account by what the regions' own answers say, should STS not tell. */
static const char *account_by_owner(const struct cycle *c) {
        for (size_t i = 0; i < plan_scans(c->plan); i++)
                if (scan_owner(plan_scan(c->plan, i))[0] != '\0')
                        return scan_owner(plan_scan(c->plan, i));
        return "";
}

static bool is_over(const struct cycle *c) {
        if (c->over)
                return true;
        if (!c->scans_made || (!c->options.discover_only && cycle_count_scans_over(c) < plan_scans(c->plan)))
                return false;
        return !c->discovery.identity_pending || account_by_owner(c)[0] != '\0';
}

/* When the region's time is up; never while it has not begun or once it is over. */
static usec_t deadline_of(const struct cycle *c, struct scan *s) {
        usec_t first_sent = scan_tally(s)->first_sent;
        return scan_is_over(s) || first_sent == 0 ? USEC_INFINITY : first_sent + c->options.config->region_timeout;
}

static usec_t next_deadline(const struct cycle *c) {
        usec_t next = USEC_INFINITY;
        for (size_t i = 0; i < plan_scans(c->plan); i++) {
                usec_t deadline = deadline_of(c, plan_scan(c->plan, i));
                next = deadline < next ? deadline : next;
        }
        return next;
}

static void enforce_deadlines(struct cycle *c, usec_t now) {
        for (size_t i = 0; i < plan_scans(c->plan); i++) {
                struct scan *s = plan_scan(c->plan, i);
                if (deadline_of(c, s) > now)
                        continue;
                struct error error;
                (void) error_set(&error, ERROR_DEADLINE, ETIMEDOUT,
                                 "the region did not finish within region_timeout (%g s)",
                                 (double) c->options.config->region_timeout / (double) USEC_PER_SEC);
                cycle_fail_scan(c, s, &error);
                pool_abort(c->pool, s);
        }
}

static int send_task(struct cycle *c, struct task *t, usec_t now, struct error *reterr) {
        const struct keys_message no_keys = { 0 };
        const struct task_message m = {
                .action = t->action,
                .region = t->region,
                .page_token = t->page_token != NULL ? t->page_token : "",
                .instance_id = t->instance_id != NULL ? t->instance_id : "",
                .volume_ids = t->chain != NULL ? chain_volume_ids(t->chain) : "",
                .include_managed = t->scan != NULL && scan_include_managed(t->scan),
                .clock_offset_usec = c->account.clock_offset_usec,
                .keys = t->action == ACTION_CREDENTIALS ? no_keys : c->account.keys,
        };
        t->credentials_as_of = c->account.resolved_at;
        t->asked_for_managed = m.include_managed;
        int r = pool_submit(c->pool, t, &m, reterr);
        if (r < 0 || t->action == ACTION_CREDENTIALS)
                return r;
        bool retry = t->history.attempts + t->history.throttles > 0;
        tally_sent(&c->tally, now, retry);
        if (t->scan != NULL)
                tally_sent(scan_tally(t->scan), now, retry);
        return 0;
}

/* Asks for new keys; the tasks that wait for them are sent when they are there. */
void cycle_renew_keys(struct cycle *c) {
        struct task *t = discovery_renew_keys(&c->discovery);
        if (t == NULL)
                return;
        c->renewing_keys = true;
        plan_put(c->plan, t);
}

/* Hands out whatever may go now. */
static usec_t dispatch(struct cycle *c, usec_t now) {
        usec_t wake_at = USEC_INFINITY;
        while (pool_has_room(c->pool) && !c->over) {
                if (!c->renewing_keys && c->account.resolved_at != 0 &&
                    account_keys_expire(&c->account, clock_realtime(c->clock)))
                        cycle_renew_keys(c);
                if (c->renewing_keys && pool_busy(c->pool) > 0)
                        break;
                struct task *t = plan_next(c->plan, now, &wake_at);
                if (t == NULL)
                        break;
                struct error error;
                if (send_task(c, t, now, &error) < 0) {
                        task_free(t);
                        cycle_give_up(c, &error);
                }
        }
        return wake_at;
}

void cycle_pump(struct cycle *c) {
        usec_t now = clock_monotonic(c->clock);
        enforce_deadlines(c, now);
        usec_t wake_at = dispatch(c, now);
        /* Only now: what was just sent may be the first of its region, and nothing else would wake us for it. */
        usec_t deadline = next_deadline(c);
        if (is_over(c)) {
                (void) sd_event_source_set_enabled(c->wake, SD_EVENT_OFF);
                (void) sd_event_source_set_enabled(c->finish, SD_EVENT_ONESHOT);
                return;
        }
        if (deadline < wake_at)
                wake_at = deadline;
        if (wake_at == USEC_INFINITY) {
                (void) sd_event_source_set_enabled(c->wake, SD_EVENT_OFF);
                return;
        }
        (void) sd_event_source_set_time_relative(c->wake, wake_at > now ? wake_at - now : 0);
        (void) sd_event_source_set_enabled(c->wake, SD_EVENT_ONESHOT);
}

static int on_wake(sd_event_source *source _unused_, uint64_t usec _unused_, void *userdata) {
        cycle_pump(userdata);
        return 0;
}

static int on_finish(sd_event_source *source _unused_, void *userdata) {
        struct cycle *c = userdata;
        struct run run = {
                .mode = c->options.mode,
                .error = c->fatal,
                .started_at = c->started_realtime,
                .wall_usec = clock_monotonic(c->clock) - c->started,
                .calls = c->tally.calls,
                .retries = c->tally.retries,
                .throttles = c->tally.throttles,
                .workers = pool_peak_workers(c->pool),
                .regions_assumed = c->discovery.regions_assumed,
        };
        error_copy_text(run.notice, sizeof(run.notice),
                        c->discovery.notice[0] != '\0' ? c->discovery.notice : c->notice);
        /* The workers are still there, with all that they ever allocated; the clock has stopped. */
        run.peak_pss_kib = usage_pss_kib(getpid()) + pool_pss_kib(c->pool);
        c->pool = (pool_free(c->pool), NULL);
        run.cpu_usec = usage_cpu() - c->cpu_before;
        if (c->account.id[0] == '\0')
                error_copy_text(c->account.id, sizeof(c->account.id), account_by_owner(c));
        struct error error = { 0 };
        if (conclude_regions(c->plan, c->account.id, c->started, &run, &error) < 0 && run.error.kind == ERROR_NONE)
                run.error = error;
        run.timings = TAKE_PTR(c->timings);
        run.n_timings = c->n_timings;
        c->done(&run, c->options.userdata);
        return 0;
}

/* Every endpoint is an operator's own, or every one is AWS's. */
static bool endpoints_are_custom(const struct cycle *c) {
        return c->options.worker->settings->endpoint_url_ec2 != NULL;
}

static int make_parts(struct cycle *c, struct error *reterr) {
        const struct config *config = c->options.config;
        const struct limiter_policy policy = {
                .rate = config->api_rate_auto ? LIMITER_EC2_RATE : config->api_rate,
                .burst = config->api_burst,
                .unlimited_at_first = config->api_rate_auto && endpoints_are_custom(c),
        };
        const struct pool_options pool_options = {
                .event = c->event,
                .max_workers = c->options.mode == MODE_SEQUENTIAL ? 1 : config->workers,
                .context = c->options.worker,
                .kill_after = config->call_timeout + STUCK_MARGIN,
        };
        struct task_queue tasks = TAILQ_HEAD_INITIALIZER(tasks);
        if (limiter_new(&policy, &c->limiter) < 0 || plan_new(c->options.mode == MODE_SEQUENTIAL, &c->plan) < 0 ||
            discovery_start(&c->discovery, &c->options, &c->account, &tasks) < 0)
                return error_oom(reterr);
        plan_put_all(c->plan, &tasks);
        return pool_new(&pool_options, outcome_arrived, c, &c->pool, reterr);
}

static int add_event_sources(struct cycle *c, struct error *reterr) {
        int r = sd_event_add_time_relative(c->event, &c->wake, CLOCK_MONOTONIC, 0, 1, on_wake, c);
        if (r >= 0)
                r = sd_event_add_defer(c->event, &c->finish, on_finish, c);
        if (r >= 0)
                r = sd_event_source_set_enabled(c->finish, SD_EVENT_OFF);
        if (r < 0)
                return error_set(reterr, ERROR_SYSTEM, -r, "cannot set up the event loop: %s", strerror(-r));
        return 0;
}

int cycle_start(sd_event *event, const struct cycle_options *options, cycle_done done, struct cycle **ret,
                struct error *reterr) {
        _cleanup_(cycle_freep) struct cycle *c = calloc(1, sizeof(*c));
        if (c == NULL)
                return error_oom(reterr);
        c->options = *options;
        c->event = sd_event_ref(event);
        c->done = done;
        c->clock = options->worker->clock;
        c->random.state = options->seed;
        c->cpu_before = usage_cpu();
        c->started_realtime = clock_realtime(c->clock);
        c->started = clock_monotonic(c->clock);
        /* The wake source is armed and due at once: the first pump comes from the loop. */
        int r = add_event_sources(c, reterr);
        if (r == 0)
                r = make_parts(c, reterr);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(c);
        return 0;
}

void cycle_free(struct cycle *c) {
        if (c == NULL)
                return;
        sd_event_source_disable_unref(c->wake);
        sd_event_source_disable_unref(c->finish);
        pool_free(c->pool);
        plan_free(c->plan);
        limiter_free(c->limiter);
        discovery_release(&c->discovery);
        account_release(&c->account);
        free(c->timings);
        sd_event_unref(c->event);
        free(c);
}
