/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/clock.h"
#include "tui/options.h"
#include "tui/settings.h"

/* The program on a terminal, until the user quits. settings: with what the command line overrides; path: where they are
 * saved, NULL: nowhere. Returns the exit status. */
int app_run(const struct options *o, const struct settings *settings, const char *settings_path,
            const struct clock *clock);

/* One view printed, by --once, --json or --csv. Returns the exit status. */
int once_run(const struct options *o, const struct settings *settings, const struct clock *clock);
