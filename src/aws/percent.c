/* SPDX-License-Identifier: MIT */
#include "aws/percent.h"

#include <stdint.h>
#include <string.h>

static bool is_unreserved(unsigned char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.' || c == '~';
}

static int hex_value(char c) {
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        if (c >= 'A' && c <= 'F')
                return c - 'A' + 10;
        return -1;
}

int percent_encode(struct buffer *ret, const char *text, size_t n, bool keep_slash) {
        static const char digits[] = "0123456789ABCDEF";

        for (size_t i = 0; i < n; i++) {
                unsigned char c = (unsigned char) text[i];
                bool plain = is_unreserved(c) || (keep_slash && c == '/');
                char escaped[3] = { '%', digits[c >> 4], digits[c & 15] };
                int r = plain ? buffer_append(ret, &c, 1) : buffer_append(ret, escaped, sizeof(escaped));
                if (r < 0)
                        return r;
        }
        return 0;
}

int percent_decode(struct buffer *ret, const char *text, size_t n) {
        for (size_t i = 0; i < n; i++) {
                uint8_t c = (uint8_t) text[i];
                if (c == '%' && n - i > 2 && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
                        c = (uint8_t) (hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
                        i += 2;
                }
                int r = buffer_append(ret, &c, 1);
                if (r < 0)
                        return r;
        }
        return 0;
}
