/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* How current a database's numbers are. */

enum freshness {
        FRESHNESS_LIVE,      /* younger than two intervals of the daemon */
        FRESHNESS_NO_DAEMON, /* no daemon ever ran on the file: somebody makes runs by hand or by a timer */
        FRESHNESS_LATE,      /* from two intervals on */
        FRESHNESS_STOPPED,   /* the daemon ended in order */
        FRESHNESS_STALE,     /* from five intervals on, or without a heartbeat */
        FRESHNESS_CLOCK,     /* the newest numbers are from the future: two clocks differ */
        FRESHNESS_NONE,      /* there are no numbers yet */
        _FRESHNESS_MAX,
};

/* Times in seconds since the epoch. */
struct freshness_facts {
        int64_t now;
        int64_t newest_at; /* of the newest numbers; 0: there are none */
        bool has_daemon;
        bool stopped;
        int64_t heartbeat_at;
        int64_t interval_s;
};

/* Pure. */
enum freshness freshness_judge(const struct freshness_facts *facts);

/* "LIVE", "LATE", ... */
const char *freshness_name(enum freshness f);

/* The longest word or mark for it that has at most so many columns: "STOPPED", "STOP", "X". */
const char *freshness_name_within(enum freshness f, int columns);

/* Whether --fail-stale fails. */
bool freshness_is_stale(enum freshness f);
