/* SPDX-License-Identifier: MIT */
#include "volume_kind.h"

#include <string.h>

#include "fleet_seed.h"

/* Bounds of size per type, in GiB, from EBS's documentation; weight: parts of 100 in a drawn fleet. */
static const struct volume_kind {
        const char *type;
        uint32_t min_gib, max_gib;
        unsigned weight;
} kinds[] = {
        { "gp3", 1, 65536, 56 }, { "gp2", 1, 16384, 25 },  { "io1", 4, 16384, 3 },    { "io2", 4, 65536, 4 },
        { "st1", 125, 16384, 5 }, { "sc1", 125, 16384, 4 }, { "standard", 1, 1024, 3 },
};

static uint32_t clamp(uint64_t value, uint32_t low, uint32_t high) {
        return value < low ? low : value > high ? high : (uint32_t) value;
}

const char *volume_kind_random(struct random *r) {
        uint64_t draw = random_below(r, 100);
        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
                if (draw < kinds[i].weight)
                        return kinds[i].type;
                draw -= kinds[i].weight;
        }
        return kinds[0].type;
}

int volume_kind_set(struct fleet *f, struct sim_volume *v, const char *type, uint64_t size_gib, struct random *r) {
        const struct volume_kind *kind = kinds;
        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
                if (strcmp(kinds[i].type, type) == 0)
                        kind = &kinds[i];
        v->size_gib = clamp(size_gib, kind->min_gib, kind->max_gib);
        v->iops = 0;
        v->throughput = 0;
        if (strcmp(type, "gp2") == 0) /* the baseline: 3 a GiB */
                v->iops = clamp(3ull * v->size_gib, 100, 16000);
        else if (strcmp(type, "gp3") == 0) {
                bool fast = random_below(r, 8) == 0;
                v->iops = fast ? clamp(500ull * v->size_gib, 3000, 6000) : 3000;
                v->throughput = fast ? 250 : 125;
        } else if (strcmp(type, "io1") == 0)
                v->iops = clamp(20ull * v->size_gib, 100, 32000);
        else if (strcmp(type, "io2") == 0)
                v->iops = clamp(40ull * v->size_gib, 100, 64000);
        return fleet_intern(f, type, &v->type);
}

int fleet_random_volume(struct fleet *f, struct random *r, uint16_t zone, bool root, struct sim_volume *ret) {
        static const uint16_t root_sizes[] = { 8, 8, 10, 16, 20, 30, 30, 50, 80, 100 };
        static const uint16_t data_sizes[] = { 10,  20,  50,  100,  100,  200,  250, 300,
                                               500, 500, 750, 1000, 1024, 2000, 4000 };
        struct sim_volume v = { .zone = zone, .extra = SLOT_NONE, .first_attachment = SLOT_NONE };
        const char *type = root ? (random_below(r, 10) < 7 ? "gp3" : "gp2") : volume_kind_random(r);
        uint64_t size = root ? root_sizes[random_below(r, ARRAY_SIZE(root_sizes))] :
                               data_sizes[random_below(r, ARRAY_SIZE(data_sizes))];
        /* Someone always types a crooked number. */
        if (random_below(r, 10) == 0)
                size += random_below(r, 23);
        v.created = FLEET_EPOCH - (uint32_t) random_below(r, 6 * YEAR_SECONDS);
        if (random_below(r, 3) > 0)
                v.flags |= FLEET_ENCRYPTED;
        int k = volume_kind_set(f, &v, type, size, r);
        if (k < 0)
                return k;
        *ret = v;
        return 0;
}
