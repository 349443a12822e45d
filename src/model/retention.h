/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/clock.h"

#define KEEP_FOREVER USEC_INFINITY

/* For how long history is kept, microseconds each: 0 is not at all, KEEP_FOREVER for ever. */
struct retention {
        usec_t runs;   /* keep_runs: runs with all that hangs on them, but for those that are the newest of something */
        usec_t hours;  /* keep_hours: the history by the hour */
        usec_t days;   /* keep_days: the history by the day */
        usec_t events; /* keep_events: the churn ledger */
};

/* As it is written in the configuration: 14d, 90min, 0, forever. Returns buf. */
#define RETENTION_TEXT_SIZE sizeof("18446744073709551615ms")
const char *retention_format(usec_t keep, char buf[static RETENTION_TEXT_SIZE]);
