/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tui/run_regions.h"
#include "tui/views.h"

/* The runs that are kept, the newest first, and of the selected one the regions that failed or had calls made again. */

/* The GiB that a run saw, against the run before that saw the same kind of volumes, billed ones or only attached ones, in the
 * same regions: a run of some regions alone is no loss of the others. */
#define GIB "coalesce(r.billed_gib, r.attached_gib)"
#define GIB_BEFORE                                                                                                     \
        "(SELECT coalesce(b.billed_gib, b.attached_gib) FROM v1_run AS b WHERE b.run_id < r.run_id "                   \
        "AND (b.billed_gib IS NULL) = (r.billed_gib IS NULL) AND b.status = 'ok' AND b.regions_total = r.regions_total "\
        "AND NOT EXISTS (SELECT account, region FROM v1_region_total WHERE run_id = r.run_id EXCEPT "                  \
        "SELECT account, region FROM v1_region_total WHERE run_id = b.run_id) ORDER BY b.run_id DESC LIMIT 1)"

enum run_column {
        RUN_ID,
        RUN_STARTED,
        RUN_MODE,
        RUN_WORKERS,
        RUN_WALL,
        RUN_REGIONS,
        RUN_FAILED,
        RUN_THROTTLES,
        RUN_RETRIES,
        RUN_GIB,
        RUN_STATUS,
        RUN_VOLUMES,
        RUN_INSTANCES,
        RUN_UNATTACHED,
        RUN_COST,
        RUN_CHANGE,
        RUN_CALLS,
        RUN_PSS,
        RUN_MESSAGE,
        RUN_CURRENCY,
        RUN_GIB_AT_LEAST,
        RUN_COST_AT_LEAST,
        RUN_INSTANCES_AT_LEAST,
};

static const struct column run_columns[] = {
        [RUN_ID] = { "run_id", "RUN", "r.run_id", COLUMN_NUMBER, COLUMN_SEARCHED, 0, 0, NULL },
        [RUN_STARTED] = { "started_at", "START", "r.started_at", COLUMN_TIME, 0, 1, 0, NULL },
        [RUN_MODE] = { "mode", "MODE", "r.mode", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 4, 0, NULL },
        [RUN_WORKERS] = { "workers", "WRK", "r.workers", COLUMN_INTEGER, 0, 8, 0, NULL },
        [RUN_WALL] = { "wall_us", "WALL", "r.wall_us", COLUMN_MICROSECONDS, 0, 3, 0, NULL },
        [RUN_REGIONS] = { "regions_ok", "REGIONS", "r.regions_ok || '/' || r.regions_total", COLUMN_TEXT,
                          COLUMN_UNSORTED, 2, 0, NULL },
        [RUN_FAILED] = { "regions_failed", "ERR", "r.regions_failed", COLUMN_INTEGER, 0, 7, 0, NULL },
        [RUN_THROTTLES] = { "throttles", "THR", "r.throttles", COLUMN_INTEGER, 0, 9, 0, NULL },
        [RUN_RETRIES] = { "retries", "RETRY", "r.retries", COLUMN_INTEGER, 0, 12, 0, NULL },
        [RUN_GIB] = { "gib", "GiB TOTAL", GIB, COLUMN_GIB, 0, 0, 0, "gib_at_least" },
        [RUN_STATUS] = { "status", "STATUS", "upper(r.status)", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0,
                         NULL },
        [RUN_VOLUMES] = { "volumes", "VOLUMES",
                          "r.attached_volumes + coalesce(r.unattached_volumes + r.managed_volumes, 0)", COLUMN_INTEGER,
                          0, 10, 0, "gib_at_least" },
        [RUN_INSTANCES] = { "instances", "INSTANCES", "r.instances", COLUMN_INTEGER, 0, 11, 0, "instances_at_least" },
        [RUN_UNATTACHED] = { "unattached_gib", "UNATT GiB", "r.unattached_gib", COLUMN_GIB, 0, 13, 0,
                             "instances_at_least" },
        [RUN_COST] = { "cost_micros", "EST $/MO", "coalesce(r.billed_cost_micros, r.attached_cost_micros)",
                       COLUMN_MONEY, 0, 6, 0, "cost_at_least" },
        [RUN_CHANGE] = { "gib_change", "CHANGE GiB", "iif(r.status = 'ok', " GIB " - " GIB_BEFORE ", NULL)",
                         COLUMN_GIB_CHANGE, COLUMN_UNSORTED, 5, 0, NULL },
        [RUN_CALLS] = { "calls", "CALLS", "r.calls", COLUMN_INTEGER, 0, 14, 0, NULL },
        [RUN_PSS] = { "peak_pss_kib", "MiB", "r.peak_pss_kib / 1024", COLUMN_INTEGER, 0, 15, 0, NULL },
        [RUN_MESSAGE] = { "error_message", "MESSAGE", "coalesce(r.error_message, r.notice)", COLUMN_TEXT,
                          COLUMN_HIDDEN | COLUMN_SEARCHED, 0, 0, NULL },
        [RUN_CURRENCY] = { "currency", "CURRENCY", "r.currency", COLUMN_TEXT, COLUMN_HIDDEN, 0, 0, NULL },
        [RUN_GIB_AT_LEAST] = { "gib_at_least", "", "r.status <> 'ok' OR r.billed_gib IS NULL", COLUMN_INTEGER,
                               COLUMN_HIDDEN, 0, 0, NULL },
        [RUN_COST_AT_LEAST] = { "cost_at_least", "",
                                "r.status <> 'ok' OR r.billed_cost_micros IS NULL OR r.unpriced_volumes > 0",
                                COLUMN_INTEGER, COLUMN_HIDDEN, 0, 0, NULL },
        [RUN_INSTANCES_AT_LEAST] = { "instances_at_least", "", "r.status <> 'ok'", COLUMN_INTEGER,
                                     COLUMN_HIDDEN | COLUMN_SCREEN_ONLY, 0, 0, NULL },
};

