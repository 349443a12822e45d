/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* JOURNAL_STREAM names the device and inode of the journal's pipe. It is inherited by children whose stderr is
 * something else, so its presence alone proves nothing (systemd.exec(5)). */
bool log_goes_to_journal(void) {
        const char *stream = getenv("JOURNAL_STREAM");
        unsigned long long device, inode;
        struct stat st;
        return stream != NULL && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && fstat(STDERR_FILENO, &st) == 0 &&
               st.st_dev == (dev_t) device && st.st_ino == (ino_t) inode;
}

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
        if (log_goes_to_journal())
                (void) fprintf(stderr, "<%d>%s\n", level, text);
        else
                (void) fprintf(stderr, "ebsreportd: %s\n", text);
}
