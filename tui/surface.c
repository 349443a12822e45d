/* SPDX-License-Identifier: MIT */
#include "tui/surface.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "tui/text.h"

/* Beyond any terminal; keeps the product an int. */
#define SIDE_MAX 4096

/* One row of text at most, and each of its characters may be four bytes. */
#define LINE_MAX_BYTES (SIDE_MAX * 4)

static const struct cell blank = { .text = L" ", .style = STYLE_PLAIN };

static int clamp(int value, int low, int high) {
        return value < low ? low : value > high ? high : value;
}

int surface_resize(struct surface *s, int rows, int columns) {
        rows = clamp(rows, 1, SIDE_MAX);
        columns = clamp(columns, 1, SIDE_MAX);
        if (s->cells == NULL || rows != s->rows || columns != s->columns) {
                struct cell *cells = reallocarray(s->cells, (size_t) rows * (size_t) columns, sizeof(*cells));
                if (cells == NULL)
                        return -ENOMEM;
                s->cells = cells;
                s->rows = rows;
                s->columns = columns;
        }
        for (size_t i = 0; i < (size_t) rows * (size_t) columns; i++)
                s->cells[i] = blank;
        return 0;
}

void surface_release(struct surface *s) {
        free(s->cells);
        *s = (struct surface){ .utf8 = s->utf8 };
}

static struct cell *cell_at(const struct surface *s, int row, int column) {
        return &s->cells[(size_t) row * (size_t) s->columns + (size_t) column];
}

const struct cell *surface_cell(const struct surface *s, int row, int column) {
        return cell_at(s, row, column);
}

int surface_dump(const struct surface *s, struct buffer *out) {
        for (int row = 0; row < s->rows; row++) {
                int end = s->columns;
                while (end > 0 && wcscmp(cell_at(s, row, end - 1)->text, blank.text) == 0)
                        end--;
                for (int column = 0; column < end; column++)
                        for (const wchar_t *c = cell_at(s, row, column)->text; *c != L'\0'; c++) {
                                char bytes[5];
                                int r = buffer_append(out, bytes, utf8_encode((uint32_t) *c, bytes));
                                if (r < 0)
                                        return r;
                        }
                int r = buffer_append_string(out, "\n");
                if (r < 0)
                        return r;
        }
        return 0;
}

struct area surface_area(struct surface *s) {
        return (struct area){ .surface = s, .rows = s->rows, .columns = s->columns };
}

struct area area_part(struct area a, int row, int column, int rows, int columns) {
        row = clamp(row, 0, a.rows);
        column = clamp(column, 0, a.columns);
        return (struct area){
                .surface = a.surface,
                .row = a.row + row,
                .column = a.column + column,
                .rows = clamp(rows, 0, a.rows - row),
                .columns = clamp(columns, 0, a.columns - column),
        };
}

/* Blanks a cell, and its other half if it was one of a wide character's two. */
static void blank_whole(struct surface *s, int row, int column) {
        struct cell *cell = cell_at(s, row, column);
        if (cell->text[0] == L'\0' && column > 0)
                *cell_at(s, row, column - 1) = blank;
        if (column + 1 < s->columns && cell_at(s, row, column + 1)->text[0] == L'\0')
                *cell_at(s, row, column + 1) = blank;
        *cell = blank;
}

static bool is_within(struct area a, int row, int column, int width) {
        return row >= 0 && row < a.rows && column >= 0 && column + width <= a.columns;
}

static void set_cell(struct area a, int row, int column, enum style style, wchar_t character, int width) {
        if (!is_within(a, row, column, width))
                return;
        for (int i = 0; i < width; i++)
                blank_whole(a.surface, a.row + row, a.column + column + i);
        struct cell *cell = cell_at(a.surface, a.row + row, a.column + column);
        cell->text[0] = character;
        cell->text[1] = L'\0';
        cell->style = (uint8_t) style;
        if (width == 2)
                cell[1] = (struct cell){ .style = (uint8_t) style };
}

static void combine(struct area a, int row, int column, wchar_t character) {
        if (!is_within(a, row, column, 1))
                return;
        struct cell *cell = cell_at(a.surface, a.row + row, a.column + column);
        size_t n = wcslen(cell->text);
        if (n == 0 || n >= CELL_CHARACTERS)
                return;
        cell->text[n] = character;
        cell->text[n + 1] = L'\0';
}

