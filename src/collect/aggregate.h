/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "model/instance.h"
#include "model/inventory.h"
#include "model/totals.h"
#include "model/volume.h"
#include "price/list.h"

/* What has been seen of one region, instance by instance and volume by volume, and the totals over it. The newest
 * observation of an id replaces the older one as a whole: a volume that two pages or two calls list counts once, with
 * the holder it was last seen with. */
struct aggregate;

int aggregate_new(struct aggregate **ret); /* 0 or -ENOMEM */
void aggregate_free(struct aggregate *a);

/* Each returns 0 or -ENOMEM. *ret_fresh: an instance that is not terminated and was not listed before. */
int aggregate_add_instance(struct aggregate *a, const struct instance *instance, bool *ret_fresh);
int aggregate_add_volume(struct aggregate *a, const struct volume *volume);

/* Forgets everything seen. */
void aggregate_clear(struct aggregate *a);

/* True while every volume id looked like EC2's: "vol-" and lower-case hex. Only then do the sixteen patterns of a cut
 * page chain cover all of them. */
bool aggregate_ids_are_hex(const struct aggregate *a);

/* The list, borrowed, that volumes are priced by, and the region that they are in. Without one no cost is known. */
void aggregate_set_prices(struct aggregate *a, const struct price_list *prices, const char *region);

/* Works out totals and breakdown. lists_all: the volumes seen are all there are; else only those held by listed
 * instances count and the rest is left at zero. 0, -ENOMEM, or -EOVERFLOW for sizes no region can hold. */
int aggregate_finish(struct aggregate *a, bool lists_all, struct totals *ret_totals, struct type_total **ret_types,
                     size_t *ret_n_types);

/* After aggregate_finish(): hands over everything seen but deleted volumes and terminated instances, sorted, and
 * forgets it. 0 or -ENOMEM. */
int aggregate_take_inventory(struct aggregate *a, struct inventory **ret);
