/* SPDX-License-Identifier: MIT */
#pragma once

#include "collect/account.h"
#include "collect/cycle.h"
#include "collect/discovery.h"
#include "collect/limiter.h"
#include "collect/plan.h"
#include "collect/pool.h"
#include "collect/tally.h"

/* What cycle.c (what goes out) and outcome.c (what comes in) share, and nobody else sees. */
struct cycle {
        struct cycle_options options;
        sd_event *event;
        sd_event_source *wake;   /* the next retry, token or deadline */
        sd_event_source *finish; /* runs once, outside of any pool callback */
        cycle_done done;
        const struct clock *clock;

        struct account account;
        struct discovery discovery;
        struct limiter *limiter;
        struct plan *plan;
        struct pool *pool;
        struct random random;
        struct tally tally;
        struct task_timing *timings; /* owned */
        size_t n_timings;
        bool renewing_keys; /* nothing else is sent meanwhile */
        bool scans_made;
        bool over;
        struct error fatal; /* why the run ended before its time */
        char notice[sizeof(((struct run *) NULL)->notice)];

        usec_t started_realtime;
        usec_t started; /* monotonic */
        usec_t cpu_before;
};

/* Sends whatever may go now and sets the alarm for the rest. */
void cycle_pump(struct cycle *c);

/* Ends the run with what it has. */
void cycle_give_up(struct cycle *c, const struct error *error);

/* One region ends without a result; its calls that wait are dropped. */
void cycle_fail_scan(struct cycle *c, struct scan *scan, const struct error *error);

/* Puts the calls that scans and discovery want among those that wait, each with its bucket. */
void cycle_put_all(struct cycle *c, struct task_queue *tasks);

/* Makes a scan of each region once they are known. 0 or -ENOMEM. */
int cycle_make_scans(struct cycle *c);

/* Asks for new keys; the tasks that wait for them are sent when they are there. */
void cycle_renew_keys(struct cycle *c);

size_t cycle_count_scans_over(const struct cycle *c);

/* The pool's callback: books a call, judges what came of it, and pumps. */
void outcome_arrived(struct task *task, const struct pool_outcome *outcome, void *userdata);
