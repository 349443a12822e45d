/* SPDX-License-Identifier: MIT */
#pragma once

#include "config/config.h"
#include "daemon/options.h"

/* Writes the rows of --export to standard output while they are read, from the database alone. Returns the exit status;
 * with any other than EXIT_ALL_REGIONS, the rows are not all there. */
int print_export(const struct options *options, const struct config *config);