int area_put(struct area a, int row, int column, enum style style, const char *text) {
        int last = -1;
        struct text_character c;
        while (text_next(&text, a.surface->utf8, &c)) {
                if (c.width == 0) {
                        if (last >= 0)
                                combine(a, row, last, c.character);
                        continue;
                }
                set_cell(a, row, column, style, c.character, c.width);
                last = column;
                column += c.width;
        }
        return column;
}

int area_printf(struct area a, int row, int column, enum style style, const char *format, ...) {
        char line[LINE_MAX_BYTES];
        va_list ap;
        va_start(ap, format);
        (void) vsnprintf(line, sizeof(line), format, ap);
        va_end(ap);
        return area_put(a, row, column, style, line);
}

int area_put_right(struct area a, int row, int end, enum style style, const char *text) {
        int column = end - text_columns(text, a.surface->utf8);
        (void) area_put(a, row, column, style, text);
        return column;
}

int area_put_fitting(struct area a, int row, int column, enum style style, const char *text) {
        if (column + text_columns(text, a.surface->utf8) > a.columns)
                return column;
        return area_put(a, row, column, style, text);
}

void area_put_clipped(struct area a, int row, int column, int width, enum style style, const char *text) {
        struct area field = area_part(a, row, column, 1, width);
        if (text_columns(text, a.surface->utf8) <= width) {
                (void) area_put(field, 0, 0, style, text);
                return;
        }
        const char *mark = a.surface->utf8 ? "…" : "..";
        int room = width - text_columns(mark, a.surface->utf8);
        if (room < 1) {
                (void) area_put(field, 0, 0, style, text);
                return;
        }
        (void) area_put(area_part(field, 0, 0, 1, room), 0, 0, style, text);
        (void) area_put(field, 0, room, style, mark);
}

void area_put_shortened(struct area a, int row, int column, int width, enum style style, const char *text) {
        bool utf8 = a.surface->utf8;
        const char *mark = utf8 ? "…" : "..", *end = text;
        int room = width - text_columns(mark, utf8), tail = room / 2;
        if (text_columns(text, utf8) <= width || tail < 1) {
                area_put_clipped(a, row, column, width, style, text);
                return;
        }
        struct text_character c;
        while (text_columns(end, utf8) > tail && text_next(&end, utf8, &c))
                ;
        struct area field = area_part(a, row, column, 1, width);
        (void) area_put(area_part(field, 0, 0, 1, room - tail), 0, 0, style, text);
        (void) area_put(field, 0, room - tail, style, mark);
        (void) area_put_right(field, 0, width, style, end);
}

void area_put_phrases(struct area a, int row, int column, int width, enum style style, const char *text) {
        char phrases[LINE_MAX_BYTES];
        (void) snprintf(phrases, sizeof(phrases), "%s", text);
        size_t end = strlen(phrases);
        while (text_columns(phrases, a.surface->utf8) > width) {
                while (end > 0 && strncmp(phrases + end, "  ", 2) != 0)
                        end--;
                if (end == 0)
                        break;
                phrases[end] = '\0';
        }
        area_put_clipped(a, row, column, width, style, end > 0 ? phrases : text);
}

/* Bytes of the longest beginning that fits, up to a blank if there is one; a character at least. */
static size_t fitting(const char *text, int width, bool utf8) {
        const char *next = text;
        size_t word = 0, fits = 0;
        int columns = 0;
        struct text_character c;
        while (text_next(&next, utf8, &c)) {
                columns += c.width;
                if (columns > width)
                        return word > 0 ? word : fits > 0 ? fits : (size_t) (next - text);
                fits = (size_t) (next - text);
                if (next[0] == ' ' || next[0] == '\0')
                        word = fits;
        }
        return strlen(text);
}

int area_put_wrapped(struct area a, int row, int column, int width, enum style style, const char *text) {
        while (*text != '\0') {
                size_t n = fitting(text, width, a.surface->utf8);
                if (row >= 0)
                        (void) area_printf(area_part(a, row, column, 1, width), 0, 0, style, "%.*s", (int) n, text);
                text += n;
                text += strspn(text, " ");
                row++;
        }
        return row;
}

void area_fill(struct area a, int row, int column, int n, enum style style, wchar_t character) {
        for (int i = 0; i < n; i++)
                set_cell(a, row, column + i, style, character, 1);
}

void area_restyle(struct area a, int row, int column, int n, enum style style) {
        for (int i = 0; i < n; i++)
                if (is_within(a, row, column + i, 1))
                        cell_at(a.surface, a.row + row, a.column + column + i)->style = (uint8_t) style;
}
