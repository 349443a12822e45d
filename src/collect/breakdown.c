/* SPDX-License-Identifier: MIT */
#include "collect/breakdown.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

struct breakdown_row {
        UT_hash_handle hh;
        struct row_key {
                const struct volume_kind *kind;
                uintptr_t holder;
        } key;
        struct type_total total;
        const struct rates *rates; /* NULL: no price */
        const struct rates *gp3;   /* of a gp2 row: those it is compared with */
};

/* Prices are looked up once a row, not once a volume. */
static void find_rates(const struct breakdown *b, struct breakdown_row *row) {
        struct type_total *t = &row->total;
        t->cost.known = b->prices != NULL;
        if (b->prices == NULL)
                return;
        row->rates = price_list_find(b->prices, b->region, t->zone, t->type);
        if (row->rates != NULL && row->rates->type == TYPE_GP2)
                row->gp3 = price_list_find(b->prices, b->region, t->zone, volume_type_name(TYPE_GP3));
}

static struct breakdown_row *find_row(struct breakdown *b, const struct volume_kind *kind, enum holder holder) {
        struct row_key key = { .kind = kind, .holder = holder };
        struct breakdown_row *row = NULL;
        HASH_FIND(hh, b->rows, &key, sizeof(key), row);
        if (row != NULL)
                return row;
        row = calloc(1, sizeof(*row));
        if (row == NULL)
                return NULL;
        row->key = key;
        row->total.holder = holder;
        memcpy(row->total.zone, kind->key.zone, sizeof(row->total.zone));
        memcpy(row->total.type, kind->key.type, sizeof(row->total.type));
        memcpy(row->total.state, kind->key.state, sizeof(row->total.state));
        find_rates(b, row);
        HASH_ADD(hh, b->rows, key, sizeof(row->key), row);
        if (row->hh.tbl == NULL) {
                free(row);
                return NULL;
        }
        return row;
}

static bool price_volume(const struct breakdown_row *row, const struct inventory_volume *v,
                         struct cost_of_volume *ret) {
        const struct rates *r = row->rates;
        struct cost_of_volume cost = { 0 };
        if (r == NULL || !rates_cost(r, v->size_gib, v->iops, v->throughput, &cost.micros))
                return false;
        memcpy(cost.currency, r->currency, sizeof(cost.currency));
        cost.prices_oldest = r->oldest;
        cost.prices_newest = r->newest;
        cost.is_comparable = row->gp3 != NULL && rates_gp2_as_gp3(row->gp3, v->size_gib, &cost.as_gp3_micros);
        *ret = cost;
        return true;
}

static void add_cost(struct breakdown_row *row, struct inventory_volume *v, struct cost *sum) {
        struct type_cost *to = &row->total.cost;
        struct cost_of_volume cost;
        if (!price_volume(row, v, &cost)) {
                sum->unpriced_volumes++;
                to->unpriced_volumes++;
        } else if (cost_add_volume(sum, row->total.holder, &cost)) {
                to->micros += cost.micros; /* a part of the sum, which is not too great */
                memcpy(to->currency, cost.currency, sizeof(to->currency));
                v->cost_micros = cost.micros;
                if (cost.is_comparable)
                        v->gp3_cost_micros = cost.as_gp3_micros;
        } else {
                to->unpriced_volumes++;
        }
}

int breakdown_add(struct breakdown *b, struct inventory_volume *v, struct cost *sum) {
        struct breakdown_row *row = find_row(b, v->kind, (enum holder) v->holder);
        if (row == NULL)
                return -ENOMEM;
        struct type_total *t = &row->total;
        t->volumes++;
        if (__builtin_add_overflow(t->gib, v->size_gib, &t->gib) ||
            __builtin_add_overflow(t->iops, v->iops, &t->iops) ||
            __builtin_add_overflow(t->throughput, v->throughput, &t->throughput))
                return -EOVERFLOW;
        v->cost_micros = v->gp3_cost_micros = COST_UNKNOWN;
        if (b->prices != NULL)
                add_cost(row, v, sum);
        return 0;
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

int breakdown_take(struct breakdown *b, struct type_total **ret_types, size_t *ret_n) {
        size_t n = HASH_COUNT(b->rows), filled = 0;
        struct type_total *types = calloc(n > 0 ? n : 1, sizeof(*types));
        if (types == NULL)
                return -ENOMEM;
        for (const struct breakdown_row *row = b->rows; row != NULL; row = row->hh.next)
                types[filled++] = row->total;
        qsort(types, n, sizeof(*types), compare_types);
        breakdown_release(b);
        *ret_types = types;
        *ret_n = n;
        return 0;
}

void breakdown_release(struct breakdown *b) {
        struct breakdown_row *row, *next;
        HASH_ITER(hh, b->rows, row, next) {
                HASH_DEL(b->rows, row);
                free(row);
        }
}
