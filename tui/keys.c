/* SPDX-License-Identifier: MIT */
#include "tui/keys.h"

#include <stdio.h>
#include <string.h>

#include "base/macros.h"

static const struct binding {
        uint32_t input;
        enum command command;
} bindings[] = {
        { '1', COMMAND_OVERVIEW },
        { '2', COMMAND_REGION },
        { '3', COMMAND_INSTANCES },
        { '4', COMMAND_TRENDS },
        { '5', COMMAND_TIMINGS },
        { '6', COMMAND_RUNS },
        { '7', COMMAND_HELP },
        { '?', COMMAND_HELP },
        { INPUT_F1, COMMAND_HELP },
        { INPUT_TAB, COMMAND_NEXT },
        { INPUT_BACK_TAB, COMMAND_PREVIOUS },
        { 'j', COMMAND_DOWN },
        { INPUT_DOWN, COMMAND_DOWN },
        { 'k', COMMAND_UP },
        { INPUT_UP, COMMAND_UP },
        { 'g', COMMAND_FIRST },
        { INPUT_HOME, COMMAND_FIRST },
        { 'G', COMMAND_LAST },
        { INPUT_END, COMMAND_LAST },
        { INPUT_PAGE_DOWN, COMMAND_PAGE_DOWN },
        { INPUT_PAGE_UP, COMMAND_PAGE_UP },
        { CONTROL('d'), COMMAND_HALF_DOWN },
        { CONTROL('u'), COMMAND_HALF_UP },
        { 'h', COMMAND_LEFT },
        { INPUT_LEFT, COMMAND_LEFT },
        { 'l', COMMAND_RIGHT },
        { INPUT_RIGHT, COMMAND_RIGHT },
        { INPUT_ENTER, COMMAND_OPEN },
        { INPUT_ESCAPE, COMMAND_BACK },
        { INPUT_BACKSPACE, COMMAND_BACK },
        { '/', COMMAND_SEARCH },
        { INPUT_F1 + 2, COMMAND_SEARCH },
        { 'n', COMMAND_FIND_NEXT },
        { 'N', COMMAND_FIND_PREVIOUS },
        { '\\', COMMAND_FILTER },
        { INPUT_F1 + 3, COMMAND_FILTER },
        { 's', COMMAND_SORT },
        { INPUT_F1 + 5, COMMAND_SORT },
        { '<', COMMAND_SORT_LEFT },
        { '>', COMMAND_SORT_RIGHT },
        { 'I', COMMAND_INVERT },
        { '[', COMMAND_RANGE_SHORTER },
        { INPUT_F1 + 6, COMMAND_RANGE_SHORTER },
        { ']', COMMAND_RANGE_LONGER },
        { INPUT_F1 + 7, COMMAND_RANGE_LONGER },
        { '{', COMMAND_PAN_BACK },
        { '}', COMMAND_PAN_FORWARD },
        { '0', COMMAND_NOW },
        { 'm', COMMAND_METRIC },
        { 'y', COMMAND_SCALE },
        { 'b', COMMAND_GLYPHS },
        { 't', COMMAND_TREND },
        { 'c', COMMAND_CHANGES },
        { 'U', COMMAND_UNATTACHED },
        { 'v', COMMAND_VARIANT },
        { 'f', COMMAND_FAILED },
        { 'F', COMMAND_FOLLOW },
        { ' ', COMMAND_PAUSE },
        { 'r', COMMAND_REFRESH },
        { INPUT_F1 + 4, COMMAND_REFRESH },
        { 'e', COMMAND_EXACT },
        { 'u', COMMAND_CLOCK },
        { 'M', COMMAND_MOUSE },
        { 'x', COMMAND_EXPORT },
        { CONTROL('l'), COMMAND_REDRAW },
        { INPUT_F1 + 1, COMMAND_SETUP },
        { 'q', COMMAND_QUIT },
        { INPUT_F1 + 9, COMMAND_QUIT },
        { CONTROL('c'), COMMAND_QUIT },
};