#define RUNS                                                                                                           \
        .name = "runs", .from = "v1_run AS r", .key = "r.run_id", .columns = run_columns,                              \
        .n_columns = ARRAY_SIZE(run_columns), .sort = RUN_ID, .descending = true

static const struct listing_type all_runs = { RUNS };
static const struct listing_type failed_runs = { RUNS, .where = "r.status <> 'ok'" };

enum runs_table { TABLE_RUNS, TABLE_TROUBLES };

struct runs {
        struct view view;
        bool follow;    /* a new run is selected when it comes, if the newest one was */
        int64_t newest; /* the run that was the newest when it was loaded last; 0: none */
};

/* ---- what is selected ----------------------------------------------------------------------------------------- */

static const struct row *selected_run(const struct view *v) {
        return listing_selected(&v->tables[TABLE_RUNS].listing);
}

/* Lets the lower table be about the selected run. */
static void show_selected(struct view *v) {
        struct listing *troubles = &v->tables[TABLE_TROUBLES].listing;
        const struct row *run = selected_run(v);
        int64_t run_id = run == NULL ? 0 : value_integer(listing_value(run, RUN_ID));
        int database = run == NULL ? SCOPE_ALL_DATABASES : run->database;
        if (troubles->scope.run_id == run_id && troubles->scope.database == database)
                return;
        troubles->scope.run_id = run_id;
        troubles->scope.database = database;
        troubles->want = LISTING_START;
        v->tables[TABLE_TROUBLES].top = 0;
}

static bool newest_is_first(const struct listing *l) {
        return l->at_start && l->rows.n > 0 && l->sort == RUN_ID && l->descending;
}

static int load(struct view *v, const struct context *c) {
        struct runs *runs = (struct runs *) v;
        struct listing *l = &v->tables[TABLE_RUNS].listing;
        const struct row *run = selected_run(v);
        if (newest_is_first(l)) {
                if (runs->follow && run != NULL && value_integer(listing_value(run, RUN_ID)) == runs->newest)
                        l->selected = 0;
                runs->newest = value_integer(listing_value(&l->rows.items[0], RUN_ID));
        }
        show_selected(v);
        struct listing *troubles = &v->tables[TABLE_TROUBLES].listing;
        return listing_is_complete(troubles) ? 0 : listing_load(troubles, c->databases);
}

/* ---- keys ----------------------------------------------------------------------------------------------------- */

static void show_failed_only(struct view *v, bool failed_only) {
        struct listing *l = &v->tables[TABLE_RUNS].listing;
        listing_show(l, failed_only ? &failed_runs : &all_runs);
        v->stale = true;
}

static void open_selected(const struct view *v, struct request *ret) {
        const struct row *run = selected_run(v);
        if (run == NULL)
                return;
        ret->open = &run_view;
        ret->scope.run_id = value_integer(listing_value(run, RUN_ID));
        ret->scope.database = run->database;
}

