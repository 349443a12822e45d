/* SPDX-License-Identifier: MIT */
#include "daemon/options.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config/value.h"

enum option_key {
        KEY_ONCE = 256,
        KEY_MODE,
        KEY_COMPARE,
        KEY_REGION,
        KEY_WORKERS,
        KEY_DB,
        KEY_NO_STORE,
        KEY_JSON,
        KEY_CSV,
        KEY_ENDPOINT_URL,
        KEY_PROFILE,
        KEY_CONFIG,
        KEY_CHECK,
        KEY_CHECK_CONFIG,
        KEY_DIFF,
        KEY_SINCE,
        KEY_EXPORT,
        KEY_FORMAT,
        KEY_REBUILD_ROLLUPS,
};

#define EXPORT_WORDS "runs, regions, types, instances, volumes or events"

static const struct argp_option option_table[] = {
        { "once", KEY_ONCE, NULL, 0, "Make one run, store it, print the report and exit", 0 },
        { "mode", KEY_MODE, "MODE", 0, "sequential, parallel or sweep", 0 },
        { "compare", KEY_COMPARE, NULL, 0, "Time sequential against parallel, check that all three modes agree", 0 },
        { "region", KEY_REGION, "REGION", 0, "Only this region; may be repeated", 0 },
        { "workers", KEY_WORKERS, "N", 0, "Worker processes at once, 1 to 256", 0 },
        { "diff", KEY_DIFF, "RUN_A RUN_B", 0, "Print what changed between two runs of the history", 1 },
        { "since", KEY_SINCE, "TIME", 0, "Print what changed since so long ago, such as 7d or 12h", 1 },
        { "export", KEY_EXPORT, "WHAT", 0, "Print rows of the history: " EXPORT_WORDS "; with --since those seen since",
          1 },
        { "format", KEY_FORMAT, "FORMAT", 0, "Of --export: csv (default) or json", 1 },
        { "rebuild-rollups", KEY_REBUILD_ROLLUPS, NULL, 0, "Make the history by the hour and the day anew from what is kept",
          1 },
        { "db", KEY_DB, "PATH", 0, "The history database", 1 },
        { "no-store", KEY_NO_STORE, NULL, 0, "Leave database and metrics file alone", 1 },
        { "json", KEY_JSON, NULL, 0, "Print the report as one JSON object", 2 },
        { "csv", KEY_CSV, NULL, 0, "Print the report as CSV, a line a region", 2 },
        { "endpoint-url", KEY_ENDPOINT_URL, "URL", 0, "Ask this endpoint instead of AWS's", 3 },
        { "profile", KEY_PROFILE, "NAME", 0, "Profile of the AWS configuration files", 3 },
        { "config", KEY_CONFIG, "FILE", 0, "Configuration file", 4 },
        { "check", KEY_CHECK, NULL, 0, "Print whether a run would work, and what to do where not: files, database, credentials, "
          "permissions in each region", 4 },
        { "check-config", KEY_CHECK_CONFIG, NULL, 0, "Check configuration and AWS settings, then exit", 4 },
        { 0 },
};

static const char description[] =
        "Sums the EBS volumes of all EC2 instances, region by region, with a pool of worker processes, "
        "and keeps the history in SQLite. Without --once, --diff, --since, --export, --rebuild-rollups, --check or "
        "--check-config it is the resident daemon, in the foreground."
        "\vExit status: 0 all regions, 1 usage or configuration, 2 some regions failed or the modes disagree, "
        "3 none worked, 4 database.";

static void add_region(struct options *o, const char *name) {
        const char **grown = reallocarray(o->regions, o->n_regions + 1, sizeof(*grown));
        if (grown == NULL)
                abort();
        o->regions = grown;
        o->regions[o->n_regions++] = name;
}

static void set_format(struct options *o, enum output_format format, struct argp_state *state) {
        if (o->format != OUTPUT_TEXT && o->format != format)
                argp_error(state, "--json and --csv exclude each other");
        o->format = format;
}

static int64_t parse_run(const char *text, struct argp_state *state) {
        char *end;
        errno = 0;
        long long id = text[0] >= '0' && text[0] <= '9' ? strtoll(text, &end, 10) : 0;
        if (id < 1 || *end != '\0' || errno != 0)
                argp_error(state, "--diff %s: a run's number is wanted, v1_run has them", text);
        return id;
}

static void parse_since(struct options *o, const char *text, struct argp_state *state) {
        if (value_parse_duration(text, USEC_PER_SEC, (usec_t) 36500 * 24 * 3600 * USEC_PER_SEC, &o->since) < 0)
                argp_error(state, "--since %s: a time such as 90min, 12h or 7d is wanted", text);
}

static void parse_export(struct options *o, const char *text, struct argp_state *state) {
        if (o->export != EXPORT_NONE)
                argp_error(state, "--export takes one word, once");
        o->export = export_kind_from_name(text);
        if (o->export == EXPORT_NONE)
                argp_error(state, "--export %s: it is " EXPORT_WORDS, text);
}

static void parse_format(struct options *o, const char *text, struct argp_state *state) {
        if (strcmp(text, "csv") == 0)
                o->export_format = OUTPUT_CSV;
        else if (strcmp(text, "json") == 0)
                o->export_format = OUTPUT_JSON;
        else
                argp_error(state, "--format %s: it is csv or json", text);
}

/* What has no part in reading the history. */
static bool makes_runs(const struct options *o) {
        return o->once || o->check || o->check_config || o->compare || o->mode_given || o->no_store || o->workers != NULL ||
               o->endpoint_url != NULL || o->profile != NULL;
}

