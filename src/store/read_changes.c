/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "store/changes_reader.h"
#include "store/db.h"
#include "store/kept.h"
#include "store/store.h"
#include "store/wanted_regions.h"

void *changes_grow(struct changes_reader *r, void *array, size_t *n, size_t size) {
        char *grown = reallocarray(array, *n + 1, size);
        if (grown == NULL) {
                r->oom = true;
                return NULL;
        }
        memset(grown + *n * size, 0, size);
        (*n)++;
        return grown;
}

/* Retention takes runs and events away. What is left is checked against the listings: no part passes for all. */
static void check_sums(struct changes *c) {
        for (size_t i = 0; i < c->n_regions; i++) {
                struct changes_region *r = &c->regions[i];
                if (r->before.run_id == 0 || r->after.run_id == 0)
                        continue;
                int64_t difference = (int64_t) r->after.billed_gib - (int64_t) r->before.billed_gib;
                r->lacks_events = r->gib_change != difference;
                r->gib_change = difference;
                r->is_itemised = r->is_itemised && !r->lacks_events &&
                                 r->events_micros + r->repriced_micros + r->unpriced_micros == r->cost_change.micros;
        }
}

static int read_all(struct changes_reader *r, const struct retention *keep, struct error *reterr) {
        struct changes *c = r->changes;
        int e = kept_check_runs(r->store, c->from, c->to, keep, &c->from_at, &c->to_at, reterr);
        if (e == 0)
                e = changes_read_regions(r, reterr);
        if (e == 0)
                e = changes_read_causes(r, reterr);
        if (e == 0)
                check_sums(c);
        return e < 0 ? e : changes_read_volumes(r, reterr);
}

int store_read_changes(struct store *s, int64_t from, int64_t to, const char *const *regions,
                       const struct retention *keep, struct changes *ret, struct error *reterr) {
        struct changes changes = { .from = from, .to = to };
        struct buffer words = BUFFER_INIT(65536);
        const char *text = wanted_regions(regions, &words);
        if (text == NULL) {
                buffer_release(&words);
                return error_oom(reterr);
        }
        struct changes_reader reader = { .store = s, .changes = &changes, .regions = text };
        /* One state of the database for all of it. */
        int r = db_exec(s, "BEGIN", CHANGES_DOING, reterr);
        if (r == 0)
                r = read_all(&reader, keep, reterr);
        db_rollback(s);
        buffer_release(&words);
        if (r < 0)
                changes_release(&changes);
        else
                *ret = changes;
        return r;
}

int store_find_newest_sweep(struct store *s, int64_t *ret_run_id, struct error *reterr) {
        return db_read_int64(s, "SELECT max(run_id) FROM v1_run WHERE mode = 'sweep'", CHANGES_DOING, ret_run_id,
                             reterr);
}
