/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "base/buffer.h"
#include "model/run.h"

/* Renders a run for Prometheus, into an empty buffer that the caller releases: ebs_... is what the account holds,
 * ebsreportd_... how asking for it went. A region that failed has a status and no numbers. pasts: one for each of the
 * run's regions, in their order. stored: the history has the run. 0, -ENOMEM or -E2BIG. */
int report_metrics(const struct run *run, const struct region_past *pasts, bool stored, struct buffer *ret);
