/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

#include "base/buffer.h"
#include "base/macros.h"
#include "tui/style.h"
#include "tui/text.h" /* text_columns(): how many columns area_put() takes */

/* A screen's worth of character cells in memory: views draw here, terminal.c shows it, tests read it. Nothing of ncurses.
 *
 * Text given to these functions is UTF-8 and may be hostile (names come from tags): control characters and those that
 * change the direction of writing are left out, bytes that are no UTF-8 become '?', and where the terminal is not UTF-8
 * so does everything beyond ASCII. Drawing outside is clipped; a wide character that does not fit whole is left out. */

/* A character and what combines with it. */
#define CELL_CHARACTERS 3

struct cell {
        wchar_t text[CELL_CHARACTERS + 1]; /* NUL-terminated; "" is the right half of the wide character on the left */
        uint8_t style;                     /* enum style */
};

struct surface {
        int rows;
        int columns;
        bool utf8;          /* what the terminal shows */
        struct cell *cells; /* owned; rows * columns */
};

/* Gives the surface a size (1 x 1 at least) and clears it. Zero it before the first call. 0 or -ENOMEM, unchanged then. */
int surface_resize(struct surface *s, int rows, int columns);
void surface_release(struct surface *s);

const struct cell *surface_cell(const struct surface *s, int row, int column);

/* The text, a line a row without trailing blanks, ends with LF. 0 or -ENOMEM, -E2BIG. */
int surface_dump(const struct surface *s, struct buffer *out);

/* A rectangle of a surface, in whose coordinates everything is drawn and by which it is clipped. By value. */
struct area {
        struct surface *surface; /* borrowed */
        int row;
        int column;
        int rows;
        int columns;
};

struct area surface_area(struct surface *s);

/* A rectangle within, as much of it as there is. */
struct area area_part(struct area a, int row, int column, int rows, int columns);

/* Each draws in one row and returns the column behind what it drew, clipped or not. */
int area_put(struct area a, int row, int column, enum style style, const char *text);
int area_printf(struct area a, int row, int column, enum style style, const char *format, ...) _printf_(5, 6);

/* The same, so that it ends before column end. Returns the column where it begins. */
int area_put_right(struct area a, int row, int end, enum style style, const char *text);

/* The same as area_put() if all of the text fits; else draws nothing and returns column. */
int area_put_fitting(struct area a, int row, int column, enum style style, const char *text);

/* At most width columns of it; what is cut ends in ".." (or "…"). For names, never for numbers. */
void area_put_clipped(struct area a, int row, int column, int width, enum style style, const char *text);

/* The same, with the mark in the middle: both ends of a region's name or an id tell it from others. */
void area_put_shortened(struct area a, int row, int column, int width, enum style style, const char *text);

/* As many of its phrases as fit, which two blanks part. One that does not fit is clipped as above where it is the first. */
void area_put_phrases(struct area a, int row, int column, int width, enum style style, const char *text);

/* The whole text, broken at blanks into as many rows as it takes. Returns the row behind the last one. */
int area_put_wrapped(struct area a, int row, int column, int width, enum style style, const char *text);

/* n times one character of one column. */
void area_fill(struct area a, int row, int column, int n, enum style style, wchar_t character);

/* Gives n cells another style, as they are. */
void area_restyle(struct area a, int row, int column, int n, enum style style);
