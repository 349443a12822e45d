/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/options.h"
#include "daemon/setup.h"

/* The exit statuses of ebsreportd; README and man page repeat them. */
enum exit_status {
        EXIT_ALL_REGIONS = 0,
        EXIT_USAGE = 1, /* usage, configuration, credentials; report or metrics file could not be written */
        EXIT_SOME_REGIONS = 2,
        EXIT_NO_REGION = 3,
        EXIT_DATABASE = 4,
        EXIT_SIGNALLED = 128, /* plus the signal's number */
};

/* Makes one run, or the runs of a comparison, stores it and prints the report to stdout; what went wrong goes to
 * stderr, a line each, unless the text of the report has it. Returns the exit status. */
int once(const struct options *options, const struct setup *setup);
