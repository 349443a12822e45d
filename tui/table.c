/* SPDX-License-Identifier: MIT */
#include "tui/table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tui/chart.h"
#include "tui/table_layout.h"

/* So near to the end of the window the rows behind it are fetched. */
#define FETCH_DISTANCE (LISTING_WINDOW / 8)

void table_init(struct table *t, const struct listing_type *type, const struct scope *scope) {
        *t = (struct table){ .page = 1 };
        listing_init(&t->listing, type, scope);
}

void table_release(struct table *t) {
        listing_release(&t->listing);
}

const char *table_heading(const struct table *t, size_t column, const struct display *d, char buf[static FORMAT_SIZE]) {
        return column == 0 && t->title != NULL ? t->title : cell_heading(&t->listing.type->columns[column], d, buf);
}

size_t table_page_end(const struct table *t) {
        size_t end = t->top + (size_t) t->page;
        return end < t->listing.rows.n ? end : t->listing.rows.n;
}

/* ---- drawing -------------------------------------------------------------------------------------------------- */

/* The sorted column's heading stands out. */
static void draw_headings(const struct table *t, struct area area, const struct table_layout *layout,
                          const struct display *d) {
        const struct listing *l = &t->listing;
        if (layout->database_width > 0)
                area_put_clipped(area, 0, 1, layout->database_width, STYLE_HEADING, "DB");
        for (size_t i = 0; i < layout->n; i++) {
                const struct table_slot *s = &layout->slots[i];
                const struct column *c = &l->type->columns[s->column];
                char buf[FORMAT_SIZE];
                const char *text = table_heading(t, s->column, d, buf);
                struct area field = area_part(area, 0, s->start, 1, s->width);
                enum style style = t->focused && s->column == l->sort ? STYLE_STRONG : STYLE_HEADING;
                int column = cell_is_number(c) ? area_put_right(field, 0, s->width, style, text) : 0;
                if (column == 0)
                        area_put_clipped(field, 0, 0, s->width, style, text);
        }
}

/* Numbers have their units' digits below each other; only names are cut. */
static void put_text(const struct column *c, const struct table_slot *s, enum style style, struct area line,
                     const char *text) {
        struct area field = area_part(line, 0, s->start, 1, s->width);
        if (cell_is_number(c))
                (void) area_put_right(field, 0, s->width - (s->tail - cell_tail(c, text)), style, text);
        else if (s->column == 0)
                area_put_shortened(field, 0, 0, s->width, style, text);
        else
                area_put_clipped(field, 0, 0, s->width, style, text);
}

static void draw_cell(const struct table *t, const struct row *row, const struct table_slot *s, enum style style,
                      struct area line, const struct display *d) {
        const struct column *c = &t->listing.type->columns[s->column];
        struct area field = area_part(line, 0, s->start, 1, s->width);
        char buf[FORMAT_SIZE];
        if (c->kind == COLUMN_DRAWN) {
                if (t->draw_cell != NULL)
                        t->draw_cell(t->userdata, row, s->column, field, d);
        } else if (c->kind == COLUMN_BAR) {
                chart_bar(field, 0, 0, s->width, style, d->glyphs, value_number(listing_value(row, s->column)));
        } else {
                put_text(c, s, style, line, cell_text(&t->listing, row, s->column, d, buf));
        }
}

static void draw_row(const struct table *t, size_t i, struct area line, const struct table_layout *layout,
                     const struct display *d) {
        const struct row *row = &t->listing.rows.items[i];
        bool selected = t->focused && i == t->listing.selected;
        enum style style = t->row_style != NULL ? t->row_style(t->userdata, row) : STYLE_PLAIN;
        if (layout->database_width > 0)
                area_put_clipped(line, 0, 1, layout->database_width, style, d->databases[row->database]);
        for (size_t k = 0; k < layout->n; k++)
                draw_cell(t, row, &layout->slots[k], style, line, d);
        if (selected) {
                (void) area_put(line, 0, 0, STYLE_SELECTED, ">");
                area_restyle(line, 0, 0, line.columns, STYLE_SELECTED);
        }
}

