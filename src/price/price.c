/* SPDX-License-Identifier: MIT */
#include "price/price.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/buffer.h"
#include "base/macros.h"
#include "price/decimal.h"

static const char *const header[] = { "region", "volume_type", "dimension", "price", "currency", "as_of" };

enum column {
        COLUMN_REGION,
        COLUMN_TYPE,
        COLUMN_DIMENSION,
        COLUMN_PRICE,
        COLUMN_CURRENCY,
        COLUMN_AS_OF,
        _COLUMN_MAX,
};

/* Which type is charged for what, and by which name. */
static const struct dimension_name {
        const char *name;
        unsigned types; /* a bit each */
        enum dimension dimension;
        unsigned factor; /* to the unit of rates */
} dimension_names[] = {
        { "gib_month", (1u << _TYPE_MAX) - 1, DIMENSION_GIB, 1 },
        { "iops_month", 1u << TYPE_GP3 | 1u << TYPE_IO1, DIMENSION_IOPS, 1 },
        { "iops_month_tier1", 1u << TYPE_IO2, DIMENSION_IOPS, 1 },
        { "iops_month_tier2", 1u << TYPE_IO2, DIMENSION_IOPS_TIER2, 1 },
        { "iops_month_tier3", 1u << TYPE_IO2, DIMENSION_IOPS_TIER3, 1 },
        { "throughput_gibps_month", 1u << TYPE_GP3, DIMENSION_THROUGHPUT, 1 },
        { "throughput_mibps_month", 1u << TYPE_GP3, DIMENSION_THROUGHPUT, 1024 },
};

static int refuse(const char *file, unsigned line, enum column column, const char *value, const char *allowed,
                  struct error *reterr) {
        return error_set(reterr, ERROR_CONFIG, EINVAL, "%s:%u: %s '%.40s': it has to be %s", file, line,
                         header[column], value, allowed);
}

static int parse_place(const char *text, char ret[static PRICE_PLACE_SIZE]) {
        size_t n = strlen(text);
        if (n == 0 || n >= PRICE_PLACE_SIZE || strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
                return -EINVAL;
        memset(ret, 0, PRICE_PLACE_SIZE); /* it becomes part of a hashed key */
        memcpy(ret, text, n);
        return 0;
}

static int parse_currency(const char *text, char ret[static COST_CURRENCY_SIZE]) {
        if (strlen(text) != COST_CURRENCY_SIZE - 1 || strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(text))
                return -EINVAL;
        memcpy(ret, text, COST_CURRENCY_SIZE);
        return 0;
}

/* 2022-02-10; a day of the calendar. */
static int parse_date(const char *text, uint32_t *ret) {
        static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
        if (strlen(text) != strlen("2022-02-10"))
                return -EINVAL;
        uint32_t date = 0;
        for (size_t i = 0; text[i] != '\0'; i++) {
                bool dash = i == 4 || i == 7;
                if (dash ? text[i] != '-' : text[i] < '0' || text[i] > '9')
                        return -EINVAL;
                if (!dash)
                        date = date * 10 + (uint32_t) (text[i] - '0');
        }
        unsigned year = date / 10000, month = date / 100 % 100, day = date % 100;
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        if (month < 1 || month > 12 || day < 1 || day > days[month - 1] + (month == 2 && leap))
                return -EINVAL;
        *ret = date;
        return 0;
}

static const struct dimension_name *find_dimension(const char *name, enum volume_type type) {
        for (size_t i = 0; i < ARRAY_SIZE(dimension_names); i++)
                if (strcmp(dimension_names[i].name, name) == 0 && (dimension_names[i].types & 1u << type) != 0)
                        return &dimension_names[i];
        return NULL;
}

static int refuse_dimension(const char *file, unsigned line, const char *const fields[], enum volume_type type,
                            struct error *reterr) {
        struct buffer allowed = BUFFER_INIT(1024);
        int r = buffer_printf(&allowed, "one that %s is charged for:", volume_type_name(type));
        for (size_t i = 0; r == 0 && i < ARRAY_SIZE(dimension_names); i++)
                if ((dimension_names[i].types & 1u << type) != 0)
                        r = buffer_printf(&allowed, " %s", dimension_names[i].name);
        const char *words = r == 0 ? buffer_string(&allowed) : NULL;
        r = words == NULL ? error_oom(reterr)
                          : refuse(file, line, COLUMN_DIMENSION, fields[COLUMN_DIMENSION], words, reterr);
        buffer_release(&allowed);
        return r;
}

static bool is_header(const char *const fields[], size_t n_fields) {
        bool same = n_fields == _COLUMN_MAX;
        for (size_t i = 0; same && i < _COLUMN_MAX; i++)
                same = strcmp(fields[i], header[i]) == 0;
        return same;
}

int price_check_header(const char *file, const char *const fields[], size_t n_fields, struct error *reterr) {
        if (is_header(fields, n_fields))
                return 0;
        return error_set(reterr, ERROR_CONFIG, EINVAL,
                         "%s:1: the first line has to be region,volume_type,dimension,price,currency,as_of", file);
}

int price_parse(const char *file, unsigned line, const char *const fields[], size_t n_fields, struct price *ret,
                struct error *reterr) {
        struct price p = { 0 };
        if (n_fields != _COLUMN_MAX)
                return error_set(reterr, ERROR_CONFIG, EINVAL, "%s:%u: %zu fields: there have to be %d, as in the "
                                 "first line", file, line, n_fields, _COLUMN_MAX);
        if (parse_place(fields[COLUMN_REGION], p.place) < 0)
                return refuse(file, line, COLUMN_REGION, fields[COLUMN_REGION],
                              "a name of a-z, 0-9 and '-', such as us-east-1", reterr);
        p.type = volume_type_from_name(fields[COLUMN_TYPE]);
        if (p.type == _TYPE_MAX)
                return refuse(file, line, COLUMN_TYPE, fields[COLUMN_TYPE], "standard, gp2, gp3, io1, io2, st1 or sc1",
                              reterr);
        const struct dimension_name *d = find_dimension(fields[COLUMN_DIMENSION], p.type);
        if (d == NULL)
                return refuse_dimension(file, line, fields, p.type, reterr);
        p.dimension = d->dimension;
        if (decimal_parse(fields[COLUMN_PRICE], &p.price) < 0 || p.price > DECIMAL_MAX * DECIMAL_ONE / d->factor)
                return refuse(file, line, COLUMN_PRICE, fields[COLUMN_PRICE],
                              d->factor == 1 ? "a number such as 0.08, up to 1000000, with at most 10 decimals"
                                             : "a number such as 0.08, up to 976.5625, with at most 10 decimals",
                              reterr);
        p.price *= d->factor;
        if (parse_currency(fields[COLUMN_CURRENCY], p.currency) < 0)
                return refuse(file, line, COLUMN_CURRENCY, fields[COLUMN_CURRENCY], "three letters A-Z, such as USD",
                              reterr);
        if (parse_date(fields[COLUMN_AS_OF], &p.as_of) < 0)
                return refuse(file, line, COLUMN_AS_OF, fields[COLUMN_AS_OF], "the price's date, such as 2022-02-10",
                              reterr);
        *ret = p;
        return 0;
}
