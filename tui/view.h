/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/display.h"
#include "tui/keys.h"
#include "tui/scope.h"
#include "tui/status.h"
#include "tui/surface.h"
#include "tui/table.h"

/* A view is a table of functions and a struct that begins with struct view. What every view has in common is done for
 * it: its tables are loaded by session.c, scrolled, sorted, filtered and searched by app_keys.c, exported by batch.c. */

#define VIEW_TABLES_MAX 6
#define VIEW_NOTE_SIZE 256
#define VIEW_CRUMB_SIZE 128

/* What a view is shown by. */
struct context {
        const struct database_set *databases;
        const struct status *status;
        struct display display;
        const char *mark; /* beside the program's name: "DEMO"; NULL: none */
};

struct view_type;

struct view {
        const struct view_type *type;
        struct scope scope; /* what it is about */
        struct table tables[VIEW_TABLES_MAX]; /* the first one is what --csv prints */
        size_t n_tables;
        size_t focus; /* the table that gets the keys */
        bool stale;   /* its own data (type->load) are to be loaded */
        bool loaded;  /* all of it was, at least once */
        uint64_t generation; /* of the databases' contents that it shows; session.c counts them */
};

/* What a command of a view leads to. */
struct request {
        const struct view_type *open; /* NULL: nothing */
        struct scope scope;
};

struct view_type {
        const char *name;  /* --view's word: "overview" */
        const char *title; /* "Overview" */
        const char *word;  /* in the bar of keys: "Over"; NULL: not there */
        size_t size;       /* of the struct that begins with struct view */

        /* Makes the tables (table_init()) and whatever else; v is zeroed but for type and scope. NULL: nothing to do. */
        void (*init)(struct view *v);
        /* Frees what init and load made, but for the tables. NULL: nothing to do. */
        void (*release)(struct view *v);

        /* Sets the scopes of its tables before they are read, as far as they depend on the time. NULL: none do. */
        void (*prepare)(struct view *v, const struct context *c);

        /* Reads what the view has beyond its tables, with rows_refresh() or rows_read(). Called where the databases'
         * contents or the view's stale have changed, between database_begin() and database_end(). 0 or a negative
         * errno, -EINTR among them: then it is called again. NULL: nothing to do. */
        int (*load)(struct view *v, const struct context *c);

        /* Draws over the whole area, however small. Reads nothing. */
        void (*draw)(struct view *v, const struct context *c, struct area area);

        /* Says what the last line but one is to say, and how: an alarm, a hint. NULL or "": the table's position. */
        enum style (*note)(const struct view *v, const struct context *c, char buf[static VIEW_NOTE_SIZE]);

        /* A key's command before the tables and the program get it. False: not for this view. NULL: none are. */
        bool (*command)(struct view *v, const struct context *c, enum command command, struct request *ret);

        /* The way here after the view's title: "us-east-1". NULL: none. */
        void (*crumb)(const struct view *v, char buf[static VIEW_CRUMB_SIZE]);

        /* One line of keys of its own for the last line but one: "Enter volumes  x export". NULL: none. */
        const char *hint;

        /* The same where it hangs on what the view is about. NULL: hint. */
        const char *(*choose_hint)(const struct view *v);

        /* It is of whole runs: of all regions, whatever the scope's is. */
        bool of_runs;
};

/* Makes a view of a type; -ENOMEM. */
int view_new(const struct view_type *type, const struct scope *scope, struct view **ret);

/* NULL is fine. */
void view_free(struct view *v);
DEFINE_CLEANUP(struct view *, view_free);

/* Adds a table in view->init; returns it, with the view as its userdata. */
struct table *view_add_table(struct view *v, const struct listing_type *type);

/* struct view_type's draw of a view that is one table. */
void view_draw_table(struct view *v, const struct context *c, struct area area);

/* The view's own keys, see struct view_type; NULL: none. */
const char *view_hint(const struct view *v);

/* The table that has the focus, NULL without tables on the screen. */
struct table *view_table(struct view *v);

/* How many tables can have the focus. */
size_t view_panes(const struct view *v);

/* Gives the focus to the next table (step 1 or -1). */
void view_focus_next(struct view *v, int step);

/* Takes a step towards what is wanted, of tables that are not hidden; changed: the databases' contents have. 0, or the
 * first negative errno; what was not loaded is wanted still. */
int view_load(struct view *v, const struct context *c, bool changed);

/* Whether there is anything of it to show yet. */
bool view_is_loaded(const struct view *v);

/* Whether view_load() has something to do. */
bool view_wants_load(const struct view *v);
