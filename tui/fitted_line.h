/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/surface.h"

/* A line of parts that shows as much as there is room for: first parts get shorter, then they go, the least important
 * one first. None is ever cut, because half a number is a wrong one. */

#define FITTED_PARTS_MAX 12
#define FITTED_FORMS_MAX 3
#define FITTED_TEXT_SIZE 192

struct fitted_part {
        char forms[FITTED_FORMS_MAX][FITTED_TEXT_SIZE]; /* from the longest to the shortest */
        size_t n_forms;
        unsigned rank; /* the higher, the sooner it gives way */
        enum style style;
};

struct fitted_line {
        struct fitted_part parts[FITTED_PARTS_MAX];
        size_t n;
};

/* Adds a part; those that there is no place for are left out. Empty ones are none. */
void fitted_line_add(struct fitted_line *l, unsigned rank, enum style style, const char *format, ...) _printf_(4, 5);

/* A shorter form of the part that was added last. */
void fitted_line_or(struct fitted_line *l, const char *format, ...) _printf_(2, 3);

/* How many columns it takes of an area. */
int fitted_line_width(const struct fitted_line *l, struct area area, int gap);

/* Draws it from a column on, with gap blanks between parts. Returns the column behind it. */
int fitted_line_draw(const struct fitted_line *l, struct area area, int row, int column, int gap);
