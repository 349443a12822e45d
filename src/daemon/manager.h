/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/options.h"

/* The resident daemon, in the foreground: makes runs and comparisons when they are due, until SIGTERM or SIGINT.
 * SIGHUP reads the configuration again, SIGUSR1 asks for a run. Returns the exit status; 0 after those signals. */
int manage(const struct options *options);
