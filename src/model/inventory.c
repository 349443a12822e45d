/* SPDX-License-Identifier: MIT */
#include "model/inventory.h"

#include <errno.h>
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
        if (k->hh.tbl == NULL) {
                free(k);
                return NULL;
        }
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
        if (s->hh.tbl == NULL) {
                free(s);
                return NULL;
        }
        return s;
}

/* An id to be sorted with the bytes that tell it from others: most comparisons then need not follow the pointer. */
struct sort_entry {
        uint64_t key;
        char *id;
};

static int compare_entries(const void *left, const void *right) {
        const struct sort_entry *a = left, *b = right;
        return a->key != b->key ? (a->key < b->key ? -1 : 1) : strcmp(a->id, b->id);
}

static size_t common_prefix(const struct sort_entry *entries, size_t n) {
        size_t len = strlen(entries[0].id);
        for (size_t i = 1; i < n; i++) {
                size_t same = 0;
                while (same < len && entries[i].id[same] == entries[0].id[same])
                        same++;
                len = same;
        }
        return len;
}

/* The eight bytes from there on, the first one the greatest; NULs behind the end. */
static uint64_t sort_key(const char *text) {
        uint64_t key = 0;
        for (unsigned i = 0; i < 8; i++) {
                key = key << 8 | (unsigned char) *text;
                text += *text != '\0';
        }
        return key;
}

static void sort_ids(struct sort_entry *entries, size_t n) {
        size_t prefix = common_prefix(entries, n);
        for (size_t i = 0; i < n; i++)
                entries[i].key = sort_key(entries[i].id + prefix);
        qsort(entries, n, sizeof(*entries), compare_entries);
}

int inventory_sort(struct inventory *inventory) {
        size_t n = inventory->n_volumes > inventory->n_instances ? inventory->n_volumes : inventory->n_instances;
        if (n == 0)
                return 0;
        struct sort_entry *entries = malloc(n * sizeof(*entries));
        if (entries == NULL)
                return -ENOMEM;
        for (size_t i = 0; i < inventory->n_volumes; i++)
                entries[i].id = inventory->volumes[i]->text;
        if (inventory->n_volumes > 0)
                sort_ids(entries, inventory->n_volumes);
        for (size_t i = 0; i < inventory->n_volumes; i++)
                inventory->volumes[i] = (void *) (entries[i].id - offsetof(struct inventory_volume, text));
        for (size_t i = 0; i < inventory->n_instances; i++)
                entries[i].id = inventory->instances[i]->text;
        if (inventory->n_instances > 0)
                sort_ids(entries, inventory->n_instances);
        for (size_t i = 0; i < inventory->n_instances; i++)
                inventory->instances[i] = (void *) (entries[i].id - offsetof(struct inventory_instance, text));
        free(entries);
        return 0;
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
