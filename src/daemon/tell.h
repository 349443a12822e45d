/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "base/clock.h"
#include "base/error_list.h"
#include "daemon/journal.h"
#include "daemon/repeats.h"
#include "model/daemon_state.h"
#include "model/run.h"

/* What the log says of the daemon's runs. Failures that go on are told as repeats.h has it; now is boottime. */

/* What the daemon before told last, should it not have ended by itself. */
void tell_cut_off(const struct daemon_state *last);

/* A run that is over or could not even be made: its totals, and which regions failed or work again. run_id: in the
 * history, 0 if not stored. */
void tell_run(struct repeats *r, const struct run *run, int64_t run_id, usec_t now);

/* One that could be made: its times, and whether the modes agreed. */
/* run_ids: of its three runs in the history, 0 if not stored. */
void tell_comparison(const struct comparison *c, const int64_t run_ids[COMPARISON_RUNS]);

/* A comparison that could not be made. */
void tell_not_compared(const struct error *error);

/* Whether a result could be stored and its metrics written; error.kind ERROR_NONE if so. */
void tell_delivered(struct repeats *r, const struct error *database, const struct error *metrics, usec_t now);

/* All that kept the daemon from something, an entry each. */
void tell_all(enum event event, const char *prefix, const struct error_list *errors);
