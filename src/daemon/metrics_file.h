/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "config/config.h"
#include "model/run.h"

/* Writes the run's numbers to the configuration's metrics_file, as a whole or not at all; does nothing without one.
 * stored: the history has the run, and is asked for what it knows of the regions. ERROR_CONFIG with file and remedy, or
 * what reading the history said; the file is written even then. */
int metrics_file_write(const struct config *config, const struct run *run, bool stored, struct error *reterr);