static bool command(struct view *v, const struct context *c, enum command command, struct request *ret) {
        (void) c;
        struct runs *runs = (struct runs *) v;
        switch (command) {
        case COMMAND_FAILED:
                show_failed_only(v, v->tables[TABLE_RUNS].listing.type == &all_runs);
                return true;
        case COMMAND_FOLLOW:
                runs->follow = !runs->follow;
                return true;
        case COMMAND_OPEN:
                open_selected(v, ret);
                return true;
        default:
                if (v->focus != TABLE_RUNS || !table_command(&v->tables[TABLE_RUNS], command))
                        return false;
                show_selected(v);
                return true;
        }
}

/* ---- drawing -------------------------------------------------------------------------------------------------- */

static enum style row_style(const void *userdata, const struct row *row) {
        (void) userdata;
        const char *status = value_text(listing_value(row, RUN_STATUS));
        return strcmp(status, "OK") == 0 ? STYLE_PLAIN : strcmp(status, "FAILED") == 0 ? STYLE_ALARM : STYLE_WARNING;
}

static void init(struct view *v) {
        ((struct runs *) v)->follow = true;
        view_add_table(v, &all_runs)->row_style = row_style;
        struct table *troubles = view_add_table(v, &run_troubles);
        troubles->row_style = run_region_style;
        troubles->title = "FAILED OR RETRIED";
}

/* What there is to say of the selected run in words: its columns have room for little. */
static void draw_selected(const struct view *v, struct area area) {
        const struct row *run = selected_run(v);
        if (run == NULL)
                return;
        const struct listing *troubles = &v->tables[TABLE_TROUBLES].listing;
        char text[512];
        const char *message = value_text(listing_value(run, RUN_MESSAGE)), *region = "";
        bool failed = message[0] != '\0' || run_first_error(troubles, &region, &message) != NULL;
        if (failed)
                (void) snprintf(text, sizeof(text), "%s%s%s", region, region[0] != '\0' ? ": " : "", message);
        else
                (void) snprintf(text, sizeof(text), "%s", !troubles->loaded ? ""
                                : troubles->rows.n == 0 ? "every call was answered the first time"
                                                        : "calls were made again and went well then");
        int column = area_printf(area, 0, 1, STYLE_TITLE, "Run #%lld  ",
                                 (long long) value_integer(listing_value(run, RUN_ID)));
        area_put_clipped(area, 0, column, area.columns - column, failed ? STYLE_WARNING : STYLE_PLAIN, text);
}

static void draw(struct view *v, const struct context *c, struct area area) {
        show_selected(v);
        int lower = area.rows >= 12 ? area.rows * 2 / 5 : 0;
        struct table *troubles = &v->tables[TABLE_TROUBLES];
        troubles->hidden = lower == 0;
        if (troubles->hidden && v->focus == TABLE_TROUBLES)
                view_focus_next(v, 1);
        int used = table_draw(&v->tables[TABLE_RUNS], area_part(area, 0, 0, area.rows - lower, area.columns),
                              &c->display);
        if (lower == 0)
                return;
        area = area_part(area, used + 1, 0, area.rows - used - 1, area.columns);
        draw_selected(v, area);
        if (troubles->listing.rows.n > 0)
                (void) table_draw(troubles, area_part(area, 1, 0, area.rows - 1, area.columns), &c->display);
}

static enum style note(const struct view *v, const struct context *c, char buf[static VIEW_NOTE_SIZE]) {
        (void) c;
        const struct runs *runs = (const struct runs *) v;
        const struct listing *l = &v->tables[TABLE_RUNS].listing;
        bool failed_only = l->type == &failed_runs;
        buf[0] = '\0';
        if (failed_only && l->loaded && l->rows.n == 0)
                (void) snprintf(buf, VIEW_NOTE_SIZE, "no run failed, in whole or in part; f shows all");
        else if (failed_only)
                (void) snprintf(buf, VIEW_NOTE_SIZE, "failed and partial runs only; f shows all");
        else if (!runs->follow)
                (void) snprintf(buf, VIEW_NOTE_SIZE, "the newest run is not followed; F follows it");
        return STYLE_PLAIN;
}

const struct view_type runs_view = {
        .name = "runs",
        .title = "Runs",
        .word = "Runs",
        .size = sizeof(struct runs),
        .init = init,
        .load = load,
        .draw = draw,
        .note = note,
        .command = command,
        .hint = "Enter open run  f only failed  F follow newest",
        .of_runs = true,
};
