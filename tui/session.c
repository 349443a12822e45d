/* SPDX-License-Identifier: MIT */
#include "tui/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/metric.h"
#include "tui/range.h"
#include "tui/terminal.h"
#include "tui/views.h"

#define DATABASE_PATH "/var/lib/ebsreportd/history.db"

int session_init(struct session *s, const struct options *o, const struct settings *settings, const struct clock *clock,
                 struct error *reterr) {
        static const char *const usual[] = { DATABASE_PATH };
        *s = (struct session){ .clock = clock, .generation = 1, .status = { .region = o->region } };
        int r = o->n_databases > 0 ? database_set_init(&s->databases, o->databases, o->n_databases, reterr)
                                   : database_set_init(&s->databases, usual, 1, reterr);
        if (r < 0)
                return r;
        s->names = calloc(s->databases.n, sizeof(*s->names));
        if (s->names == NULL)
                return error_oom(reterr);
        for (size_t i = 0; i < s->databases.n; i++)
                s->names[i] = s->databases.items[i].name;
        bool utf8 = terminal_is_utf8();
        s->context = (struct context){
                .databases = &s->databases,
                .status = &s->status,
                .mark = getenv("EBSTOP_MARK"),
                .display = {
                        .glyphs = utf8 ? settings->glyphs : GLYPHS_ASCII,
                        .units = settings->units,
                        .local_time = settings->local_time,
                        .utf8 = utf8,
                        .databases = s->databases.n > 1 ? s->names : NULL,
                },
        };
        session_tick(s);
        return 0;
}

void session_release(struct session *s) {
        status_release(&s->status);
        database_set_release(&s->databases);
        free(s->names);
        *s = (struct session){ 0 };
}

void session_tick(struct session *s) {
        s->context.display.now = (int64_t) (clock_realtime(s->clock) / USEC_PER_SEC);
        status_judge(&s->status, s->context.display.now);
}

void session_poll(struct session *s) {
        usec_t now = clock_monotonic(s->clock);
        for (size_t i = 0; i < s->databases.n; i++)
                database_poll(&s->databases.items[i], now);
}

static bool has_changes(const struct session *s) {
        for (size_t i = 0; i < s->databases.n; i++)
                if (s->databases.items[i].changed)
                        return true;
        return false;
}

bool session_wants_load(const struct session *s, const struct view *v) {
        return has_changes(s) || (v != NULL && (v->generation != s->generation || view_wants_load(v)));
}

static bool is_any_begun(const struct session *s) {
        for (size_t i = 0; i < s->databases.n; i++)
                if (s->databases.items[i].begun)
                        return true;
        return false;
}

static int load(struct session *s, struct view *v, bool changed) {
        if (changed) {
                s->generation++;
                int r = status_load(&s->status, &s->databases);
                if (r < 0) {
                        /* The next call has to begin here again. */
                        for (size_t i = 0; i < s->databases.n; i++)
                                s->databases.items[i].changed |= s->databases.items[i].begun;
                        return r;
                }
                session_tick(s);
        }
        /* Where nothing can be read, the last numbers stay on the screen. */
        if (!is_any_begun(s))
                return -ENODATA;
        if (v == NULL)
                return 0;
        bool view_changed = v->generation != s->generation;
        v->generation = s->generation;
        return view_load(v, &s->context, view_changed);
}

int session_load(struct session *s, struct view *v, const struct patience *patience) {
        usec_t now = clock_monotonic(s->clock);
        bool changed = has_changes(s) || s->status.databases == NULL;
        int r = 0;
        for (size_t i = 0; i < s->databases.n; i++) {
                int k = database_begin(&s->databases.items[i], now, patience);
                r = k == -EBUSY ? k : r;
                changed |= k == 0 && s->databases.items[i].news;
        }
        if (r == 0)
                r = load(s, v, changed);
        else
                /* What was met as changed is still to be shown. */
                for (size_t i = 0; i < s->databases.n; i++)
                        s->databases.items[i].changed |= changed;
        for (size_t i = 0; i < s->databases.n; i++)
                database_end(&s->databases.items[i]);
        return r;
}

static int no_column_to_sort_by(const char *sort, const struct listing_type *type, const char *view, struct error *reterr) {
        char names[400] = ""; /* with the rest, an error's message */
        size_t n = 0;
        for (size_t i = 0; i < type->n_columns; i++) {
                const char *name = type->columns[i].name;
                if (table_is_sortable(&type->columns[i]) && n + strlen(name) + 2 < sizeof(names))
                        n += (size_t) snprintf(names + n, sizeof(names) - n, "%s%s", n > 0 ? ", " : "", name);
        }
        return error_set(reterr, ERROR_CONFIG, ENOENT, "--sort %.40s: %s can be sorted by %s", sort, view, names);
}

struct scope session_scope(const struct session *s) {
        struct scope scope = scope_all();
        if (s->status.region != NULL)
                scope_set(scope.region, s->status.region);
        return scope;
}

int session_open_view(const struct session *s, const struct options *o, const struct settings *settings,
                      struct view **ret, struct error *reterr) {
        const struct view_type *type = views_find(o->view != NULL ? o->view : settings->view);
        if (type == NULL)
                type = &overview_view;
        struct scope scope = session_scope(s);
        if (o->metric != NULL)
                scope_set(scope.metric, o->metric);
        if (o->range != NULL)
                scope.range = (size_t) range_from_word(o->range);
        if (o->metric != NULL && metric_find(o->metric) < 0)
                return error_set(reterr, ERROR_CONFIG, ENOENT, "--metric %s: there is none of that name; v1_metric has "
                                 "them all",
                                 o->metric);
        _cleanup_(view_freep) struct view *v = NULL;
        if (view_new(type, &scope, &v) < 0)
                return error_oom(reterr);
        const char *sort = o->sort != NULL ? o->sort : settings_sort(settings, type->name);
        if (sort != NULL && v->n_tables > 0 && table_sort_by_name(&v->tables[0], sort) < 0 && o->sort != NULL)
                return no_column_to_sort_by(sort, v->tables[0].listing.type, type->name, reterr);
        struct error error;
        if (o->filter != NULL && v->n_tables > 0 && listing_set_filter(&v->tables[0].listing, o->filter, &error) < 0)
                return error_set(reterr, ERROR_CONFIG, error.errnum, "--filter %s: %s", o->filter, error.message);
        *ret = TAKE_PTR(v);
        return 0;
}