static void draw_sums(struct table *t, struct area line, const struct table_layout *layout, const struct display *d) {
        char buf[FORMAT_SIZE];
        t->sums_end = 1;
        for (size_t i = 0; i < layout->n; i++) {
                const struct table_slot *s = &layout->slots[i];
                const char *text = t->sum_text(t->userdata, s->column, d, buf);
                if (text[0] == '\0')
                        continue;
                put_text(&t->listing.type->columns[s->column], s, STYLE_TITLE, line, text);
                t->sums_end = s->start + s->width;
        }
}

/* Keeps the selected row on the screen; after loading, on the same line as before. */
static void scroll_to_selection(struct table *t) {
        const struct listing *l = &t->listing;
        size_t page = t->page > 0 ? (size_t) t->page : 1;
        if (t->line >= page)
                t->line = page - 1;
        t->top = l->selected > t->line ? l->selected - t->line : 0;
        /* No empty lines below the last row as long as there are rows above. */
        if (t->top + page > l->rows.n)
                t->top = l->rows.n > page ? l->rows.n - page : 0;
        t->line = l->selected - t->top;
}

static void draw_emptiness(const struct table *t, struct area area, const struct display *d) {
        const struct listing *l = &t->listing;
        if (!l->loaded && d->obstacle != NULL)
                (void) area_printf(area, 1, 1, STYLE_ALARM, "not read: DB %s", d->obstacle);
        else if (!l->loaded)
                (void) area_put(area, 1, 1, STYLE_PLAIN, "loading...");
        else if (l->filter[0] != '\0')
                (void) area_printf(area, 1, 1, STYLE_PLAIN, "nothing matches the filter \"%s\"", l->filter);
        else
                (void) area_put(area, 1, 1, STYLE_PLAIN, "none");
}

int table_draw(struct table *t, struct area area, const struct display *d) {
        int around = t->sum_text != NULL ? 2 : 1;
        t->page = area.rows > around ? area.rows - around : 1;
        t->drawn = area;
        scroll_to_selection(t);
        struct table_layout layout = table_layout(t, area.columns - 1, d);
        draw_headings(t, area, &layout, d);
        int line = 1;
        if (t->listing.rows.n == 0) {
                draw_emptiness(t, area, d);
                line++;
        }
        for (size_t i = t->top; i < table_page_end(t); i++, line++)
                draw_row(t, i, area_part(area, line, 0, 1, area.columns), &layout, d);
        if (t->sum_text != NULL)
                draw_sums(t, area_part(area, line++, 0, 1, area.columns), &layout, d);
        return line;
}

const char *table_position(const struct table *t, char buf[static FORMAT_SIZE]) {
        const struct listing *l = &t->listing;
        char number[FORMAT_SIZE], count[FORMAT_SIZE];
        if (l->want == LISTING_FIND_NEXT || l->want == LISTING_FIND_PREVIOUS)
                (void) snprintf(buf, FORMAT_SIZE, "searching...");
        else if (l->not_found)
                (void) snprintf(buf, FORMAT_SIZE, "not found");
        else if (l->rows.n == 0)
                (void) snprintf(buf, FORMAT_SIZE, "0/0");
        else
                (void) snprintf(buf, FORMAT_SIZE, "%.27s/%.27s",
                                l->first >= 0 ? format_integer(l->first + (int64_t) l->selected + 1, false, number) : "...",
                                l->count >= 0 ? format_integer(l->count, false, count) : "...");
        return buf;
}

/* ---- commands ------------------------------------------------------------------------------------------------- */

bool table_click(struct table *t, int row, int column) {
        struct listing *l = &t->listing;
        int line = row - t->drawn.row - 1;
        if (t->hidden || line < 0 || line >= t->page || column < t->drawn.column ||
            column >= t->drawn.column + t->drawn.columns || t->top + (size_t) line >= l->rows.n)
                return false;
        t->line = (size_t) line;
        l->selected = t->top + t->line;
        return true;
}

static void want(struct listing *l, enum listing_want what) {
        /* A window that is to be loaded anew has no neighbours. */
        if (l->want == LISTING_NOTHING)
                l->want = what;
}

