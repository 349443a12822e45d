/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* How the user wants things shown, and the time that ages are counted from. */

enum glyphs {
        GLYPHS_ASCII,
        GLYPHS_BLOCK,
        GLYPHS_BRAILLE,
};

enum units {
        UNITS_AUTO, /* GiB in columns, TiB from 10 TiB on in running text */
        UNITS_GIB,
        UNITS_TIB,
};

struct display {
        enum glyphs glyphs; /* GLYPHS_ASCII where the terminal is not UTF-8 */
        enum units units;
        bool exact;         /* no rounding to thousands or to percent: "e" */
        bool local_time;    /* else UTC */
        bool utf8;          /* what the terminal shows */
        int64_t now;        /* seconds since the epoch */
        const char *obstacle; /* the state of a database, "damaged", that keeps tables from being loaded; or NULL */
        const char *const *databases; /* their names, where there are several; NULL where there is one */
};
