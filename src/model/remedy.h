/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "base/error.h"

/* What to do about an error: its own remedy, or what its kind and AWS's code call for; NULL where the message says it.
 * Many failures may have one remedy, which then is told once. run: it is the whole run's, not a region's. Static or the
 * error's. */
const char *failure_remedy(const struct error *e, bool run);

/* The same to go on with behind a message: "; remedy: WHAT TO DO", or "". Returns buf. */
#define REMEDY_CLAUSE_SIZE ((size_t) 256)
char *remedy_clause(const struct error *e, bool run, char buf[static REMEDY_CLAUSE_SIZE]);

/* The error in words for where it stands alone: "MESSAGE; remedy: WHAT TO DO". Returns buf. */
#define FAILURE_TEXT_SIZE (sizeof(((struct error *) NULL)->message) + REMEDY_CLAUSE_SIZE)
char *failure_format(const struct error *e, bool run, char buf[static FAILURE_TEXT_SIZE]);

/* The identity lacks a permission; its keys are good. */
bool error_is_of_permission(const struct error *e);
