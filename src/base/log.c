/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void log_message(int level, const char *format, ...) {
        va_list ap;
        va_start(ap, format);
        _cleanup_(freep) char *text = NULL;
        if (vasprintf(&text, format, ap) < 0)
                text = NULL;
        va_end(ap);
        if (text == NULL)
                return;
        /* One write a line, so that lines of several processes do not mix. */
        if (getenv("JOURNAL_STREAM") != NULL)
                (void) fprintf(stderr, "<%d>%s\n", level, text);
        else
                (void) fprintf(stderr, "ebsreportd: %s\n", text);
}
