/* SPDX-License-Identifier: MIT */
#include "tui/prompt.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "tui/keys.h"

void prompt_open(struct prompt *p, enum prompt_kind kind, const char *text) {
        *p = (struct prompt){ .kind = kind };
        (void) snprintf(p->text, sizeof(p->text), "%s", text);
}

static void append(struct prompt *p, uint32_t c) {
        size_t used = strlen(p->text);
        char bytes[5];
        if (utf8_encode(c, bytes) > 0 && used + strlen(bytes) < sizeof(p->text))
                (void) snprintf(p->text + used, sizeof(p->text) - used, "%s", bytes);
}

static void erase_last(struct prompt *p) {
        size_t n = strlen(p->text);
        while (n > 0 && ((unsigned char) p->text[n - 1] & 0xc0) == 0x80)
                n--;
        p->text[n > 0 ? n - 1 : 0] = '\0';
}

enum prompt_result prompt_key(struct prompt *p, uint32_t input) {
        switch (input) {
        case INPUT_ENTER:
                return PROMPT_ACCEPTED;
        case INPUT_ESCAPE:
        case CONTROL('c'):
                return PROMPT_CANCELLED;
        case INPUT_BACKSPACE:
        case INPUT_DELETE:
                if (p->text[0] == '\0')
                        return PROMPT_CANCELLED;
                erase_last(p);
                return PROMPT_GOES_ON;
        case CONTROL('u'):
                p->text[0] = '\0';
                return PROMPT_GOES_ON;
        default:
                if (input >= ' ' && input < INPUT_UP)
                        append(p, input);
                return PROMPT_GOES_ON;
        }
}

void prompt_text(const struct prompt *p, char buf[static 256]) {
        static const char *const labels[] = {
                [PROMPT_NONE] = "",
                [PROMPT_SEARCH] = "Search: ",
                [PROMPT_FILTER] = "Filter (words, COLUMN>NUMBER): ",
                [PROMPT_SORT] = "Sort by (COLUMN[:asc]): ",
        };
        (void) snprintf(buf, 256, "%s%s_", labels[p->kind], p->text);
}
