/* SPDX-License-Identifier: MIT */
#include "collect/conclusion.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/tally.h"

static void conclude_region(struct scan *scan, const char *account, usec_t started, const struct run *run,
                            struct region_result *result) {
        int r = scan_conclude(scan, result);
        if (r < 0) {
                result->failed = true;
                (void) error_set(&result->error, r == -EOVERFLOW ? ERROR_PROTOCOL : ERROR_SYSTEM, -r,
                                 r == -EOVERFLOW ? "the volumes' sizes add up to more than there can be"
                                                 : "out of memory");
        } else if (result->failed && result->error.kind == ERROR_NONE) {
                result->error = run->error;
        }
        error_copy_text(result->account, sizeof(result->account), account);
        const struct tally *t = scan_tally(scan);
        result->calls = t->calls;
        result->retries = t->retries;
        result->throttles = t->throttles;
        result->busy_usec = t->busy;
        if (t->first_sent != 0)
                result->start_usec = t->first_sent - started;
        if (t->last_answer > t->first_sent)
                result->wall_usec = t->last_answer - t->first_sent;
}

static int compare_regions(const void *left, const void *right) {
        const struct region_result *a = left, *b = right;
        int r = strcmp(a->account, b->account);
        return r != 0 ? r : strcmp(a->region, b->region);
}

int conclude_regions(const struct plan *plan, const char *account, usec_t started, struct run *run,
                     struct error *reterr) {
        size_t n = plan_scans(plan);
        run->status = RUN_FAILED;
        run->regions = calloc(n > 0 ? n : 1, sizeof(*run->regions));
        if (run->regions == NULL)
                return error_oom(reterr);
        run->n_regions = n;
        for (size_t i = 0; i < n; i++)
                conclude_region(plan_scan(plan, i), account, started, run, &run->regions[i]);
        qsort(run->regions, n, sizeof(*run->regions), compare_regions);
        int r = run_summarize(run);
        if (r < 0) {
                run->status = RUN_FAILED;
                return error_set(reterr, ERROR_PROTOCOL, -r, "the regions' sizes add up to more than there can be");
        }
        return 0;
}
