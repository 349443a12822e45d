/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "model/totals.h"
#include "price/list.h"

/* The rows by zone, type, state and holder while they grow, and what the volumes in them cost. */

/* What volumes are grouped by, beside their holder. */
struct volume_kind {
        char zone[MODEL_ZONE_SIZE];
        char type[MODEL_WORD_SIZE];
        char state[MODEL_WORD_SIZE];
};

/* What is charged for. */
struct provisioned {
        uint64_t gib;
        uint64_t iops;
        uint64_t throughput; /* MiB/s */
};

/* Zero it but for these two; breakdown_take() or breakdown_release() end it. */
struct breakdown {
        const struct price_list *prices; /* borrowed; NULL: no cost is known */
        const char *region;              /* borrowed */
        struct breakdown_row *rows;
};

/* Counts a volume in. kind: always the same pointer for the same words. Its price, or that it has none, also goes to
 * *sum, unless there is no list. 0, -ENOMEM, or -EOVERFLOW for impossible sizes. */
int breakdown_add(struct breakdown *b, const struct volume_kind *kind, enum holder holder,
                  const struct provisioned *volume, struct cost *sum);

/* The rows' totals as a sorted array, the caller's to free. 0 or -ENOMEM. */
int breakdown_take(struct breakdown *b, struct type_total **ret_types, size_t *ret_n);

void breakdown_release(struct breakdown *b);
