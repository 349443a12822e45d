/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

#include "base/error_list.h"
#include "base/macros.h"
#include "model/cost.h"
#include "model/volume.h"
#include "price/rates.h"

/* A price list: what EBS charges in which region. CSV with the header
 *
 *   region,volume_type,dimension,price,currency,as_of
 *
 * and a line a price: dimension is gib_month, iops_month (gp3, io1), iops_month_tier1, _tier2 and _tier3 (io2), and for
 * gp3 throughput_gibps_month or throughput_mibps_month; as_of is the price's date. A region is one of EC2, or the group
 * of a local or Wavelength zone (us-west-2-lax-1): those have prices of their own. */
struct price_list;

/* The list that this program comes with, data/ebs-prices.csv. */
int price_list_builtin(struct price_list **ret, struct error_list *errors);

/* An operator's own file. ERROR_CONFIG with file, line and what is wrong, for every line that is; 0, or the negative
 * errno of the first error. */
int price_list_load(const char *path, struct price_list **ret, struct error_list *errors);

/* The same from text of n bytes; name is for messages. */
int price_list_parse(const char *name, const char *text, size_t n, struct price_list **ret, struct error_list *errors);

/* The dates of its oldest and its newest price, YYYYMMDD; 0 where it has none. */
void price_list_dates(const struct price_list *l, uint32_t *ret_oldest, uint32_t *ret_newest);

void price_list_free(struct price_list *l);
DEFINE_CLEANUP(struct price_list *, price_list_free);

/* The prices of a volume type in a zone of a region; NULL if there are none. A zone's prices are those of its group:
 * the region, unless the zone is a local one. */
const struct rates *price_list_find(const struct price_list *l, const char *region, const char *zone,
                                    const char *type);
