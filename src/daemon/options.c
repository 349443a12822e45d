/* SPDX-License-Identifier: MIT */
#include "daemon/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/command_line.h"
#include "base/macros.h"
#include "config.h"
#include "config/value.h"

#define EXPORT_WORDS "runs, regions, types, instances, volumes or events"

static void take_mode(void *options, const char *text, struct argp_state *state) {
        struct options *o = options;
        o->mode_given = true;
        if (run_mode_from_name(text, &o->mode) < 0)
                argp_error(state, "--mode %s: it is sequential, parallel or sweep", text);
}

static void take_region(void *options, const char *name, struct argp_state *state _unused_) {
        struct options *o = options;
        const char **grown = reallocarray(o->regions, o->n_regions + 1, sizeof(*grown));
        if (grown == NULL)
                abort();
        o->regions = grown;
        o->regions[o->n_regions++] = name;
}

static int64_t parse_run(const char *text, struct argp_state *state) {
        char *end;
        errno = 0;
        long long id = text[0] >= '0' && text[0] <= '9' ? strtoll(text, &end, 10) : 0;
        if (id < 1 || *end != '\0' || errno != 0)
                argp_error(state, "--diff %s: a run's number is wanted, v1_run has them", text);
        return id;
}

static void take_diff(void *options, const char *text, struct argp_state *state) {
        struct options *o = options;
        o->diff = true;
        o->diff_from = parse_run(text, state);
}

/* The second run of --diff is the only argument that there is. */
static void take_argument(void *options, const char *text, struct argp_state *state) {
        struct options *o = options;
        if (o->diff && o->diff_to == 0)
                o->diff_to = parse_run(text, state);
        else
                argp_error(state, "unexpected argument: %s", text);
}

static void take_since(void *options, const char *text, struct argp_state *state) {
        struct options *o = options;
        char buf[CLOCK_ISO8601_MAX];
        usec_t now = clock_realtime(clock_system());
        int r = value_parse_past(text, now, &o->since);
        if (r == -ERANGE)
                argp_error(state, "--since %s: a time in the past is wanted; it is %s", text,
                           clock_format_iso8601(now, buf));
        if (r < 0)
                argp_error(state, "--since %s: a time such as 90min, 12h or 7d is wanted, or a day of UTC such as 2026-11-01 or "
                                  "2026-11-01T12:00:00Z", text);
        o->since_given = true;
}

static void take_export(void *options, const char *text, struct argp_state *state) {
        struct options *o = options;
        if (o->export != EXPORT_NONE)
                argp_error(state, "--export takes one word, once");
        o->export = export_kind_from_name(text);
        if (o->export == EXPORT_NONE)
                argp_error(state, "--export %s: it is " EXPORT_WORDS, text);
}

static void take_format(void *options, const char *text, struct argp_state *state) {
        struct options *o = options;
        if (strcmp(text, "csv") == 0)
                o->export_format = OUTPUT_CSV;
        else if (strcmp(text, "json") == 0)
                o->export_format = OUTPUT_JSON;
        else
                argp_error(state, "--format %s: it is csv or json", text);
}

static void set_report(struct options *o, enum output_format format, struct argp_state *state) {
        if (o->format != OUTPUT_TEXT && o->format != format)
                argp_error(state, "--json and --csv exclude each other");
        o->format = format;
}

static void take_json(void *options, const char *none _unused_, struct argp_state *state) {
        set_report(options, OUTPUT_JSON, state);
}

static void take_csv(void *options, const char *none _unused_, struct argp_state *state) {
        set_report(options, OUTPUT_CSV, state);
}

/* What has no part in reading the history. */
static bool makes_runs(const struct options *o) {
        return o->once || o->check || o->check_config || o->compare || o->mode_given || o->no_store ||
               o->workers != NULL || o->endpoint_url != NULL || o->profile != NULL;
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
        if (o->diff && o->since_given)
                argp_error(state, "--diff and --since exclude each other");
        if (o->diff && o->diff_to <= o->diff_from)
                argp_error(state, "--diff takes two runs, the older one first");
        if (makes_runs(o))
                argp_error(state, "--diff and --since read the history: only --db, --config, --region, --json and --csv "
                                  "go with them");
}

static void check_rebuild(const struct options *o, struct argp_state *state) {
        if (o->export != EXPORT_NONE || o->export_format != OUTPUT_TEXT || o->format != OUTPUT_TEXT || o->diff ||
            o->since_given || o->n_regions > 0 || makes_runs(o))
                argp_error(state, "--rebuild-rollups is about the whole history: only --db and --config go with it");
}

