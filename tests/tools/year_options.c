/* SPDX-License-Identifier: MIT */
#include "year_options.h"

#include <time.h>

#include "base/clock.h"
#include "base/command_line.h"
#include "base/macros.h"
#include "catalogue.h"

static void take_end(void *options, const char *text, struct argp_state *state) {
        usec_t t;
        if (clock_parse_iso8601(text, &t) < 0)
                argp_error(state, "'%s' is not a time such as 2026-11-23T14:01:00Z", text);
        ((struct year_options *) options)->end = (int64_t) (t / USEC_PER_SEC);
}

static void take_path(void *options, const char *text, struct argp_state *state) {
        struct year_options *o = options;
        if (o->path != NULL)
                argp_error(state, "one database, not two");
        o->path = text;
}

static void check_path(const void *options, struct argp_state *state) {
        if (((const struct year_options *) options)->path == NULL)
                argp_usage(state);
}

void year_options_parse(int argc, char **argv, struct year_options *ret) {
        static const struct command_option options[] = {
                { "seed", "N", "the same options and seed give the same rows (1)", 0,
                  OPTION_NUMBER(struct year_options, seed, 0, INT64_MAX) },
                { "end", "TIME", "start of the newest run, 2026-11-23T14:01:00Z (now)", 0, OPTION_TAKEN(take_end) },
                { "days", "N", "how far back the history goes (365)", 0,
                  OPTION_NUMBER(struct year_options, days, 1, 3660) },
                { "raw-days", "N", "how far back single runs are kept (90)", 0,
                  OPTION_NUMBER(struct year_options, raw_days, 1, 3660) },
                { "interval", "S", "seconds from run to run (300)", 0,
                  OPTION_NUMBER(struct year_options, interval, 60, 86400) },
                { "accounts", "N", "AWS accounts (3)", 0,
                  OPTION_NUMBER(struct year_options, accounts, 1, CATALOGUE_ACCOUNTS) },
                { "regions", "N", "regions of each account (17)", 0,
                  OPTION_NUMBER(struct year_options, regions, 1, CATALOGUE_REGIONS) },
                { "volumes", "N", "volumes at the end, in all regions together (40000)", 0,
                  OPTION_NUMBER(struct year_options, volumes, 1, 2000000) },
                { "instances", "N", "instances at the end, about (10000)", 0,
                  OPTION_NUMBER(struct year_options, instances, 1, 2000000) },
                { "demo", NULL, "every run's notice begins with DEMO", 0, OPTION_FLAG(struct year_options, demo) },
        };
        static const struct command_line line = {
                .options = options,
                .n_options = ARRAY_SIZE(options),
                .arguments = "DATABASE",
                .description = "Makes a history database as a year of ebsreportd would have.",
                .take_argument = take_path,
                .check = check_path,
        };
        struct year_options o = { .seed = 1, .days = 365, .raw_days = 90, .interval = 300, .accounts = 3,
                                  .regions = CATALOGUE_USUAL_REGIONS, .volumes = 40000, .instances = 10000 };
        command_line_parse(&line, argc, argv, &o);
        if (o.end == 0)
                o.end = time(NULL);
        *ret = o;
}
