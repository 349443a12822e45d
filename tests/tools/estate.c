/* SPDX-License-Identifier: MIT */
#include "estate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "year_fail.h"

bool estate_has_kind(const struct estate *e, enum kind kind) {
        switch (kind) {
        case KIND_GP3:
        case KIND_GP2:
                return true;
        case KIND_IO2:
        case KIND_ST1:
                return e->region->permille >= 20;
        case KIND_GP4:
                return e->region_index == 0;
        default:
                return e->region->permille >= 60;
        }
}

static void *grow(void *items, size_t n, size_t *allocated, size_t size) {
        if (n < *allocated)
                return items;
        *allocated = *allocated > 0 ? *allocated * 2 : 64;
        void *grown = reallocarray(items, *allocated, size);
        if (grown == NULL)
                year_fail("out of memory");
        return grown;
}

static void *allocate(size_t size) {
        void *p = calloc(1, size);
        if (p == NULL)
                year_fail("out of memory");
        return p;
}

static void count(struct estate *e, const struct estate_volume *v, bool in) {
        struct estate_sum *s = &e->sums[v->zone][v->kind][v->holder];
        uint64_t sign = in ? 1 : UINT64_MAX; /* -1: unsigned sums wrap */
        s->volumes += sign;
        s->gib += sign * v->gib;
        s->iops += sign * v->iops;
        s->throughput += sign * v->throughput;
        if (v->priced)
                s->cost_micros += sign * v->cost_micros;
        else
                s->unpriced += sign;
        if (v->second != NULL)
                e->shared_gib += sign * v->gib;
}

static void put_price(const struct estate *e, struct estate_volume *v) {
        const struct rates *r = e->rates[v->kind];
        v->priced = r != NULL && rates_cost(r, v->gib, v->iops, v->throughput, &v->cost_micros);
        if (!v->priced)
                v->cost_micros = 0;
}

/* What EC2 tells of a new one. */
static void usual_performance(struct estate_volume *v) {
        v->iops = 0;
        v->throughput = 0;
        switch ((enum kind) v->kind) {
        case KIND_GP3:
        case KIND_GP4:
                v->iops = 3000;
                v->throughput = 125;
                break;
        case KIND_GP2:
                v->iops = (uint32_t) gp2_baseline_iops(v->gib);
                break;
        case KIND_IO1:
        case KIND_IO2:
                v->iops = v->gib < 10 ? 100 : v->gib * 10 < 16000 ? v->gib * 10 : 16000;
                break;
        default:
                break;
        }
}

struct estate_instance *estate_add_instance(struct estate *e, const struct catalogue_role *role, int64_t at) {
        struct estate_instance *i = allocate(sizeof(*i));
        (void) snprintf(i->id, sizeof(i->id), "i-0%016" PRIx64, random_next(&e->random));
        (void) snprintf(i->name, sizeof(i->name), "%s-%s-%04u", e->account->stage, role->name, ++e->serial);
        i->role = role;
        i->zone = (uint8_t) random_below(&e->random, e->zones);
        i->stopped = random_below(&e->random, 100) < 7;
        i->first_seen_at = at;
        i->first_seen_known = e->listed_run != 0;
        LIST_INIT(&i->volumes);
        struct estate_instances *all = &e->instances;
        all->items = grow(all->items, all->n, &all->allocated, sizeof(*all->items));
        i->at = all->n;
        all->items[all->n++] = i;
        return i;
}

void estate_remove_instance(struct estate *e, struct estate_instance *i) {
        struct estate_instances *all = &e->instances;
        all->items[i->at] = all->items[--all->n];
        all->items[i->at]->at = i->at;
        free(i);
}

static void add_loose(struct estate *e, struct estate_volume *v) {
        struct estate_volume_list *loose = &e->loose;
        loose->items = grow(loose->items, loose->n, &loose->allocated, sizeof(*loose->items));
        v->loose_at = loose->n;
        loose->items[loose->n++] = v;
}

static void remove_loose(struct estate *e, const struct estate_volume *v) {
        struct estate_volume_list *loose = &e->loose;
        loose->items[v->loose_at] = loose->items[--loose->n];
        loose->items[v->loose_at]->loose_at = v->loose_at;
}

static void hold(struct estate_volume *v, struct estate_instance *i) {
        v->instance = i;
        if (i == NULL)
                return;
        LIST_INSERT_HEAD(&i->volumes, v, siblings);
        i->n_volumes++;
}

static void let_go(struct estate_volume *v) {
        if (v->instance == NULL)
                return;
        LIST_REMOVE(v, siblings);
        v->instance->n_volumes--;
        v->instance = NULL;
}

