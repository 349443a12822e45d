/* SPDX-License-Identifier: MIT */
#pragma once

#include "fleet.h"

/* One tick: percent of the volumes are created, deleted, grown, retyped, attached, detached or moved to another
 * instance. The seed and the number of the tick decide which. The caller holds the fleet's lock for writing. */
int fleet_churn(struct fleet *f, double percent);
