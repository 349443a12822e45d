/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/export.h"
#include "model/run.h"

/* The command line as given; strings are argv's own. */
enum output_format {
        OUTPUT_TEXT,
        OUTPUT_JSON,
        OUTPUT_CSV,
};

struct options {
        bool once;
        bool compare;
        bool check;
        bool check_config;
        bool no_store;
        bool rebuild_rollups;
        bool diff;
        int64_t diff_from; /* the runs of --diff */
        int64_t diff_to;   /* 0: not given yet */
        bool since_given;
        usec_t since;      /* --since, realtime */
        enum export_kind export;
        enum output_format export_format; /* of --export: CSV or JSON; OUTPUT_TEXT: not given */
        bool mode_given;
        enum run_mode mode;
        enum output_format format;
        const char *workers;      /* NULL: by the configuration, as with the following */
        const char *database;
        const char *endpoint_url;
        const char *profile;
        const char *config_path;
        const char **regions;     /* owned array; NULL: none given */
        size_t n_regions;
};

/* Parses the command line; on bad usage, --help and --version this prints what is to be said and exits, with 1 or 0. */
void options_parse(int argc, char **argv, struct options *ret);

void options_release(struct options *o);
