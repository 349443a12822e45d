/* SPDX-License-Identifier: MIT */
#include "estate_life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "year_fail.h"
#include "year_trend.h"

#define DAY INT64_C(86400)
#define TRIES 40

/* One listing's time, and where its events go. */
struct life {
        struct estate *e;
        int64_t end;
        int64_t run_id; /* 0: the first listing, which has no events */
        int64_t at;
        struct life_events *events;
};

static uint64_t below(struct life *l, uint64_t bound) {
        return random_below(&l->e->random, bound);
}

/* How often something happens that happens to each of n so many times a day, in ppm. */
static uint64_t occurrences(struct life *l, uint64_t n, uint64_t ppm_a_day) {
        const uint64_t whole = (uint64_t) DAY * 1000000;
        uint64_t parts = n * ppm_a_day * (uint64_t) (l->at - l->e->listed_at);
        return parts / whole + (below(l, whole) < parts % whole);
}

static struct life_state state_of(const struct estate_volume *v) {
        struct life_state s = { .zone = v->zone, .kind = v->kind, .holder = v->holder, .priced = v->priced,
                                .gib = v->gib, .iops = v->iops, .throughput = v->throughput,
                                .cost_micros = v->cost_micros };
        if (v->instance != NULL)
                (void) snprintf(s.instance, sizeof(s.instance), "%s", v->instance->id);
        return s;
}

static void note(struct life *l, enum churn_cause cause, const struct life_state *before, struct estate_volume *v) {
        v->changed_in = l->run_id;
        if (l->run_id == 0)
                return;
        struct life_events *all = l->events;
        if (all->n == all->allocated) {
                all->allocated = all->allocated > 0 ? all->allocated * 2 : 64;
                all->items = reallocarray(all->items, all->allocated, sizeof(*all->items));
                if (all->items == NULL)
                        year_fail("out of memory");
        }
        struct life_event *event = &all->items[all->n++];
        *event = (struct life_event){ .cause = cause, .has_before = before != NULL,
                                      .has_after = cause != CHURN_DELETED };
        (void) snprintf(event->volume_id, sizeof(event->volume_id), "%s", v->id);
        (void) snprintf(event->name, sizeof(event->name), "%s", v->name);
        if (before != NULL)
                event->before = *before;
        if (event->has_after)
                event->after = state_of(v);
}

static bool may_change(const struct life *l, const struct estate_volume *v) {
        return v->changed_in != l->run_id || l->run_id == 0;
}

static void delete_volume(struct life *l, struct estate_volume *v) {
        struct life_state before = state_of(v);
        note(l, CHURN_DELETED, &before, v);
        estate_remove_volume(l->e, v);
}

/* What a role's data volumes are, or a root volume if role is NULL. */
static enum kind pick_kind(struct life *l, const struct catalogue_role *role) {
        enum kind kind = role != NULL ? role->data_kind : KIND_GP3;
        bool too_early = kind == KIND_GP4 && l->at < l->end - 60 * DAY;
        bool too_dear = (kind == KIND_IO2 || kind == KIND_IO1) && below(l, 4) > 0;
        if (kind != KIND_GP3 && estate_has_kind(l->e, kind) && !too_early && !too_dear)
                return kind;
        return below(l, 1000) < trend_gp2_permille(l->e, l->end, l->at) ? KIND_GP2 : KIND_GP3;
}

static void create_volume(struct life *l, struct estate_instance *i) {
        bool root = i != NULL && i->n_volumes == 0;
        uint32_t gib = 40;
        if (root)
                gib = i->role->root_gib;
        else if (i != NULL && i->role->data_gib > 0)
                gib = i->role->data_gib / 4 + (uint32_t) below(l, i->role->data_gib * 3 / 4 + 1);
        enum kind kind = pick_kind(l, root || i == NULL ? NULL : i->role);
        if (kind == KIND_ST1 || kind == KIND_SC1)
                gib = gib < 125 ? 125 : gib; /* EC2's least */
        note(l, CHURN_CREATED, NULL, estate_add_volume(l->e, i, kind, gib, l->at));
}

/* An instance with its root volume and so many others at most; the number of volumes. */
static uint64_t launch(struct life *l, uint64_t most_others) {
        const struct catalogue_role *role = catalogue_pick_role(&l->e->random);
        struct estate_instance *i = estate_add_instance(l->e, role, l->at);
        create_volume(l, i);
        uint64_t others = role->data_volumes > 0 ? 1 + below(l, role->data_volumes) : 0;
        others = others < most_others ? others : most_others;
        for (uint64_t k = 0; k < others; k++)
                create_volume(l, i);
        return 1 + others;
}

