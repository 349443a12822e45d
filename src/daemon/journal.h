/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "base/error.h"
#include "base/macros.h"
#include "model/run.h"

/* What the daemon tells: to the journal with fields to search by, where standard error leads there; else a line to
 * standard error. systemd/ebsreportd.catalog explains every event to people, by its MESSAGE_ID. */
enum event {
        EVENT_READY,
        EVENT_STOPPING,
        EVENT_CUT_OFF,        /* the daemon before did not end by itself */
        EVENT_RUN,            /* a run is over and at least one region worked */
        EVENT_RUN_FAILED,     /* no region worked, or it could not even be made */
        EVENT_NOTICE,         /* a run had to make do with what there was */
        EVENT_REGION_FAILED,
        EVENT_REGION_WORKS,   /* again */
        EVENT_COMPARISON,
        EVENT_MODES_DISAGREE,
        EVENT_STORE_FAILED,
        EVENT_STORE_WORKS,    /* again */
        EVENT_METRICS_FAILED,
        EVENT_RELOADED,
        EVENT_RELOAD_REFUSED,
        EVENT_STUCK,          /* what should have happened does not: the watchdog is no longer fed */
        EVENT_FAILED,         /* the daemon cannot start or go on */
        _EVENT_MAX,
};

/* The fields, each left out where it is NULL or 0: EBS_ACCOUNT, EBS_REGION, EBS_RUN, EBS_MODE, and of the error
 * EBS_ERROR_KIND, EBS_AWS_CODE, EBS_REQUEST_ID, EBS_HTTP_STATUS and ERRNO; EBS_REMEDY. */
struct event_fields {
        const char *account;
        const char *region;
        /* Of a comparison there are three, and so many values has each of their fields. */
        struct event_run {
                int64_t id;
                const char *mode;
        } runs[COMPARISON_RUNS];
        const struct error *error;
        const char *remedy; /* what to do about it, unless its message says so */
};

/* Tells the event in one line; control characters, which may be the network's, become blanks. fields may be NULL. */
void journal_tell(enum event event, const struct event_fields *fields, const char *format, ...) _printf_(3, 4);
