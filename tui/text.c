/* SPDX-License-Identifier: MIT */
#include "tui/text.h"

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"

static uint32_t decode(const unsigned char *u, size_t length) {
        switch (length) {
        case 1:
                return u[0];
        case 2:
                return (u[0] & 0x1fu) << 6 | (u[1] & 0x3fu);
        case 3:
                return (u[0] & 0x0fu) << 12 | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu);
        default:
                return (u[0] & 0x07u) << 18 | (u[1] & 0x3fu) << 12 | (u[2] & 0x3fu) << 6 | (u[3] & 0x3fu);
        }
}

/* Control characters of both sets, and the format characters that hide text or turn its direction. */
static bool is_unwanted(uint32_t c) {
        return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
               (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
               (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

bool text_next(const char **text, bool utf8, struct text_character *ret) {
        while (**text != '\0') {
                size_t length = utf8_character_length(*text);
                uint32_t c = length == 0 ? '?' : decode((const unsigned char *) *text, length);
                *text += length == 0 ? 1 : length;
                if (is_unwanted(c))
                        continue;
                int width = c < 0x7f ? 1 : utf8 ? wcwidth((wchar_t) c) : -1;
                *ret = width < 0 ? (struct text_character){ .character = L'?', .width = 1 }
                                 : (struct text_character){ .character = (wchar_t) c, .width = width };
                return true;
        }
        return false;
}

int text_columns(const char *text, bool utf8) {
        int columns = 0;
        struct text_character c;
        while (columns < INT_MAX - 2 && text_next(&text, utf8, &c))
                columns += c.width;
        return columns;
}
