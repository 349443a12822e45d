/* SPDX-License-Identifier: MIT */
#include "collect/aggregate.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/macros.h"
#include "collect/breakdown.h"
#include "collect/pack.h"
#include "model/region.h"

struct aggregate {
        struct inventory *pool; /* owned; its kinds and services, and in the end all else */
        struct inventory_instance *instances;
        struct inventory_volume *volumes;
        bool ids_are_hex;
        const struct price_list *prices; /* borrowed; NULL: none */
        char region[sizeof(((struct region *) NULL)->name)];
};

int aggregate_new(struct aggregate **ret) {
        struct aggregate *a = calloc(1, sizeof(*a));
        struct inventory *pool = calloc(1, sizeof(*pool));
        if (a == NULL || pool == NULL) {
                free(a);
                free(pool);
                return -ENOMEM;
        }
        a->pool = pool;
        a->ids_are_hex = true;
        *ret = a;
        return 0;
}

void aggregate_clear(struct aggregate *a) {
        struct inventory_volume *v, *next_volume;
        HASH_ITER(hh, a->volumes, v, next_volume) {
                HASH_DEL(a->volumes, v);
                free(v);
        }
        struct inventory_instance *i, *next_instance;
        HASH_ITER(hh, a->instances, i, next_instance) {
                HASH_DEL(a->instances, i);
                free(i);
        }
        a->ids_are_hex = true;
}

void aggregate_free(struct aggregate *a) {
        if (a == NULL)
                return;
        aggregate_clear(a);
        inventory_free(a->pool);
        free(a);
}

void aggregate_set_prices(struct aggregate *a, const struct price_list *prices, const char *region) {
        a->prices = prices;
        error_copy_text(a->region, sizeof(a->region), region);
}

bool aggregate_ids_are_hex(const struct aggregate *a) {
        return a->ids_are_hex;
}

static struct inventory_instance *find_instance(const struct aggregate *a, const char *id) {
        struct inventory_instance *i = NULL;
        HASH_FIND(hh, a->instances, id, strlen(id), i);
        return i;
}

int aggregate_add_instance(struct aggregate *a, const struct instance *instance, bool *ret_fresh) {
        struct inventory_instance *i = pack_instance(instance);
        if (i == NULL)
                return -ENOMEM;
        size_t id_len = strlen(i->text);
        struct inventory_instance *old = find_instance(a, i->text);
        *ret_fresh = old == NULL && i->state != INSTANCE_TERMINATED;
        if (old != NULL) {
                HASH_DEL(a->instances, old);
                free(old);
        }
        HASH_ADD_KEYPTR(hh, a->instances, i->text, id_len, i);
        if (i->hh.tbl == NULL) {
                free(i);
                return -ENOMEM;
        }
        return 0;
}

static bool id_is_hex(const char *id) {
        return strncmp(id, "vol-", 4) == 0 && id[4] != '\0' && strspn(id + 4, "0123456789abcdef") == strlen(id + 4);
}

int aggregate_add_volume(struct aggregate *a, const struct volume *volume) {
        const struct service_name *service = NULL;
        const struct volume_kind *kind = inventory_intern_kind(a->pool, volume);
        if (kind == NULL || (volume->managed_by[0] != '\0' &&
                             (service = inventory_intern_service(a->pool, volume->managed_by)) == NULL))
                return -ENOMEM;
        struct inventory_volume *v = pack_volume(volume);
        if (v == NULL)
                return -ENOMEM;
        v->kind = kind;
        v->managed_by = service;
        if (!id_is_hex(volume->id))
                a->ids_are_hex = false;
        size_t id_len = strlen(v->text);
        struct inventory_volume *old = NULL;
        HASH_FIND(hh, a->volumes, v->text, id_len, old);
        if (old != NULL) {
                HASH_DEL(a->volumes, old);
                free(old);
        }
        HASH_ADD_KEYPTR(hh, a->volumes, v->text, id_len, v);
        if (v->hh.tbl == NULL) {
                free(v);
                return -ENOMEM;
        }
        return 0;
}

/* Adds size times copies; sticks at failure. */
static void add_gib(uint64_t *sum, uint64_t size, uint64_t copies, bool *overflow) {
        uint64_t product;
        if (__builtin_mul_overflow(size, copies, &product) || __builtin_add_overflow(*sum, product, sum))
                *overflow = true;
}

/* Those of the instances that hold the volume that are listed and alive. */
static size_t known_holders(const struct aggregate *a, const struct inventory_volume *v,
                            struct inventory_instance *ret[static MODEL_ATTACHMENTS_MAX]) {
        size_t known = 0;
        const char *id = inventory_next_text(v->text);
        for (size_t n = 0; n < v->n_instances; n++, id = inventory_next_text(id)) {
                struct inventory_instance *i = find_instance(a, id);
                if (i != NULL && i->state != INSTANCE_TERMINATED)
                        ret[known++] = i;
        }
        return known;
}

