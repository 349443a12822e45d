/* SPDX-License-Identifier: MIT */
#pragma once

#include "daemon/options.h"

/* Looks at everything that a run needs and prints what it found, each failure with its remedy: files, database, keys,
 * permissions in every region, clock, latency. Writes nothing. Returns the exit status that tells what a run would come
 * to. */
int check(const struct options *options);
