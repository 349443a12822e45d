/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error.h"
#include "collect/cycle.h"
#include "model/run.h"

/* The words in which the daemon tells how it is. Pure. */

/* What is kept of the last run. */
struct digest {
        bool known; /* there was one */
        enum run_status status;
        size_t regions;
        size_t failed;
        uint64_t attached_gib; /* of the regions that worked */
        char region[sizeof(((struct region *) NULL)->name)]; /* the only one, or the first that failed */
        struct error error;    /* the run's, or that region's */
        bool is_of_run;        /* which of them */
        char notice[sizeof(((struct run *) NULL)->notice)]; /* what it had to make do with; "" if nothing */
};

/* Replaces what it held by what is kept of this run. */
void digest_take(struct digest *d, const struct run *run);

/* What may be wrong, each until it is right again. */
struct problems {
        struct digest last_run;
        struct error database; /* why its result is not stored */
        struct error metrics;  /* why its metrics are not written */
        struct error reload;   /* why the configuration file was refused */
};

/* "access denied (UnauthorizedOperation): You are not authorized ..." */
void status_format_error(const struct error *error, char *buf, size_t n);

/* All that is wrong in one line; "" if nothing is. */
void status_format_problems(const struct problems *p, char *buf, size_t n);

/* "17/17 regions, 48,213 GiB attached, next run in 4 min" and the problems; next_in: until the next run. */
void status_format_idle(const struct problems *p, usec_t next_in, char *buf, size_t n);

/* "sweep: us-east-1, 12/17 regions, 214 calls" and the problems, but for those of the last run. */
void status_format_running(const char *phase, const struct cycle_progress *progress, const struct problems *p,
                           char *buf, size_t n);
