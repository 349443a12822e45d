/* SPDX-License-Identifier: MIT */
#include "collect/aggregate.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/macros.h"
#include "collect/breakdown.h"
#include "model/region.h"

/* A region holds a handful of distinct types, states and zones and up to millions of volumes: a volume refers to its
 * kind by pointer. */
struct kind {
        UT_hash_handle hh;
        struct volume_kind key;
};

struct seen_instance {
        UT_hash_handle hh;
        bool terminated;
        char id[MODEL_ID_SIZE];
};

struct seen_volume {
        UT_hash_handle hh;
        const struct volume_kind *kind;
        struct provisioned provisioned;
        bool held_by_service; /* managed, or an attachment without an instance */
        size_t n_holders;
        char ids[]; /* its own id and those of the instances that hold it, each with its NUL */
};

struct aggregate {
        struct kind *kinds;
        struct seen_instance *instances;
        struct seen_volume *volumes;
        bool ids_are_hex;
        const struct price_list *prices; /* borrowed; NULL: none */
        char region[sizeof(((struct region *) NULL)->name)];
};

int aggregate_new(struct aggregate **ret) {
        struct aggregate *a = calloc(1, sizeof(*a));
        if (a == NULL)
                return -ENOMEM;
        a->ids_are_hex = true;
        *ret = a;
        return 0;
}

void aggregate_clear(struct aggregate *a) {
        struct seen_volume *v, *next_volume;
        HASH_ITER(hh, a->volumes, v, next_volume) {
                HASH_DEL(a->volumes, v);
                free(v);
        }
        struct seen_instance *i, *next_instance;
        HASH_ITER(hh, a->instances, i, next_instance) {
                HASH_DEL(a->instances, i);
                free(i);
        }
        struct kind *k, *next_kind;
        HASH_ITER(hh, a->kinds, k, next_kind) {
                HASH_DEL(a->kinds, k);
                free(k);
        }
        a->ids_are_hex = true;
}

void aggregate_free(struct aggregate *a) {
        if (a == NULL)
                return;
        aggregate_clear(a);
        free(a);
}

void aggregate_set_prices(struct aggregate *a, const struct price_list *prices, const char *region) {
        a->prices = prices;
        error_copy_text(a->region, sizeof(a->region), region);
}

bool aggregate_ids_are_hex(const struct aggregate *a) {
        return a->ids_are_hex;
}

int aggregate_add_instance(struct aggregate *a, const struct instance *instance, bool *ret_fresh) {
        bool terminated = instance->state == INSTANCE_TERMINATED;
        struct seen_instance *i = NULL;
        HASH_FIND_STR(a->instances, instance->id, i);
        if (i != NULL) {
                i->terminated = terminated;
                *ret_fresh = false;
                return 0;
        }
        i = calloc(1, sizeof(*i));
        if (i == NULL)
                return -ENOMEM;
        memcpy(i->id, instance->id, sizeof(i->id));
        i->terminated = terminated;
        HASH_ADD_STR(a->instances, id, i);
        if (i->hh.tbl == NULL) {
                free(i);
                return -ENOMEM;
        }
        *ret_fresh = !terminated;
        return 0;
}

static const struct volume_kind *intern_kind(struct aggregate *a, const struct volume *volume) {
        struct volume_kind key = { 0 };
        strcpy(key.zone, volume->zone);
        strcpy(key.type, volume->type);
        strcpy(key.state, volume->state);
        struct kind *k = NULL;
        HASH_FIND(hh, a->kinds, &key, sizeof(key), k);
        if (k != NULL)
                return &k->key;
        k = calloc(1, sizeof(*k));
        if (k == NULL)
                return NULL;
        k->key = key;
        HASH_ADD(hh, a->kinds, key, sizeof(k->key), k);
        if (k->hh.tbl == NULL) {
                free(k);
                return NULL;
        }
        return &k->key;
}

static bool id_is_hex(const char *id) {
        return strncmp(id, "vol-", 4) == 0 && id[4] != '\0' && strspn(id + 4, "0123456789abcdef") == strlen(id + 4);
}

/* An attachment whose status is "detached" is over; every other one still holds the volume. */
static bool attachment_holds(const struct attachment *at) {
        return strcmp(at->status, "detached") != 0;
}

static struct seen_volume *pack_volume(const struct volume *volume) {
        size_t size = strlen(volume->id) + 1;
        for (size_t i = 0; i < volume->n_attachments; i++)
                size += strlen(volume->attachments[i].instance_id) + 1;
        struct seen_volume *v = calloc(1, sizeof(*v) + size);
        if (v == NULL)
                return NULL;
        v->provisioned = (struct provisioned){ volume->size_gib, volume->iops, volume->throughput };
        v->held_by_service = volume->managed;
        char *end = stpcpy(v->ids, volume->id) + 1;
        for (size_t i = 0; i < volume->n_attachments; i++) {
                const struct attachment *at = &volume->attachments[i];
                if (!attachment_holds(at))
                        continue;
                if (at->instance_id[0] == '\0') {
                        v->held_by_service = true;
                        continue;
                }
                end = stpcpy(end, at->instance_id) + 1;
                v->n_holders++;
        }
        return v;
}

