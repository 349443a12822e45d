/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <syslog.h>

#include "base/macros.h"

/* One line to stderr, or with systemd's "<N>" level prefix when stderr is the journal (JOURNAL_STREAM).
 * For the layers that talk to people (daemon/, collect/cycle through its callback); library code returns
 * struct error instead. level is a syslog level. */
void log_message(int level, const char *format, ...) _printf_(2, 3);

/* True where stderr is the journal's, so that entries with fields belong there too. */
bool log_goes_to_journal(void);
