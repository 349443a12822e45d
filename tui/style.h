/* SPDX-License-Identifier: MIT */
#pragma once

/* What a piece of the screen means. terminal.c alone knows which attribute and colour that is; every style is told
 * from the others without colour too, by an attribute or by the words it is used with. */
enum style {
        STYLE_PLAIN,
        STYLE_TITLE,    /* the program's and the view's name */
        STYLE_HEADING,  /* column headings */
        STYLE_STRONG,   /* totals, the chosen one of several */
        STYLE_SELECTED, /* the selected row */
        STYLE_GOOD,     /* beside "ok", "LIVE" */
        STYLE_WARNING,  /* beside "LATE", "partial": old or incomplete */
        STYLE_ALARM,    /* beside "!!", "STALE": failed */
        STYLE_KEY,      /* the function keys' words */
        _STYLE_MAX,
};