static void check_export(const struct options *o, struct argp_state *state) {
        if (o->format != OUTPUT_TEXT)
                argp_error(state, "--json and --csv are for reports: with --export it is --format json or --format csv");
        if (o->diff || makes_runs(o))
                argp_error(state, "--export reads the history: only --format, --since, --region, --db and --config go with "
                                  "it");
        if (o->export == EXPORT_RUNS && o->n_regions > 0)
                argp_error(state, "--export runs: a run is of all its regions; --export regions --region %s has that "
                                  "region's part of each", o->regions[0]);
}

static void check_changes(const struct options *o, struct argp_state *state) {
        if (o->diff && o->since > 0)
                argp_error(state, "--diff and --since exclude each other");
        if (o->diff && o->diff_to <= o->diff_from)
                argp_error(state, "--diff takes two runs, the older one first");
        if (makes_runs(o))
                argp_error(state, "--diff and --since read the history: only --db, --config, --region, --json and --csv "
                                  "go with them");
}

static void check_rebuild(const struct options *o, struct argp_state *state) {
        if (o->export != EXPORT_NONE || o->export_format != OUTPUT_TEXT || o->format != OUTPUT_TEXT || o->diff ||
            o->since > 0 || o->n_regions > 0 || makes_runs(o))
                argp_error(state, "--rebuild-rollups is about the whole history: only --db and --config go with it");
}

static void check_together(const struct options *o, struct argp_state *state) {
        if (o->rebuild_rollups) {
                check_rebuild(o, state);
                return;
        }
        if (o->export != EXPORT_NONE) {
                check_export(o, state);
                return;
        }
        if (o->export_format != OUTPUT_TEXT)
                argp_error(state, "--format belongs to --export");
        if (o->diff || o->since > 0) {
                check_changes(o, state);
                return;
        }
        if (o->no_store && o->database != NULL)
                argp_error(state, "--db and --no-store exclude each other");
        if (o->check && (o->once || o->check_config || o->compare || o->mode_given || o->format == OUTPUT_CSV))
                argp_error(state, "--check makes no run: only --json, --region, --workers, --db or --no-store, --endpoint-url, "
                                  "--profile and --config go with it");
        if (o->once || o->check || o->check_config)
                return;
        if (o->compare || o->mode_given || o->no_store || o->format != OUTPUT_TEXT || o->n_regions > 0)
                argp_error(state, "these options belong to --once, to --diff and --since, or to --export; the resident daemon "
                                  "has its configuration file");
}

static error_t parse_option(int key, char *argument, struct argp_state *state) {
        struct options *o = state->input;
        switch (key) {
        case KEY_ONCE:
                o->once = true;
                return 0;
        case KEY_COMPARE:
                o->compare = true;
                return 0;
        case KEY_CHECK:
                o->check = true;
                return 0;
        case KEY_CHECK_CONFIG:
                o->check_config = true;
                return 0;
        case KEY_NO_STORE:
                o->no_store = true;
                return 0;
        case KEY_MODE:
                o->mode_given = true;
                if (run_mode_from_name(argument, &o->mode) < 0)
                        argp_error(state, "--mode %s: it is sequential, parallel or sweep", argument);
                return 0;
        case KEY_JSON:
                set_format(o, OUTPUT_JSON, state);
                return 0;
        case KEY_CSV:
                set_format(o, OUTPUT_CSV, state);
                return 0;
        case KEY_REGION:
                add_region(o, argument);
                return 0;
        case KEY_WORKERS:
                o->workers = argument;
                return 0;
        case KEY_DB:
                o->database = argument;
                return 0;
        case KEY_ENDPOINT_URL:
                o->endpoint_url = argument;
                return 0;
        case KEY_PROFILE:
                o->profile = argument;
                return 0;
        case KEY_CONFIG:
                o->config_path = argument;
                return 0;
        case KEY_DIFF:
                o->diff = true;
                o->diff_from = parse_run(argument, state);
                return 0;
        case KEY_SINCE:
                parse_since(o, argument, state);
                return 0;
        case KEY_EXPORT:
                parse_export(o, argument, state);
                return 0;
        case KEY_REBUILD_ROLLUPS:
                o->rebuild_rollups = true;
                return 0;
        case KEY_FORMAT:
                parse_format(o, argument, state);
                return 0;
        case ARGP_KEY_ARG:
                if (o->diff && o->diff_to == 0) {
                        o->diff_to = parse_run(argument, state);
                        return 0;
                }
                argp_error(state, "unexpected argument: %s", argument);
                return 0;
        case ARGP_KEY_END:
                if (o->compare && o->mode_given)
                        argp_error(state, "--compare runs all modes: leave out --mode");
                check_together(o, state);
                return 0;
        default:
                return ARGP_ERR_UNKNOWN;
        }
}

static void print_version(FILE *stream, struct argp_state *state) {
        (void) state;
        (void) fprintf(stream, "%s\n", PACKAGE_STRING);
}

void options_parse(int argc, char **argv, struct options *ret) {
        static const struct argp parser = { .options = option_table, .parser = parse_option, .doc = description };
        *ret = (struct options){ .mode = MODE_SWEEP };
        argp_program_version_hook = print_version;
        argp_err_exit_status = EXIT_FAILURE;
        (void) argp_parse(&parser, argc, argv, 0, NULL, ret);
}

void options_release(struct options *o) {
        free(o->regions);
        *o = (struct options){ 0 };
}
