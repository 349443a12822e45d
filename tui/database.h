/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/error.h"
#include "store/db.h"

/* The history databases that are shown, one handle each. None is ever waited for, written to, or kept from writing: reading
 * happens between database_begin() and database_end() only, and what keeps a database from being read is a state. */

enum database_state {
        DATABASE_UNKNOWN, /* not tried yet */
        DATABASE_READABLE,
        DATABASE_MISSING,
        DATABASE_DENIED,  /* no permission for the file or a directory above it */
        DATABASE_FOREIGN, /* no database, or not of ebsreportd */
        DATABASE_DAMAGED,
        DATABASE_EMPTY,   /* a file without our tables yet */
        DATABASE_OLDER,   /* a schema that lacks what this program reads */
        DATABASE_NEWER,   /* a schema that this program does not know */
        DATABASE_BUSY,    /* locked: tried again by itself */
        DATABASE_FAILED,  /* anything else: error has it */
        _DATABASE_STATE_MAX,
};

/* Asked while a query runs. */
struct patience {
        bool (*go_on)(void *userdata); /* false ends the query: -EINTR */
        void *userdata;
};

struct database {
        char *path; /* owned */
        char *name; /* owned; short, for a column */
        int index;  /* in its set */
        enum database_state state;
        struct error error;     /* why it cannot be read */
        int64_t schema_version; /* as far as it is known */
        bool changed;           /* since the last database_begin() that worked, as database_poll() found */
        bool news;              /* database_begin() found other contents than the one before */
        bool replaced;          /* another file has taken its place since the last one */
        usec_t busy_since;      /* monotonic, in DATABASE_BUSY */
        usec_t retry_at;        /* monotonic: not to be tried before */
        /* ---- what follows is database.c's own ---- */
        struct store *store; /* owned; NULL while closed */
        bool immutable;
        bool begun;
        const struct patience *patience; /* while begun; NULL: none */
        usec_t deadline;                 /* processor time; USEC_INFINITY: none */
        bool is_over;                    /* a query was ended by it */
        struct stat seen; /* of the file that was read last */
        int64_t data_version;
        usec_t back_off;
};

/* 0, or -ENOMEM. The file need not exist. */
int database_init(struct database *d, const char *path, int index, struct error *reterr);
void database_release(struct database *d);

/* Looks whether there is something new to read and sets changed; opens nothing. now: monotonic. */
void database_poll(struct database *d, usec_t now);

/* Opens it where needed and begins a read transaction, so that all queries of a refresh see the same. patience is asked until
 * database_end(). 0, or the negative errno of error with state set; -EBUSY also before retry_at. */
int database_begin(struct database *d, usec_t now, const struct patience *patience);

/* Ends it, and closes a file that is read as immutable. Does nothing without database_begin(). */
void database_end(struct database *d);

/* Between the two: queries end with -EINTR after so much processor time, counted from this call, whatever patience says.
 * USEC_INFINITY: no such limit. */
void database_limit(struct database *d, usec_t duration);

/* Whether that is what ended one. */
bool database_is_over_limit(const struct database *d);

/* After a failed query between the two: sets state by it. r: what the query returned. */
void database_note_failure(struct database *d, int r, const struct error *error);

/* The state's word for the screen's corner and for JSON: "busy". */
const char *database_state_name(enum database_state state);

struct database_set {
        struct database *items; /* owned */
        size_t n;
};

int database_set_init(struct database_set *set, const char *const *paths, size_t n, struct error *reterr);
void database_set_release(struct database_set *set);
