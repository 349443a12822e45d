/* SPDX-License-Identifier: MIT */
#pragma once

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A program's command line as one table, by which it is parsed and from which --help is made. All options are long. */

enum command_option_kind {
        COMMAND_HEADING, /* of its group in --help: no name, help alone */
        COMMAND_FLAG,
        COMMAND_TEXT,
        COMMAND_NUMBER,
        COMMAND_TAKEN,
};

struct command_option {
        const char *name;     /* without its dashes */
        const char *argument; /* what --help calls it; NULL: the option has none */
        const char *help;
        int group; /* --help has groups by number, and within a group options by name */

        /* One of OPTION_FLAG() and so on says what becomes of the option. */
        enum command_option_kind kind;
        size_t offset; /* of the field in what is filled in */
        size_t size;   /* of a number's field */
        uint64_t low;
        uint64_t high;
        void (*take)(void *options, const char *argument, struct argp_state *state);
};

/* The field, a bool, becomes true. */
#define OPTION_FLAG(type, field) \
        .kind = COMMAND_FLAG, .offset = _Generic(((type *) NULL)->field, bool: offsetof(type, field))

/* The field becomes the argument, argv's own. */
#define OPTION_TEXT(type, field) \
        .kind = COMMAND_TEXT, .offset = _Generic(((type *) NULL)->field, const char *: offsetof(type, field))

/* The field, of 2, 4 or 8 bytes, becomes the argument, a whole number from least to most. */
#define OPTION_NUMBER(type, field, least, most)                                                                        \
        .kind = COMMAND_NUMBER, .offset = offsetof(type, field), .size = sizeof(((type *) NULL)->field),               \
        .low = (least), .high = (most)

/* The function is called with what is being filled in; what is wrong it tells argp_error(), which ends the program. */
#define OPTION_TAKEN(function) .kind = COMMAND_TAKEN, .take = (function)

struct command_line {
        const struct command_option *options;
        size_t n_options;
        const char *arguments;   /* what --help calls those that are no options; NULL: none */
        const char *description; /* a vertical tab parts what stands before the options from what stands behind them */
        const char *version;     /* what --version prints; NULL: there is no --version */
        int usage_status;        /* exit status of bad usage; 0: argp's own */
        /* Takes an argument that is no option; NULL: there may be none. */
        void (*take_argument)(void *options, const char *argument, struct argp_state *state);
        /* Looks at what was given together, when all of it is taken; NULL: anything goes. */
        void (*check)(const void *options, struct argp_state *state);
};

/* Fills in what is given; options holds the defaults. On bad usage, --help and --version this prints what is to be said
 * and exits. */
void command_line_parse(const struct command_line *line, int argc, char **argv, void *options);
