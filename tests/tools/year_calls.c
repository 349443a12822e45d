/* SPDX-License-Identifier: MIT */
#include "year_calls.h"

#include <stdio.h>
#include <stdlib.h>

#include "year_fail.h"

/* Pages of one chain: listings longer than that are cut. */
#define CHAIN_PAGES 10
#define VOLUMES_A_PAGE 500
#define INSTANCES_A_PAGE 1000

/* The calls of a run, as they are dealt out. */
struct dealer {
        struct run *run;
        struct random *random;
        bool with_timings;
        size_t allocated; /* timings */
        usec_t free_at[YEAR_WORKERS]; /* when each worker is done, since the run's start */
        uint32_t workers;
};

/* Calls that follow each other on one worker. */
struct chain {
        struct region_result *region;
        const char *action;
        uint64_t calls;
        usec_t ready_at;
        usec_t call_usec; /* of one, about */
};

static void add_timing(struct dealer *d, const struct chain *c, uint32_t worker, usec_t start, usec_t duration) {
        struct run *run = d->run;
        if (run->n_timings == d->allocated) {
                d->allocated = d->allocated > 0 ? d->allocated * 2 : 256;
                run->timings = reallocarray(run->timings, d->allocated, sizeof(*run->timings));
                if (run->timings == NULL)
                        year_fail("out of memory");
        }
        struct task_timing *t = &run->timings[run->n_timings++];
        *t = (struct task_timing){ .worker = worker, .start_usec = start, .duration_usec = duration,
                                   .outcome = c->region->failed ? c->region->error.kind : ERROR_NONE };
        (void) snprintf(t->region, sizeof(t->region), "%s", c->region->region);
        (void) snprintf(t->action, sizeof(t->action), "%s", c->action);
}

/* The time at which its last call is answered. */
static usec_t deal(struct dealer *d, const struct chain *c) {
        uint32_t worker = 0;
        for (uint32_t i = 1; i < d->workers; i++)
                if (d->free_at[i] < d->free_at[worker])
                        worker = i;
        usec_t now = d->free_at[worker] > c->ready_at ? d->free_at[worker] : c->ready_at;
        struct region_result *r = c->region;
        if (r->calls == 0 || now < r->start_usec)
                r->start_usec = now;
        for (uint64_t i = 0; i < c->calls; i++) {
                usec_t duration = c->call_usec + random_below(d->random, c->call_usec / 2 + 1);
                if (d->with_timings)
                        add_timing(d, c, worker, now, duration);
                r->busy_usec += duration;
                now += duration;
        }
        r->calls += c->calls;
        d->free_at[worker] = now;
        if (now > r->start_usec + r->wall_usec)
                r->wall_usec = now - r->start_usec;
        return now;
}

static void deal_pages(struct dealer *d, struct chain c, uint64_t items, uint64_t a_page) {
        uint64_t pages = items > 0 ? (items + a_page - 1) / a_page : 1;
        for (; pages > 0; pages -= c.calls) {
                c.calls = pages < CHAIN_PAGES ? pages : CHAIN_PAGES;
                (void) deal(d, &c);
        }
}

static void deal_region(struct dealer *d, struct region_result *r, unsigned latency_ms) {
        struct chain c = { .region = r,
                           .action = "DescribeInstances",
                           .call_usec = latency_ms * USEC_PER_MSEC + 20000 };
        if (r->failed) {
                bool final = r->error.kind == ERROR_DENIED;
                c.calls = final ? 1 : 6;
                r->retries = c.calls - 1;
                r->throttles = r->error.kind == ERROR_THROTTLED ? c.calls : 0;
                (void) deal(d, &c);
                return;
        }
        if (d->run->mode == MODE_SWEEP) {
                deal_pages(d, c, r->totals.instances, INSTANCES_A_PAGE);
                c.action = "DescribeVolumes";
                c.call_usec += 150000; /* for a page's length */
                deal_pages(d, c, r->totals.attached_volumes + r->totals.unattached_volumes + r->totals.managed_volumes,
                           VOLUMES_A_PAGE);
                return;
        }
        c.calls = 1;
        c.ready_at = deal(d, &c);
        c.action = "DescribeVolumes";
        for (uint64_t i = 0; i < r->totals.instances; i++)
                (void) deal(d, &c);
}

static int compare_start(const void *a, const void *b) {
        const struct task_timing *x = a, *y = b;
        if (x->start_usec != y->start_usec)
                return x->start_usec < y->start_usec ? -1 : 1;
        return x->worker < y->worker ? -1 : x->worker > y->worker;
}

void year_calls_run(struct run *run, const unsigned *latency_ms, struct random *random, bool with_timings) {
        struct dealer d = { .run = run, .random = random, .with_timings = with_timings,
                            .workers = run->mode == MODE_SEQUENTIAL ? 1 : YEAR_WORKERS };
        const usec_t discovery = 180000; /* credentials, identity, regions */
        for (size_t i = 0; i < YEAR_WORKERS; i++)
                d.free_at[i] = discovery;
        run->calls = 1; /* DescribeRegions */
        for (size_t i = 0; i < run->n_regions; i++) {
                struct region_result *r = &run->regions[i];
                deal_region(&d, r, latency_ms[i]);
                if (!r->failed && random_below(random, 400) == 0)
                        r->retries = r->throttles = 1 + random_below(random, 3);
                run->calls += r->calls;
                run->retries += r->retries;
                run->throttles += r->throttles;
        }
        for (size_t i = 0; i < YEAR_WORKERS; i++)
                if (d.free_at[i] > run->wall_usec)
                        run->wall_usec = d.free_at[i];
        run->wall_usec += 20000;
        run->workers = d.workers;
        run->cpu_usec = run->calls * (1800 + random_below(random, 500)) + 40000;
        run->peak_pss_kib = 14000 + 900 * d.workers + random_below(random, 3000);
        if (run->n_timings > 1)
                qsort(run->timings, run->n_timings, sizeof(*run->timings), compare_start);
}
