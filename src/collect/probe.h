/* SPDX-License-Identifier: MIT */
#pragma once

#include "collect/account.h"
#include "collect/task.h"
#include "model/preflight.h"

/* A probe is a cycle that asks everything that a run would ask, but of each listing a few rows only, and notes what
 * came of each call. */

/* The keys that the calls are signed with. */
void probe_note_keys(struct preflight *p, const struct account *account);

/* What a task came to, for good: it worked (error.kind ERROR_NONE), or it failed and is not tried again. realtime and
 * monotonic: now. 0 or -ENOMEM. */
int probe_note_outcome(struct preflight *p, const struct task *task, const struct result_message *result,
                       usec_t realtime, usec_t monotonic);
