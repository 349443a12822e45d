/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/macros.h"

static usec_t read_clock(clockid_t id) {
        struct timespec ts;
        (void) clock_gettime(id, &ts);
        return (usec_t) ts.tv_sec * USEC_PER_SEC + (usec_t) ts.tv_nsec / 1000;
}

static usec_t system_realtime(void *userdata _unused_) {
        return read_clock(CLOCK_REALTIME);
}

static usec_t system_monotonic(void *userdata _unused_) {
        return read_clock(CLOCK_MONOTONIC);
}

static usec_t system_boottime(void *userdata _unused_) {
        return read_clock(CLOCK_BOOTTIME);
}

const struct clock *clock_system(void) {
        static const struct clock system_clock = {
                .realtime = system_realtime,
                .monotonic = system_monotonic,
                .boottime = system_boottime,
        };
        return &system_clock;
}

char *clock_format_iso8601(usec_t realtime, char *buf) {
        time_t seconds = (time_t) (realtime / USEC_PER_SEC);
        struct tm tm;
        if (gmtime_r(&seconds, &tm) == NULL || strftime(buf, CLOCK_ISO8601_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
                buf[0] = '\0';
        return buf;
}

int clock_parse_iso8601(const char *text, usec_t *ret_realtime) {
        struct tm tm = { 0 };
        const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
        if (rest == NULL)
                return -EINVAL;
        usec_t fraction = 0;
        if (*rest == '.') {
                usec_t unit = USEC_PER_SEC / 10;
                for (rest++; *rest >= '0' && *rest <= '9'; rest++, unit /= 10)
                        fraction += (usec_t) (*rest - '0') * unit;
        }
        if (strcmp(rest, "Z") != 0 && strcmp(rest, "+00:00") != 0 && strcmp(rest, "UTC") != 0)
                return -EINVAL;
        time_t seconds = timegm(&tm);
        if (seconds < 0)
                return -EINVAL;
        *ret_realtime = (usec_t) seconds * USEC_PER_SEC + fraction;
        return 0;
}

int clock_parse_date(const char *text, usec_t *ret_realtime) {
        char whole[CLOCK_ISO8601_MAX], again[CLOCK_ISO8601_MAX];
        bool is_day = strlen(text) == strlen("2026-11-01");
        usec_t at;
        if (snprintf(whole, sizeof(whole), "%s%s", text, is_day ? "T00:00:00Z" : "") >= (int) sizeof(whole))
                return -EINVAL;
        /* 2026-02-30 would else be a day in March. */
        if (clock_parse_iso8601(whole, &at) < 0 || strcmp(clock_format_iso8601(at, again), whole) != 0)
                return -EINVAL;
        *ret_realtime = at;
        return 0;
}
