/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/run.h"

/* Runs with known numbers for tests. The caller frees them with run_release(). */

/* Three regions of account 123456789012 that all worked, 589 GiB by the instance sum: ap-south-1 is empty, eu-west-1
 * is plain, us-east-1 has everything (Multi-Attach, unknown instance, unattached, managed). eu-west-1 is priced in
 * euros but for one volume, us-east-1 in dollars. Started at 2026-11-23T14:01:07Z, 1.89 s. */
struct run sample_run(enum run_mode mode);

/* Makes region i of a sample run a failed one and sums up again. */
void sample_run_fail(struct run *run, size_t i, enum error_kind kind, const char *code, const char *message);

/* A comparison of three sample runs: sequential takes 3.80 s, parallel 1.89 s, the sweep 0.25 s. */
struct comparison sample_comparison(void);

/* Regions as DescribeRegions tells them: one of them is not enabled. */
void sample_run_list_regions(struct run *run);
