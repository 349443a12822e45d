/* SPDX-License-Identifier: MIT */
#include "churn.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "fleet_seed.h"
#include "volume_kind.h"

#define KIND_TICK 99

static uint32_t pick_volume(const struct fleet *f, struct random *r) {
        if (f->live_volumes == 0)
                return SLOT_NONE;
        for (;;) { /* at least one slot is taken; more than half of them are unless most were deleted */
                uint32_t slot = (uint32_t) random_below(r, f->n_volumes);
                if (f->volumes[slot].id != 0)
                        return slot;
        }
}

/* A live instance of the zone other than the one given, or SLOT_NONE if luck does not find one. */
static uint32_t pick_instance(const struct fleet *f, struct random *r, uint16_t zone, uint32_t other_than) {
        for (unsigned i = 0; i < 64 && f->n_instances > 0; i++) {
                uint32_t slot = (uint32_t) random_below(r, f->n_instances);
                const struct sim_instance *instance = &f->instances[slot];
                if (instance->state != STATE_TERMINATED && instance->zone == zone && slot != other_than)
                        return slot;
        }
        return SLOT_NONE;
}

static int set_state(struct fleet *f, uint32_t volume, const char *state) {
        return fleet_intern(f, state, &f->volumes[volume].state);
}

static int attach(struct fleet *f, struct random *r, uint32_t volume, uint32_t other_than) {
        uint32_t instance = pick_instance(f, r, f->volumes[volume].zone, other_than);
        if (instance == SLOT_NONE)
                return 0;
        struct sim_attachment a = {
                .instance_id = f->instances[instance].id,
                .volume = volume,
                .attached_at = f->volumes[volume].created + 60 * (uint32_t) f->tick,
        };
        int k = fleet_intern(f, "/dev/sdz", &a.device);
        if (k >= 0)
                k = fleet_intern(f, "attached", &a.status);
        if (k >= 0)
                k = fleet_attach(f, &a);
        return k >= 0 ? set_state(f, volume, "in-use") : k;
}

static int detach(struct fleet *f, uint32_t volume) {
        while (f->volumes[volume].first_attachment != SLOT_NONE)
                fleet_detach(f, f->volumes[volume].first_attachment);
        return set_state(f, volume, "available");
}

static int create(struct fleet *f, struct random *r, uint32_t like) {
        struct sim_volume v;
        uint32_t slot;
        int k = fleet_random_volume(f, r, f->volumes[like].zone, false, &v);
        if (k >= 0)
                k = fleet_intern(f, "available", &v.state);
        if (k < 0)
                return k;
        v.id = fleet_random_id(&f->volume_ids, r, false);
        v.created = FLEET_EPOCH + 60 * (uint32_t) f->tick;
        k = fleet_add_volume(f, &v, &slot);
        return k >= 0 && random_below(r, 2) == 0 ? attach(f, r, slot, SLOT_NONE) : k;
}

static int retype(struct fleet *f, struct random *r, uint32_t volume) {
        struct sim_volume *v = &f->volumes[volume];
        if ((v->flags & FLEET_MULTI_ATTACH) != 0) /* only io1 and io2 can be */
                return volume_kind_set(f, v, strcmp(fleet_word(f, v->type), "io1") == 0 ? "io2" : "io1", v->size_gib,
                                       r);
        return volume_kind_set(f, v, volume_kind_random(r), v->size_gib, r);
}

static int change(struct fleet *f, struct random *r, uint32_t volume) {
        struct sim_volume *v = &f->volumes[volume];
        bool managed = (v->flags & FLEET_MANAGED) != 0;
        uint32_t first = v->first_attachment;
        switch (random_below(r, 7)) {
        case 0:
                return create(f, r, volume);
        case 1:
                if (managed)
                        break;
                fleet_remove_volume(f, volume);
                return 0;
        case 2:
                return retype(f, r, volume);
        case 3:
                if (managed || first != SLOT_NONE)
                        break;
                return attach(f, r, volume, SLOT_NONE);
        case 4:
                if (managed || first == SLOT_NONE)
                        break;
                return detach(f, volume);
        case 5: {
                if (managed || first == SLOT_NONE)
                        break;
                uint32_t from = f->attachments[first].instance;
                int k = detach(f, volume);
                return k >= 0 ? attach(f, r, volume, from) : k;
        }
        default:
                break;
        }
        v->size_gib += 1 + (uint32_t) random_below(r, 200);
        return 0;
}

int fleet_churn(struct fleet *f, double percent) {
        f->tick++;
        struct random r = { .state = fleet_hash(f->seed, KIND_TICK, f->tick, 0) };
        uint64_t n = (uint64_t) ceil((double) f->live_volumes * percent / 100);
        for (uint64_t i = 0; i < n; i++) {
                uint32_t volume = pick_volume(f, &r);
                int k = volume != SLOT_NONE ? change(f, &r, volume) : 0;
                if (k < 0)
                        return k;
        }
        return 0;
}
