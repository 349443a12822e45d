/* SPDX-License-Identifier: MIT */
#include "model/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const mode_names[_MODE_MAX] = {
        [MODE_SEQUENTIAL] = "sequential",
        [MODE_PARALLEL] = "parallel",
        [MODE_SWEEP] = "sweep",
};

const char *run_mode_name(enum run_mode mode) {
        return (unsigned) mode < _MODE_MAX ? mode_names[mode] : "unknown";
}

int run_mode_from_name(const char *name, enum run_mode *ret_mode) {
        for (unsigned m = 0; m < _MODE_MAX; m++)
                if (strcmp(mode_names[m], name) == 0) {
                        *ret_mode = (enum run_mode) m;
                        return 0;
                }
        return -EINVAL;
}

const char *run_status_name(enum run_status status) {
        static const char *const names[_RUN_STATUS_MAX] = {
                [RUN_OK] = "ok",
                [RUN_PARTIAL] = "partial",
                [RUN_FAILED] = "failed",
        };
        return (unsigned) status < _RUN_STATUS_MAX ? names[status] : "unknown";
}

enum completeness region_result_completeness(const struct region_result *r) {
        if (!r->failed)
                return r->totals.lists_all_volumes ? COMPLETENESS_OK : COMPLETENESS_PARTIAL;
        if (strcmp(r->error.code, "OptInRequired") == 0)
                return COMPLETENESS_NOT_OPTED_IN;
        switch (r->error.kind) {
        case ERROR_DENIED:
        case ERROR_CREDENTIALS:
        case ERROR_EXPIRED:
                return COMPLETENESS_DENIED;
        case ERROR_NETWORK:
        case ERROR_TIMEOUT:
        case ERROR_DEADLINE:
        case ERROR_SERVER:
        case ERROR_THROTTLED:
                return COMPLETENESS_UNREACHABLE;
        default:
                return COMPLETENESS_FAILED;
        }
}

const char *completeness_name(enum completeness completeness) {
        static const char *const names[_COMPLETENESS_MAX] = {
                [COMPLETENESS_OK] = "ok",
                [COMPLETENESS_PARTIAL] = "partial",
                [COMPLETENESS_NOT_OPTED_IN] = "not_opted_in",
                [COMPLETENESS_DENIED] = "denied",
                [COMPLETENESS_UNREACHABLE] = "unreachable",
                [COMPLETENESS_FAILED] = "failed",
        };
        return (unsigned) completeness < _COMPLETENESS_MAX ? names[completeness] : "unknown";
}

int run_summarize(struct run *r) {
        struct totals sum = { .lists_all_volumes = r->mode == MODE_SWEEP, .cost.known = true };
        size_t failed = 0;
        for (size_t i = 0; i < r->n_regions; i++) {
                if (r->regions[i].failed) {
                        failed++;
                        continue;
                }
                int e = totals_add(&sum, &r->regions[i].totals);
                if (e < 0)
                        return e;
        }
        r->totals = sum;
        r->n_failed = failed;
        if (r->n_regions == 0 || failed == r->n_regions)
                r->status = RUN_FAILED;
        else
                r->status = failed > 0 ? RUN_PARTIAL : RUN_OK;
        return 0;
}

void region_result_release(struct region_result *r) {
        free(r->types);
        inventory_free(r->inventory);
        *r = (struct region_result){ 0 };
}

void run_release(struct run *r) {
        for (size_t i = 0; i < r->n_regions; i++)
                region_result_release(&r->regions[i]);
        free(r->regions);
        free(r->timings);
        region_list_release(&r->listed);
        *r = (struct run){ 0 };
}

static bool runs_agree(const struct run *a, const struct run *b) {
        if (a->status != RUN_OK || b->status != RUN_OK || a->n_regions != b->n_regions)
                return false;
        for (size_t i = 0; i < a->n_regions; i++)
                if (strcmp(a->regions[i].region, b->regions[i].region) != 0 ||
                    strcmp(a->regions[i].account, b->regions[i].account) != 0 ||
                    !totals_agree(&a->regions[i].totals, &b->regions[i].totals))
                        return false;
        return true;
}

void comparison_conclude(struct comparison *c) {
        bool timed = c->sequential.status == RUN_OK && c->parallel.status == RUN_OK && c->parallel.wall_usec > 0;
        c->speedup = timed ? (double) c->sequential.wall_usec / (double) c->parallel.wall_usec : 0;
        c->agree = runs_agree(&c->sequential, &c->parallel) && runs_agree(&c->sequential, &c->sweep);
}

void comparison_release(struct comparison *c) {
        run_release(&c->sequential);
        run_release(&c->parallel);
        run_release(&c->sweep);
        *c = (struct comparison){ 0 };
}
