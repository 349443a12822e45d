/* SPDX-License-Identifier: MIT */
#include "daemon/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/job.h"
#include "store/store.h"

static int on_size(const char *account _unused_, const char *region, uint64_t volumes, void *userdata) {
        struct history *h = userdata;
        struct region_size *grown = reallocarray(h->sizes, h->n_sizes + 1, sizeof(*grown));
        if (grown == NULL)
                return -ENOMEM;
        h->sizes = grown;
        struct region_size *size = &h->sizes[h->n_sizes++];
        *size = (struct region_size){ .volumes = volumes };
        error_copy_text(size->region, sizeof(size->region), region);
        return 0;
}

static int on_known_region(const char *account, const struct region *region, usec_t listed_at, void *userdata) {
        struct history *h = userdata;
        error_copy_text(h->known_account, sizeof(h->known_account), account);
        h->known_regions_at = listed_at;
        return region_list_add(&h->known_regions, region);
}

int history_recall(struct history *h, const struct config *config, struct error *reterr) {
        _cleanup_(store_closep) struct store *store = NULL;
        int r = store_open(config->database, &store, reterr);
        if (r == 0)
                r = store_read_region_sizes(store, on_size, h, reterr);
        if (r == 0)
                r = store_read_known_regions(store, "", on_known_region, h, reterr);
        if (r == 0)
                r = store_read_comparison_time(store, &h->compared_at, reterr);
        return r;
}

int history_peek(struct history *h, const struct config *config, struct error *reterr) {
        _cleanup_(store_closep) struct store *store = NULL;
        int r = store_open_readonly(config->database, &store, reterr);
        return r < 0 ? r : store_read_known_regions(store, "", on_known_region, h, reterr);
}

/* Remembers the regions when the service listed them. */
static int append_known_regions(struct store *store, const struct run *run, struct error *reterr) {
        if (run->listed.n == 0 || run->n_regions == 0)
                return 0;
        return store_write_known_regions(store, run->regions[0].account, run->listed.items, run->listed.n,
                                         run->started_at, reterr);
}

int history_append(const struct config *config, struct job_result *result, const struct store_patience *patience,
                   struct error *reterr) {
        _cleanup_(store_closep) struct store *store = NULL;
        int64_t run_ids[COMPARISON_RUNS] = { 0 };
        int r = store_open(config->database, &store, reterr);
        if (r < 0)
                return r;
        if (patience != NULL)
                store_set_patience(store, patience);
        r = store_begin(store, reterr);
        if (r < 0)
                return r;
        if (result->compared)
                r = store_write_comparison(store, &result->comparison, config->timings_keep_runs, run_ids, reterr);
        else
                r = store_write_run(store, &result->run, config->timings_keep_runs, &run_ids[0], reterr);
        if (r == 0 && !result->some_regions)
                r = append_known_regions(store, job_result_run(result), reterr);
        r = store_end(store, r, reterr);
        if (r == 0)
                memcpy(result->run_ids, run_ids, sizeof(run_ids));
        return r;
}

int history_prune(const struct config *config, const struct store_patience *patience, struct error *reterr) {
        _cleanup_(store_closep) struct store *store = NULL;
        int r = store_open(config->database, &store, reterr);
        if (r < 0)
                return r;
        if (patience != NULL)
                store_set_patience(store, patience);
        return store_prune(store, &config->keep, reterr);
}

void history_release(struct history *h) {
        free(h->sizes);
        region_list_release(&h->known_regions);
        *h = (struct history){ 0 };
}
