/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One table of what every key does; the help view and the bar of function keys are made from it. */

/* A key as terminal.c reads it: a character's code point, or one of these. */
enum input {
        INPUT_NONE = 0,
        INPUT_TAB = '\t',
        INPUT_ENTER = '\n',
        INPUT_ESCAPE = 0x1b,
        INPUT_BACKSPACE = 0x7f,
        INPUT_UP = 0x110000, /* behind Unicode */
        INPUT_DOWN,
        INPUT_LEFT,
        INPUT_RIGHT,
        INPUT_HOME,
        INPUT_END,
        INPUT_PAGE_UP,
        INPUT_PAGE_DOWN,
        INPUT_BACK_TAB,
        INPUT_DELETE,
        INPUT_MOUSE_CLICK, /* with a position, see struct event */
        INPUT_F1,
        INPUT_F12 = INPUT_F1 + 11,
        _INPUT_MAX,
};

#define CONTROL(letter) ((letter) & 0x1f)

enum command {
        COMMAND_NONE,
        COMMAND_OVERVIEW, /* the views by number, in the order of their digits */
        COMMAND_REGION,
        COMMAND_INSTANCES,
        COMMAND_TRENDS,
        COMMAND_TIMINGS,
        COMMAND_RUNS,
        COMMAND_NEXT, /* pane where there are several, else view */
        COMMAND_PREVIOUS,
        COMMAND_DOWN,
        COMMAND_UP,
        COMMAND_FIRST,
        COMMAND_LAST,
        COMMAND_PAGE_DOWN,
        COMMAND_PAGE_UP,
        COMMAND_HALF_DOWN,
        COMMAND_HALF_UP,
        COMMAND_LEFT,
        COMMAND_RIGHT,
        COMMAND_OPEN,
        COMMAND_BACK,
        COMMAND_SEARCH,
        COMMAND_FIND_NEXT,
        COMMAND_FIND_PREVIOUS,
        COMMAND_FILTER,
        COMMAND_SORT,
        COMMAND_SORT_LEFT,
        COMMAND_SORT_RIGHT,
        COMMAND_INVERT,
        COMMAND_RANGE_SHORTER,
        COMMAND_RANGE_LONGER,
        COMMAND_PAN_BACK,
        COMMAND_PAN_FORWARD,
        COMMAND_NOW,
        COMMAND_METRIC,
        COMMAND_SCALE,
        COMMAND_GLYPHS,
        COMMAND_TREND, /* of what is selected */
        COMMAND_CHANGES,
        COMMAND_UNATTACHED,
        COMMAND_VARIANT,
        COMMAND_FAILED,
        COMMAND_FOLLOW,
        COMMAND_PAUSE,
        COMMAND_REFRESH,
        COMMAND_EXACT,
        COMMAND_CLOCK,
        COMMAND_MOUSE,
        COMMAND_EXPORT,
        COMMAND_REDRAW,
        COMMAND_SETUP,
        COMMAND_HELP,
        COMMAND_QUIT,
        _COMMAND_MAX,
};

/* What a key does; COMMAND_NONE for one that does nothing. */
enum command keys_command(uint32_t input);

/* The word of a function key (1 to 12) in the bar: "Help"; NULL if it does nothing. */
const char *keys_function_word(unsigned number);

/* Row i of the help view: the keys' names, parted by blanks, and what they do. False behind the last one. */
#define KEYS_NAMES_SIZE 48
bool keys_help(size_t i, char names[static KEYS_NAMES_SIZE], const char **ret_text);
