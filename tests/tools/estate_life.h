/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "estate.h"
#include "model/churn.h"

/* What happens in an estate from one whole listing to the next, and the ledger of it. */

/* What one event says of the volume, before or after it. */
struct life_state {
        uint8_t zone;
        uint8_t kind;
        uint8_t holder;
        bool priced;
        uint32_t gib;
        uint32_t iops;
        uint32_t throughput;
        uint64_t cost_micros;
        char instance[24]; /* "": none */
};

struct life_event {
        enum churn_cause cause;
        char volume_id[24];
        char name[48];
        bool has_before; /* not so of a created one */
        bool has_after;  /* not so of a deleted one */
        struct life_state before, after;
};

struct life_events {
        struct life_event *items; /* owned */
        size_t n, allocated;
};

/* Makes what is there at the first listing. */
void estate_begin(struct estate *e, int64_t end, int64_t at);

/* Goes on from the listing before to that of run_id, at that time: no volume changes twice. The events are in the order
 * of volume ids; none of the first listing. */
void estate_live(struct estate *e, int64_t end, int64_t run_id, int64_t at, struct life_events *ret);
