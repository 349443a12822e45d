/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "base/clock.h"
#include "base/error.h"

/* Failures that go on: each is told when it begins, when it changes, once an hour, and when it is over, however often
 * it happens. Pure: time is handed in, any that does not go back. */
struct repeats;

int repeats_new(struct repeats **ret); /* 0 or -ENOMEM */
void repeats_free(struct repeats *r);
DEFINE_CLEANUP(struct repeats *, repeats_free);

/* Books a failure of topic, such as a region. True if it is to be told; *ret_untold is how often it happened since it
 * was told last. Two errors are the same if kind, AWS code and errno are. */
bool repeats_fail(struct repeats *r, const char *topic, const struct error *error, usec_t now, unsigned *ret_untold);

/* Books that the topic works. True if it did not before; *ret_times is how often it had failed. */
bool repeats_succeed(struct repeats *r, const char *topic, unsigned *ret_times);
