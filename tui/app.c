/* SPDX-License-Identifier: MIT */
#include "tui/app.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app_state.h"

/* So long a query runs at least before a key ends it, so that keys that come quicker do not keep it from ever ending. */
#define QUERY_MIN (30 * USEC_PER_MSEC)

/* What is being waited for is drawn anew so often; and rows that a key asked for are not waited for without a word. */
#define REDRAW_EVERY (USEC_PER_SEC / 2)
#define ANSWER_WITHIN (80 * USEC_PER_MSEC)

/* Ages on the screen grow by the second. */
#define TICK USEC_PER_SEC

static usec_t redraw_after(const struct app *a) {
        const struct table *t = view_table(navigation_view(&a->navigation));
        bool is_first = a->drawn_at == a->loading_since;
        return is_first && t != NULL && t->listing.want != LISTING_NOTHING ? ANSWER_WITHIN : REDRAW_EVERY;
}

/* Asked by SQLite while a query runs: a key ends it, and a long wait is shown. */
static bool go_on(void *userdata) {
        struct app *a = userdata;
        usec_t now = clock_monotonic(a->session.clock);
        if (now - a->loading_since > QUERY_MIN && terminal_is_pending(a->terminal))
                return false;
        if (now - a->drawn_at > redraw_after(a)) {
                a->drawn_at = now;
                session_tick(&a->session);
                (void) app_show(a);
        }
        return true;
}

/* Numbers that jump because the file is another one want a word. */
static void note_replaced(struct app *a) {
        for (size_t i = 0; i < a->session.databases.n; i++) {
                struct database *d = &a->session.databases.items[i];
                if (d->replaced && d->state == DATABASE_READABLE) {
                        d->replaced = false;
                        (void) snprintf(a->message, sizeof(a->message), "%.200s is another file now: showing that one",
                                        d->path);
                }
        }
}

/* Returns what session_load() does. */
static int load(struct app *a) {
        const struct patience patience = { .go_on = go_on, .userdata = a };
        a->loading_since = a->drawn_at = clock_monotonic(a->session.clock);
        int r = session_load(&a->session, navigation_view(&a->navigation), &patience);
        a->loading_since = 0;
        note_replaced(a);
        return r;
}

static void read_keys(struct app *a) {
        int row = 0, column = 0;
        uint32_t input;
        while (!a->quit && (input = terminal_read(a->terminal, &row, &column)) != INPUT_NONE)
                app_key(a, input, row, column);
}

static usec_t earlier(usec_t a, usec_t b) {
        return a < b ? a : b;
}

static int run(struct app *a) {
        usec_t poll_at = 0, load_at = 0;
        while (!a->quit) {
                usec_t now = clock_monotonic(a->session.clock);
                if (!a->paused && now >= poll_at) {
                        session_poll(&a->session);
                        poll_at = now + a->settings.refresh;
                }
                struct view *v = navigation_view(&a->navigation);
                if (session_wants_load(&a->session, v) && now >= load_at) {
                        int r = load(a);
                        /* What failed is tried again, but not in a hurry. */
                        load_at = r < 0 && r != -EINTR ? now + USEC_PER_SEC / 10 : 0;
                }
                session_tick(&a->session);
                int r = app_show(a);
                if (r < 0)
                        return r;
                now = clock_monotonic(a->session.clock);
                usec_t until = earlier(now + TICK, a->paused ? USEC_INFINITY : poll_at);
                if (session_wants_load(&a->session, v))
                        until = earlier(until, load_at);
                int events = terminal_wait(a->terminal, until > now ? until - now : 0);
                if ((events & TERMINAL_ENDED) != 0)
                        return 0;
                if ((events & TERMINAL_INPUT) != 0)
                        read_keys(a);
        }
        return 0;
}

static int start(struct app *a, const struct options *o, struct error *reterr, int *ret_status) {
        struct view *first = NULL;
        int r = session_open_view(&a->session, o, &a->settings, &first, reterr);
        *ret_status = EXIT_USAGE;
        if (r < 0)
                return r;
        navigation_init(&a->navigation, first);
        *ret_status = EXIT_TERMINAL;
        return terminal_open(a->settings.colour, &a->terminal, reterr);
}

int app_run(const struct options *o, const struct settings *settings, const char *settings_path,
            const struct clock *clock) {
        struct app a = { .settings = *settings, .settings_path = settings_path };
        struct error error;
        int status = EXIT_USAGE;
        int r = session_init(&a.session, o, settings, clock, &error);
        if (r == 0)
                r = start(&a, o, &error, &status);
        if (r == 0) {
                r = run(&a);
                terminal_close(a.terminal);
                status = r < 0 ? EXIT_TERMINAL : EXIT_SUCCESS;
                if (r < 0)
                        (void) error_set(&error, ERROR_SYSTEM, -r, "%s", strerror(-r));
        }
        if (r < 0)
                (void) fprintf(stderr, "ebstop: %s\n", error.message);
        navigation_release(&a.navigation);
        session_release(&a.session);
        surface_release(&a.surface);
        return status;
}
