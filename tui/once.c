/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/app.h"
#include "tui/batch.h"
#include "tui/session.h"

/* A lock is waited for so long: nobody sits before a screen. */
#define BUSY_WAIT (5 * USEC_PER_SEC)

static int status_of(enum database_state state) {
        switch (state) {
        case DATABASE_READABLE:
                return EXIT_SUCCESS;
        case DATABASE_NEWER:
                return EXIT_NEWER;
        case DATABASE_BUSY:
                return EXIT_BUSY;
        default:
                return EXIT_DATABASE;
        }
}

/* Says what is wrong with each database; the first one's exit status. */
static int complain(const struct session *s) {
        int status = EXIT_SUCCESS;
        for (size_t i = 0; i < s->databases.n; i++) {
                const struct database *d = &s->databases.items[i];
                if (d->state == DATABASE_READABLE)
                        continue;
                (void) fprintf(stderr, "ebstop: %s\n", d->error.message);
                if (status == EXIT_SUCCESS)
                        status = status_of(d->state);
        }
        return status;
}

static int begin(struct session *s) {
        usec_t deadline = clock_monotonic(s->clock) + BUSY_WAIT;
        for (size_t i = 0; i < s->databases.n; i++) {
                struct database *d = &s->databases.items[i];
                usec_t now;
                while (database_begin(d, now = clock_monotonic(s->clock), NULL) == -EBUSY && now < deadline)
                        (void) usleep(100 * 1000);
        }
        return 0;
}

/* What was misspelt would look like a region without volumes. One that cannot be read may have it. */
static bool is_region_missing(const struct session *s, int status) {
        struct error error;
        if (status != EXIT_SUCCESS || status_check_region(&s->status, &error) == 0)
                return false;
        (void) fprintf(stderr, "ebstop: %s\n", error.message);
        return true;
}

/* A table of runs is not of the region that its reader asked for. */
static void note_all_regions(const struct view *v, const struct options *o) {
        if (o->region != NULL && v->type->of_runs)
                (void) fprintf(stderr, "ebstop: --region %s: %s is of all regions, only the sums are of this one\n",
                               o->region, v->type->name);
}

/* All of it within one transaction, so that head and rows are of the same moment. */
static int print(struct session *s, struct view *v, const struct options *o) {
        (void) begin(s);
        int status = complain(s);
        s->generation++;
        int r = status_load(&s->status, &s->databases);
        session_tick(s);
        bool missing = r == 0 && is_region_missing(s, status);
        if (r == 0 && !missing) {
                note_all_regions(v, o);
                r = view_load(v, &s->context, true);
        }
        if (r == 0 && !missing)
                r = batch_print(v, &s->context, o->output == OUTPUT_SCREEN ? OUTPUT_TEXT : o->output, stdout);
        for (size_t i = 0; i < s->databases.n; i++)
                database_end(&s->databases.items[i]);
        if (r < 0 && r != -EPIPE) {
                /* A database may have failed while it was read. */
                int broken = status != EXIT_SUCCESS ? status : complain(s);
                if (broken != EXIT_SUCCESS)
                        return broken;
                (void) fprintf(stderr, "ebstop: cannot write to standard output: %s\n", strerror(-r));
                return EXIT_USAGE;
        }
        if (missing)
                return EXIT_USAGE;
        if (status == EXIT_SUCCESS && o->fail_stale && freshness_is_stale(s->status.worst))
                status = EXIT_STALE;
        return status;
}

int once_run(const struct options *o, const struct settings *settings, const struct clock *clock) {
        struct session s;
        struct error error;
        _cleanup_(view_freep) struct view *v = NULL;
        int status = EXIT_USAGE;
        int r = session_init(&s, o, settings, clock, &error);
        if (r == 0)
                r = session_open_view(&s, o, settings, &v, &error);
        if (r < 0)
                (void) fprintf(stderr, "ebstop: %s\n", error.message);
        else
                status = print(&s, v, o);
        session_release(&s);
        return status;
}