static void move(struct table *t, int64_t rows) {
        struct listing *l = &t->listing;
        int64_t last = (int64_t) l->rows.n - 1, to = (int64_t) l->selected + rows;
        if (last < 0)
                return;
        to = to < 0 ? 0 : to > last ? last : to;
        int64_t line = (int64_t) t->line + (to - (int64_t) l->selected);
        t->line = line < 0 ? 0 : (size_t) line;
        l->selected = (size_t) to;
        l->not_found = false;
        if (!l->at_end && last - to < FETCH_DISTANCE)
                want(l, LISTING_NEXT);
        else if (!l->at_start && to < FETCH_DISTANCE)
                want(l, LISTING_PREVIOUS);
}

static void move_to_end(struct table *t, bool last) {
        struct listing *l = &t->listing;
        if (last ? l->at_end : l->at_start)
                move(t, last ? (int64_t) l->rows.n : -(int64_t) l->rows.n);
        else
                l->want = last ? LISTING_END : LISTING_START;
        t->line = last ? LISTING_WINDOW : 0; /* the last line of the page */
}

bool table_is_sortable(const struct column *c) {
        return (c->flags & (COLUMN_HIDDEN | COLUMN_UNSORTED)) == 0 && c->kind != COLUMN_DRAWN;
}

static void sort_by_neighbour(struct listing *l, int step) {
        int n = (int) l->type->n_columns;
        for (int i = (int) l->sort + step; i >= 0 && i < n; i += step)
                if (table_is_sortable(&l->type->columns[i])) {
                        listing_sort_by(l, (size_t) i, (l->type->columns[i].flags & COLUMN_ASCENDING) == 0);
                        return;
                }
}

static bool has_column_to_skip(const struct table *t) {
        size_t shown = 0;
        for (size_t i = 1; i < t->listing.type->n_columns; i++)
                shown += (t->listing.type->columns[i].flags & COLUMN_HIDDEN) == 0;
        return t->skipped + 1 < shown;
}

bool table_command(struct table *t, enum command command) {
        struct listing *l = &t->listing;
        switch (command) {
        case COMMAND_DOWN:
                move(t, 1);
                return true;
        case COMMAND_UP:
                move(t, -1);
                return true;
        case COMMAND_PAGE_DOWN:
                move(t, t->page);
                return true;
        case COMMAND_PAGE_UP:
                move(t, -t->page);
                return true;
        case COMMAND_HALF_DOWN:
                move(t, (t->page + 1) / 2);
                return true;
        case COMMAND_HALF_UP:
                move(t, -(t->page + 1) / 2);
                return true;
        case COMMAND_FIRST:
        case COMMAND_LAST:
                move_to_end(t, command == COMMAND_LAST);
                return true;
        case COMMAND_LEFT:
                t->skipped -= t->skipped > 0;
                return true;
        case COMMAND_RIGHT:
                t->skipped += has_column_to_skip(t);
                return true;
        case COMMAND_SORT_LEFT:
                sort_by_neighbour(l, -1);
                return true;
        case COMMAND_SORT_RIGHT:
                sort_by_neighbour(l, 1);
                return true;
        case COMMAND_INVERT:
                listing_sort_by(l, l->sort, !l->descending);
                return true;
        case COMMAND_FIND_NEXT:
        case COMMAND_FIND_PREVIOUS:
                (void) listing_search(l, l->search, command == COMMAND_FIND_NEXT, NULL);
                return true;
        default:
                return false;
        }
}

int table_sort_by_name(struct table *t, const char *text) {
        const struct listing_type *type = t->listing.type;
        size_t length = strcspn(text, ":");
        int found = -1;
        for (size_t i = 0; i < type->n_columns && length > 0; i++) {
                const struct column *c = &type->columns[i];
                if (!table_is_sortable(c) || strncasecmp(c->name, text, length) != 0)
                        continue;
                if (found < 0 || c->name[length] == '\0')
                        found = (int) i;
        }
        const char *order = text + length;
        bool ascending = strcmp(order, ":asc") == 0, descending = strcmp(order, ":desc") == 0;
        if (found < 0 || (*order != '\0' && !ascending && !descending))
                return -ENOENT;
        if (*order == '\0')
                ascending = (type->columns[found].flags & COLUMN_ASCENDING) != 0;
        listing_sort_by(&t->listing, (size_t) found, !ascending);
        return 0;
}
