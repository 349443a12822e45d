/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/run.h"
#include "report/exposition.h"

/* The parts that the metrics are put together from. pasts as in metrics.h. */

/* The labels that every metric of a region begins with. */
#define REGION_LABELS(run, pasts, i)                                                                                   \
        { "account", (run)->regions[i].account[0] != '\0' ? (run)->regions[i].account : (pasts)[i].account },          \
        { "region", (run)->regions[i].region }

/* What each region's volumes cost a month, by currency, and how old the prices are. */
void metrics_add_costs(struct exposition *e, const struct run *run, const struct region_past *pasts);

/* What each region's volumes of a type hold. */
void metrics_add_types(struct exposition *e, const struct run *run, const struct region_past *pasts);
