/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/cell.h"
#include "tui/format.h"
#include "tui/keys.h"
#include "tui/listing.h"
#include "tui/surface.h"

/* A listing on the screen: a line of headings, rows below, one of them selected. Columns are as wide as what is in
 * them, so that no number is ever cut; those of higher rank give way where there is no room. */

struct table {
        struct listing listing;
        size_t top;          /* index in listing.rows of the first row on the screen */
        int page;            /* rows that were on the screen when it was drawn last */
        struct area drawn;   /* where that was */
        size_t line;         /* the selected row's, from the top of the page */
        size_t skipped;      /* columns that are scrolled out on the left, behind the first */
        bool hidden;         /* not on the screen, only in --json and --csv: what a chart is drawn from */
        bool focused;        /* its selection is shown, and it gets the keys */

        const char *title; /* borrowed; in place of the first column's heading. NULL: none */

        /* Draws a COLUMN_DRAWN cell in an area of one row; NULL where there are none. userdata: the view. */
        void (*draw_cell)(const void *userdata, const struct row *row, size_t column, struct area area,
                          const struct display *d);
        /* A row's style where it is not selected; NULL: plain. */
        enum style (*row_style)(const void *userdata, const struct row *row);
        /* What stands under a column below the rows: a sum; "" for nothing. NULL: there is no such line. */
        const char *(*sum_text)(const void *userdata, size_t column, const struct display *d,
                                char buf[static FORMAT_SIZE]);
        int sums_end; /* the column behind what was drawn there last */
        const void *userdata;
};

void table_init(struct table *t, const struct listing_type *type, const struct scope *scope);
void table_release(struct table *t);

/* A column's heading, or the title. */
const char *table_heading(const struct table *t, size_t column, const struct display *d, char buf[static FORMAT_SIZE]);

/* Index in listing.rows behind the last row on the screen. */
size_t table_page_end(const struct table *t);

/* Draws it over the whole area. Returns how many rows it took, the headings and the sums included. */
int table_draw(struct table *t, struct area area, const struct display *d);

/* Moves, scrolls, sorts. False: the command is none of a table's. */
bool table_command(struct table *t, enum command command);

/* Selects the row that was clicked on. False: none is there. Row and column are the surface's. */
bool table_click(struct table *t, int row, int column);

/* "1/10,673", or what became of a search. */
const char *table_position(const struct table *t, char buf[static FORMAT_SIZE]);

/* Whether rows can be sorted by it: not all that --json and --csv have is on the screen. */
bool table_is_sortable(const struct column *c);

/* Sorts by --sort's words: "gib" or "gib:asc" or "gib:desc", names or their beginnings. -ENOENT: no such column. */
int table_sort_by_name(struct table *t, const char *text);
