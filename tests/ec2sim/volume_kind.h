/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/random.h"
#include "fleet.h"

/* Gives a volume a type and the size, IOPS and throughput that EBS allows that type; size_gib is moved into its
 * bounds. 0 or a negative errno from interning. */
int volume_kind_set(struct fleet *f, struct sim_volume *v, const char *type, uint64_t size_gib, struct random *r);

/* Draws a type as fleets of today have them. */
const char *volume_kind_random(struct random *r);
