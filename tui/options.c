/* SPDX-License-Identifier: MIT */
#include "tui/options.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "tui/range.h"
#include "tui/views.h"

enum option_key {
        KEY_DB = 256,
        KEY_VIEW,
        KEY_REGION,
        KEY_RANGE,
        KEY_METRIC,
        KEY_SORT,
        KEY_FILTER,
        KEY_REFRESH,
        KEY_ONCE,
        KEY_JSON,
        KEY_CSV,
        KEY_ASCII,
        KEY_GLYPHS,
        KEY_NO_COLOR,
        KEY_UTC,
        KEY_LOCAL,
        KEY_UNITS,
        KEY_CONFIG,
        KEY_FAIL_STALE,
};

static const struct argp_option option_table[] = {
        { "db", KEY_DB, "PATH", 0, "History database; may be repeated, to show several as one", 0 },
        { "view", KEY_VIEW, "VIEW", 0, "The first view: overview, region, instances, ...", 0 },
        { "region", KEY_REGION, "REGION", 0, "Show this region only", 0 },
        { "range", KEY_RANGE, "RANGE", 0, "Range of trends: 1h, 24h, 7d, 30d, 1y", 0 },
        { "metric", KEY_METRIC, "METRIC", 0, "Metric of trends: a name from v1_metric", 0 },
        { "sort", KEY_SORT, "COL[:asc]", 0, "Sort by this column", 0 },
        { "filter", KEY_FILTER, "TEXT", 0, "Show rows that match: words, or COLUMN>NUMBER", 0 },
        { "refresh", KEY_REFRESH, "SEC", 0, "Look for news so often, 0.5 to 3600 s (2)", 0 },
        { "once", KEY_ONCE, NULL, 0, "Print the view as text and exit", 1 },
        { "json", KEY_JSON, NULL, 0, "Print the view as one JSON object and exit", 1 },
        { "csv", KEY_CSV, NULL, 0, "Print the view's table as CSV and exit", 1 },
        { "fail-stale", KEY_FAIL_STALE, NULL, 0, "Exit with 6 if the numbers are old", 1 },
        { "ascii", KEY_ASCII, NULL, 0, "The same as --glyphs ascii", 2 },
        { "glyphs", KEY_GLYPHS, "WHICH", 0, "Draw with ascii, block or braille", 2 },
        { "no-color", KEY_NO_COLOR, NULL, 0, "No colors, as with NO_COLOR in the environment", 2 },
        { "utc", KEY_UTC, NULL, 0, "Times in UTC", 2 },
        { "local", KEY_LOCAL, NULL, 0, "Times in the local time zone", 2 },
        { "units", KEY_UNITS, "UNITS", 0, "Sizes in gib, tib or auto", 2 },
        { "config", KEY_CONFIG, "FILE", 0, "Settings file instead of ebstoprc", 3 },
        { 0 },
};

static const char description[] =
        "Shows the history that ebsreportd keeps of EBS volumes: totals, regions, instances, trends, timings and runs. "
        "Reads only; press ? for the keys."
        "\vWhere the standard output is no terminal, the view is printed once, as with --once."
        "\nExit status: 0 ok, 1 usage, 2 database missing or unreadable, 3 schema newer than this ebstop, 4 database "
        "busy, 5 terminal, 6 stale with --fail-stale.";

static void add_database(struct options *o, const char *path) {
        const char **grown = reallocarray(o->databases, o->n_databases + 1, sizeof(*grown));
        if (grown == NULL)
                abort();
        o->databases = grown;
        o->databases[o->n_databases++] = path;
}

static void set_output(struct options *o, enum output output, struct argp_state *state) {
        if (o->output > OUTPUT_TEXT && output > OUTPUT_TEXT && o->output != output)
                argp_error(state, "--json and --csv exclude each other");
        if (output > o->output)
                o->output = output;
}

static void set_glyphs(struct options *o, const char *name, struct argp_state *state) {
        o->glyphs_given = true;
        if (glyphs_from_name(name, &o->glyphs) < 0)
                argp_error(state, "--glyphs %s: it is ascii, block or braille", name);
}

static void set_view(struct options *o, const char *name, struct argp_state *state) {
        if (views_find(name) == NULL) {
                char names[256];
                argp_error(state, "--view %s: it is one of %s", name, views_names(names));
        }
        o->view = name;
}

static void set_time(struct options *o, bool local) {
        o->time_given = true;
        o->local_time = local;
}

static error_t parse_option(int key, char *argument, struct argp_state *state) {
        struct options *o = state->input;
        switch (key) {
        case KEY_DB:
                add_database(o, argument);
                return 0;
        case KEY_VIEW:
                set_view(o, argument, state);
                return 0;
        case KEY_REGION:
                o->region = argument;
                return 0;
        case KEY_RANGE:
                if (range_from_word(argument) < 0)
                        argp_error(state, "--range %s: it is 1h, 24h, 7d, 30d or 1y", argument);
                o->range = argument;
                return 0;
        case KEY_METRIC:
                o->metric = argument;
                return 0;
        case KEY_SORT:
                o->sort = argument;
                return 0;
        case KEY_FILTER:
                o->filter = argument;
                return 0;
        case KEY_REFRESH:
                o->refresh_given = true;
                if (refresh_from_text(argument, &o->refresh) < 0)
                        argp_error(state, "--refresh %s: 0.5 to 3600 seconds are wanted", argument);
                return 0;
        case KEY_ONCE:
                set_output(o, OUTPUT_TEXT, state);
                return 0;
        case KEY_JSON:
                set_output(o, OUTPUT_JSON, state);
                return 0;
        case KEY_CSV:
                set_output(o, OUTPUT_CSV, state);
                return 0;
        case KEY_ASCII:
                set_glyphs(o, "ascii", state);
                return 0;
        case KEY_GLYPHS:
                set_glyphs(o, argument, state);
                return 0;
        case KEY_NO_COLOR:
                o->no_colour = true;
                return 0;
        case KEY_UTC:
                set_time(o, false);
                return 0;
        case KEY_LOCAL:
                set_time(o, true);
                return 0;
        case KEY_UNITS:
                o->units_given = true;
                if (units_from_name(argument, &o->units) < 0)
                        argp_error(state, "--units %s: it is gib, tib or auto", argument);
                return 0;
        case KEY_CONFIG:
                o->config = argument;
                return 0;
        case KEY_FAIL_STALE:
                o->fail_stale = true;
                return 0;
        case ARGP_KEY_ARG:
                argp_error(state, "unexpected argument: %s", argument);
                return 0;
        default:
                return ARGP_ERR_UNKNOWN;
        }
}

static void print_version(FILE *stream, struct argp_state *state) {
        (void) state;
        (void) fprintf(stream, "ebstop %s\n", PACKAGE_VERSION);
}

void options_parse(int argc, char **argv, struct options *ret) {
        static const struct argp parser = { .options = option_table, .parser = parse_option, .doc = description };
        *ret = (struct options){ 0 };
        argp_program_version_hook = print_version;
        argp_err_exit_status = EXIT_USAGE;
        (void) argp_parse(&parser, argc, argv, 0, NULL, ret);
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
