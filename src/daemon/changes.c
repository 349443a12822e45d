/* SPDX-License-Identifier: MIT */
#include "daemon/changes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "daemon/once.h"
#include "report/report.h"
#include "store/store.h"

/* The runs that bound the question. */
static int find_range(const struct options *o, const struct config *config, struct store *store, int64_t *ret_from,
                      int64_t *ret_to, struct error *reterr) {
        if (!o->since_given) {
                *ret_from = o->diff_from;
                *ret_to = o->diff_to;
                return 0;
        }
        int r = store_find_newest_sweep(store, ret_to, reterr);
        if (r == 0 && *ret_to == 0)
                r = error_set(reterr, ERROR_DATABASE, ENOENT,
                              "no run in the history has listed all volumes: make one in the mode sweep first");
        if (r == 0)
                r = store_find_run_before(store, o->since, &config->keep, ret_from, reterr);
        /* Nothing ran meanwhile: nothing is known to have changed. */
        if (r == 0 && *ret_from > *ret_to)
                *ret_from = *ret_to;
        return r;
}

static int read_changes(const struct options *o, const struct config *config, struct changes *ret,
                        struct error *reterr) {
        _cleanup_(store_closep) struct store *store = NULL;
        /* Those of the command line; the configuration file's do not hide what the history has. */
        const char *const *regions = o->n_regions > 0 ? (const char *const *) config->regions : NULL;
        int64_t from = 0, to = 0;
        int r = store_open_readonly(config->database, &store, reterr);
        if (r == 0)
                r = find_range(o, config, store, &from, &to, reterr);
        if (r == 0)
                r = store_read_changes(store, from, to, regions, &config->keep, ret, reterr);
        return r;
}

static int print(const struct options *o, const struct changes *changes) {
        switch (o->format) {
        case OUTPUT_JSON:
                return report_json_changes(changes, stdout);
        case OUTPUT_CSV:
                return report_csv_changes(changes, stdout);
        default:
                return report_text_changes(changes, stdout);
        }
}

int print_changes(const struct options *options, const struct config *config) {
        struct changes changes = { 0 };
        struct error error = { 0 };
        if (read_changes(options, config, &changes, &error) < 0) {
                log_message(LOG_ERR, "%s", error.message);
                return error.kind == ERROR_CONFIG ? EXIT_USAGE : EXIT_DATABASE;
        }
        int status = EXIT_ALL_REGIONS;
        for (size_t i = 0; i < changes.n_regions; i++)
                if (changes_region_is_behind(&changes, &changes.regions[i]))
                        status = EXIT_SOME_REGIONS;
        int r = print(options, &changes);
        if (r < 0) {
                log_message(LOG_ERR, "cannot write the report to standard output: %s", strerror(-r));
                status = EXIT_USAGE;
        }
        changes_release(&changes);
        return status;
}
