/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/totals.h"
#include "store/db.h"

/* Binds :currency, :prices_oldest and :prices_newest; "" and 0 as NULL. */
void totals_bind_prices(struct query *q, const struct cost_sum *sum);

/* Binds the parameters named like the columns of sizes, counts and costs that run and region_total have in common. */
void totals_bind(struct query *q, const struct totals *t);
