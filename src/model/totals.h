/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/cost.h"
#include "model/volume.h"

/* What a region, or all regions together, hold. Sizes in GiB.
 *
 *   instance_sum = the article's number: every (instance, attached volume) pair
 *   attached     = every volume attached to any instance, once; it contains unknown_instance
 *   billed       = attached + unattached + managed
 *
 *   instance_sum + unknown_instance - multi_attach_extra + unattached + managed = billed
 */
struct totals {
        uint64_t instances; /* without the terminated ones */
        uint64_t instance_sum_gib;
        uint64_t attached_volumes;
        uint64_t attached_gib;
        uint64_t multi_attach_extra_gib; /* what instance_sum counts more than once */

        /* Known only to a strategy that lists every volume; else zero and not to be shown. */
        bool lists_all_volumes;
        uint64_t unknown_instance_volumes; /* part of attached */
        uint64_t unknown_instance_gib;
        uint64_t unattached_volumes;
        uint64_t unattached_gib;
        uint64_t managed_volumes;
        uint64_t managed_gib;

        struct cost cost; /* of attached volumes, and as above of unattached and managed ones */
};

/* Adds b to a; lists_all_volumes becomes the conjunction. Returns 0, or -EOVERFLOW with a unchanged. */
int totals_add(struct totals *a, const struct totals *b);

/* Whether two strategies saw the same: instances, instance sum and what is attached to known instances,
 * which is all that a per-instance strategy can see. */
bool totals_agree(const struct totals *a, const struct totals *b);

/* One row of the breakdown by zone, type, state and holder. */
struct type_total {
        char zone[MODEL_ZONE_SIZE];
        char type[MODEL_WORD_SIZE];
        char state[MODEL_WORD_SIZE];
        enum holder holder;
        uint64_t volumes;
        uint64_t gib;
        uint64_t iops;       /* provisioned, as the API tells it */
        uint64_t throughput; /* MiB/s */
        struct type_cost {
                bool known;                        /* volumes were looked up in a price list */
                char currency[COST_CURRENCY_SIZE]; /* "" if none of them has a price */
                uint64_t micros;                   /* a month, see model/cost.h */
                uint64_t unpriced_volumes;
        } cost;
};
