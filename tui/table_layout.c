/* SPDX-License-Identifier: MIT */
#include "tui/table_layout.h"

#include <limits.h>
#include <string.h>

#define DATABASE_WIDTH_MAX 12

/* A name is not cut below this to make room for a number, and not below that so as not to go itself. */
#define NAME_WIDTH_MIN 8
#define WORDS_WIDTH_MIN 12

/* ---- widths --------------------------------------------------------------------------------------------------- */

struct width {
        int before; /* up to the digit of the units */
        int tail;
};

static void widen(struct width *w, const struct column *c, const char *text, bool utf8) {
        int tail = cell_tail(c, text), before = text_columns(text, utf8) - tail;
        w->before = before > w->before ? before : w->before;
        w->tail = tail > w->tail ? tail : w->tail;
}

/* The width of a column, 0 where there is nothing in it. */
static int column_width(const struct table *t, size_t column, const struct display *d, int *ret_tail) {
        const struct column *c = &t->listing.type->columns[column];
        char buf[FORMAT_SIZE];
        *ret_tail = 0;
        if (c->kind == COLUMN_BAR || c->kind == COLUMN_DRAWN)
                return c->width;
        struct width cells = { 0 };
        for (size_t i = t->top; i < table_page_end(t); i++)
                widen(&cells, c, cell_text(&t->listing, &t->listing.rows.items[i], column, d, buf), d->utf8);
        if (t->sum_text != NULL)
                widen(&cells, c, t->sum_text(t->userdata, column, d, buf), d->utf8);
        *ret_tail = cells.tail;
        int width = text_columns(table_heading(t, column, d, buf), d->utf8);
        if (c->kind != COLUMN_TEXT && c->width > width)
                width = c->width;
        if (cells.before + cells.tail > width)
                width = cells.before + cells.tail;
        return c->kind == COLUMN_TEXT && c->width > 0 && width > c->width ? c->width : width;
}

static bool is_varied(const struct listing *l, size_t column) {
        const struct row *first = l->rows.items;
        for (size_t i = 1; i < l->rows.n; i++)
                if (value_compare(listing_value(first, column), listing_value(&l->rows.items[i], column)) != 0)
                        return true;
        return false;
}

static bool is_ok(const struct listing *l, size_t column) {
        for (size_t i = 0; i < l->rows.n; i++)
                if (strcmp(value_text(listing_value(&l->rows.items[i], column)), "ok") != 0)
                        return false;
        return true;
}

static bool is_on_screen(const struct table *t, size_t column) {
        uint8_t flags = t->listing.type->columns[column].flags;
        return (flags & COLUMN_HIDDEN) == 0 && ((flags & COLUMN_IF_VARIED) == 0 || is_varied(&t->listing, column)) &&
               ((flags & COLUMN_IF_NOT_OK) == 0 || !is_ok(&t->listing, column));
}

/* Of several databases, which one a row is of stands ahead of the columns. */
static int database_width(const struct table *t, const struct display *d) {
        if (d->databases == NULL || t->listing.scope.database != SCOPE_ALL_DATABASES)
                return 0;
        int width = text_columns("DB", d->utf8);
        for (size_t i = t->top; i < table_page_end(t); i++) {
                int w = text_columns(d->databases[t->listing.rows.items[i].database], d->utf8);
                width = w > width ? w : width;
        }
        return width < DATABASE_WIDTH_MAX ? width : DATABASE_WIDTH_MAX;
}

/* ---- which columns -------------------------------------------------------------------------------------------- */

struct choice {
        const struct listing_type *type;
        size_t n;
        size_t first;
        struct {
                int width; /* 0: not to be shown at all */
                int tail;
                bool shown;
        } columns[TABLE_COLUMNS_MAX];
        int total; /* of those that are shown, with the blanks before them */
};

static void show(struct choice *c, size_t i, bool shown) {
        c->columns[i].shown = shown;
        c->total += (shown ? 1 : -1) * (c->columns[i].width + 1);
}

/* Of those that are (or are not) shown the one of highest (or lowest) rank; the last (or first) of equals. n: none. */
static size_t find_by_rank(const struct choice *c, bool shown, uint8_t at_least, int width_max) {
        size_t found = c->n;
        for (size_t i = 0; i < c->n; i++) {
                uint8_t rank = c->type->columns[i].rank;
                if (c->columns[i].width == 0 || c->columns[i].width > width_max || c->columns[i].shown != shown ||
                    rank < at_least)
                        continue;
                if (found == c->n ||
                    (shown ? rank >= c->type->columns[found].rank : rank < c->type->columns[found].rank))
                        found = i;
        }
        return found;
}

static size_t first_shown(const struct choice *c) {
        size_t i = 0;
        while (i < c->n && !c->columns[i].shown)
                i++;
        return i;
}

/* Makes the first column narrower by what is too much, if it is a name that can bear it. */
static void cut_name(struct choice *c, int room, int width_min) {
        size_t first = first_shown(c);
        int excess = c->total - room;
        if (first == c->n || excess <= 0 || c->type->columns[first].kind != COLUMN_TEXT ||
            c->columns[first].width - excess < width_min)
                return;
        c->columns[first].width -= excess;
        c->total -= excess;
}

/* Names and messages are cut before they go. */
static bool cut_words(struct choice *c, size_t i, int room) {
        const struct column *column = &c->type->columns[i];
        int excess = c->total - room;
        if ((column->flags & COLUMN_WORDS) == 0 || c->columns[i].width - excess < WORDS_WIDTH_MIN)
                return false;
        c->columns[i].width -= excess;
        c->total -= excess;
        return true;
}

static void choose(struct choice *c, int room) {
        size_t i;
        while (c->total > room && (i = find_by_rank(c, true, 1, INT_MAX)) < c->n && c->total > c->columns[i].width + 1)
                if (!cut_words(c, i, room))
                        show(c, i, false);
        cut_name(c, room, NAME_WIDTH_MIN);
        while (c->total > room && (i = find_by_rank(c, true, 0, INT_MAX)) < c->n && i != first_shown(c))
                show(c, i, false);
        cut_name(c, room, 1);
        while ((i = find_by_rank(c, false, 0, room - c->total - 1)) < c->n)
                show(c, i, true);
}

struct table_layout table_layout(const struct table *t, int room, const struct display *d) {
        const struct listing_type *type = t->listing.type;
        struct choice c = { .type = type,
                            .n = type->n_columns < TABLE_COLUMNS_MAX ? type->n_columns : TABLE_COLUMNS_MAX };
        struct table_layout layout = { .database_width = database_width(t, d) };
        int start = layout.database_width > 0 ? layout.database_width + 2 : 1;
        size_t passed = 0;
        for (size_t i = 0; i < c.n; i++) {
                bool wanted = is_on_screen(t, i) && (i == 0 || passed++ >= t->skipped);
                c.columns[i].width = wanted ? column_width(t, i, d, &c.columns[i].tail) : 0;
                if (c.columns[i].width > 0)
                        show(&c, i, true);
        }
        choose(&c, room - (start - 1));
        for (size_t i = 0; i < c.n; i++) {
                if (!c.columns[i].shown)
                        continue;
                layout.slots[layout.n++] = (struct table_slot){
                        .column = i, .start = start, .width = c.columns[i].width, .tail = c.columns[i].tail,
                };
                start += c.columns[i].width + 1;
        }
        return layout;
}
