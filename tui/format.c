/* SPDX-License-Identifier: MIT */
#include "tui/format.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/count.h"

#define GIB_PER_TIB 1024
#define MICROS_PER_CENT 10000
#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static uint64_t magnitude(int64_t value) {
        return value < 0 ? -(uint64_t) value : (uint64_t) value;
}

const char *format_plus(bool at_least) {
        return at_least ? "+" : "";
}

const char *format_integer(int64_t value, bool signed_, char buf[static FORMAT_SIZE]) {
        char digits[COUNT_TEXT_SIZE];
        (void) snprintf(buf, FORMAT_SIZE, "%s%s", value < 0 ? "-" : signed_ && value > 0 ? "+" : "",
                        format_count(magnitude(value), digits));
        return buf;
}

/* One decimal, half up, with separators. */
static const char *format_tib(int64_t gib, char buf[static FORMAT_SIZE]) {
        uint64_t m = magnitude(gib), whole = m / GIB_PER_TIB;
        uint64_t tenths = (m % GIB_PER_TIB * 10 + GIB_PER_TIB / 2) / GIB_PER_TIB;
        if (tenths == 10) {
                whole++;
                tenths = 0;
        }
        char digits[COUNT_TEXT_SIZE];
        (void) snprintf(buf, FORMAT_SIZE, "%s%s.%" PRIu64, gib < 0 && whole + tenths > 0 ? "-" : "",
                        format_count(whole, digits), tenths);
        return buf;
}

const char *format_gib_column(int64_t gib, const struct display *d, char buf[static FORMAT_SIZE]) {
        return d->units == UNITS_TIB && !d->exact ? format_tib(gib, buf) : format_integer(gib, false, buf);
}

const char *format_gib_change(int64_t gib, const struct display *d, char buf[static FORMAT_SIZE]) {
        if (d->units != UNITS_TIB || d->exact)
                return format_integer(gib, true, buf);
        char number[FORMAT_SIZE];
        (void) snprintf(buf, FORMAT_SIZE, "%s%.60s", gib > 0 ? "+" : "", format_tib(gib, number));
        return buf;
}

const char *format_gib_unit(const struct display *d) {
        return d->units == UNITS_TIB && !d->exact ? "TiB" : "GiB";
}

const char *format_gib(int64_t gib, const struct display *d, char buf[static FORMAT_SIZE]) {
        bool tib = !d->exact &&
                   (d->units == UNITS_TIB || (d->units == UNITS_AUTO && magnitude(gib) >= 10 * GIB_PER_TIB));
        char number[FORMAT_SIZE];
        (void) snprintf(buf, FORMAT_SIZE, "%.40s %s",
                        tib ? format_tib(gib, number) : format_integer(gib, false, number), tib ? "TiB" : "GiB");
        return buf;
}

const char *format_money_column(int64_t micros, const struct display *d, char buf[static FORMAT_SIZE]) {
        uint64_t m = magnitude(micros), cents = m / MICROS_PER_CENT + (m % MICROS_PER_CENT >= MICROS_PER_CENT / 2);
        bool with_cents = d->exact || cents < 100 * 100;
        uint64_t whole = with_cents ? cents / 100 : m / 1000000 + (m % 1000000 >= 500000);
        char digits[COUNT_TEXT_SIZE];
        int n = snprintf(buf, FORMAT_SIZE, "%s%s", micros < 0 && cents > 0 ? "-" : "", format_count(whole, digits));
        if (with_cents && cents > 0)
                (void) snprintf(buf + n, FORMAT_SIZE - (size_t) n, ".%02" PRIu64, cents % 100);
        return buf;
}

const char *format_currency(const char *currency) {
        return strcmp(currency, "USD") == 0 ? "$" : currency;
}

const char *format_money(int64_t micros, const char *currency, const struct display *d, char buf[static FORMAT_SIZE]) {
        char number[FORMAT_SIZE];
        (void) format_money_column(micros, d, number);
        const char *sign = number[0] == '-' ? "-" : "";
        const char *symbol = format_currency(currency);
        (void) snprintf(buf, FORMAT_SIZE, "%s%.8s%s%.40s", sign, symbol, symbol[0] == '$' ? "" : " ",
                        number + strlen(sign));
        return buf;
}

