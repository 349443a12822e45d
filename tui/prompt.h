/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tui/listing.h"

/* A line that the user types: a search, a filter, a column to sort by. */

enum prompt_kind {
        PROMPT_NONE,
        PROMPT_SEARCH,
        PROMPT_FILTER,
        PROMPT_SORT,
};

struct prompt {
        enum prompt_kind kind;
        char text[LISTING_TEXT_SIZE];
};

enum prompt_result {
        PROMPT_GOES_ON,
        PROMPT_ACCEPTED, /* text is what was typed */
        PROMPT_CANCELLED,
};

/* Begins with text, which is copied as far as there is room. */
void prompt_open(struct prompt *p, enum prompt_kind kind, const char *text);

/* Takes one key. The prompt is closed by accepting and cancelling; kind stays until the next prompt_open(). */
enum prompt_result prompt_key(struct prompt *p, uint32_t input);

/* "Filter: gib>100_". */
void prompt_text(const struct prompt *p, char buf[static 256]);
