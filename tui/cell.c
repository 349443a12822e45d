/* SPDX-License-Identifier: MIT */
#include "tui/cell.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool cell_is_number(const struct column *column) {
        return column->kind != COLUMN_TEXT && column->kind != COLUMN_TIME && column->kind != COLUMN_DATE &&
               column->kind != COLUMN_DRAWN && column->kind != COLUMN_BAR;
}

static bool is_amount(const struct column *column) {
        switch (column->kind) {
        case COLUMN_INTEGER:
        case COLUMN_CHANGE:
        case COLUMN_GIB:
        case COLUMN_GIB_CHANGE:
        case COLUMN_MONEY:
        case COLUMN_MONEY_CHANGE:
        case COLUMN_MEMORY:
        case COLUMN_PERCENT:
                return true;
        default:
                return false;
        }
}

int cell_tail(const struct column *column, const char *text) {
        size_t length = strlen(text), units = strcspn(text, ".");
        if (!is_amount(column))
                return 0;
        return (int) (units < length ? length - units : length > 1 && text[length - 1] == '+');
}

/* Amounts of another currency than the dollar say so. */
static const char *money_text(const struct listing *l, const struct row *row, int64_t micros, const struct display *d,
                              char buf[static FORMAT_SIZE]) {
        const char *currency = value_text(listing_named(l, row, "currency"));
        if (currency[0] == '\0' || strcmp(currency, "USD") == 0)
                return format_money_column(micros, d, buf);
        return format_money(micros, currency, d, buf);
}

static const char *money_change_text(const struct listing *l, const struct row *row, int64_t micros,
                                     const struct display *d, char buf[static FORMAT_SIZE]) {
        char amount[FORMAT_SIZE];
        const char *text = money_text(l, row, micros, d, amount);
        (void) snprintf(buf, FORMAT_SIZE, "%s%.60s", micros > 0 ? "+" : "", text);
        return buf;
}

static const char *number_text(const struct listing *l, const struct row *row, const struct column *c,
                               const struct value *v, const struct display *d, char buf[static FORMAT_SIZE]) {
        switch (c->kind) {
        case COLUMN_INTEGER:
                return format_integer(value_integer(v), false, buf);
        case COLUMN_NUMBER:
                (void) snprintf(buf, FORMAT_SIZE, "#%" PRId64, value_integer(v));
                return buf;
        case COLUMN_CHANGE:
                return format_integer(value_integer(v), true, buf);
        case COLUMN_GIB:
                return format_gib_column(value_integer(v), d, buf);
        case COLUMN_GIB_CHANGE:
                return format_gib_change(value_integer(v), d, buf);
        case COLUMN_MONEY:
                return money_text(l, row, value_integer(v), d, buf);
        case COLUMN_MONEY_CHANGE:
                return money_change_text(l, row, value_integer(v), d, buf);
        case COLUMN_SHARE:
                return format_share(value_number(v), !d->exact, buf);
        case COLUMN_SMALL_SHARE:
                return format_share(value_number(v), false, buf);
        case COLUMN_RATIO:
                (void) snprintf(buf, FORMAT_SIZE, "%.2fx", value_number(v));
                return buf;
        case COLUMN_MEMORY:
                (void) snprintf(buf, FORMAT_SIZE, "%.1f", value_number(v) / 1024);
                return buf;
        case COLUMN_PERCENT:
                return format_change(value_number(v), buf);
        case COLUMN_SECONDS:
                return format_age(value_integer(v), d->exact, buf);
        case COLUMN_MICROSECONDS:
                return format_duration(value_integer(v), buf);
        case COLUMN_TIME:
                return format_time(value_integer(v), d, buf);
        case COLUMN_DATE:
                return format_date(value_integer(v), d, buf);
        default:
                return "";
        }
}

const char *cell_text(const struct listing *l, const struct row *row, size_t column, const struct display *d,
                      char buf[static FORMAT_SIZE]) {
        const struct column *c = &l->type->columns[column];
        const struct value *v = listing_value(row, column);
        if (v->type == VALUE_NULL)
                return c->kind == COLUMN_BAR || c->kind == COLUMN_DRAWN ? "" : "-";
        if (c->kind == COLUMN_TEXT && v->type == VALUE_TEXT)
                return v->text;
        if (c->kind == COLUMN_TEXT)
                return "?"; /* the statement gives something else than it says */
        const char *text = number_text(l, row, c, v, d, buf);
        if (c->mark != NULL && value_integer(listing_named(l, row, c->mark)) != 0)
                (void) strncat(buf, "+", FORMAT_SIZE - strlen(buf) - 1);
        return text;
}

const char *cell_heading(const struct column *column, const struct display *d, char buf[static FORMAT_SIZE]) {
        (void) snprintf(buf, FORMAT_SIZE, "%s", column->heading);
        char *unit = strstr(buf, "GiB");
        if (unit != NULL && (column->kind == COLUMN_GIB || column->kind == COLUMN_GIB_CHANGE))
                unit[0] = format_gib_unit(d)[0];
        return buf;
}
