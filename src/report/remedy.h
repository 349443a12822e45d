/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "base/error.h"

/* What to do about an error, for messages that are AWS's own; NULL where the message says it. run: it is the whole run's,
 * not a region's. Static. */
const char *failure_remedy(const struct error *e, bool run);

/* The identity lacks a permission; its keys are good. */
bool error_is_of_permission(const struct error *e);
