/* SPDX-License-Identifier: MIT */
#include "tui/axis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define GIB_PER_TIB 1024
#define TIB_FROM (10 * GIB_PER_TIB)
#define MICROS 1e6
#define CENTS_BELOW 100
#define DECIMALS_MAX 6
#define TIB_DECIMALS_MAX 4 /* below that it is GiB: 0.1 of them */
#define DAY_S INT64_C(86400)
#define MONTHS_FROM (180 * DAY_S)

/* So many that two values which are step from each other are never rounded to the same. */
static int decimals_for(double step, int least) {
        int decimals = step > 0 ? (int) ceil(-log10(step)) : least;
        return decimals < least ? least : decimals > DECIMALS_MAX ? DECIMALS_MAX : decimals;
}

static bool is_in_tib(double high, double step, const struct display *d) {
        return !d->exact && (d->units == UNITS_TIB || (d->units == UNITS_AUTO && high >= TIB_FROM)) &&
               decimals_for(step / GIB_PER_TIB, 1) <= TIB_DECIMALS_MAX;
}

struct axis axis_make(const struct metric *m, const char *currency, struct chart_range range, double step,
                      const struct display *d) {
        struct axis a = { .divisor = 1 };
        double high = fmax(fabs(range.high), fabs(range.low));
        switch (m->kind) {
        case METRIC_GIB:
                a.divisor = is_in_tib(high, step, d) ? GIB_PER_TIB : 1;
                a.decimals = a.divisor > 1 ? decimals_for(step / a.divisor, 1) : 0;
                (void) snprintf(a.unit, sizeof(a.unit), "%s", a.divisor > 1 ? "TiB" : "GiB");
                break;
        case METRIC_COUNT:
                (void) snprintf(a.unit, sizeof(a.unit), "%s", m->unit);
                break;
        case METRIC_MONEY:
                a.divisor = MICROS;
                a.decimals = d->exact || high / MICROS < CENTS_BELOW || step / MICROS < 1 ? 2 : 0;
                (void) snprintf(a.unit, sizeof(a.unit), "%.8s/mo",
                                currency[0] != '\0' ? format_currency(currency) : "cost");
                break;
        }
        a.label_decimals = decimals_for(step / a.divisor, a.decimals);
        return a;
}

static const char *write_number(double value, double divisor, int decimals, char buf[static FORMAT_SIZE]) {
        int64_t power = 1;
        for (int i = 0; i < decimals; i++)
                power *= 10;
        double scaled = value / divisor * (double) power;
        if (!(fabs(scaled) < 9e18)) {
                (void) snprintf(buf, FORMAT_SIZE, "-");
                return buf;
        }
        int64_t number = llround(scaled);
        char whole[FORMAT_SIZE], fraction[1 + DECIMALS_MAX + 1] = "";
        int64_t rest = llabs(number) % power;
        for (int i = decimals; i > 0; i--, rest /= 10)
                fraction[i] = (char) ('0' + rest % 10);
        if (decimals > 0)
                fraction[0] = '.';
        (void) format_integer(llabs(number) / power, false, whole);
        (void) snprintf(buf, FORMAT_SIZE, "%s%.40s%s", number < 0 ? "-" : "", whole, fraction);
        return buf;
}

const char *axis_number(const struct axis *a, double value, char buf[static FORMAT_SIZE]) {
        return write_number(value, a->divisor, a->decimals, buf);
}

const char *axis_label(const struct axis *a, double value, char buf[static FORMAT_SIZE]) {
        return write_number(value, a->divisor, a->label_decimals, buf);
}

static bool break_down(int64_t at, bool local, struct tm *ret) {
        time_t t = (time_t) at;
        return (local ? localtime_r(&t, ret) : gmtime_r(&t, ret)) != NULL;
}

const char *axis_time(int64_t at, int64_t seconds, const struct display *d, char buf[static FORMAT_SIZE]) {
        bool days = seconds >= DAY_S, far = llabs(d->now - at) > 183 * DAY_S;
        struct tm tm;
        if (!break_down(at, d->local_time && !days, &tm))
                tm = (struct tm){ 0 };
        int n = far ? snprintf(buf, FORMAT_SIZE, "%d-", tm.tm_year + 1900) : 0;
        n += snprintf(buf + n, FORMAT_SIZE - (size_t) n, "%02d-%02d", tm.tm_mon + 1, tm.tm_mday);
        if (!days)
                (void) snprintf(buf + n, FORMAT_SIZE - (size_t) n, " %02d:%02d", tm.tm_hour, tm.tm_min);
        return buf;
}

const char *axis_tick(int64_t at, int64_t range, const struct display *d, char buf[static FORMAT_SIZE]) {
        struct tm tm;
        if (!break_down(at, d->local_time && range <= DAY_S, &tm))
                tm = (struct tm){ 0 };
        if (range <= DAY_S)
                (void) snprintf(buf, FORMAT_SIZE, "%02d:%02d", tm.tm_hour, tm.tm_min);
        else if (range <= MONTHS_FROM)
                (void) snprintf(buf, FORMAT_SIZE, "%02d-%02d", tm.tm_mon + 1, tm.tm_mday);
        else
                (void) snprintf(buf, FORMAT_SIZE, "%d-%02d", tm.tm_year + 1900, tm.tm_mon + 1);
        return buf;
}

const char *axis_span(int64_t seconds, char buf[static FORMAT_SIZE]) {
        static const struct {
                int64_t seconds;
                char letter;
        } units[] = { { 7 * DAY_S, 'w' }, { DAY_S, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
        size_t i = 0;
        while (seconds % units[i].seconds != 0)
                i++;
        (void) snprintf(buf, FORMAT_SIZE, "%lld%c", (long long) (seconds / units[i].seconds), units[i].letter);
        return buf;
}

const char *axis_days(int64_t seconds, char buf[static FORMAT_SIZE]) {
        (void) snprintf(buf, FORMAT_SIZE, "%lldd", (long long) (seconds / DAY_S));
        return buf;
}
