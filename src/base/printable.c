/* SPDX-License-Identifier: MIT */
#include "base/printable.h"

#include <string.h>

#include "base/utf8.h"

char *text_printable(const char *text) {
        char *copy = strdup(text);
        if (copy == NULL)
                return NULL;
        utf8_sanitize(copy);
        for (unsigned char *c = (unsigned char *) copy; *c != '\0'; c++) {
                if (*c < 0x20 || *c == 0x7f)
                        *c = '?';
                else if (*c == 0xc2 && c[1] < 0xa0) /* U+0080 to U+009F */
                        c[0] = c[1] = '?';
        }
        return copy;
}
