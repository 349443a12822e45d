/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <wchar.h>

/* Reading hostile UTF-8 text character by character, as a terminal is to show it. */

struct text_character {
        wchar_t character;
        int width; /* columns: 0 (combines with the one before), 1 or 2 */
};

/* Moves *text behind the next character that may be shown: control characters and those that steer the direction of
 * writing are passed over; bytes that are no UTF-8, and all beyond ASCII unless utf8, are '?'. False at the end. Widths
 * are wcwidth()'s, so the locale has to be a UTF-8 one where utf8 is true. */
bool text_next(const char **text, bool utf8, struct text_character *ret);

/* Columns of the whole. */
int text_columns(const char *text, bool utf8);