/* NULL: found none soon. */
static struct estate_instance *pick_instance(struct life *l, bool with_data) {
        struct estate_instances *all = &l->e->instances;
        for (unsigned k = 0; k < TRIES && all->n > 0; k++) {
                struct estate_instance *i = all->items[below(l, all->n)];
                if (!with_data || i->role->data_volumes > 0)
                        return i;
        }
        return NULL;
}

static struct estate_volume *pick_data_volume(struct life *l) {
        struct estate_volume_list *all = &l->e->volumes;
        for (unsigned k = 0; k < TRIES && all->n > 0; k++) {
                struct estate_volume *v = all->items[below(l, all->n)];
                if (v->holder == HOLDER_INSTANCE && !v->is_root && v->second == NULL && may_change(l, v))
                        return v;
        }
        return NULL;
}

static struct estate_volume *pick_loose(struct life *l) {
        struct estate_volume_list *loose = &l->e->loose;
        for (unsigned k = 0; k < TRIES && loose->n > 0; k++) {
                struct estate_volume *v = loose->items[below(l, loose->n)];
                if (may_change(l, v))
                        return v;
        }
        return NULL;
}

static bool may_terminate(const struct life *l, const struct estate_instance *i, uint64_t most_volumes) {
        const struct estate_volume *v;
        if (i->shares || i->n_volumes > most_volumes)
                return false;
        LIST_FOREACH(v, &i->volumes, siblings)
                if (!may_change(l, v))
                        return false;
        return true;
}

static unsigned loose_permille(const struct estate *e) {
        return e->volumes.n > 0 ? (unsigned) (e->loose.n * 1000 / e->volumes.n) : 0;
}

/* Its root volume goes with it, the others mostly; the number of those that went. */
static uint64_t terminate(struct life *l, uint64_t most_volumes) {
        for (unsigned k = 0; k < TRIES; k++) {
                struct estate_instance *i = pick_instance(l, false);
                if (i == NULL || !may_terminate(l, i, most_volumes))
                        continue;
                uint64_t deleted = 0;
                while (!LIST_EMPTY(&i->volumes)) {
                        struct estate_volume *v = LIST_FIRST(&i->volumes);
                        if (v->is_root || below(l, 100) < 70 || loose_permille(l->e) > 80) {
                                delete_volume(l, v);
                                deleted++;
                                continue;
                        }
                        struct life_state before = state_of(v);
                        estate_hand_over(l->e, v, NULL, l->at);
                        note(l, CHURN_ORPHANED, &before, v);
                }
                estate_remove_instance(l->e, i);
                return deleted;
        }
        return 0;
}

static void grow(struct life *l) {
        uint64_t births = trend_volumes(l->e, l->end, l->at), instances = trend_instances(l->e, l->end, l->at);
        while (l->e->volumes.n < births) {
                uint64_t missing = births - l->e->volumes.n;
                struct estate_instance *i = pick_instance(l, true);
                if (l->e->instances.n < instances || i == NULL)
                        (void) launch(l, missing - 1);
                else
                        create_volume(l, i);
        }
}

static void shrink(struct life *l) {
        uint64_t wanted = trend_volumes(l->e, l->end, l->at), instances = trend_instances(l->e, l->end, l->at);
        while (l->e->volumes.n > wanted) {
                uint64_t surplus = l->e->volumes.n - wanted;
                if (l->e->instances.n > instances && terminate(l, surplus) > 0)
                        continue;
                struct estate_volume *v = loose_permille(l->e) > 45 ? pick_loose(l) : pick_data_volume(l);
                if (v == NULL)
                        return; /* next time */
                delete_volume(l, v);
        }
}

static void replace_instances(struct life *l) {
        for (uint64_t n = occurrences(l, l->e->instances.n, 4000); n > 0; n--) {
                uint64_t deleted = terminate(l, 3);
                if (deleted > 0)
                        (void) launch(l, deleted - 1);
        }
}

static void resize(struct life *l) {
        for (uint64_t n = occurrences(l, l->e->volumes.n, 900); n > 0; n--) {
                struct estate_volume *v = pick_data_volume(l);
                if (v == NULL)
                        return;
                struct life_state before = state_of(v);
                uint32_t more = v->gib / 10 + 1 + (uint32_t) below(l, v->gib / 2 + 1);
                if (v->gib + more > 8000)
                        continue;
                estate_reshape(l->e, v, (enum kind) v->kind, v->gib + more);
                note(l, CHURN_GROWN, &before, v);
        }
}

static void reprovision(struct life *l) {
        for (uint64_t n = occurrences(l, l->e->volumes.n, 250); n > 0; n--) {
                struct estate_volume *v = pick_data_volume(l);
                if (v == NULL || (v->kind != KIND_GP3 && v->kind != KIND_IO2 && v->kind != KIND_IO1))
                        continue;
                struct life_state before = state_of(v);
                uint32_t iops = 3000 + 1000 * (uint32_t) below(l, 6);
                if (iops == v->iops)
                        continue;
                estate_provision(l->e, v, iops);
                note(l, CHURN_REPROVISIONED, &before, v);
        }
}

