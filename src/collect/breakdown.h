/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "model/inventory.h"
#include "model/totals.h"

/* The breakdown of a region's volumes by zone, type, state and holder while it grows. NULL is empty. */
struct breakdown;

/* Adds a volume, whose holder is known. 0, -ENOMEM, or -EOVERFLOW. */
int breakdown_add(struct breakdown **rows, const struct inventory_volume *v);

/* Its rows as a sorted array of the caller's. 0 or -ENOMEM. */
int breakdown_take(struct breakdown *const *rows, struct type_total **ret_types, size_t *ret_n);

void breakdown_clear(struct breakdown **rows);
