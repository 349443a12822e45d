/* SPDX-License-Identifier: MIT */
#include "tui/json.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/utf8.h"

int json_append_string(struct buffer *out, const char *text) {
        if (text == NULL)
                return buffer_append_string(out, "null");
        _cleanup_(freep) char *copy = strdup(text);
        if (copy == NULL)
                return -ENOMEM;
        utf8_sanitize(copy);
        int r = buffer_append_string(out, "\"");
        for (const char *c = copy; r == 0 && *c != '\0'; c++) {
                if (*c == '"' || *c == '\\')
                        r = buffer_printf(out, "\\%c", *c);
                else if ((unsigned char) *c < 0x20 || *c == 0x7f)
                        r = buffer_printf(out, "\\u%04x", (unsigned) (unsigned char) *c);
                else
                        r = buffer_append(out, c, 1);
        }
        return r < 0 ? r : buffer_append_string(out, "\"");
}

int json_append_value(struct buffer *out, const struct value *v) {
        switch (v->type) {
        case VALUE_INTEGER:
                return buffer_printf(out, "%" PRId64, v->integer);
        case VALUE_REAL:
                /* JSON has no infinity. The locale's decimal point is C's: only LC_CTYPE and LC_TIME are set. */
                return isfinite(v->real) ? buffer_printf(out, "%.15g", v->real) : buffer_append_string(out, "null");
        case VALUE_TEXT:
                return json_append_string(out, v->text);
        case VALUE_NULL:
                break;
        }
        return buffer_append_string(out, "null");
}
