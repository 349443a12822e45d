/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/* Microseconds, as in systemd. */
typedef uint64_t usec_t;

#define USEC_PER_MSEC ((usec_t) 1000)
#define USEC_PER_SEC ((usec_t) 1000000)
#define USEC_INFINITY ((usec_t) -1) /* never */

/* The one source of time. Tests inject their own; everything else is handed clock_system(). */
struct clock {
        usec_t (*realtime)(void *userdata);  /* since the epoch, UTC; may jump */
        usec_t (*monotonic)(void *userdata); /* since boot; never goes back */
        usec_t (*boottime)(void *userdata);  /* the same, and goes on while the system is suspended */
        void *userdata;
};

/* The system's own; static. */
const struct clock *clock_system(void);

static inline usec_t clock_realtime(const struct clock *c) {
        return c->realtime(c->userdata);
}

static inline usec_t clock_monotonic(const struct clock *c) {
        return c->monotonic(c->userdata);
}

static inline usec_t clock_boottime(const struct clock *c) {
        return c->boottime(c->userdata);
}

/* Formats as 2026-11-23T14:01:07Z; buf holds at least CLOCK_ISO8601_MAX bytes. Returns buf. */
#define CLOCK_ISO8601_MAX sizeof("-2147483648-12-31T23:59:59Z")
char *clock_format_iso8601(usec_t realtime, char *buf);

/* Parses 2026-11-23T14:01:07[.fraction](Z|+00:00|UTC). Returns 0 or -EINVAL. */
int clock_parse_iso8601(const char *text, usec_t *ret_realtime);

/* Parses a day, 2026-11-01, or a second, 2026-11-01T12:00:00Z, of UTC, that there is. Returns 0 or -EINVAL. */
int clock_parse_date(const char *text, usec_t *ret_realtime);
