/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/range.h"
#include "tui/timings.h"
#include "tui/views.h"

/* How long runs took: sequential against parallel over the same regions, and what each worker of a run did when. */

/* The range at first: there is a comparison a day. */
#define RANGE_30D 3

/* Calls with less than this share of the run between them are drawn as one. */
#define PAUSES_PER_RUN 200

enum call_column { CALL_WORKER, CALL_START_US, CALL_DURATION_US, CALL_REGION, CALL_OUTCOME };

static const char calls_sql[] = "SELECT worker, start_us, duration_us, region, outcome FROM v1_timing WHERE run_id = :run_id";

/* In the order of enum timing_region_column. */
static const char regions_sql[] =
        "SELECT region, wall_us, instances, calls, mode, status <> 'ok' FROM v1_region_total WHERE run_id = :run_id"
        " ORDER BY wall_us DESC";

static const char speedups_sql[] =
        "SELECT speedup FROM v1_comparison WHERE speedup IS NOT NULL AND started_at >= :from_at";

/* ---- loading -------------------------------------------------------------------------------------------------- */

int64_t timings_selected_run(const struct view *v) {
        const struct row *row = listing_selected(&v->tables[TABLE_RUNS].listing);
        if (row == NULL)
                return 0;
        return value_integer(
                        listing_value(row, timings_shows_pairs(v) ? (size_t) PAIR_PARALLEL_RUN : (size_t) TIMED_ID));
}

static int selected_database(const struct view *v) {
        const struct row *row = listing_selected(&v->tables[TABLE_RUNS].listing);
        return row != NULL ? row->database : SCOPE_ALL_DATABASES;
}

static int make_gantt(struct timings *t) {
        size_t n = t->calls.n;
        struct gantt_call *calls = calloc(n > 0 ? n : 1, sizeof(*calls));
        if (calls == NULL)
                return -ENOMEM;
        int64_t end = 0;
        for (size_t i = 0; i < n; i++) {
                const struct value *c = t->calls.items[i].values;
                calls[i] = (struct gantt_call){
                        .worker = value_integer(&c[CALL_WORKER]),
                        .start_us = value_integer(&c[CALL_START_US]),
                        .duration_us = value_integer(&c[CALL_DURATION_US]),
                        .region = value_text(&c[CALL_REGION]),
                        .failed = strcmp(value_text(&c[CALL_OUTCOME]), "ok") != 0,
                };
                int64_t e = calls[i].start_us + calls[i].duration_us;
                end = e > end ? e : end;
        }
        gantt_release(&t->gantt);
        int r = gantt_make(calls, n, end / PAUSES_PER_RUN, &t->gantt);
        free(calls);
        return r;
}

static int64_t range_begins(const struct view *v, const struct context *c) {
        return c->display.now - range_seconds(v->scope.range);
}

static void prepare(struct view *v, const struct context *c) {
        v->tables[TABLE_RUNS].listing.scope.from_at = range_begins(v, c);
}

static int load(struct view *v, const struct context *c) {
        struct timings *t = (struct timings *) v;
        v->scope.run_id = timings_selected_run(v);
        v->scope.database = selected_database(v);
        v->tables[TABLE_CALLS].listing.scope = v->scope;
        struct scope range = scope_all();
        range.from_at = range_begins(v, c);
        /* The chart borrows the calls' texts. */
        gantt_release(&t->gantt);
        int r = rows_refresh(&t->calls, c->databases, calls_sql, &v->scope);
        if (r == 0)
                r = make_gantt(t);
        if (r == 0)
                r = rows_refresh(&t->regions, c->databases, regions_sql, &v->scope);
        if (r == 0)
                r = rows_refresh(&t->speedups, c->databases, speedups_sql, &range);
        if (r == 0)
                t->range = v->scope.range;
        return r;
}

static enum style run_style(const void *userdata, const struct row *row) {
        const struct view *v = userdata;
        if (timings_shows_pairs(v))
                return strcmp(value_text(listing_value(row, PAIR_AGREE)), "yes") == 0 ? STYLE_PLAIN : STYLE_WARNING;
        return strcmp(value_text(listing_value(row, TIMED_STATUS)), "OK") == 0 ? STYLE_PLAIN : STYLE_WARNING;
}

static void init(struct view *v) {
        if (v->scope.range == SCOPE_RANGE_OF_VIEW)
                v->scope.range = RANGE_30D;
        view_add_table(v, &timing_pairs)->row_style = run_style;
        view_add_table(v, &timing_calls)->hidden = true;
}

static void release(struct view *v) {
        struct timings *t = (struct timings *) v;
        gantt_release(&t->gantt);
        rows_release(&t->calls);
        rows_release(&t->regions);
        rows_release(&t->speedups);
}

/* ---- keys ----------------------------------------------------------------------------------------------------- */

static void show_others(struct view *v) {
        struct listing *l = &v->tables[TABLE_RUNS].listing;
        const struct listing_type *type = timings_shows_pairs(v) ? &timing_runs : &timing_pairs;
        listing_release(l);
        const struct scope scope = scope_all();
        listing_init(l, type, &scope);
        v->tables[TABLE_RUNS].top = v->tables[TABLE_RUNS].line = v->tables[TABLE_RUNS].skipped = 0;
}

static void change_range(struct view *v, int step) {
        size_t *range = &v->scope.range;
        if ((step < 0 && *range == 0) || (step > 0 && *range + 1 == RANGES))
                return;
        *range += (size_t) step;
        v->tables[TABLE_RUNS].listing.want = LISTING_RELOAD;
}

static bool command(struct view *v, const struct context *c, enum command command, struct request *ret) {
        (void) c;
        struct timings *t = (struct timings *) v;
        switch (command) {
        case COMMAND_VARIANT:
                show_others(v);
                break;
        case COMMAND_RANGE_SHORTER:
        case COMMAND_RANGE_LONGER:
                change_range(v, command == COMMAND_RANGE_LONGER ? 1 : -1);
                break;
        case COMMAND_OPEN:
                if (v->scope.run_id != 0 && t->calls.n > 0) {
                        ret->open = &calls_view;
                        ret->scope = v->scope;
                }
                return true;
        default:
                if (!table_command(&v->tables[TABLE_RUNS], command))
                        return false;
        }
        v->stale = true;
        return true;
}

static enum style note(const struct view *v, const struct context *c, char buf[static VIEW_NOTE_SIZE]) {
        (void) c;
        const struct listing *l = &v->tables[TABLE_RUNS].listing;
        bool pairs = timings_shows_pairs(v), longest = v->scope.range + 1 == RANGES;
        buf[0] = '\0';
        if (!l->loaded || l->rows.n > 0 || l->filter[0] != '\0')
                return STYLE_PLAIN;
        const char *remedy =
                ": the daemon makes one each compare_interval, ebsreportd --compare at once; v shows all runs";
        (void) snprintf(buf, VIEW_NOTE_SIZE, "no %s in the last %s%s%s", pairs ? "comparison" : "run",
                        range_word(v->scope.range), longest ? "" : " (] shows more)", pairs ? remedy : "");
        return STYLE_PLAIN;
}

const struct view_type timings_view = {
        .name = "timings",
        .title = "Timings",
        .word = "Time",
        .size = sizeof(struct timings),
        .init = init,
        .release = release,
        .prepare = prepare,
        .load = load,
        .draw = timings_draw,
        .note = note,
        .command = command,
        .hint = "Enter calls  v pairs, all runs  [ ] range",
        .of_runs = true,
};
