/* SPDX-License-Identifier: MIT */
#include "year_options.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "catalogue.h"

enum {
        OPTION_SEED = 256,
        OPTION_END,
        OPTION_DAYS,
        OPTION_RAW_DAYS,
        OPTION_INTERVAL,
        OPTION_ACCOUNTS,
        OPTION_REGIONS,
        OPTION_VOLUMES,
        OPTION_INSTANCES,
        OPTION_DEMO,
};

static int64_t parse_number(struct argp_state *state, const char *arg, int64_t low, int64_t high) {
        char *end;
        errno = 0;
        long long n = strtoll(arg, &end, 10);
        if (errno != 0 || end == arg || *end != '\0' || n < low || n > high)
                argp_error(state, "'%s' is not a number from %lld to %lld", arg, (long long) low, (long long) high);
        return n;
}

static int64_t parse_time(struct argp_state *state, const char *arg) {
        usec_t t;
        if (clock_parse_iso8601(arg, &t) < 0)
                argp_error(state, "'%s' is not a time such as 2026-11-23T14:01:00Z", arg);
        return (int64_t) (t / USEC_PER_SEC);
}

static error_t parse_option(int key, char *arg, struct argp_state *state) {
        struct year_options *o = state->input;
        switch (key) {
        case OPTION_SEED:
                o->seed = (uint64_t) parse_number(state, arg, 0, INT64_MAX);
                break;
        case OPTION_END:
                o->end = parse_time(state, arg);
                break;
        case OPTION_DAYS:
                o->days = parse_number(state, arg, 1, 3660);
                break;
        case OPTION_RAW_DAYS:
                o->raw_days = parse_number(state, arg, 1, 3660);
                break;
        case OPTION_INTERVAL:
                o->interval = parse_number(state, arg, 60, 86400);
                break;
        case OPTION_ACCOUNTS:
                o->accounts = (unsigned) parse_number(state, arg, 1, CATALOGUE_ACCOUNTS);
                break;
        case OPTION_REGIONS:
                o->regions = (unsigned) parse_number(state, arg, 1, CATALOGUE_REGIONS);
                break;
        case OPTION_VOLUMES:
                o->volumes = (uint64_t) parse_number(state, arg, 1, 2000000);
                break;
        case OPTION_INSTANCES:
                o->instances = (uint64_t) parse_number(state, arg, 1, 2000000);
                break;
        case OPTION_DEMO:
                o->demo = true;
                break;
        case ARGP_KEY_ARG:
                if (o->path != NULL)
                        argp_error(state, "one database, not two");
                o->path = arg;
                break;
        case ARGP_KEY_END:
                if (o->path == NULL)
                        argp_usage(state);
                break;
        default:
                return ARGP_ERR_UNKNOWN;
        }
        return 0;
}

void year_options_parse(int argc, char **argv, struct year_options *ret) {
        static const struct argp_option options[] = {
                { "seed", OPTION_SEED, "N", 0, "the same options and seed give the same rows (1)", 0 },
                { "end", OPTION_END, "TIME", 0, "start of the newest run, 2026-11-23T14:01:00Z (now)", 0 },
                { "days", OPTION_DAYS, "N", 0, "how far back the history goes (365)", 0 },
                { "raw-days", OPTION_RAW_DAYS, "N", 0, "how far back single runs are kept (90)", 0 },
                { "interval", OPTION_INTERVAL, "S", 0, "seconds from run to run (300)", 0 },
                { "accounts", OPTION_ACCOUNTS, "N", 0, "AWS accounts (3)", 0 },
                { "regions", OPTION_REGIONS, "N", 0, "regions of each account (17)", 0 },
                { "volumes", OPTION_VOLUMES, "N", 0, "volumes at the end, in all regions together (40000)", 0 },
                { "instances", OPTION_INSTANCES, "N", 0, "instances at the end, about (10000)", 0 },
                { "demo", OPTION_DEMO, NULL, 0, "every run's notice begins with DEMO", 0 },
                { 0 },
        };
        static const struct argp argp = { .options = options, .parser = parse_option, .args_doc = "DATABASE",
                                          .doc = "Makes a history database as a year of ebsreportd would have." };
        struct year_options o = { .seed = 1, .days = 365, .raw_days = 90, .interval = 300, .accounts = 3,
                                  .regions = CATALOGUE_USUAL_REGIONS, .volumes = 40000, .instances = 10000 };
        (void) argp_parse(&argp, argc, argv, 0, NULL, &o);
        if (o.end == 0)
                o.end = time(NULL);
        *ret = o;
}
