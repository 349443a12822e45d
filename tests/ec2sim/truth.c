/* SPDX-License-Identifier: MIT */
#include "truth.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "organization.h"

enum truth_holder { HELD_BY_INSTANCE, HELD_BY_MANAGED, HELD_BY_NONE, HELD_BY_UNKNOWN_INSTANCE, _HELD_MAX };
static const char *const holder_words[_HELD_MAX] = { "instance", "managed", "none", "unknown_instance" };

struct sums {
        uint64_t instances, terminated_instances, volumes, gib;
        uint64_t instance_sum_gib, multi_attach_extra_gib;
        uint64_t held_volumes[_HELD_MAX], held_gib[_HELD_MAX];
};

/* A row of the breakdown. */
struct group {
        struct group_key {
                uint16_t zone, type, state, holder;
        } key;
        uint64_t volumes, gib, iops, throughput;
        UT_hash_handle hh;
};

/* Who holds the volume, and by how many listed, live instances it is held. */
static enum truth_holder held_by(const struct fleet *f, const struct sim_volume *v, unsigned *ret_instances) {
        unsigned listed = 0, unlisted = 0, services = 0;
        for (uint32_t a = v->first_attachment; a != SLOT_NONE; a = f->attachments[a].next_of_volume) {
                const struct sim_attachment *attachment = &f->attachments[a];
                if (strcmp(fleet_word(f, attachment->status), "detached") == 0)
                        continue;
                if (attachment->instance_id == 0)
                        services++;
                else if (attachment->instance == SLOT_NONE ||
                         f->instances[attachment->instance].state == STATE_TERMINATED)
                        unlisted++;
                else
                        listed++;
        }
        *ret_instances = listed;
        if (listed > 0)
                return HELD_BY_INSTANCE;
        if (unlisted > 0)
                return HELD_BY_UNKNOWN_INSTANCE;
        return services > 0 || (v->flags & FLEET_MANAGED) != 0 ? HELD_BY_MANAGED : HELD_BY_NONE;
}

static void count_volume(const struct fleet *f, const struct sim_volume *v, struct sums *s, enum truth_holder *ret) {
        unsigned listed;
        enum truth_holder holder = held_by(f, v, &listed);
        s->volumes++;
        s->gib += v->size_gib;
        s->instance_sum_gib += (uint64_t) listed * v->size_gib;
        if (listed > 1)
                s->multi_attach_extra_gib += (uint64_t) (listed - 1) * v->size_gib;
        s->held_volumes[holder]++;
        s->held_gib[holder] += v->size_gib;
        *ret = holder;
}

static int count_group(const struct sim_volume *v, enum truth_holder holder, struct group **groups) {
        struct group_key key = { v->zone, v->type, v->state, (uint16_t) holder };
        struct group *g;
        HASH_FIND(hh, *groups, &key, sizeof(key), g);
        if (g == NULL) {
                g = calloc(1, sizeof(*g));
                if (g == NULL)
                        return -ENOMEM;
                g->key = key;
                HASH_ADD(hh, *groups, key, sizeof(key), g);
        }
        g->volumes++;
        g->gib += v->size_gib;
        g->iops += v->iops;
        g->throughput += v->throughput;
        return 0;
}

static void sums_add(struct sums *to, const struct sums *from) {
        to->instances += from->instances;
        to->terminated_instances += from->terminated_instances;
        to->volumes += from->volumes;
        to->gib += from->gib;
        to->instance_sum_gib += from->instance_sum_gib;
        to->multi_attach_extra_gib += from->multi_attach_extra_gib;
        for (size_t i = 0; i < _HELD_MAX; i++) {
                to->held_volumes[i] += from->held_volumes[i];
                to->held_gib[i] += from->held_gib[i];
        }
}

static int set_number(json_t *object, const char *name, uint64_t n) {
        return json_object_set_new(object, name, json_integer((json_int_t) n));
}

static void set_sums(json_t *o, const struct sums *s) {
        uint64_t attached_gib = s->held_gib[HELD_BY_INSTANCE] + s->held_gib[HELD_BY_UNKNOWN_INSTANCE];
        const struct {
                const char *name;
                uint64_t value;
        } fields[] = {
                { "instances", s->instances },
                { "terminated_instances", s->terminated_instances },
                { "instance_sum_gib", s->instance_sum_gib },
                { "attached_volumes", s->held_volumes[HELD_BY_INSTANCE] + s->held_volumes[HELD_BY_UNKNOWN_INSTANCE] },
                { "attached_gib", attached_gib },
                { "multi_attach_extra_gib", s->multi_attach_extra_gib },
                { "unknown_instance_volumes", s->held_volumes[HELD_BY_UNKNOWN_INSTANCE] },
                { "unknown_instance_gib", s->held_gib[HELD_BY_UNKNOWN_INSTANCE] },
                { "unattached_volumes", s->held_volumes[HELD_BY_NONE] },
                { "unattached_gib", s->held_gib[HELD_BY_NONE] },
                { "managed_volumes", s->held_volumes[HELD_BY_MANAGED] },
                { "managed_gib", s->held_gib[HELD_BY_MANAGED] },
                { "volumes", s->volumes },
                { "billed_gib", attached_gib + s->held_gib[HELD_BY_NONE] + s->held_gib[HELD_BY_MANAGED] },
        };
        for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
                (void) set_number(o, fields[i].name, fields[i].value);
}

