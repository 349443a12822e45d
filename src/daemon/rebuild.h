/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/options.h"

/* Makes the rollups of the history anew and says so in a line. Returns the exit status. */
int rebuild(const struct options *options);
