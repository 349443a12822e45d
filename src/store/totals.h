/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/totals.h"
#include "store/db.h"

/* Binds the parameters named like the columns of sizes, counts and costs that run and region_total have in common. */
void totals_bind(struct query *q, const struct totals *t);
