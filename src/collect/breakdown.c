/* SPDX-License-Identifier: MIT */
#include "collect/breakdown.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

struct breakdown {
        UT_hash_handle hh;
        struct breakdown_key {
                const struct volume_kind *kind;
                uintptr_t holder;
        } key;
        struct type_total total;
};

static struct breakdown *find_row(struct breakdown **rows, const struct inventory_volume *v) {
        const struct volume_kind *kind = v->kind;
        struct breakdown_key key = { .kind = kind, .holder = v->holder };
        struct breakdown *row = NULL;
        HASH_FIND(hh, *rows, &key, sizeof(key), row);
        if (row != NULL)
                return row;
        row = calloc(1, sizeof(*row));
        if (row == NULL)
                return NULL;
        row->key = key;
        row->total.holder = (enum holder) v->holder;
        memcpy(row->total.zone, kind->key.zone, sizeof(row->total.zone));
        memcpy(row->total.type, kind->key.type, sizeof(row->total.type));
        memcpy(row->total.state, kind->key.state, sizeof(row->total.state));
        HASH_ADD(hh, *rows, key, sizeof(row->key), row);
        return row;
}

int breakdown_add(struct breakdown **rows, const struct inventory_volume *v) {
        struct breakdown *row = find_row(rows, v);
        if (row == NULL)
                return -ENOMEM;
        struct type_total *t = &row->total;
        t->volumes++;
        bool overflow = __builtin_add_overflow(t->gib, v->size_gib, &t->gib);
        overflow |= __builtin_add_overflow(t->iops, v->iops, &t->iops);
        overflow |= __builtin_add_overflow(t->throughput, v->throughput, &t->throughput);
        return overflow ? -EOVERFLOW : 0;
}

static int compare_types(const void *left, const void *right) {
        const struct type_total *a = left, *b = right;
        int r = strcmp(a->zone, b->zone);
        if (r == 0)
                r = strcmp(a->type, b->type);
        if (r == 0)
                r = strcmp(a->state, b->state);
        return r != 0 ? r : (int) a->holder - (int) b->holder;
}

int breakdown_take(struct breakdown *const *rows, struct type_total **ret_types, size_t *ret_n) {
        size_t n = HASH_COUNT(*rows), filled = 0;
        struct type_total *types = calloc(n > 0 ? n : 1, sizeof(*types));
        if (types == NULL)
                return -ENOMEM;
        for (const struct breakdown *row = *rows; row != NULL; row = row->hh.next)
                types[filled++] = row->total;
        qsort(types, n, sizeof(*types), compare_types);
        *ret_types = types;
        *ret_n = n;
        return 0;
}

void breakdown_clear(struct breakdown **rows) {
        struct breakdown *row, *next;
        HASH_ITER(hh, *rows, row, next) {
                HASH_DEL(*rows, row);
                free(row);
        }
}
