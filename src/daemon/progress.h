/* SPDX-License-Identifier: MIT */
#pragma once

#include "collect/cycle.h"

/* A line on a terminal that tells how far the run is. Silent where stderr is none. */
struct progress {
        const char *label; /* the mode's name */
        bool enabled;
        bool shown;
        usec_t shown_at; /* elapsed time at the last drawing */
};

/* label is borrowed. */
void progress_init(struct progress *p, const char *label);

/* For cycle_options.on_progress; userdata is a struct progress. Draws ten times a second at most. */
void progress_update(const struct cycle_progress *now, void *userdata);

/* Takes the line away. */
void progress_end(struct progress *p);
