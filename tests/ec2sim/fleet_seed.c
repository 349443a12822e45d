/* SPDX-License-Identifier: MIT */
#include "fleet_seed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "regions.h"
#include "resource_id.h"
#include "volume_kind.h"

#define ZONE_GROUP 4 /* so many neighbours share a zone, and so can share a volume */

enum kind { KIND_INSTANCE = 1, KIND_VOLUME, KIND_ATTACHMENT, KIND_GHOST };

/* A fleet being filled: the words it uses all the time, interned once. */
struct seeder {
        struct fleet *f;
        const struct fleet_plan *plan;
        uint16_t zones[4];
        unsigned n_zones;
        uint16_t available, in_use, attached;
        uint16_t device_root;
        uint64_t volumes; /* drawn so far: the index of the next one */
};

uint64_t fleet_hash(uint64_t seed, uint64_t kind, uint64_t index, uint64_t salt) {
        struct random r = { .state = seed };
        r.state = random_next(&r) ^ (kind << 56 ^ salt << 48 ^ index);
        return random_next(&r);
}

uint64_t fleet_random_id(const struct id_map *taken, struct random *r, bool want_short) {
        for (;;) {
                uint64_t id = random_next(r);
                if (want_short)
                        id >>= 32;
                if (id != 0 && resource_id_is_short(id) == want_short && id_map_get(taken, id) == ID_MAP_NONE)
                        return id;
        }
}

struct fleet_plan fleet_plan_demo(const char *region) {
        const struct region_entry *entry = region_find(region);
        uint64_t n = entry != NULL ? entry->demo_instances : 40;
        return (struct fleet_plan){
                .instances = n,
                .terminated = n / 37,
                .managed_instances = n / 60,
                .volumes_per_instance = 2,
                .varied = true,
                .unattached = n / 9 + 1,
                .managed = n / 40,
                .multi_attach = n / 90,
                .unknown_instance = n / 150,
                .transient = 1,
                .short_ids = 2,
        };
}

static int seed_instance(struct seeder *s, uint64_t index, uint8_t state, uint8_t flags, uint32_t *ret_slot) {
        static const char *const types[] = { "t3.micro",   "t3.medium",   "t3.large",  "m5.large",
                                             "m6i.xlarge", "m6i.2xlarge", "c6i.large", "c6i.4xlarge",
                                             "r6i.xlarge", "r6i.4xlarge", "m7g.large", "i4i.2xlarge" };
        struct random r = { .state = fleet_hash(s->f->seed, KIND_INSTANCE, index, 0) };
        struct sim_instance instance = {
                .zone = s->zones[index / ZONE_GROUP % s->n_zones],
                .state = state,
                .flags = flags,
                .launched = FLEET_EPOCH - (uint32_t) random_below(&r, 4 * YEAR_SECONDS),
                .extra = SLOT_NONE,
        };
        /* One to four neighbours share a reservation: eight instances make three. */
        static const uint8_t reservation_of[8] = { 0, 1, 1, 2, 2, 2, 2, 3 };
        instance.reservation =
                fleet_hash(s->f->seed, KIND_INSTANCE, index / 8 * 4 + reservation_of[index % 8], 1) | 1ull << 40;
        int k = fleet_intern(s->f, types[random_below(&r, ARRAY_SIZE(types))], &instance.type);
        if (k < 0)
                return k;
        bool want_short = random_below(&r, 100) < s->plan->short_ids;
        if (state == STATE_RUNNING && flags == 0 && random_below(&r, 12) == 0)
                instance.state = STATE_STOPPED;
        instance.id = fleet_random_id(&s->f->instance_ids, &r, want_short);
        return fleet_add_instance(s->f, &instance, ret_slot);
}

static int seed_volume(struct seeder *s, uint16_t zone, bool root, uint8_t flags, bool attached, uint32_t *ret_slot) {
        struct random r = { .state = fleet_hash(s->f->seed, KIND_VOLUME, s->volumes++, 0) };
        struct sim_volume v;
        int k = fleet_random_volume(s->f, &r, zone, root, &v);
        if (k < 0)
                return k;
        bool want_short = random_below(&r, 100) < s->plan->short_ids;
        v.flags = (uint8_t) (v.flags | flags);
        v.state = attached ? s->in_use : s->available;
        v.id = fleet_random_id(&s->f->volume_ids, &r, want_short);
        return fleet_add_volume(s->f, &v, ret_slot);
}