static void hand_over(struct life *l, struct estate_volume *v, struct estate_instance *to, enum churn_cause cause) {
        struct life_state before = state_of(v);
        estate_hand_over(l->e, v, to, l->at);
        note(l, cause, &before, v);
}

static void reattach(struct life *l) {
        for (uint64_t n = occurrences(l, l->e->volumes.n, 700); n > 0; n--) {
                struct estate_volume *v = pick_data_volume(l);
                struct estate_instance *to = pick_instance(l, false);
                if (v != NULL && to != NULL && to != v->instance && to->zone == v->zone && below(l, 3) == 0)
                        hand_over(l, v, to, CHURN_MOVED);
                else if (v != NULL && loose_permille(l->e) < 90)
                        hand_over(l, v, NULL, CHURN_DETACHED);
        }
        for (uint64_t n = occurrences(l, l->e->loose.n, 9000); n > 0; n--) {
                struct estate_volume *v = pick_loose(l);
                struct estate_instance *to = pick_instance(l, false);
                if (v != NULL && to != NULL && to->zone == v->zone)
                        hand_over(l, v, to, CHURN_ATTACHED);
        }
}

static uint64_t count_kind(const struct estate *e, enum kind kind) {
        uint64_t n = 0;
        for (unsigned zone = 0; zone < e->zones; zone++)
                for (unsigned holder = 0; holder < _HOLDER_MAX; holder++)
                        n += e->sums[zone][kind][holder].volumes;
        return n;
}

static void migrate_to_gp3(struct life *l) {
        uint64_t gp2 = count_kind(l->e, KIND_GP2), general = gp2 + count_kind(l->e, KIND_GP3);
        uint64_t wanted = general * trend_gp2_permille(l->e, l->end, l->at) / 1000;
        for (unsigned tries = 0; gp2 > wanted && tries < 4 * TRIES; tries++) {
                struct estate_volume *v = l->e->volumes.items[below(l, l->e->volumes.n)];
                if (v->kind != KIND_GP2 || v->holder != HOLDER_INSTANCE || !may_change(l, v))
                        continue;
                struct life_state before = state_of(v);
                estate_reshape(l->e, v, KIND_GP3, v->gib);
                note(l, CHURN_RETYPED, &before, v);
                gp2--;
        }
}

/* Some that nobody holds, some that services or instances of others do, and some that two instances share. */
static void vary_holders(struct life *l) {
        struct estate *e = l->e;
        for (size_t n = e->volumes.n / 18; n > 0; n--) {
                struct estate_volume *v = pick_data_volume(l);
                if (v != NULL)
                        estate_hand_over(e, v, NULL, l->at);
        }
        for (size_t i = 0; i < e->loose.n; i++)
                e->loose.items[i]->unattached_known = false;
        for (size_t n = e->volumes.n / 150; n > 0 && e->loose.n > 0; n--)
                estate_set_holder(e, e->loose.items[0], HOLDER_MANAGED);
        for (size_t n = e->volumes.n / 900; n > 0 && e->loose.n > 0; n--)
                estate_set_holder(e, e->loose.items[0], HOLDER_UNKNOWN_INSTANCE);
        for (size_t n = 0; n < e->volumes.n; n++) {
                struct estate_volume *v = e->volumes.items[n];
                struct estate_instance *second = pick_instance(l, false);
                if (v->kind == KIND_IO2 && v->holder == HOLDER_INSTANCE && second != NULL && second != v->instance &&
                    second->zone == v->zone && below(l, 20) == 0)
                        estate_share(e, v, second);
        }
}

void estate_begin(struct estate *e, int64_t end, int64_t at) {
        struct life l = { .e = e, .end = end, .at = at };
        grow(&l);
        vary_holders(&l);
        for (size_t i = 0; i < e->volumes.n; i++)
                e->volumes.items[i]->created_at -= (int64_t) below(&l, 900 * DAY);
}

static int compare_ids(const void *a, const void *b) {
        const struct life_event *x = a, *y = b;
        return strcmp(x->volume_id, y->volume_id);
}

void estate_live(struct estate *e, int64_t end, int64_t run_id, int64_t at, struct life_events *ret) {
        struct life l = { .e = e, .end = end, .run_id = run_id, .at = at, .events = ret };
        ret->n = 0;
        shrink(&l);
        grow(&l);
        replace_instances(&l);
        resize(&l);
        reprovision(&l);
        migrate_to_gp3(&l);
        reattach(&l);
        if (ret->n > 1)
                qsort(ret->items, ret->n, sizeof(*ret->items), compare_ids);
}