const char *format_money_short(int64_t micros, const char *currency, char buf[static FORMAT_SIZE]) {
        static const char suffixes[] = " kMGT";
        double units = fabs((double) micros / 1e6);
        size_t i = 0;
        for (; units >= 999.5 && suffixes[i + 1] != '\0'; i++)
                units /= 1000;
        const char *symbol = format_currency(currency);
        (void) snprintf(buf, FORMAT_SIZE, "%s%.8s%s%.*f%.*s", micros < 0 ? "-" : "", symbol,
                        symbol[0] == '$' ? "" : " ", units < 9.95 && i > 0 ? 1 : 0, units, i > 0 ? 1 : 0, suffixes + i);
        return buf;
}

const char *format_share(double share, bool short_, char buf[static FORMAT_SIZE]) {
        double percent = share * 100;
        /* Almost all is not all, and almost nothing not nothing. */
        if (short_ && percent > 99 && percent < 100)
                percent = 99;
        if (short_ && percent > 0 && percent < 0.5)
                (void) snprintf(buf, FORMAT_SIZE, "<1%%");
        else
                (void) snprintf(buf, FORMAT_SIZE, "%.*f%%", short_ ? 0 : 1, percent);
        return buf;
}

const char *format_change(double percent, char buf[static FORMAT_SIZE]) {
        if (fabs(percent) < 0.005)
                (void) snprintf(buf, FORMAT_SIZE, "0.00");
        else
                (void) snprintf(buf, FORMAT_SIZE, "%+.*f", fabs(percent) < 99.995 ? 2 : 0, percent);
        return buf;
}

const char *format_age(int64_t seconds, bool exact, char buf[static FORMAT_SIZE]) {
        long long s = seconds < 0 ? 0 : seconds;
        if (s < MINUTE)
                (void) snprintf(buf, FORMAT_SIZE, "%llds", s);
        else if (s < HOUR)
                (void) snprintf(buf, FORMAT_SIZE, "%lldm", s / MINUTE);
        else if (s < DAY && exact)
                (void) snprintf(buf, FORMAT_SIZE, "%lldh%02lldm", s / HOUR, s % HOUR / MINUTE);
        else if (s < 2 * DAY)
                (void) snprintf(buf, FORMAT_SIZE, "%lldh", s / HOUR);
        else if (exact)
                (void) snprintf(buf, FORMAT_SIZE, "%lldd%02lldh", s / DAY, s % DAY / HOUR);
        else
                (void) snprintf(buf, FORMAT_SIZE, "%lldd", s / DAY);
        return buf;
}

const char *format_duration(int64_t microseconds, char buf[static FORMAT_SIZE]) {
        long long ms = (microseconds < 0 ? 0 : microseconds) / 1000, s = ms / 1000;
        if (ms < 1000)
                (void) snprintf(buf, FORMAT_SIZE, "%lldms", ms);
        else if (s < 2 * MINUTE)
                (void) snprintf(buf, FORMAT_SIZE, "%lld.%llds", s, ms % 1000 / 100);
        else if (s < HOUR)
                (void) snprintf(buf, FORMAT_SIZE, "%lldm%02llds", s / MINUTE, s % MINUTE);
        else
                (void) snprintf(buf, FORMAT_SIZE, "%lldh%02lldm", s / HOUR, s % HOUR / MINUTE);
        return buf;
}

/* False for a time beyond what struct tm holds. */
static bool break_down(int64_t at, const struct display *d, struct tm *ret) {
        time_t seconds = (time_t) at;
        return (d->local_time ? localtime_r(&seconds, ret) : gmtime_r(&seconds, ret)) != NULL;
}

const char *format_clock(int64_t at, const struct display *d, char buf[static FORMAT_SIZE]) {
        struct tm tm;
        if (!break_down(at, d, &tm) || strftime(buf, FORMAT_SIZE, "%H:%M %Z", &tm) == 0)
                return "?";
        if (!d->local_time)
                (void) strftime(buf, FORMAT_SIZE, "%H:%M UTC", &tm);
        return buf;
}

const char *format_date(int64_t at, const struct display *d, char buf[static FORMAT_SIZE]) {
        struct tm tm;
        if (!break_down(at, d, &tm))
                return "?";
        (void) strftime(buf, FORMAT_SIZE, "%Y-%m-%d %H:%M", &tm);
        return buf;
}

const char *format_time(int64_t at, const struct display *d, char buf[static FORMAT_SIZE]) {
        int64_t distance = d->now > at ? d->now - at : at - d->now;
        struct tm tm;
        if (distance >= (int64_t) 180 * DAY)
                return format_date(at, d, buf);
        if (!break_down(at, d, &tm))
                return "?";
        (void) strftime(buf, FORMAT_SIZE, "%m-%d %H:%M:%S", &tm);
        return buf;
}
