/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "collect/plan.h"
#include "model/run.h"

/* Turns the plan's finished scans into the run's regions, sorted by name, and sums them up. account: whose; started:
 * the run's start, monotonic. A scan that neither finished nor failed has failed for the run's own error. -ENOMEM, or
 * -EOVERFLOW for impossible sizes; the run then has status failed. */
int conclude_regions(const struct plan *plan, const char *account, usec_t started, struct run *run,
                     struct error *reterr);