/* The first option that only an action has a use for; NULL if none is given. */
static const char *option_of_action(const struct options *o) {
        const struct {
                const char *name;
                bool given;
        } options[] = {
                { "--compare", o->compare },
                { "--mode", o->mode_given },
                { "--no-store", o->no_store },
                { "--json", o->format == OUTPUT_JSON },
                { "--csv", o->format == OUTPUT_CSV },
                { "--region", o->n_regions > 0 },
        };
        for (size_t i = 0; i < ARRAY_SIZE(options); i++)
                if (options[i].given)
                        return options[i].name;
        return NULL;
}

static void check_together(const void *options, struct argp_state *state) {
        const struct options *o = options;
        if (o->compare && o->mode_given)
                argp_error(state, "--compare runs all modes: leave out --mode");
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
        if (o->diff || o->since_given) {
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
        const char *option = option_of_action(o);
        if (option != NULL)
                argp_error(state, "%s is of no use to the resident daemon, which has its configuration file: it goes with "
                                  "--once, --check, --diff, --since or --export", option);
}

static const struct command_option option_table[] = {
        { "once", NULL, "Make one run, store it, print the report and exit", 0, OPTION_FLAG(struct options, once) },
        { "mode", "MODE", "sequential, parallel or sweep", 0, OPTION_TAKEN(take_mode) },
        { "compare", NULL, "Time sequential against parallel, check that all three modes agree", 0,
          OPTION_FLAG(struct options, compare) },
        { "region", "REGION", "Only this region; may be repeated", 0, OPTION_TAKEN(take_region) },
        { "workers", "N", "Worker processes at once, 1 to 256", 0, OPTION_TEXT(struct options, workers) },

        { "diff", "RUN_A RUN_B", "Print what changed between two runs of the history", 1, OPTION_TAKEN(take_diff) },
        { "since", "TIME", "Print what changed since so long ago, such as 7d or 12h, or since a day of UTC, such as 2026-11-01 or "
          "2026-11-01T12:00:00Z", 1, OPTION_TAKEN(take_since) },
        { "export", "WHAT", "Print rows of the history: " EXPORT_WORDS "; with --since those seen since", 1,
          OPTION_TAKEN(take_export) },
        { "format", "FORMAT", "Of --export: csv (default) or json", 1, OPTION_TAKEN(take_format) },
        { "rebuild-rollups", NULL, "Make the history by the hour and the day anew from what is kept", 1,
          OPTION_FLAG(struct options, rebuild_rollups) },
        { "db", "PATH", "The history database", 1, OPTION_TEXT(struct options, database) },
        { "no-store", NULL, "Leave database and metrics file alone", 1, OPTION_FLAG(struct options, no_store) },

        { "json", NULL, "Print the report as one JSON object", 2, OPTION_TAKEN(take_json) },
        { "csv", NULL, "Print the report as CSV, a line a region", 2, OPTION_TAKEN(take_csv) },

        { "endpoint-url", "URL", "Ask this endpoint instead of AWS's", 3, OPTION_TEXT(struct options, endpoint_url) },
        { "profile", "NAME", "Profile of the AWS configuration files", 3, OPTION_TEXT(struct options, profile) },

        { "config", "FILE", "Configuration file", 4, OPTION_TEXT(struct options, config_path) },
        { "check", NULL, "Print whether a run would work, and what to do where not: files, database, credentials, "
          "permissions in each region", 4, OPTION_FLAG(struct options, check) },
        { "check-config", NULL, "Check configuration and AWS settings, then exit", 4,
          OPTION_FLAG(struct options, check_config) },
};

static const char description[] =
        "Sums the EBS volumes of all EC2 instances, region by region, with a pool of worker processes, "
        "and keeps the history in SQLite. Without --once, --diff, --since, --export, --rebuild-rollups, --check or "
        "--check-config it is the resident daemon, in the foreground."
        "\vExit status: 0 all regions, 1 usage or configuration, 2 some regions failed or the modes disagree, "
        "3 none worked, 4 database.";

void options_parse(int argc, char **argv, struct options *ret) {
        static const struct command_line line = {
                .options = option_table,
                .n_options = ARRAY_SIZE(option_table),
                .description = description,
                .version = PACKAGE_STRING,
                .usage_status = EXIT_FAILURE,
                .take_argument = take_argument,
                .check = check_together,
        };
        *ret = (struct options){ .mode = MODE_SWEEP };
        command_line_parse(&line, argc, argv, ret);
}

void options_release(struct options *o) {
        free(o->regions);
        *o = (struct options){ 0 };
}
