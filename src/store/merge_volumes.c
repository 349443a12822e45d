/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/merge.h"
#include "store/stored_volume.h"
#include "store/volume_classes.h"
#include "store/volume_writer.h"

static const char doing[] = "storing the inventory";

/* A volume that is not as it was. Changes are collected first and written then, because what a query gives is not
 * defined while its table is written. */
struct change {
        struct stored_volume *before;       /* owned; NULL: it is new */
        const struct inventory_volume *now; /* NULL: it is gone */
};

/* Other prices change every volume, so that of one that is as it was no more than a pointer is kept. */
struct changes {
        struct change *items; /* owned */
        size_t n;
        size_t allocated;
        const struct inventory_volume **repriced; /* owned; those whose costs alone are not as they were */
        size_t n_repriced;
        size_t repriced_allocated;
        int64_t repriced_micros; /* what that makes, a month */
};

static void changes_release(struct changes *c) {
        for (size_t i = 0; i < c->n; i++)
                stored_volume_free(c->items[i].before);
        free(c->items);
        free(c->repriced);
}

/* Room for one more in an array of n; NULL when out of memory. */
static void *grow(void *array, size_t n, size_t *allocated, size_t size) {
        if (n < *allocated)
                return array;
        size_t more = *allocated > 0 ? *allocated * 2 : 256;
        void *grown = reallocarray(array, more, size);
        if (grown != NULL)
                *allocated = more;
        return grown;
}

static int add_change(struct changes *c, struct stored_volume *before, const struct inventory_volume *now) {
        struct change *grown = grow(c->items, c->n, &c->allocated, sizeof(*grown));
        if (grown == NULL) {
                stored_volume_free(before);
                return -ENOMEM;
        }
        c->items = grown;
        c->items[c->n++] = (struct change){ .before = before, .now = now };
        return 0;
}

static int add_repriced(struct changes *c, uint64_t cost_before, const struct inventory_volume *now) {
        const struct inventory_volume **grown =
                grow(c->repriced, c->n_repriced, &c->repriced_allocated, sizeof(*grown));
        if (grown == NULL)
                return -ENOMEM;
        c->repriced = grown;
        c->repriced[c->n_repriced++] = now;
        c->repriced_micros += cost_change(cost_before, now->cost_micros);
        return 0;
}

/* The stored row in hand and the listed volume, one of them or both. */
static int compare_volume(const struct stored_volumes *stored, const struct listing *l,
                          const struct inventory_volume *now, const struct volume_classes *classes,
                          struct changes *ret) {
        if (stored != NULL && now != NULL && stored_volumes_equal(stored, now, volume_class_of(classes, now)))
                return stored_volumes_cost_equal(stored, now) ? 0
                                                              : add_repriced(ret, stored_volumes_cost(stored), now);
        struct stored_volume *before = NULL;
        if (stored != NULL && (before = stored_volumes_copy(stored, classes)) == NULL)
                return -ENOMEM;
        if (before != NULL && !l->costs_comparable)
                before->cost_micros = COST_UNKNOWN;
        return add_change(ret, before, now);
}

/* Both sides come in the order of ids. */
static int compare_all(struct stored_volumes *stored, const struct listing *l, const struct volume_classes *classes,
                       struct changes *ret) {
        const struct inventory *listed = l->inventory;
        size_t i = 0;
        int r = 0;
        const char *id = stored_volumes_next(stored);
        while (r == 0 && (id != NULL || i < listed->n_volumes)) {
                const struct inventory_volume *now = i < listed->n_volumes ? listed->volumes[i] : NULL;
                int order = id == NULL ? 1 : now == NULL ? -1 : strcmp(id, now->text);
                r = compare_volume(order <= 0 ? stored : NULL, l, order >= 0 ? now : NULL, classes, ret);
                i += order >= 0;
                if (order <= 0)
                        id = stored_volumes_next(stored);
        }
        return r;
}

static int write_changes(struct store *s, const struct listing *l, const struct volume_classes *classes,
                         const struct changes *changes, int64_t *ret_repriced, struct error *reterr) {
        struct volume_writer w = volume_writer_open(s, l, classes);
        for (size_t i = 0; i < changes->n; i++)
                volume_writer_write(&w, changes->items[i].before, changes->items[i].now);
        for (size_t i = 0; i < changes->n_repriced; i++)
                volume_writer_reprice(&w, changes->repriced[i]);
        int r = volume_writer_close(&w, reterr);
        if (r == 0)
                *ret_repriced = changes->repriced_micros + w.repriced_micros;
        return r;
}

/* What volumes have cost so far in another currency is not known in this one. */
static int forget_waste(struct store *s, const struct listing *l, struct error *reterr) {
        const char *now = listing_currency(l);
        if (l->currency_before[0] == '\0' || now[0] == '\0' || strcmp(l->currency_before, now) == 0)
                return 0;
        struct query q = query_prepare(
                s, "UPDATE volume SET wasted_micros = NULL WHERE place_id = :place AND wasted_micros IS NOT NULL");
        query_bind_uint(&q, ":place", (uint64_t) l->place_id);
        query_run(&q);
        return query_finish(&q, doing, reterr);
}

int merge_volumes(struct store *s, const struct listing *l, int64_t *ret_repriced, struct error *reterr) {
        struct volume_classes classes = { 0 };
        _cleanup_(changes_release) struct changes changes = { 0 };
        int r = volume_classes_load(s, l->inventory, &classes, reterr);
        if (r < 0)
                return r;
        struct stored_volumes stored = stored_volumes_open(s, l->place_id);
        int compared = compare_all(&stored, l, &classes, &changes);
        r = stored_volumes_close(&stored, reterr);
        if (compared < 0)
                r = error_oom(reterr);
        if (r == 0)
                r = forget_waste(s, l, reterr);
        if (r == 0)
                r = write_changes(s, l, &classes, &changes, ret_repriced, reterr);
        volume_classes_release(&classes);
        return r;
}
