/* SPDX-License-Identifier: MIT */
#include "model/inventory.h"

#include <stdlib.h>
#include <string.h>

const char *inventory_volume_tags(const struct inventory_volume *v) {
        const char *text = inventory_next_text(v->text);
        for (size_t i = 0; i < v->n_instances; i++)
                text = inventory_next_text(text);
        return text;
}

const struct volume_kind *inventory_intern_kind(struct inventory *i, const struct volume *v) {
        struct volume_kind_key key = { 0 };
        strcpy(key.zone, v->zone);
        strcpy(key.type, v->type);
        strcpy(key.state, v->state);
        struct volume_kind *k = NULL;
        HASH_FIND(hh, i->kinds, &key, sizeof(key), k);
        if (k != NULL)
                return k;
        k = calloc(1, sizeof(*k));
        if (k == NULL)
                return NULL;
        k->key = key;
        HASH_ADD(hh, i->kinds, key, sizeof(k->key), k);
        return k;
}

const struct service_name *inventory_intern_service(struct inventory *i, const char *name) {
        struct service_name *s = NULL;
        HASH_FIND_STR(i->services, name, s);
        if (s != NULL)
                return s;
        s = calloc(1, sizeof(*s));
        if (s == NULL)
                return NULL;
        strcpy(s->name, name);
        HASH_ADD_STR(i->services, name, s);
        return s;
}

static int compare_volumes(const void *left, const void *right) {
        const struct inventory_volume *const *a = left, *const *b = right;
        return strcmp((*a)->text, (*b)->text);
}

static int compare_instances(const void *left, const void *right) {
        const struct inventory_instance *const *a = left, *const *b = right;
        return strcmp((*a)->text, (*b)->text);
}

void inventory_sort(struct inventory *i) {
        if (i->n_volumes > 0)
                qsort(i->volumes, i->n_volumes, sizeof(struct inventory_volume *), compare_volumes);
        if (i->n_instances > 0)
                qsort(i->instances, i->n_instances, sizeof(struct inventory_instance *), compare_instances);
}

void inventory_free(struct inventory *i) {
        if (i == NULL)
                return;
        for (size_t n = 0; n < i->n_volumes; n++)
                free(i->volumes[n]);
        for (size_t n = 0; n < i->n_instances; n++)
                free(i->instances[n]);
        struct volume_kind *k, *next_kind;
        HASH_ITER(hh, i->kinds, k, next_kind) {
                HASH_DEL(i->kinds, k);
                free(k);
        }
        struct service_name *s, *next_service;
        HASH_ITER(hh, i->services, s, next_service) {
                HASH_DEL(i->services, s);
                free(s);
        }
        free(i->volumes);
        free(i->instances);
        free(i);
}
