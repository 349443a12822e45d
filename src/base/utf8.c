/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <stdbool.h>

static bool is_continuation(unsigned char c) {
        return (c & 0xc0) == 0x80;
}

/* Bounds of the second byte rule out overlong forms, surrogates and too large values: Unicode, table 3-7. */
static bool second_byte_fits(unsigned char first, unsigned char second) {
        switch (first) {
        case 0xe0:
                return second >= 0xa0 && second <= 0xbf;
        case 0xed:
                return second >= 0x80 && second <= 0x9f;
        case 0xf0:
                return second >= 0x90 && second <= 0xbf;
        case 0xf4:
                return second >= 0x80 && second <= 0x8f;
        default:
                return is_continuation(second);
        }
}

size_t utf8_character_length(const char *s) {
        const unsigned char *u = (const unsigned char *) s;
        if (u[0] < 0x80)
                return u[0] != '\0' ? 1 : 0;
        size_t length = u[0] >= 0xc2 && u[0] <= 0xdf ? 2
                        : u[0] >= 0xe0 && u[0] <= 0xef ? 3
                        : u[0] >= 0xf0 && u[0] <= 0xf4 ? 4
                                                       : 0;
        if (length == 0 || !second_byte_fits(u[0], u[1]))
                return 0;
        /* Each byte is looked at only when the one before was no NUL. */
        for (size_t i = 2; i < length; i++)
                if (!is_continuation(u[i]))
                        return 0;
        return length;
}

void utf8_sanitize(char *s) {
        while (*s != '\0') {
                size_t length = utf8_character_length(s);
                if (length == 0) {
                        *s = '?';
                        length = 1;
                }
                s += length;
        }
}

size_t utf8_encode(uint32_t c, char buf[static 5]) {
        size_t length = c == 0 || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff ? 0
                        : c < 0x80                                            ? 1
                        : c < 0x800                                           ? 2
                        : c < 0x10000                                         ? 3
                                                                              : 4;
        static const unsigned char marks[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
        for (size_t i = length; i > 1; i--, c >>= 6)
                buf[i - 1] = (char) (0x80 | (c & 0x3f));
        if (length > 0)
                buf[0] = (char) (marks[length] | c);
        buf[length] = '\0';
        return length;
}
