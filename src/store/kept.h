/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/retention.h"
#include "store/db.h"

/* Refuses two runs between which retention has taken something away that tells what changed: one of them, or events
 * behind the first. keep is for the message. from 0 stands for the beginning of the history. Both runs' starts are
 * given, microseconds since the epoch. */
int kept_check_runs(struct store *s, int64_t from, int64_t to, const struct retention *keep, usec_t *ret_from_at,
                    usec_t *ret_to_at, struct error *reterr);