int aggregate_add_volume(struct aggregate *a, const struct volume *volume) {
        const struct volume_kind *kind = intern_kind(a, volume);
        struct seen_volume *v = kind != NULL ? pack_volume(volume) : NULL;
        if (v == NULL)
                return -ENOMEM;
        v->kind = kind;
        if (!id_is_hex(volume->id))
                a->ids_are_hex = false;
        size_t id_len = strlen(v->ids);
        struct seen_volume *old = NULL;
        HASH_FIND(hh, a->volumes, v->ids, id_len, old);
        if (old != NULL) {
                HASH_DEL(a->volumes, old);
                free(old);
        }
        HASH_ADD_KEYPTR(hh, a->volumes, v->ids, id_len, v);
        if (v->hh.tbl == NULL) {
                free(v);
                return -ENOMEM;
        }
        return 0;
}

/* How many of the instances that hold the volume are listed and alive. Each counts once, should an answer name it
 * twice. */
static uint64_t count_known_holders(const struct aggregate *a, const struct seen_volume *v) {
        uint64_t known = 0;
        const char *first = v->ids + strlen(v->ids) + 1;
        const char *id = first;
        for (size_t n = 0; n < v->n_holders; n++, id += strlen(id) + 1) {
                bool repeated = false;
                for (const char *before = first; before < id && !repeated; before += strlen(before) + 1)
                        repeated = strcmp(before, id) == 0;
                struct seen_instance *i = NULL;
                HASH_FIND_STR(a->instances, id, i);
                if (i != NULL && !i->terminated && !repeated)
                        known++;
        }
        return known;
}

static enum holder classify(const struct seen_volume *v, uint64_t known_holders) {
        if (known_holders > 0)
                return HOLDER_INSTANCE;
        if (v->n_holders > 0)
                return HOLDER_UNKNOWN_INSTANCE;
        return v->held_by_service ? HOLDER_MANAGED : HOLDER_NONE;
}

/* Adds size times copies; sticks at failure. */
static void add_gib(uint64_t *sum, uint64_t size, uint64_t copies, bool *overflow) {
        uint64_t product;
        if (__builtin_mul_overflow(size, copies, &product) || __builtin_add_overflow(*sum, product, sum))
                *overflow = true;
}

static bool count_volume(struct totals *t, uint64_t size, enum holder holder, uint64_t known_holders) {
        bool overflow = false;
        switch (holder) {
        case HOLDER_INSTANCE:
                add_gib(&t->instance_sum_gib, size, known_holders, &overflow);
                add_gib(&t->multi_attach_extra_gib, size, known_holders - 1, &overflow);
                t->attached_volumes++;
                add_gib(&t->attached_gib, size, 1, &overflow);
                break;
        case HOLDER_UNKNOWN_INSTANCE:
                t->attached_volumes++;
                add_gib(&t->attached_gib, size, 1, &overflow);
                t->unknown_instance_volumes++;
                add_gib(&t->unknown_instance_gib, size, 1, &overflow);
                break;
        case HOLDER_MANAGED:
                t->managed_volumes++;
                add_gib(&t->managed_gib, size, 1, &overflow);
                break;
        default:
                t->unattached_volumes++;
                add_gib(&t->unattached_gib, size, 1, &overflow);
        }
        return !overflow;
}

int aggregate_finish(const struct aggregate *a, bool lists_all, struct totals *ret_totals,
                     struct type_total **ret_types, size_t *ret_n_types) {
        struct totals t = { .lists_all_volumes = lists_all, .cost.known = a->prices != NULL };
        for (const struct seen_instance *i = a->instances; i != NULL; i = i->hh.next)
                t.instances += !i->terminated;
        struct breakdown b = { .prices = a->prices, .region = a->region };
        int r = 0;
        for (const struct seen_volume *v = a->volumes; v != NULL && r == 0; v = v->hh.next) {
                if (strcmp(v->kind->state, "deleted") == 0)
                        continue;
                uint64_t known = count_known_holders(a, v);
                enum holder holder = classify(v, known);
                if (holder != HOLDER_INSTANCE && !lists_all)
                        continue;
                r = count_volume(&t, v->provisioned.gib, holder, known) ? 0 : -EOVERFLOW;
                if (r == 0)
                        r = breakdown_add(&b, v->kind, holder, &v->provisioned, &t.cost);
        }
        if (r == 0)
                r = breakdown_take(&b, ret_types, ret_n_types);
        breakdown_release(&b);
        if (r == 0)
                *ret_totals = t;
        return r;
}
