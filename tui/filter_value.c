/* SPDX-License-Identifier: MIT */
#include "tui/filter_value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

struct unit {
        const char *suffix; /* in any case */
        double factor;      /* to what the database has */
};

#define UNITS_MAX 7

/* The first one is that of a number without any. */
struct quantity {
        const char *what;
        struct unit units[UNITS_MAX];
};

static const struct quantity count = { "a number, such as 1000", { { "", 1 } } };
static const struct quantity size = { "a size, such as 1000 (GiB) or 1.5TiB",
                                      { { "", 1 }, { "g", 1 }, { "gib", 1 }, { "t", 1024 }, { "tib", 1024 },
                                        { "p", 1048576 }, { "pib", 1048576 } } };
static const struct quantity money = { "an amount, such as 50 or 1.5k", { { "", 1e6 }, { "k", 1e9 }, { "m", 1e12 } } };
static const struct quantity share = { "a share, such as 40 or 40%", { { "", 0.01 }, { "%", 0.01 } } };
static const struct quantity percent = { "percents, such as -2.5 or 10%", { { "", 1 }, { "%", 1 } } };
static const struct quantity ratio = { "a ratio, such as 6 or 6x", { { "", 1 }, { "x", 1 } } };
static const struct quantity memory = { "memory, such as 14.5 (MiB)",
                                        { { "", 1024 }, { "kib", 1 }, { "mib", 1024 }, { "gib", 1048576 } } };
static const struct quantity age = { "an age, such as 30 (days), 12h or 2w",
                                     { { "", 86400 }, { "s", 1 }, { "m", 60 }, { "min", 60 }, { "h", 3600 },
                                       { "d", 86400 }, { "w", 604800 } } };
static const struct quantity duration = { "a time, such as 12.5 (seconds), 300ms or 2min",
                                          { { "", 1e6 }, { "us", 1 }, { "ms", 1e3 }, { "s", 1e6 }, { "m", 6e7 },
                                            { "min", 6e7 }, { "h", 3.6e9 } } };

static const struct quantity *quantity_of(enum column_kind kind) {
        static const struct quantity *const quantities[] = {
                [COLUMN_GIB] = &size,        [COLUMN_GIB_CHANGE] = &size,         [COLUMN_MONEY] = &money,
                [COLUMN_SHARE] = &share,     [COLUMN_SMALL_SHARE] = &share,       [COLUMN_MONEY_CHANGE] = &money,
                [COLUMN_BAR] = &share,       [COLUMN_PERCENT] = &percent,         [COLUMN_RATIO] = &ratio,
                [COLUMN_MEMORY] = &memory,   [COLUMN_SECONDS] = &age,             [COLUMN_MICROSECONDS] = &duration,
        };
        const struct quantity *q = (size_t) kind < ARRAY_SIZE(quantities) ? quantities[kind] : NULL;
        return q != NULL ? q : &count;
}

/* Also as the screen writes it: $1,000 and #48213. Returns what is behind the number, NULL if there is none. */
static const char *parse_number(const char *text, double *ret) {
        char digits[64];
        size_t n = 0;
        text += *text == '$' || *text == '#';
        for (; n < sizeof(digits) - 1 && strchr("+-.,0123456789", *text) != NULL && *text != '\0'; text++)
                if (*text != ',')
                        digits[n++] = *text;
        digits[n] = '\0';
        char *end;
        *ret = strtod(digits, &end);
        return n > 0 && *end == '\0' && isfinite(*ret) ? text : NULL;
}

static bool parse_quantity(const struct quantity *q, const char *text, double *ret) {
        double number;
        const char *suffix = parse_number(text, &number);
        for (size_t i = 0; suffix != NULL && i < UNITS_MAX && q->units[i].suffix != NULL; i++)
                if (strcasecmp(suffix, q->units[i].suffix) == 0) {
                        *ret = number * q->units[i].factor;
                        return true;
                }
        return false;
}

int filter_value_parse(const struct column *column, const char *text, struct value *ret, struct error *reterr) {
        if (column->kind == COLUMN_TIME || column->kind == COLUMN_DATE) {
                usec_t t;
                if (clock_parse_date(text, &t) < 0)
                        return error_set(reterr, ERROR_CONFIG, EINVAL, "%s: \"%s\" is not a time, such as 2026-11-01 or "
                                         "2026-11-01T12:00:00Z", column->name, text);
                *ret = (struct value){ .type = VALUE_INTEGER, .integer = (int64_t) (t / USEC_PER_SEC) };
                return 0;
        }
        const struct quantity *q = quantity_of(column->kind);
        *ret = (struct value){ .type = VALUE_REAL };
        return parse_quantity(q, text, &ret->real)
                       ? 0
                       : error_set(reterr, ERROR_CONFIG, EINVAL, "%s: \"%s\" is not %s", column->name, text, q->what);
}
