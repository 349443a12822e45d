/* SPDX-License-Identifier: MIT */
#pragma once

#include "config/config.h"
#include "daemon/options.h"

/* Prints what changed between two runs, by --diff or --since, from the database alone. Returns the exit status:
 * EXIT_SOME_REGIONS where a region's numbers are older than the second run. */
int print_changes(const struct options *options, const struct config *config);
