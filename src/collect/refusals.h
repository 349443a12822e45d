/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/region.h"
#include "model/run.h"

/* EC2 answers AuthFailure for keys that are wrong, but also where good ones are not valid: in a region that the account
 * has not enabled, and for session tokens of the global STS endpoint in one that had to be enabled. Says which it is of
 * the run's failed regions as far as the other regions and their opt-in status tell. A region that is certainly not
 * enabled gets EC2's own code for that, OptInRequired. statuses: what DescribeRegions told of the run's account. */
void explain_refusals(struct run *run, const struct region_list *statuses, bool has_session_token);
