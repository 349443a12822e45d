/* SPDX-License-Identifier: MIT */
#pragma once

#include <jansson.h>

#include "fleets.h"

/* The expected totals, worked out from the fleets alone, in the terms of src/model/totals.h. With one account the
 * object is {account, totals, regions[]}; with more each has such an object in accounts[], beside the sum. NULL when
 * out of memory. */
json_t *truth_make(struct fleets *s);
