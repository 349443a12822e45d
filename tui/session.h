/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/clock.h"
#include "tui/options.h"
#include "tui/view.h"

/* What is shown, with or without a terminal: databases, their status, and how to display them. */
struct session {
        struct database_set databases;
        const char **names; /* owned; display.databases */
        struct status status;
        struct context context;
        uint64_t generation; /* of the databases' contents; grows with each change that was met */
        const struct clock *clock;
};

/* Opens nothing yet. */
int session_init(struct session *s, const struct options *o, const struct settings *settings, const struct clock *clock,
                 struct error *reterr);
void session_release(struct session *s);

/* Takes the time from the clock and judges how old everything is. */
void session_tick(struct session *s);

/* Looks for changes, and retries what could not be read. */
void session_poll(struct session *s);

/* Whether session_load() would have something to do for a view (NULL: no view). */
bool session_wants_load(const struct session *s, const struct view *v);

/* Loads status and view from the databases that can be read. 0; -EBUSY: one is locked, nothing was loaded; -ENODATA:
 * none can be read; -EINTR: patience ended it, to be called again; another negative errno that a database has in its
 * error. */
int session_load(struct session *s, struct view *v, const struct patience *patience);

/* What a view is about that nothing led to: everything, or the region of --region. */
struct scope session_scope(const struct session *s);

/* The first view by the options: its scope, filter and order. -ENOENT: no such column to sort by. */
int session_open_view(const struct session *s, const struct options *o, const struct settings *settings,
                      struct view **ret, struct error *reterr);
