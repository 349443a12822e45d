/* SPDX-License-Identifier: MIT */
#include "daemon/deliver.h"

#include "daemon/history.h"
#include "daemon/metrics_file.h"

/* Puts a second failure, r2, to the first one, r, if there is one. */
static int join(int r, int r2, const struct error *error, struct error *reterr) {
        if (r2 < 0 && r < 0)
                (void) error_set(reterr, reterr->kind, -r, "%.250s; %.250s", reterr->message, error->message);
        else if (r2 < 0)
                *reterr = *error;
        return r < 0 ? r : r2;
}

/* Its failure is not the run's. */
static int prune(const struct config *config, const struct store_patience *patience, struct error *reterr) {
        struct error error;
        int r = history_prune(config, patience, &error);
        if (r < 0)
                (void) error_set(reterr, error.kind, -r, "%.400s (this run is stored, but nothing old is deleted)",
                                 error.message);
        return r;
}

int deliver(const struct config *config, struct job_result *result, const struct store_patience *patience,
            struct error *reterr) {
        bool is_run = !job_result_is_refused(result);
        struct error error;
        int r = is_run ? history_append(config, result, patience, reterr) : 0;
        bool is_stored = is_run && r == 0;
        /* The other regions' metrics are not to vanish for a comparison. */
        if (!result->some_regions)
                r = join(r, metrics_file_write(config, job_result_run(result), is_stored, &error), &error, reterr);
        if (is_stored)
                r = join(r, prune(config, patience, &error), &error, reterr);
        return r;
}
