/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/error.h"
#include "fleet.h"

/* Reads a fleet file (its format: README.md) and hands over each region's fleet, which on_fleet then owns unless it
 * fails. Anything unknown or out of bounds is ERROR_CONFIG, with the place named. */
int fleet_file_read(const char *path, const char *account, uint64_t seed,
                    int (*on_fleet)(struct fleet *f, void *userdata), void *userdata, struct error *reterr);

/* Appends the names of the file's regions. */
int fleet_file_regions(const char *path, struct string_list *ret, struct error *reterr);
