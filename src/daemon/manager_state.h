/* SPDX-License-Identifier: MIT */
#pragma once

#include <systemd/sd-event.h>

#include "base/clock.h"
#include "daemon/history.h"
#include "daemon/job.h"
#include "daemon/options.h"
#include "daemon/repeats.h"
#include "daemon/schedule.h"
#include "daemon/setup.h"
#include "daemon/status.h"
#include "model/daemon_state.h"
#include "store/lock.h"

/* What manager.c (the loop), manager_runs.c (what runs do) and manager_reload.c share, and nobody else sees. */
struct manager {
        const struct options *options;
        const struct clock *clock;
        struct setup *setup;
        struct store_lock *lock;
        struct setup *next_setup; /* accepted by a reload, to be taken over behind the job in progress; NULL: none */
        struct store_lock *next_lock; /* where that has another database */

        sd_event *event;
        sd_event_source *run_timer;
        sd_event_source *beat_timer;
        sd_event_source *watchdog_timer;

        struct schedule schedule;
        struct limiter *limiter;
        struct history history;
        struct job *job;        /* in progress; NULL: none */
        struct run comparables; /* the regions of the comparison in progress, without numbers */
        const char *phase;      /* what it is at, and how far it is */
        struct cycle_progress progress;
        char progress_region[sizeof(((struct region *) NULL)->name)];
        usec_t progress_at;     /* when it last got on, monotonic */
        bool stuck;             /* it gets on no more, which was told */

        usec_t storing_at;      /* when storing its result began, monotonic */

        struct repeats *repeats;
        struct problems problems;
        struct daemon_state state;
        usec_t told_at; /* when the state of the run in progress was told last, monotonic */
};

/* Says how we are to the service manager and to the readers of the database. */
void manager_tell_state(struct manager *m);

/* Sets the alarm for the next run; none while a job is in progress. */
void manager_arm(struct manager *m);

/* Starts the run that is due. */
void manager_start_run(struct manager *m);

/* Ends the job in progress, if any, without a result. */
void manager_end_job(struct manager *m);

/* Reads the configuration again, checks all of it, and takes it over now or after the job in progress; or refuses it. */
void manager_reload(struct manager *m);

/* Takes over what a reload has accepted, between two jobs. */
void manager_take_over(struct manager *m);
