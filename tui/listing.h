/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "tui/filter.h"
#include "tui/rows.h"

/* A query over any number of rows, of which a window is loaded: sorted, filtered, searched and paged by SQLite, over all
 * databases at once. Pages follow a row (its sort value and its key), never a number, so that they stay where they are when
 * rows come and go, and a page costs the same anywhere. */

enum column_kind {
        COLUMN_TEXT,        /* text only: numbers are of another kind */
        COLUMN_INTEGER,
        COLUMN_CHANGE,      /* an integer with its sign */
        COLUMN_NUMBER,      /* an integer that names something, without separators: #48213 */
        COLUMN_GIB,
        COLUMN_GIB_CHANGE,
        COLUMN_MONEY,       /* micros a month, in the row's column "currency" if it has one */
        COLUMN_MONEY_CHANGE,
        COLUMN_SHARE,       /* 0 to 1, in whole percents */
        COLUMN_SMALL_SHARE, /* the same, with a decimal */
        COLUMN_RATIO,       /* a quotient: 6.39x */
        COLUMN_MEMORY,      /* KiB, in MiB with one decimal */
        COLUMN_PERCENT,     /* a change in percents, with its sign */
        COLUMN_SECONDS,     /* an age */
        COLUMN_MICROSECONDS, /* a duration */
        COLUMN_TIME,        /* seconds since the epoch */
        COLUMN_DATE,        /* the same, of long ago, without seconds and never without its year */
        COLUMN_BAR,         /* 0 to 1, as a bar */
        COLUMN_DRAWN,       /* by the view: struct table's draw_cell */
};

enum column_flags {
        COLUMN_SEARCHED = 1 << 0, /* words of filter and search are looked for here */
        COLUMN_HIDDEN = 1 << 1,   /* for --json, --csv and the view's own use, not on the screen */
        COLUMN_ASCENDING = 1 << 2, /* sorted so when it is chosen; else from the largest down */
        COLUMN_UNSORTED = 1 << 3, /* cannot be sorted by */
        COLUMN_SCREEN_ONLY = 1 << 4, /* not in --json and --csv */
        COLUMN_IF_VARIED = 1 << 5, /* on the screen only where the rows of the window differ in it: the account */
        COLUMN_WORDS = 1 << 6, /* a name or a message, which is of use when it is cut, too */
        COLUMN_IF_NOT_OK = 1 << 7, /* likewise, where one has another word in it than "ok" */
};

struct column {
        const char *name;    /* in --sort, filters, --json and --csv: "unattached_gib" */
        const char *heading; /* "UNATT GiB"; GiB becomes TiB by --units */
        const char *sql;     /* an expression over the listing's FROM */
        enum column_kind kind;
        uint8_t flags;       /* enum column_flags */
        uint8_t rank;        /* 0: always on the screen; the higher, the sooner it gives way */
        uint8_t width;       /* least width; of COLUMN_TEXT the most, too (0: as needed); of bars and drawn ones both */
        const char *mark;    /* name of a column that is true where the number is "at least", shown as '+'; NULL: none */
};

/* Another way to the rows of a listing. */
struct listing_source {
        const char *from;  /* NULL: there is none */
        const char *where; /* as of struct listing_type */
};

struct listing_type {
        const char *name;   /* in --json: "regions" */
        const char *from;   /* "v1_instance AS i JOIN ..." */
        const char *where;  /* over the scope's parameters (scope_bind()); NULL: all */
        /* For listings of many rows, which are read in the order of the sort column until a page is full. Where that takes
         * too long, because no index has that order or hardly a row passes the filter, they are read from these: all of them
         * in the order of their table, or those that may have :word in one of the columns that are searched. */
        struct listing_source scan, lookup;
        const char *key;    /* an expression, unique (with group, if there is one) and not NULL in a database; never shown */
        const struct column *columns;
        size_t n_columns;
        size_t sort;        /* the column that it is sorted by at first */
        bool descending;    /* NULL sorts below every value */
        const char *group;  /* rows of the same sort value are in the order of group and key: with the columns of an index
                             * in both, such as place_id and instance_id, SQLite need not sort them. NULL: none */
};

/* The first values of each of its rows, before those of the columns. */
enum listing_value_index {
        LISTING_KEY,
        LISTING_GROUP,
        LISTING_SORT,
        LISTING_COLUMNS,
};

#define LISTING_WINDOW 512

/* Some thousands of rows can be looked at one by one in that time. */
#define LISTING_PATIENCE (8 * USEC_PER_MSEC)
#define LISTING_TEXT_SIZE 128

/* What is to be loaded at the next listing_load(). */
enum listing_want {
        LISTING_NOTHING,
        LISTING_RELOAD,   /* the window, around the selected row */
        LISTING_START,
        LISTING_END,
        LISTING_NEXT,     /* rows behind the window */
        LISTING_PREVIOUS, /* rows before it */
        LISTING_FIND_NEXT,
        LISTING_FIND_PREVIOUS,
};

struct listing {
        const struct listing_type *type;
        struct scope scope;
        size_t sort; /* index in type->columns */
        bool descending;
        char filter[LISTING_TEXT_SIZE];
        char search[LISTING_TEXT_SIZE];
        usec_t patience; /* for a page of type->from, if there is another way; processor time */

        struct rows rows;  /* the window in order; see listing_value() */
        size_t selected;   /* index in rows; 0 where there are none */
        int64_t first;     /* how many rows are before the window; -1: not known */
        int64_t count;     /* of all rows that the filter leaves; -1: not known */
        bool at_start;     /* nothing is before the window */
        bool at_end;       /* nothing is behind it */
        bool loaded;       /* at least once */
        bool recount;      /* count is of before */
        bool not_found;    /* the last search found nothing */
        enum listing_want want;
};

void listing_init(struct listing *l, const struct listing_type *type, const struct scope *scope);
void listing_release(struct listing *l);

/* Takes one step towards what is wanted, between database_begin() and database_end() of all of databases: the window, and at
 * the next call count and first, which take longer and can come after the rows are on the screen. 0; -EINTR when patience
 * ended it, with the window as it was and the want still open; another negative errno that a database has in its error. */
int listing_load(struct listing *l, const struct database_set *databases);

/* False while something is wanted, or count or first is not known. */
bool listing_is_complete(const struct listing *l);

/* Each only notes what is wanted. The selection stays with its row, or goes to the first one for a new filter or type.
 * listing_show(): another type with the same columns. Filters and what is searched for are refused, and nothing is changed,
 * as by filter_parse(). */
void listing_sort_by(struct listing *l, size_t column, bool descending);
int listing_set_filter(struct listing *l, const char *filter, struct error *reterr);
void listing_show(struct listing *l, const struct listing_type *type);
int listing_search(struct listing *l, const char *text, bool forward, struct error *reterr);

/* Value of a column by index, or by name (the programmer's error if there is none: NULL value). */
const struct value *listing_value(const struct row *row, size_t column);
const struct value *listing_named(const struct listing *l, const struct row *row, const char *name);

/* The selected row; NULL if there is none. */
const struct row *listing_selected(const struct listing *l);

/* Index of a column, or -1. */
int listing_column(const struct listing_type *type, const char *name);