/* What an instance holds is part of what its region holds, so that these sums cannot be too great once the region's
 * are not; but for what gp2 volumes would cost, which is bounded here. */
static void add_to_instance(struct inventory_instance *i, const struct inventory_volume *v) {
        i->volumes++;
        i->gib += v->size_gib;
        if (strcmp(v->kind->key.type, volume_type_name(TYPE_GP3)) == 0)
                i->gp3_gib += v->size_gib;
        if (v->cost_micros == COST_UNKNOWN) {
                i->unpriced_volumes++;
                return;
        }
        i->cost_micros += v->cost_micros;
        if (v->gp3_cost_micros > COST_MICROS_MAX - i->gp2_as_gp3_micros)
                return;
        i->gp2_cost_micros += v->cost_micros;
        i->gp2_as_gp3_micros += v->gp3_cost_micros;
        i->has_comparable_gp2 = true;
}

/* Makes an instance one without volumes. */
static void clear_sums(struct inventory_instance *i) {
        i->volumes = i->gib = i->gp3_gib = 0;
        i->cost_micros = i->gp2_cost_micros = i->gp2_as_gp3_micros = i->unpriced_volumes = 0;
        i->has_comparable_gp2 = false;
}

static enum holder classify(const struct inventory_volume *v, uint64_t known_holders) {
        if (known_holders > 0)
                return HOLDER_INSTANCE;
        if (v->n_instances > 0)
                return HOLDER_UNKNOWN_INSTANCE;
        return v->held_by_service ? HOLDER_MANAGED : HOLDER_NONE;
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

static bool is_deleted(const struct inventory_volume *v) {
        return strcmp(v->kind->key.state, "deleted") == 0;
}

int aggregate_finish(struct aggregate *a, bool lists_all, struct totals *ret_totals, struct type_total **ret_types,
                     size_t *ret_n_types) {
        struct totals t = { .lists_all_volumes = lists_all, .cost.known = a->prices != NULL };
        for (struct inventory_instance *i = a->instances; i != NULL; i = i->hh.next) {
                t.instances += i->state != INSTANCE_TERMINATED;
                clear_sums(i);
        }
        struct breakdown b = { .prices = a->prices, .region = a->region };
        int r = 0;
        for (struct inventory_volume *v = a->volumes; v != NULL && r == 0; v = v->hh.next) {
                if (is_deleted(v))
                        continue;
                struct inventory_instance *holders[MODEL_ATTACHMENTS_MAX];
                size_t known = known_holders(a, v, holders);
                enum holder holder = classify(v, known);
                v->holder = (uint8_t) holder;
                if (holder != HOLDER_INSTANCE && !lists_all)
                        continue;
                r = count_volume(&t, v->size_gib, holder, known) ? breakdown_add(&b, v, &t.cost) : -EOVERFLOW;
                for (size_t i = 0; i < known && r == 0; i++)
                        add_to_instance(holders[i], v);
        }
        if (r == 0)
                r = breakdown_take(&b, ret_types, ret_n_types);
        breakdown_release(&b);
        if (r == 0)
                *ret_totals = t;
        return r;
}

int aggregate_take_inventory(struct aggregate *a, struct inventory **ret) {
        size_t n_volumes = HASH_COUNT(a->volumes), n_instances = HASH_COUNT(a->instances);
        struct inventory_volume **volumes = calloc(n_volumes + 1, sizeof(struct inventory_volume *));
        struct inventory_instance **instances = calloc(n_instances + 1, sizeof(struct inventory_instance *));
        struct inventory *pool = calloc(1, sizeof(*pool));
        if (volumes == NULL || instances == NULL || pool == NULL) {
                free(volumes);
                free(instances);
                free(pool);
                return -ENOMEM;
        }
        struct inventory *taken = a->pool;
        a->pool = pool;
        taken->volumes = volumes;
        taken->instances = instances;
        struct inventory_volume *v, *next_volume;
        for (v = a->volumes; v != NULL; v = next_volume) {
                next_volume = v->hh.next;
                if (is_deleted(v)) {
                        HASH_DEL(a->volumes, v);
                        free(v);
                } else {
                        taken->volumes[taken->n_volumes++] = v;
                }
        }
        struct inventory_instance *i, *next_instance;
        for (i = a->instances; i != NULL; i = next_instance) {
                next_instance = i->hh.next;
                if (i->state == INSTANCE_TERMINATED) {
                        HASH_DEL(a->instances, i);
                        free(i);
                } else {
                        taken->instances[taken->n_instances++] = i;
                }
        }
        HASH_CLEAR(hh, a->volumes);
        HASH_CLEAR(hh, a->instances);
        int r = inventory_sort(taken);
        if (r < 0)
                inventory_free(taken);
        else
                *ret = taken;
        return r;
}
