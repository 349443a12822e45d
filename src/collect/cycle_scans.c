/* SPDX-License-Identifier: MIT */
/* The regions of a run: their scans, and how long each may take. */
#include <errno.h>
#include <string.h>

#include "collect/cycle_state.h"

static uint64_t expected_volumes(const struct cycle *c, const char *region) {
        for (size_t i = 0; i < c->options.n_sizes; i++)
                if (strcmp(c->options.sizes[i].region, region) == 0)
                        return c->options.sizes[i].volumes;
        return 0;
}

int cycle_make_scans(struct cycle *c) {
        struct task_queue tasks = TAILQ_HEAD_INITIALIZER(tasks);
        c->scans_made = true;
        memcpy(c->limiter_account, c->account.id, sizeof(c->limiter_account));
        for (size_t i = 0; i < c->discovery.regions.n; i++) {
                const char *region = c->discovery.regions.items[i].name;
                const struct scan_options options = {
                        .mode = c->options.mode,
                        .include_managed = c->options.config->include_managed,
                        .expected_volumes = expected_volumes(c, region),
                        .prices = c->options.prices,
                        .probe = c->options.preflight != NULL,
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

size_t cycle_count_scans_over(const struct cycle *c) {
        size_t n = 0;
        for (size_t i = 0; i < plan_scans(c->plan); i++)
                n += scan_is_over(plan_scan(c->plan, i));
        return n;
}

const char *cycle_owner(const struct cycle *c) {
        for (size_t i = 0; i < plan_scans(c->plan); i++)
                if (scan_owner(plan_scan(c->plan, i))[0] != '\0')
                        return scan_owner(plan_scan(c->plan, i));
        return "";
}

/* When the region's time is up; never while it has not begun or once it is over. */
static usec_t deadline_of(const struct cycle *c, struct scan *s) {
        usec_t first_sent = scan_tally(s)->first_sent;
        return scan_is_over(s) || first_sent == 0 ? USEC_INFINITY : first_sent + c->options.config->region_timeout;
}

usec_t cycle_next_deadline(const struct cycle *c) {
        usec_t next = USEC_INFINITY;
        for (size_t i = 0; i < plan_scans(c->plan); i++) {
                usec_t deadline = deadline_of(c, plan_scan(c->plan, i));
                next = deadline < next ? deadline : next;
        }
        return next;
}

void cycle_enforce_deadlines(struct cycle *c, usec_t now) {
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
