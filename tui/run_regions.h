/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/table.h"

/* The regions of one run, scope.run_id: all of them, or those that failed or had calls made again. */

extern const struct listing_type run_regions;
extern const struct listing_type run_troubles;

/* The first row that has an error, and what it says; NULL: none has. The texts are the row's. */
const struct row *run_first_error(const struct listing *l, const char **ret_region, const char **ret_message);

/* All that is known of a row's error: "AccessDenied (HTTP 403, request 4a...): not authorized to ..."; "" if it has
 * none. */
void run_error_text(const struct row *row, char *buf, size_t size);

/* A row of either: failed regions stand out. */
enum style run_region_style(const void *userdata, const struct row *row);
