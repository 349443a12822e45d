/* SPDX-License-Identifier: MIT */
#include "model/tags.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/macros.h"

static void put_string(FILE *out, const char *text) {
        (void) fputc('"', out);
        for (const unsigned char *c = (const unsigned char *) text; *c != '\0'; c++)
                if (*c == '"' || *c == '\\')
                        (void) fprintf(out, "\\%c", *c);
                else if (*c < 0x20)
                        (void) fprintf(out, "\\u%04x", (unsigned) *c);
                else
                        (void) fputc(*c, out);
        (void) fputc('"', out);
}

int tags_to_json(char *const *keys, char *const *values, size_t n, char **ret) {
        _cleanup_(freep) char *text = NULL;
        size_t size = 0, written = 0;
        FILE *out = NULL;
        for (size_t i = 0; i < n; i++) {
                if (values[i] == NULL)
                        continue;
                if (out == NULL && (out = open_memstream(&text, &size)) == NULL)
                        return -ENOMEM;
                (void) fputc(written++ == 0 ? '{' : ',', out);
                put_string(out, keys[i]);
                (void) fputc(':', out);
                put_string(out, values[i]);
        }
        if (out != NULL) {
                (void) fputc('}', out);
                int failed = ferror(out);
                if (fclose(out) != 0 || failed != 0)
                        return -ENOMEM;
        }
        *ret = TAKE_PTR(text);
        return 0;
}
