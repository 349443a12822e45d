/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "estate.h"

/* How an estate grows: whole numbers alone, so that every machine and compiler makes the same history. */

/* How many volumes there should be at a time: a trend of its own over the year up to end, a few steps, and a wave over
 * each working day. At end it is volumes_wanted. */
uint64_t trend_volumes(const struct estate *e, int64_t end, int64_t at);

/* The same of its instances. */
uint64_t trend_instances(const struct estate *e, int64_t end, int64_t at);

/* Which share of the general purpose volumes should be gp2, in permille: nearly all, until they are migrated. */
unsigned trend_gp2_permille(const struct estate *e, int64_t end, int64_t at);
