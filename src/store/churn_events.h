/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/churn.h"
#include "model/inventory.h"
#include "store/stored_volume.h"

/* What happened to a volume between two listings, as the ledger has it. */
struct churn_event {
        enum churn_cause cause;
        uint64_t gib_before; /* billed; summed over a volume's events, after - before is the whole difference */
        uint64_t gib_after;
        uint64_t cost_before; /* micros a month, COST_UNKNOWN: no price; summed up as above, but for other prices */
        uint64_t cost_after;
        const char *instance_before; /* "" for a service, NULL: does not apply */
        const char *instance_after;
};

typedef void (*churn_sink)(const struct churn_event *event, void *userdata);

/* Calls the sink for each event. before NULL: it was not there; now NULL: it is not there any more. listing tells which
 * instances there are now. */
void churn_events(const struct stored_volume *before, const struct inventory_volume *now,
                  const struct inventory *listing, churn_sink sink, void *userdata);
