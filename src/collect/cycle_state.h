/* SPDX-License-Identifier: MIT */
#pragma once

#include "collect/account.h"
#include "collect/cycle.h"
#include "collect/discovery.h"
#include "collect/limiter.h"
#include "collect/plan.h"
#include "collect/pool.h"
#include "collect/tally.h"

/* What cycle.c (what goes out), outcome.c (what comes in), cycle_scans.c (the regions) and cycle_result.c (the end)
 * share, and nobody else sees. */
struct cycle {
        struct cycle_options options;
        sd_event *event;
        sd_event_source *wake;   /* the next retry, token or deadline */
        sd_event_source *finish; /* runs once, outside of any pool callback */
        cycle_done done;
        const struct clock *clock;

        struct account account;
        struct discovery discovery;
        char limiter_account[MODEL_ACCOUNT_SIZE]; /* whose buckets; fixed for the run, though the id may come later */
        struct plan *plan;
        struct pool *pool;
        struct random random;
        struct tally tally;
        struct task_timing *timings; /* owned */
        size_t n_timings;
        struct task *keys_task; /* owned; asks for keys and waits to be sent; NULL: none does */
        bool awaiting_keys;     /* it waits or is under way; nothing else is sent meanwhile */
        char finished_region[sizeof(((struct region *) NULL)->name)]; /* the last one */
        bool scans_made;
        bool over;
        struct error fatal; /* why the run ended before its time */
        char notice[192];

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

/* Puts a call that is to be made again among those that wait. */
void cycle_put_back(struct cycle *c, struct task *task);

/* Makes a scan of each region once they are known. 0 or -ENOMEM. */
int cycle_make_scans(struct cycle *c);

/* Asks for keys, the first ones or new ones; what waits for them is sent when they are there. */
void cycle_ask_keys(struct cycle *c);

/* How many regions are done or have failed. */
size_t cycle_count_scans_over(const struct cycle *c);

/* The account by what the regions' own answers say, should STS not tell; "" if they do not either. */
const char *cycle_owner(const struct cycle *c);

/* Fails the regions whose time is up, their calls under way included. */
void cycle_enforce_deadlines(struct cycle *c, usec_t now);

/* When the next region's time will be up. */
usec_t cycle_next_deadline(const struct cycle *c);

/* Ends all workers and gives what the run has come to, the caller's to release. */
struct run cycle_take_result(struct cycle *c);

/* The pool's callback: books a call, judges what came of it, and pumps. */
void outcome_arrived(struct task *task, const struct pool_outcome *outcome, void *userdata);
