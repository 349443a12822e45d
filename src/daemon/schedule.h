/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "base/clock.h"
#include "base/random.h"

/* When the daemon's runs and comparisons are due. Pure: time and chance are handed in. Times are boottime, which goes
 * on while the system is suspended: a daemon that slept over many runs finds one due, not none and not all of them. */
struct schedule {
        usec_t interval;         /* start to start */
        usec_t compare_interval; /* 0: never */
        usec_t next_run;
        usec_t next_comparison;  /* USEC_INFINITY: never */
        usec_t asked_at;         /* when a run was asked for out of turn; USEC_INFINITY: none was */
};

/* The first run is due within jitter from now. since_comparison: how long ago the last comparison was; USEC_INFINITY:
 * there was none, and one is due. */
void schedule_init(struct schedule *s, usec_t interval, usec_t jitter, usec_t compare_interval,
                   usec_t since_comparison, struct random *random, usec_t now);

/* Takes other intervals from a reload, counted from the last starts. */
void schedule_change(struct schedule *s, usec_t interval, usec_t compare_interval, usec_t now);

/* A run as soon as none is in progress, beside those that are due by time. */
void schedule_ask(struct schedule *s, usec_t now);

/* When the next run is due. What was due before now should have been started by now. */
usec_t schedule_next(const struct schedule *s);

/* Books a run that starts now. The next one is due at the next of the times that are whole intervals apart, so that
 * runs neither drift nor catch up. */
void schedule_start(struct schedule *s, usec_t now);

/* Books a run's end: what fell due meanwhile is not made up for, since the run has just told how things are. */
void schedule_end(struct schedule *s, usec_t now);

/* Whether one is due, to follow a run. */
bool schedule_comparison_is_due(const struct schedule *s, usec_t now);

/* Books a comparison that starts now, or that there is nothing to compare. */
void schedule_start_comparison(struct schedule *s, usec_t now);
