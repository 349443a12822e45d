/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/random.h"
#include "model/run.h"

/* How long the calls of a run take. */

#define YEAR_WORKERS 16

/* Fills in calls, times, workers and memory of a run whose regions' results are there; latency_ms has one for each of
 * them. Where with_timings, also the single calls. */
void year_calls_run(struct run *run, const unsigned *latency_ms, struct random *random, bool with_timings);
