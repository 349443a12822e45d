/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "base/error.h"

/* What terminfo says of the terminal: apart from terminal.c, because <term.h> makes macros of words such as "columns". */

/* Finds the terminal that TERM names. ERROR_SYSTEM where there is none, it is not known or cannot place its cursor. */
int terminfo_check(struct error *reterr);

/* A capability by its short name, "" if the terminal lacks it; after terminfo_check(). */
const char *terminfo_string(const char *name);

/* Whether ncurses leaves the only cell of a terminal alone lest it scrolls, which it would not do yet. */
bool terminfo_spares_only_cell(void);

/* Forgets what terminfo_check() found; ncurses finds its own again. */
void terminfo_release(void);