static int compare_groups(const void *a, const void *b, void *fleet) {
        const struct group_key *x = &(*(struct group *const *) a)->key, *y = &(*(struct group *const *) b)->key;
        const struct fleet *f = fleet;
        int c = strcmp(fleet_word(f, x->zone), fleet_word(f, y->zone));
        if (c == 0)
                c = strcmp(fleet_word(f, x->type), fleet_word(f, y->type));
        if (c == 0)
                c = strcmp(fleet_word(f, x->state), fleet_word(f, y->state));
        return c != 0 ? c : strcmp(holder_words[x->holder], holder_words[y->holder]);
}

static json_t *types_json(const struct fleet *f, struct group *groups) {
        size_t n = HASH_COUNT(groups), i = 0;
        _cleanup_(freep) struct group **sorted = calloc(n + 1, sizeof(struct group *));
        json_t *types = json_array();
        if (sorted == NULL)
                return types;
        for (struct group *g = groups; g != NULL; g = g->hh.next)
                sorted[i++] = g;
        qsort_r(sorted, n, sizeof(*sorted), compare_groups, (void *) (uintptr_t) f);
        for (i = 0; i < n; i++) {
                const struct group *g = sorted[i];
                json_t *row = json_pack("{s:s, s:s, s:s, s:s}", "zone", fleet_word(f, g->key.zone), "type",
                                        fleet_word(f, g->key.type), "state", fleet_word(f, g->key.state), "holder",
                                        holder_words[g->key.holder]);
                (void) set_number(row, "volumes", g->volumes);
                (void) set_number(row, "gib", g->gib);
                (void) set_number(row, "iops", g->iops);
                (void) set_number(row, "throughput", g->throughput);
                (void) json_array_append_new(types, row);
        }
        return types;
}

static json_t *region_json(const struct fleet *f, struct sums *ret_sums) {
        struct sums s = { 0 };
        struct group *groups = NULL, *g, *next;
        for (size_t i = 0; i < f->n_instances; i++) {
                s.instances += f->instances[i].state != STATE_TERMINATED;
                s.terminated_instances += f->instances[i].state == STATE_TERMINATED;
        }
        int r = 0;
        for (size_t i = 0; i < f->n_volumes && r >= 0; i++)
                if (f->volumes[i].id != 0) {
                        enum truth_holder holder;
                        count_volume(f, &f->volumes[i], &s, &holder);
                        r = count_group(&f->volumes[i], holder, &groups);
                }
        json_t *o = r >= 0 ? json_pack("{s:s, s:s}", "account", f->account, "region", f->region) : NULL;
        set_sums(o, &s);
        (void) json_object_set_new(o, "types", types_json(f, groups));
        HASH_ITER(hh, groups, g, next) {
                HASH_DEL(groups, g);
                free(g);
        }
        *ret_sums = s;
        return o;
}

static json_t *account_json(struct fleets *s, const char *account, struct sums *ret_sums) {
        json_t *regions = json_array(), *totals = json_object();
        *ret_sums = (struct sums){ 0 };
        for (size_t i = 0; i < s->options->regions.n; i++) {
                struct fleet *f;
                struct sums sums;
                if (fleets_lock(s, account, s->options->regions.items[i], &f) < 0) {
                        json_decref(regions);
                        json_decref(totals);
                        return NULL;
                }
                (void) json_array_append_new(regions, region_json(f, &sums));
                fleets_unlock(f);
                sums_add(ret_sums, &sums);
        }
        set_sums(totals, ret_sums);
        return json_pack("{s:s, s:o, s:o}", "account", account, "totals", totals, "regions", regions);
}

json_t *truth_make(struct fleets *s) {
        struct sums all = { 0 }, sums;
        if (s->options->accounts == 1)
                return account_json(s, s->options->account, &all);
        json_t *accounts = json_array(), *totals = json_object();
        for (uint64_t i = 0; i < s->options->accounts; i++) {
                char account[ACCOUNT_SIZE];
                organization_account(s->options, i, account);
                if (json_array_append_new(accounts, account_json(s, account, &sums)) < 0) {
                        json_decref(accounts);
                        json_decref(totals);
                        return NULL;
                }
                sums_add(&all, &sums);
        }
        set_sums(totals, &all);
        return json_pack("{s:o, s:o}", "totals", totals, "accounts", accounts);
}
