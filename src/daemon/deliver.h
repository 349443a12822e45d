/* SPDX-License-Identifier: MIT */
#pragma once

#include "config/config.h"
#include "daemon/job.h"

/* Hands on what a job came to, by --once and by the daemon alike: the one place where finished runs leave the program
 * other than as a report. There are no workers any more. The first failure is returned, and the rest is done
 * nevertheless. */
int deliver(const struct config *config, const struct job_result *result, struct error *reterr);