/* Commands that belong together share a row of the help view. */
static const struct help_row {
        enum command commands[6];
        const char *text;
} help_rows[] = {
        { { COMMAND_OVERVIEW, COMMAND_REGION, COMMAND_INSTANCES, COMMAND_TRENDS, COMMAND_TIMINGS, COMMAND_RUNS },
          "views, by number" },
        { { COMMAND_NEXT, COMMAND_PREVIOUS }, "next pane or view" },
        { { COMMAND_DOWN, COMMAND_UP }, "move by a row" },
        { { COMMAND_FIRST, COMMAND_LAST }, "first, last row" },
        { { COMMAND_PAGE_DOWN, COMMAND_PAGE_UP }, "page" },
        { { COMMAND_HALF_DOWN, COMMAND_HALF_UP }, "half a page" },
        { { COMMAND_LEFT, COMMAND_RIGHT }, "columns, or cursor" },
        { { COMMAND_OPEN }, "drill down" },
        { { COMMAND_BACK }, "back one step" },
        { { COMMAND_SEARCH }, "search" },
        { { COMMAND_FIND_NEXT, COMMAND_FIND_PREVIOUS }, "next, previous match" },
        { { COMMAND_FILTER }, "filter, Esc clears" },
        { { COMMAND_SORT }, "sort by a column" },
        { { COMMAND_SORT_LEFT, COMMAND_SORT_RIGHT }, "sort by neighbour" },
        { { COMMAND_INVERT }, "invert the order" },
        { { COMMAND_RANGE_SHORTER, COMMAND_RANGE_LONGER }, "range 1h to 1y" },
        { { COMMAND_PAN_BACK, COMMAND_PAN_FORWARD, COMMAND_NOW }, "pan in time, now" },
        { { COMMAND_METRIC, COMMAND_SCALE }, "metric, y scale" },
        { { COMMAND_GLYPHS }, "ascii, blocks, braille" },
        { { COMMAND_TREND, COMMAND_CHANGES, COMMAND_UNATTACHED }, "trend, changes, unattached" },
        { { COMMAND_VARIANT }, "the view's variant" },
        { { COMMAND_FAILED, COMMAND_FOLLOW }, "failed only, follow" },
        { { COMMAND_PAUSE }, "pause, go on" },
        { { COMMAND_REFRESH }, "refresh now" },
        { { COMMAND_EXACT }, "exact units" },
        { { COMMAND_CLOCK }, "UTC, local time" },
        { { COMMAND_MOUSE }, "mouse on, off" },
        { { COMMAND_EXPORT }, "export as CSV" },
        { { COMMAND_REDRAW }, "redraw the screen" },
        { { COMMAND_SETUP }, "settings, save them" },
        { { COMMAND_HELP }, "this help" },
        { { COMMAND_QUIT }, "quit" },
};

enum command keys_command(uint32_t input) {
        for (size_t i = 0; i < ARRAY_SIZE(bindings); i++)
                if (bindings[i].input == input)
                        return bindings[i].command;
        return COMMAND_NONE;
}

const char *keys_function_word(unsigned number) {
        switch (keys_command(INPUT_F1 + number - 1)) {
        case COMMAND_HELP:
                return "Help";
        case COMMAND_SETUP:
                return "Setup";
        case COMMAND_SEARCH:
                return "Search";
        case COMMAND_FILTER:
                return "Filter";
        case COMMAND_REFRESH:
                return "Refresh";
        case COMMAND_SORT:
                return "Sort";
        case COMMAND_RANGE_SHORTER:
                return "Range-";
        case COMMAND_RANGE_LONGER:
                return "Range+";
        case COMMAND_QUIT:
                return "Quit";
        default:
                return NULL;
        }
}

static void input_name(uint32_t input, char buf[static 8]) {
        static const char *const names[] = {
                [INPUT_UP - INPUT_UP] = "Up",
                [INPUT_DOWN - INPUT_UP] = "Down",
                [INPUT_LEFT - INPUT_UP] = "Left",
                [INPUT_RIGHT - INPUT_UP] = "Right",
                [INPUT_HOME - INPUT_UP] = "Home",
                [INPUT_END - INPUT_UP] = "End",
                [INPUT_PAGE_UP - INPUT_UP] = "PgUp",
                [INPUT_PAGE_DOWN - INPUT_UP] = "PgDn",
                [INPUT_BACK_TAB - INPUT_UP] = "S-Tab",
        };
        static const struct {
                uint32_t input;
                const char *name;
        } others[] = {
                { INPUT_TAB, "Tab" },
                { INPUT_ENTER, "Enter" },
                { INPUT_ESCAPE, "Esc" },
                { INPUT_BACKSPACE, "Bksp" },
                { ' ', "Space" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(others); i++)
                if (others[i].input == input) {
                        (void) snprintf(buf, 8, "%s", others[i].name);
                        return;
                }
        if (input >= INPUT_F1)
                (void) snprintf(buf, 8, "F%u", (unsigned) (input - INPUT_F1 + 1) % 100);
        else if (input >= INPUT_UP)
                (void) snprintf(buf, 8, "%s", names[input - INPUT_UP]);
        else if (input < ' ')
                (void) snprintf(buf, 8, "^%c", (int) (input | 0x40));
        else
                (void) snprintf(buf, 8, "%c", (int) input);
}

static void add_names(enum command command, char names[static KEYS_NAMES_SIZE]) {
        for (size_t i = 0; i < ARRAY_SIZE(bindings); i++) {
                if (bindings[i].command != command)
                        continue;
                char name[8];
                input_name(bindings[i].input, name);
                size_t used = strlen(names);
                (void) snprintf(names + used, KEYS_NAMES_SIZE - used, "%s%s", used > 0 ? " " : "", name);
        }
}

bool keys_help(size_t i, char names[static KEYS_NAMES_SIZE], const char **ret_text) {
        if (i >= ARRAY_SIZE(help_rows))
                return false;
        names[0] = '\0';
        for (size_t c = 0; c < ARRAY_SIZE(help_rows[i].commands); c++)
                if (help_rows[i].commands[c] != COMMAND_NONE)
                        add_names(help_rows[i].commands[c], names);
        *ret_text = help_rows[i].text;
        return true;
}
