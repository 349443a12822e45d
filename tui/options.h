/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tui/settings.h"

/* The command line as given; strings are argv's own. */

enum output {
        OUTPUT_SCREEN,
        OUTPUT_TEXT, /* --once */
        OUTPUT_JSON,
        OUTPUT_CSV,
};

struct options {
        const char **databases; /* owned array; none: the usual one */
        size_t n_databases;
        const char *view; /* NULL: by the settings, as the following */
        const char *region;
        const char *range;
        const char *metric;
        const char *sort;
        const char *filter;
        const char *config;
        enum output output;
        bool fail_stale;
        bool no_colour;
        bool refresh_given;
        usec_t refresh;
        bool glyphs_given;
        enum glyphs glyphs;
        bool units_given;
        enum units units;
        bool time_given;
        bool local_time;
};

/* Exit statuses. */
enum {
        EXIT_USAGE = 1,    /* or what was asked for cannot be printed */
        EXIT_DATABASE = 2, /* missing or unreadable */
        EXIT_NEWER = 3,    /* the schema is newer than this ebstop */
        EXIT_BUSY = 4,     /* the database is locked */
        EXIT_TERMINAL = 5,
        EXIT_STALE = 6, /* --fail-stale, and the numbers are old */
};

/* Parses the command line; on bad usage, --help and --version this prints what is to be said and exits, with 1 or 0. */
void options_parse(int argc, char **argv, struct options *ret);

void options_release(struct options *o);

/* Settings with what the command line overrides. */
struct settings options_apply(const struct options *o, const struct settings *s);