/* /dev/sdf to /dev/sdp, and then the two-letter names. */
static int seed_device(struct fleet *f, uint32_t ordinal, uint16_t *ret) {
        char device[32];
        if (ordinal <= 11)
                (void) snprintf(device, sizeof(device), "/dev/sd%c", 'e' + (int) ordinal);
        else
                (void) snprintf(device, sizeof(device), "/dev/xvd%c%c", 'b' + (int) ((ordinal - 12) / 26 % 25),
                                'a' + (int) ((ordinal - 12) % 26));
        return fleet_intern(f, device, ret);
}

static int seed_status(struct seeder *s, uint32_t volume, uint16_t *ret) {
        static const char *const statuses[] = { "attaching", "detaching", "busy", "detached" };
        uint64_t hash = fleet_hash(s->f->volumes[volume].id, KIND_ATTACHMENT, 0, 2);
        *ret = s->attached;
        return hash % 100 < s->plan->transient ? fleet_intern(s->f, statuses[hash / 100 % 4], ret) : 0;
}

static int seed_attachment(struct seeder *s, uint32_t volume, uint64_t instance_id, uint32_t ordinal) {
        struct sim_attachment a = {
                .instance_id = instance_id,
                .volume = volume,
                .attached_at = s->f->volumes[volume].created + 3,
                .device = s->device_root,
                .flags = ordinal == 0 ? FLEET_DELETE_ON_TERMINATION : 0,
        };
        int r = seed_status(s, volume, &a.status);
        if (r >= 0 && ordinal > 0)
                r = seed_device(s->f, ordinal, &a.device);
        return r >= 0 ? fleet_attach(s->f, &a) : r;
}

/* n instances with their volumes. */
static int seed_instances(struct seeder *s, uint64_t first, uint64_t n, uint8_t flags) {
        for (uint64_t i = 0; i < n; i++) {
                uint32_t slot;
                int r = seed_instance(s, first + i, STATE_RUNNING, flags, &slot);
                if (r < 0)
                        return r;
                uint64_t count = s->plan->volumes_per_instance;
                if (s->plan->varied && count > 0)
                        count = 1 + fleet_hash(s->f->seed, KIND_ATTACHMENT, first + i, 0) % (2 * count - 1);
                for (uint64_t k = 0; k < count && r >= 0; k++) {
                        uint32_t volume;
                        r = seed_volume(s, s->f->instances[slot].zone, k == 0, flags, true, &volume);
                        if (r >= 0)
                                r = seed_attachment(s, volume, s->f->instances[slot].id, (uint32_t) k);
                }
                if (r < 0)
                        return r;
        }
        return 0;
}

static int seed_terminated(struct seeder *s, uint64_t first) {
        for (uint64_t i = 0; i < s->plan->terminated; i++) {
                uint32_t slot, volume;
                int r = seed_instance(s, first + i, STATE_TERMINATED, 0, &slot);
                if (r >= 0 && i % 4 == 3) {
                        r = seed_volume(s, s->f->instances[slot].zone, false, 0, true, &volume);
                        if (r >= 0)
                                r = seed_attachment(s, volume, s->f->instances[slot].id, 1);
                }
                if (r < 0)
                        return r;
        }
        return 0;
}

