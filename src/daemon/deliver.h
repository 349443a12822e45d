/* SPDX-License-Identifier: MIT */
#pragma once

#include "config/config.h"
#include "daemon/job.h"
#include "store/patience.h"

/* Hands on what a job came to, by --once and by the daemon alike, to the history and the metrics file: the one place
 * where finished runs leave the program other than as a report. There are no workers any more. What was refused is not
 * stored, but the metrics tell it: those of the run before would pass for today's. A failure does not keep from the
 * rest; the first one is returned, ERROR_CONFIG if it is the metrics file's, and the message has all of them. Fills in
 * the run's id. patience is the store's, NULL for all of it. */
int deliver(const struct config *config, struct job_result *result, const struct store_patience *patience,
            struct error *reterr);
