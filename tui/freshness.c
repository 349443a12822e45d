/* SPDX-License-Identifier: MIT */
#include "tui/freshness.h"

#include <string.h>

/* The daemon renews its heartbeat once a minute at least. */
#define HEARTBEAT_MAX_S 180

/* Clocks of two hosts that are set by NTP differ by less. */
#define CLOCK_SKEW_MAX_S 60

enum freshness freshness_judge(const struct freshness_facts *f) {
        if (f->newest_at == 0)
                return FRESHNESS_NONE;
        if (f->newest_at > f->now + CLOCK_SKEW_MAX_S)
                return FRESHNESS_CLOCK;
        if (!f->has_daemon)
                return FRESHNESS_NO_DAEMON;
        if (f->stopped)
                return FRESHNESS_STOPPED;
        int64_t age = f->now - f->newest_at;
        if (f->now - f->heartbeat_at > HEARTBEAT_MAX_S || (f->interval_s > 0 && age / 5 >= f->interval_s))
                return FRESHNESS_STALE;
        return f->interval_s > 0 && age / 2 >= f->interval_s ? FRESHNESS_LATE : FRESHNESS_LIVE;
}

const char *freshness_name(enum freshness f) {
        static const char *const names[] = {
                [FRESHNESS_LIVE] = "LIVE",   [FRESHNESS_NO_DAEMON] = "NO DAEMON", [FRESHNESS_LATE] = "LATE",
                [FRESHNESS_STALE] = "STALE", [FRESHNESS_STOPPED] = "STOPPED",     [FRESHNESS_CLOCK] = "CLOCK SKEW",
                [FRESHNESS_NONE] = "NO DATA",
        };
        return names[f];
}

const char *freshness_name_within(enum freshness f, int columns) {
        static const char *const shorter[][2] = {
                [FRESHNESS_LIVE] = { "*", "*" },      [FRESHNESS_NO_DAEMON] = { "N", "N" },
                [FRESHNESS_LATE] = { "L", "L" },      [FRESHNESS_STALE] = { "OLD", "S" },
                [FRESHNESS_STOPPED] = { "STOP", "X" }, [FRESHNESS_CLOCK] = { "CLOCK", "C" },
                [FRESHNESS_NONE] = { "NONE", "?" },
        };
        if (strlen(freshness_name(f)) <= (size_t) columns)
                return freshness_name(f);
        return shorter[f][strlen(shorter[f][0]) <= (size_t) columns ? 0 : 1];
}

bool freshness_is_stale(enum freshness f) {
        return f != FRESHNESS_LIVE && f != FRESHNESS_LATE && f != FRESHNESS_NO_DAEMON;
}
