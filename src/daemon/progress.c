/* SPDX-License-Identifier: MIT */
#include "daemon/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REDRAW_PAUSE (100 * USEC_PER_MSEC)

/* To the line's beginning, and erase to its end: ECMA-48, which every terminal but a dumb one knows. */
#define ERASE_LINE "\r\033[K"

void progress_init(struct progress *p, const char *label) {
        const char *term = getenv("TERM");
        *p = (struct progress){
                .label = label,
                .enabled = isatty(STDERR_FILENO) && term != NULL && term[0] != '\0' &&
                           strcmp(term, "dumb") != 0,
        };
}

void progress_update(const struct cycle_progress *now, void *userdata) {
        struct progress *p = userdata;
        if (!p->enabled || (p->shown && now->elapsed < p->shown_at + REDRAW_PAUSE))
                return;
        p->shown = true;
        p->shown_at = now->elapsed;
        double seconds = (double) now->elapsed / (double) USEC_PER_SEC;
        if (now->regions == 0)
                (void) fprintf(stderr, ERASE_LINE "%s: finding the regions, %.1f s", p->label, seconds);
        else
                (void) fprintf(stderr, ERASE_LINE "%s: %zu of %zu regions, %" PRIu64 " calls, %.1f s", p->label,
                               now->regions_done, now->regions, now->calls, seconds);
        (void) fflush(stderr);
}

void progress_end(struct progress *p) {
        if (p->shown) {
                (void) fputs(ERASE_LINE, stderr);
                (void) fflush(stderr);
        }
        p->shown = false;
}