struct estate_volume *estate_add_volume(struct estate *e, struct estate_instance *i, enum kind kind, uint32_t gib,
                                        int64_t at) {
        struct estate_volume *v = allocate(sizeof(*v));
        (void) snprintf(v->id, sizeof(v->id), "vol-0%016" PRIx64, random_next(&e->random));
        v->kind = (uint8_t) kind;
        v->gib = gib;
        v->encrypted = random_below(&e->random, 100) < 83;
        v->created_at = at - (int64_t) random_below(&e->random, 240);
        v->first_seen_at = at;
        v->first_seen_known = e->listed_run != 0;
        v->zone = i != NULL ? i->zone : (uint8_t) random_below(&e->random, e->zones);
        v->holder = i != NULL ? HOLDER_INSTANCE : HOLDER_NONE;
        v->is_root = i != NULL && i->n_volumes == 0;
        if (i == NULL)
                (void) snprintf(v->name, sizeof(v->name), "%s-restore-%04u", e->account->stage, ++e->serial);
        else if (v->is_root)
                (void) snprintf(v->name, sizeof(v->name), "%s-root", i->name);
        else
                (void) snprintf(v->name, sizeof(v->name), "%s-data%u", i->name, i->n_volumes);
        usual_performance(v);
        put_price(e, v);
        struct estate_volume_list *all = &e->volumes;
        all->items = grow(all->items, all->n, &all->allocated, sizeof(*all->items));
        v->at = all->n;
        all->items[all->n++] = v;
        hold(v, i);
        if (i == NULL) {
                v->unattached_since = at;
                v->unattached_known = e->listed_run != 0;
                add_loose(e, v);
        }
        count(e, v, true);
        return v;
}

void estate_remove_volume(struct estate *e, struct estate_volume *v) {
        count(e, v, false);
        let_go(v);
        if (v->holder == HOLDER_NONE)
                remove_loose(e, v);
        struct estate_volume_list *all = &e->volumes;
        all->items[v->at] = all->items[--all->n];
        all->items[v->at]->at = v->at;
        free(v);
}

void estate_reshape(struct estate *e, struct estate_volume *v, enum kind kind, uint32_t gib) {
        count(e, v, false);
        bool other_kind = v->kind != kind;
        v->kind = (uint8_t) kind;
        v->gib = gib;
        if (other_kind || kind == KIND_GP2) /* whose IOPS follow its size */
                usual_performance(v);
        put_price(e, v);
        count(e, v, true);
}

void estate_provision(struct estate *e, struct estate_volume *v, uint32_t iops) {
        count(e, v, false);
        v->iops = iops;
        put_price(e, v);
        count(e, v, true);
}

void estate_hand_over(struct estate *e, struct estate_volume *v, struct estate_instance *i, int64_t at) {
        count(e, v, false);
        let_go(v);
        if (v->holder == HOLDER_NONE && i != NULL)
                remove_loose(e, v);
        if (v->holder != HOLDER_NONE && i == NULL)
                add_loose(e, v);
        hold(v, i);
        v->holder = i != NULL ? HOLDER_INSTANCE : HOLDER_NONE;
        v->unattached_since = i != NULL ? 0 : at;
        v->unattached_known = i == NULL;
        count(e, v, true);
}

void estate_set_holder(struct estate *e, struct estate_volume *v, enum holder holder) {
        count(e, v, false);
        if (v->holder == HOLDER_NONE)
                remove_loose(e, v);
        v->holder = (uint8_t) holder;
        v->unattached_since = 0;
        v->unattached_known = false;
        count(e, v, true);
}

void estate_share(struct estate *e, struct estate_volume *v, struct estate_instance *second) {
        count(e, v, false);
        v->second = second;
        v->instance->shares = second->shares = true;
        count(e, v, true);
}

static void add_sum(struct totals *t, struct cost_sum *cost, enum holder holder, const struct estate_sum *s) {
        switch (holder) {
        case HOLDER_UNKNOWN_INSTANCE:
                t->unknown_instance_volumes += s->volumes;
                t->unknown_instance_gib += s->gib;
                /* fallthrough */
        case HOLDER_INSTANCE:
                t->attached_volumes += s->volumes;
                t->attached_gib += s->gib;
                cost->attached_micros += s->cost_micros;
                break;
        case HOLDER_MANAGED:
                t->managed_volumes += s->volumes;
                t->managed_gib += s->gib;
                cost->managed_micros += s->cost_micros;
                break;
        default:
                t->unattached_volumes += s->volumes;
                t->unattached_gib += s->gib;
                cost->unattached_micros += s->cost_micros;
                break;
        }
        t->cost.unpriced_volumes += s->unpriced;
}

struct totals estate_totals(const struct estate *e, enum run_mode mode) {
        struct totals t = { .instances = e->instances.n, .lists_all_volumes = mode == MODE_SWEEP, .cost.known = true };
        const struct rates *usual = e->rates[KIND_GP3];
        struct cost_sum *cost = &t.cost.sums[0];
        for (unsigned zone = 0; zone < e->zones; zone++)
                for (unsigned kind = 0; kind < _KIND_MAX; kind++)
                        for (unsigned holder = 0; holder < _HOLDER_MAX; holder++)
                                if (holder == HOLDER_INSTANCE || mode == MODE_SWEEP)
                                        add_sum(&t, cost, (enum holder) holder, &e->sums[zone][kind][holder]);
        t.multi_attach_extra_gib = e->shared_gib;
        t.instance_sum_gib = t.attached_gib - t.unknown_instance_gib + e->shared_gib;
        if (usual != NULL) {
                t.cost.n_sums = 1;
                (void) memcpy(cost->currency, usual->currency, sizeof(cost->currency));
                cost->prices_oldest = usual->oldest;
                cost->prices_newest = usual->newest;
        }
        return t;
}

void estate_release(struct estate *e) {
        for (size_t i = 0; i < e->volumes.n; i++)
                free(e->volumes.items[i]);
        for (size_t i = 0; i < e->instances.n; i++)
                free(e->instances.items[i]);
        free(e->volumes.items);
        free(e->loose.items);
        free(e->instances.items);
}
