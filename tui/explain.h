/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/database.h"
#include "tui/status.h"

/* Why there is nothing to see, or nothing new, and what to do about it. */

#define EXPLANATION_LINES 6

struct explanation {
        char title[160];
        char lines[EXPLANATION_LINES][1024]; /* "": none; what is to be done is at the end of a message */
};

/* For a whole screen: a database without numbers. now: monotonic. */
void explain_database(const struct database *d, const struct status_database *s, usec_t now, struct explanation *ret);

/* For one line: "DB busy 3 s, retrying"; "" if there is nothing to say. has_numbers: the last ones stay on the
 * screen. */
void explain_briefly(const struct database *d, bool has_numbers, usec_t now, char buf[static 160]);
