/* SPDX-License-Identifier: MIT */
#include "collect/cycle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/chain.h"
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
                        t->bucket = limiter_bucket(c->options.limiter, c->limiter_account, t->region,
                                                   task_action_name(t->action));
        plan_put_all(c->plan, tasks);
}

void cycle_put_back(struct cycle *c, struct task *task) {
        if (task->action == ACTION_CREDENTIALS)
                c->keys_task = task;
        else
                plan_put(c->plan, task);
}

static bool is_over(const struct cycle *c) {
        if (c->over)
                return true;
        if (!c->scans_made || (!c->options.discover_only && cycle_count_scans_over(c) < plan_scans(c->plan)))
                return false;
        if (c->options.preflight != NULL)
                return !c->discovery.identity_pending && !c->discovery.listing_pending;
        return !c->discovery.identity_pending || cycle_owner(c)[0] != '\0';
}

/* When a worker counts as stuck. Keys may take several requests to the metadata service, each tried several times. */
static usec_t kill_after(const struct config *config, const struct settings *s, enum task_action action) {
        usec_t limit = config->call_timeout + STUCK_MARGIN;
        if (action == ACTION_CREDENTIALS)
                limit += 4 * (usec_t) s->imds_attempts * s->imds_timeout_ms * USEC_PER_MSEC;
        return limit;
}

usec_t cycle_longest_silence(const struct config *config, const struct settings *settings) {
        bool may_be_cut = config->api_rate_auto || config->api_rate > LIMITER_RATE_FLOOR;
        double rate = may_be_cut ? LIMITER_RATE_FLOOR : config->api_rate;
        /* Waiting for a token, waiting to try again, and the call itself. */
        return (usec_t) (1 / rate * (double) USEC_PER_SEC) + RETRY_DELAY_MAX +
               kill_after(config, settings, ACTION_CREDENTIALS) + STUCK_MARGIN;
}

static int send_task(struct cycle *c, struct task *t, usec_t now, struct error *reterr) {
        const struct keys_message no_keys = { 0 };
        const struct task_message m = {
                .action = t->action,
                .region = t->region,
                .page_token = t->page_token != NULL ? t->page_token : "",
                .instance_id = t->instance_id != NULL ? t->instance_id : "",
                .volume_ids = t->chain != NULL ? t->chain->volume_ids : "",
                .include_managed = t->scan != NULL && scan_include_managed(t->scan),
                .probe = c->options.preflight != NULL,
                .all_regions = t->action == ACTION_REGIONS && !c->discovery.lists_enabled_only,
                .clock_offset_usec = c->account.clock_offset_usec,
                .keys = t->action == ACTION_CREDENTIALS ? no_keys : c->account.keys,
        };
        t->credentials_as_of = c->account.resolved_at;
        t->clock_offset_usec = m.clock_offset_usec;
        t->asked_for_managed = m.include_managed;
        t->asked_for_all = m.all_regions;
        usec_t limit = kill_after(c->options.config, c->options.worker->settings, t->action);
        int r = pool_submit(c->pool, t, &m, limit, reterr);
        if (r < 0 || t->action == ACTION_CREDENTIALS)
                return r;
        bool retry = t->history.attempts + t->history.throttles > 0;
        tally_sent(&c->tally, now, retry);
        if (t->scan != NULL)
                tally_sent(scan_tally(t->scan), now, retry);
        return 0;
}

void cycle_ask_keys(struct cycle *c) {
        c->keys_task = discovery_ask_keys(&c->discovery);
        c->awaiting_keys = c->keys_task != NULL;
}

static struct task *keys_next(struct cycle *c, usec_t now, usec_t *ret_wake_at) {
        if (c->keys_task == NULL || c->keys_task->not_before <= now)
                return TAKE_PTR(c->keys_task);
        *ret_wake_at = c->keys_task->not_before;
        return NULL;
}

/* Hands out whatever may go now; returns when there will be more. */
static usec_t dispatch(struct cycle *c, usec_t now) {
        usec_t wake_at = USEC_INFINITY;
        while (pool_has_room(c->pool) && !c->over) {
                if (!c->awaiting_keys && account_keys_expire(&c->account, clock_realtime(c->clock), now))
                        cycle_ask_keys(c);
                struct task *t = c->awaiting_keys ? keys_next(c, now, &wake_at) : plan_next(c->plan, now, &wake_at);
                if (t == NULL)
                        break;
                struct error error;
                int r = send_task(c, t, now, &error);
                if (r == -EAGAIN) {
                        /* No room for another process: the next answer makes room. */
                        cycle_put_back(c, t);
                        break;
                }
                if (r < 0) {
                        task_free(t);
                        cycle_give_up(c, &error);
                }
        }
        return wake_at;
}

void cycle_pump(struct cycle *c) {
        usec_t now = clock_monotonic(c->clock);
        cycle_enforce_deadlines(c, now);
        usec_t wake_at = dispatch(c, now);
        /* Only now: what was just sent may be the first of its region, and nothing else would wake us for it. */
        usec_t deadline = cycle_next_deadline(c);
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
        struct run run = cycle_take_result(c);
        c->done(&run, c->options.userdata); /* c may be gone now */
        return 0;
}

int cycle_new_limiter(const struct config *config, const struct settings *settings, struct limiter **ret) {
        const struct limiter_policy policy = {
                .rate = config->api_rate_auto ? LIMITER_EC2_RATE : config->api_rate,
                .burst = config->api_burst,
                .unlimited_at_first = config->api_rate_auto && settings->endpoint_url_ec2 != NULL,
        };
        return limiter_new(&policy, ret);
}

static int make_parts(struct cycle *c, struct error *reterr) {
        const struct pool_options pool_options = {
                .event = c->event,
                .max_workers = c->options.mode == MODE_SEQUENTIAL ? 1 : c->options.config->workers,
                .context = c->options.worker,
        };
        discovery_init(&c->discovery, &c->options, &c->account);
        cycle_ask_keys(c);
        if (c->keys_task == NULL || plan_new(c->options.mode == MODE_SEQUENTIAL, &c->plan) < 0)
                return error_oom(reterr);
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
        task_free(c->keys_task);
        plan_free(c->plan);
        discovery_release(&c->discovery);
        account_release(&c->account);
        free(c->timings);
        sd_event_unref(c->event);
        free(c);
}
