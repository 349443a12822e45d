/* SPDX-License-Identifier: MIT */
#include "base/csv_text.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/printable.h"

/* Spreadsheets evaluate what begins so, the full-width forms in some languages (OWASP, CSV Injection). The ' itself is
 * among them so that taking one away always gives the text back. */
static bool looks_like_formula(const char *text) {
        static const char *const beginnings[] = { "=", "+", "-", "@", "'", "\uff1d", "\uff0b", "\uff0d", "\uff20" };
        for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++)
                if (strncmp(text, beginnings[i], strlen(beginnings[i])) == 0)
                        return true;
        return false;
}

int csv_add_text(struct buffer *b, const char *text, const char *separator) {
        _cleanup_(freep) char *copy = text_printable(text);
        if (copy == NULL)
                return -ENOMEM;
        const char *mark = looks_like_formula(copy) ? "'" : "";
        /* A semicolon parts fields too, where the comma is the decimal point. */
        if (strpbrk(copy, ",;\"") == NULL)
                return buffer_printf(b, "%s%s%s", mark, copy, separator);
        int r = buffer_printf(b, "\"%s", mark);
        for (const char *c = copy; r == 0 && *c != '\0'; c++)
                r = *c == '"' ? buffer_append_string(b, "\"\"") : buffer_append(b, c, 1);
        return r < 0 ? r : buffer_printf(b, "\"%s", separator);
}
