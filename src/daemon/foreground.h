/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/job.h"
#include "daemon/setup.h"

/* A job that somebody waits for: on a loop of its own, with progress on a terminal, ended by SIGINT and SIGTERM. */

/* Makes the job that options describe and waits until it is done; setup, limiter and progress are put into them here.
 * -ECANCELED (ERROR_CANCELLED) with *ret_signal after a signal; else *ret_signal is 0. *ret is to be released on
 * success alone. The two signals stay blocked, so that what is done with the result is not cut off. */
int foreground_run(const struct setup *setup, const struct job_options *options, struct job_result *ret,
                   int *ret_signal, struct error *reterr);

/* Lets the signals through again, for what may block: a pipe whose reader does not read must not make us deaf. There
 * are no workers any more. */
void foreground_unblock_signals(void);