/* Held by two to four neighbours of one zone, as far as there are that many. */
static int seed_multi_attach(struct seeder *s, uint64_t index) {
        struct random random = { .state = fleet_hash(s->f->seed, KIND_ATTACHMENT, index, 1) };
        uint64_t live = s->plan->instances, groups = (live + ZONE_GROUP - 1) / ZONE_GROUP;
        uint64_t group = groups > 0 ? random_below(&random, groups) : 0;
        uint64_t first = group * ZONE_GROUP, holders = 2 + random_below(&random, ZONE_GROUP - 1);
        struct sim_volume v;
        int r = fleet_random_volume(s->f, &random, s->zones[group % s->n_zones], false, &v);
        if (r >= 0)
                r = volume_kind_set(s->f, &v, random_below(&random, 3) == 0 ? "io1" : "io2", v.size_gib, &random);
        if (r < 0)
                return r;
        v.flags |= FLEET_MULTI_ATTACH;
        v.state = live > 0 ? s->in_use : s->available;
        v.id = fleet_random_id(&s->f->volume_ids, &random, false);
        uint32_t volume;
        r = fleet_add_volume(s->f, &v, &volume);
        for (uint64_t i = first; i < first + holders && i < live && r >= 0; i++)
                r = seed_attachment(s, volume, s->f->instances[i].id, 10 + (uint32_t) (index % 2));
        return r;
}

static int seed_managed(struct seeder *s, uint64_t index) {
        static const char *const services[] = { "eks.amazonaws.com", "workspaces.amazonaws.com", "ecs.amazonaws.com" };
        char resource[160];
        (void) snprintf(resource, sizeof(resource), "arn:aws:%.*s:%s:%s:resource/%04u",
                        (int) strcspn(services[index % 3], "."), services[index % 3], s->f->region, s->f->account,
                        (unsigned) (index % 64));
        uint8_t flags = (uint8_t) (FLEET_MANAGED | (index % 2 == 0 ? FLEET_HIDDEN : 0));
        struct sim_attachment a = { .status = s->attached };
        int r = seed_volume(s, s->zones[index % s->n_zones], false, flags, true, &a.volume);
        if (r >= 0)
                r = fleet_intern(s->f, resource, &a.resource);
        if (r >= 0)
                r = fleet_intern(s->f, services[index % 3], &a.service);
        if (r < 0)
                return r;
        a.attached_at = s->f->volumes[a.volume].created;
        return fleet_attach(s->f, &a);
}

static int seed_volumes(struct seeder *s) {
        int r = 0;
        uint32_t slot;
        for (uint64_t i = 0; i < s->plan->multi_attach && r >= 0; i++)
                r = seed_multi_attach(s, i);
        for (uint64_t i = 0; i < s->plan->unattached && r >= 0; i++)
                r = seed_volume(s, s->zones[i % s->n_zones], false, 0, false, &slot);
        for (uint64_t i = 0; i < s->plan->managed && r >= 0; i++)
                r = seed_managed(s, i);
        for (uint64_t i = 0; i < s->plan->unknown_instance && r >= 0; i++) {
                struct random random = { .state = fleet_hash(s->f->seed, KIND_GHOST, i, 0) };
                r = seed_volume(s, s->zones[i % s->n_zones], false, 0, true, &slot);
                if (r >= 0)
                        r = seed_attachment(s, slot, fleet_random_id(&s->f->instance_ids, &random, false), 1);
        }
        return r;
}

int fleet_seed(struct fleet *f, const struct fleet_plan *plan) {
        struct seeder s = { .f = f, .plan = plan, .n_zones = strcmp(f->region, "us-east-1") == 0 ? 4 : 3 };
        int r = 0;
        for (unsigned i = 0; i < s.n_zones && r >= 0; i++) {
                char zone[80];
                (void) snprintf(zone, sizeof(zone), "%s%c", f->region, 'a' + (int) i);
                r = fleet_intern(f, zone, &s.zones[i]);
        }
        const struct {
                const char *word;
                uint16_t *to;
        } words[] = { { "available", &s.available },
                      { "in-use", &s.in_use },
                      { "attached", &s.attached },
                      { "/dev/xvda", &s.device_root } };
        for (size_t i = 0; i < ARRAY_SIZE(words) && r >= 0; i++)
                r = fleet_intern(f, words[i].word, words[i].to);
        if (r >= 0)
                r = seed_instances(&s, 0, plan->instances, 0);
        if (r >= 0)
                r = seed_instances(&s, plan->instances, plan->managed_instances, FLEET_MANAGED | FLEET_HIDDEN);
        if (r >= 0)
                r = seed_terminated(&s, plan->instances + plan->managed_instances);
        return r >= 0 ? seed_volumes(&s) : r;
}
