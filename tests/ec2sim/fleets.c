/* SPDX-License-Identifier: MIT */
#include "fleets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "churn.h"
#include "fleet_file.h"
#include "fleet_seed.h"

static int add(struct fleets *s, struct fleet *f) {
        struct fleet **items = reallocarray(s->items, s->n + 1, sizeof(*items));
        if (items == NULL)
                return -ENOMEM;
        s->items = items;
        s->items[s->n++] = f;
        return 0;
}

static int add_from_file(struct fleet *f, void *userdata) {
        return add(userdata, f);
}

int fleets_open(struct fleets *s, const struct options *options, struct error *reterr) {
        *s = (struct fleets){ .options = options };
        int r = pthread_mutex_init(&s->lock, NULL);
        if (r != 0)
                return error_set(reterr, ERROR_SYSTEM, r, "no mutex");
        if (options->fleet_file == NULL)
                return 0;
        return fleet_file_read(options->fleet_file, options->account, options->seed, add_from_file, s, reterr);
}

/* Every fleet has a seed of its own, which neither other regions nor their order change. */
static uint64_t seed_of(const struct options *o, const char *account, const char *region) {
        uint64_t seed = o->seed;
        for (const char *p = account; *p != '\0'; p++)
                seed = fleet_hash(seed, 0, (uint64_t) *p, 1);
        for (const char *p = region; *p != '\0'; p++)
                seed = fleet_hash(seed, 0, (uint64_t) *p, 2);
        return seed;
}

static int make(struct fleets *s, const char *account, const char *region, struct fleet **ret) {
        const struct options *o = s->options;
        _cleanup_(fleet_freep) struct fleet *f = NULL;
        int r = fleet_new(account, region, seed_of(o, account, region), &f);
        if (r < 0)
                return r;
        if (o->fleet_file == NULL && string_list_find(&o->regions, region) >= 0) {
                struct fleet_plan plan = o->demo ? fleet_plan_demo(region) : o->plan;
                r = fleet_seed(f, &plan);
                if (r < 0)
                        return r;
        }
        r = add(s, f);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(f);
        return 0;
}

static int find_or_make(struct fleets *s, const char *account, const char *region, struct fleet **ret) {
        for (size_t i = 0; i < s->n; i++)
                if (strcmp(s->items[i]->account, account) == 0 && strcmp(s->items[i]->region, region) == 0) {
                        *ret = s->items[i];
                        return 0;
                }
        return make(s, account, region, ret);
}

static int catch_up(struct fleets *s, struct fleet *f) {
        uint64_t tick = atomic_load(&s->tick);
        int r = 0;
        (void) pthread_rwlock_wrlock(&f->lock);
        while (f->tick < tick && r >= 0)
                r = fleet_churn(f, s->options->churn);
        (void) pthread_rwlock_unlock(&f->lock);
        return r;
}

int fleets_lock(struct fleets *s, const char *account, const char *region, struct fleet **ret) {
        struct fleet *f;
        (void) pthread_mutex_lock(&s->lock);
        int r = find_or_make(s, account, region, &f);
        (void) pthread_mutex_unlock(&s->lock);
        if (r >= 0 && atomic_load(&s->tick) > 0)
                r = catch_up(s, f);
        if (r < 0)
                return r;
        (void) pthread_rwlock_rdlock(&f->lock);
        *ret = f;
        return 0;
}

void fleets_unlock(struct fleet *f) {
        (void) pthread_rwlock_unlock(&f->lock);
}

int fleets_prepare(struct fleets *s) {
        int r = 0;
        for (size_t i = 0; i < s->options->regions.n && r >= 0; i++) {
                struct fleet *f;
                r = fleets_lock(s, s->options->account, s->options->regions.items[i], &f);
                if (r >= 0)
                        fleets_unlock(f);
        }
        return r;
}

void fleets_tick(struct fleets *s) {
        atomic_fetch_add(&s->tick, 1);
}

void fleets_release(struct fleets *s) {
        for (size_t i = 0; i < s->n; i++)
                fleet_free(s->items[i]);
        free(s->items);
        (void) pthread_mutex_destroy(&s->lock);
}
