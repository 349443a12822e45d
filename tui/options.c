/* SPDX-License-Identifier: MIT */
#include "tui/options.h"

#include <stdlib.h>

#include "base/command_line.h"
#include "base/macros.h"
#include "config.h"
#include "tui/range.h"
#include "tui/views.h"

static void take_database(void *options, const char *path, struct argp_state *state) {
        struct options *o = options;
        if (path[0] == '\0')
                argp_error(state, "--db: a path is wanted, such as /var/lib/ebsreportd/history.db");
        const char **grown = reallocarray(o->databases, o->n_databases + 1, sizeof(*grown));
        if (grown == NULL)
                abort();
        o->databases = grown;
        o->databases[o->n_databases++] = path;
}

static void take_view(void *options, const char *name, struct argp_state *state) {
        struct options *o = options;
        if (views_find(name) == NULL) {
                char names[256];
                argp_error(state, "--view %s: it is one of %s", name, views_names(names));
        }
        o->view = name;
}

static void take_region(void *options, const char *region, struct argp_state *state) {
        struct options *o = options;
        if (region[0] == '\0')
                argp_error(state, "--region: a region's name is wanted, such as us-east-1");
        o->region = region;
}

static void take_range(void *options, const char *word, struct argp_state *state) {
        struct options *o = options;
        if (range_from_word(word) < 0)
                argp_error(state, "--range %s: it is 1h, 24h, 7d, 30d or 1y", word);
        o->range = word;
}

static void take_refresh(void *options, const char *text, struct argp_state *state) {
        struct options *o = options;
        o->refresh_given = true;
        if (refresh_from_text(text, &o->refresh) < 0)
                argp_error(state, "--refresh %s: 0.5 to 3600 seconds are wanted", text);
}

static void set_output(struct options *o, enum output output, struct argp_state *state) {
        if (o->output > OUTPUT_TEXT && output > OUTPUT_TEXT && o->output != output)
                argp_error(state, "--json and --csv exclude each other");
        if (output > o->output)
                o->output = output;
}

static void take_once(void *options, const char *none _unused_, struct argp_state *state) {
        set_output(options, OUTPUT_TEXT, state);
}

static void take_json(void *options, const char *none _unused_, struct argp_state *state) {
        set_output(options, OUTPUT_JSON, state);
}

static void take_csv(void *options, const char *none _unused_, struct argp_state *state) {
        set_output(options, OUTPUT_CSV, state);
}

static void take_glyphs(void *options, const char *name, struct argp_state *state) {
        struct options *o = options;
        o->glyphs_given = true;
        if (glyphs_from_name(name, &o->glyphs) < 0)
                argp_error(state, "--glyphs %s: it is ascii, block or braille", name);
}

static void take_ascii(void *options, const char *none _unused_, struct argp_state *state) {
        take_glyphs(options, "ascii", state);
}

static void take_units(void *options, const char *name, struct argp_state *state) {
        struct options *o = options;
        o->units_given = true;
        if (units_from_name(name, &o->units) < 0)
                argp_error(state, "--units %s: it is gib, tib or auto", name);
}

static void set_time(struct options *o, bool local) {
        o->time_given = true;
        o->local_time = local;
}

static void take_utc(void *options, const char *none _unused_, struct argp_state *state _unused_) {
        set_time(options, false);
}

static void take_local(void *options, const char *none _unused_, struct argp_state *state _unused_) {
        set_time(options, true);
}

static const struct command_option option_table[] = {
        { "db", "PATH", "History database; may be repeated, to show several as one", 0, OPTION_TAKEN(take_database) },
        { "view", "VIEW", "The first view: overview, region, instances, ...", 0, OPTION_TAKEN(take_view) },
        { "region", "REGION", "Show this region only", 0, OPTION_TAKEN(take_region) },
        { "range", "RANGE", "Range of trends and timings: 1h, 24h, 7d, 30d, 1y", 0, OPTION_TAKEN(take_range) },
        { "metric", "METRIC", "Metric of trends: a name from v1_metric", 0, OPTION_TEXT(struct options, metric) },
        { "sort", "COL[:asc]", "Sort by this column", 0, OPTION_TEXT(struct options, sort) },
        { "filter", "TEXT", "Show rows that match: words, or COLUMN>NUMBER", 0, OPTION_TEXT(struct options, filter) },
        { "refresh", "SEC", "Look for news so often, 0.5 to 3600 s (2)", 0, OPTION_TAKEN(take_refresh) },

        { "once", NULL, "Print the view as text and exit", 1, OPTION_TAKEN(take_once) },
        { "json", NULL, "Print the view as one JSON object and exit", 1, OPTION_TAKEN(take_json) },
        { "csv", NULL, "Print the view's table as CSV and exit", 1, OPTION_TAKEN(take_csv) },
        { "fail-stale", NULL, "Exit with 6 if the numbers are old", 1, OPTION_FLAG(struct options, fail_stale) },

        { "ascii", NULL, "The same as --glyphs ascii", 2, OPTION_TAKEN(take_ascii) },
        { "glyphs", "WHICH", "Draw with ascii, block or braille", 2, OPTION_TAKEN(take_glyphs) },
        { "no-color", NULL, "No colors, as with NO_COLOR in the environment", 2,
          OPTION_FLAG(struct options, no_colour) },
        { "utc", NULL, "Times in UTC", 2, OPTION_TAKEN(take_utc) },
        { "local", NULL, "Times in the local time zone", 2, OPTION_TAKEN(take_local) },
        { "units", "UNITS", "Sizes in gib, tib or auto", 2, OPTION_TAKEN(take_units) },

        { "config", "FILE", "Settings file instead of ebstoprc", 3, OPTION_TEXT(struct options, config) },
};

static const char description[] =
        "Shows the history that ebsreportd keeps of EBS volumes: totals, regions, instances, trends, timings and runs. "
        "Reads only; press ? for the keys."
        "\vWhere the standard output is no terminal, the view is printed once, as with --once."
        "\nExit status: 0 ok, 1 usage, 2 database missing or unreadable, 3 schema newer than this ebstop, 4 database "
        "busy, 5 terminal, 6 stale with --fail-stale.";

void options_parse(int argc, char **argv, struct options *ret) {
        static const struct command_line line = {
                .options = option_table,
                .n_options = ARRAY_SIZE(option_table),
                .description = description,
                .version = "ebstop " PACKAGE_VERSION,
                .usage_status = EXIT_USAGE,
        };
        *ret = (struct options){ 0 };
        command_line_parse(&line, argc, argv, ret);
}

void options_release(struct options *o) {
        free(o->databases);
        *o = (struct options){ 0 };
}

struct settings options_apply(const struct options *o, const struct settings *s) {
        struct settings applied = *s;
        if (o->glyphs_given) {
                applied.glyphs_given = true;
                applied.glyphs = o->glyphs;
        }
        if (o->units_given)
                applied.units = o->units;
        if (o->time_given)
                applied.local_time = o->local_time;
        if (o->refresh_given)
                applied.refresh = o->refresh;
        const char *no_colour = getenv("NO_COLOR");
        if (o->no_colour || (no_colour != NULL && no_colour[0] != '\0'))
                applied.colour = false;
        return applied;
}
