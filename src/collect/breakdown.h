/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "model/inventory.h"
#include "model/totals.h"
#include "price/list.h"

/* The rows by zone, type, state and holder while they grow, and what the volumes in them cost. */

/* Zero it but for these two; breakdown_take() or breakdown_release() end it. */
struct breakdown {
        const struct price_list *prices; /* borrowed; NULL: no cost is known */
        const char *region;              /* borrowed */
        struct breakdown_row *rows;
};

/* Counts a volume in, whose holder is known, and gives it its price. That, or that it has none, also goes to *sum,
 * unless there is no list. 0, -ENOMEM, or -EOVERFLOW for impossible sizes. */
int breakdown_add(struct breakdown *b, struct inventory_volume *v, struct cost *sum);

/* The rows' totals as a sorted array, the caller's to free. 0 or -ENOMEM. */
int breakdown_take(struct breakdown *b, struct type_total **ret_types, size_t *ret_n);

void breakdown_release(struct breakdown *b);
