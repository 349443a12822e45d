/* SPDX-License-Identifier: MIT */
#include "derived.h"

#include <stdio.h>
#include <string.h>

#include "fleet_seed.h"
#include "regions.h"

static void add(struct tags *t, const char *key, const char *value) {
        if (t->n < ARRAY_SIZE(t->items)) {
                t->items[t->n].key = key;
                t->items[t->n++].value = value;
        }
}

static void tags_of_extra(const struct sim_extra *extra, struct tags *ret) {
        for (size_t i = 0; i < extra->keys.n; i++)
                add(ret, extra->keys.items[i], extra->values.items[i]);
}

/* Most names are dull; some are what people really type. */
static void make_up_name(uint64_t hash, const char *suffix, struct tags *ret) {
        static const char *const dull[] = {
                "web", "api", "db-primary", "db-replica", "kafka", "build", "cache", "batch"
        };
        static const char *const odd[] = { "Zürich <prod> & \"DR\"", "データ分析-03",   "it's 100% &amp; done",
                                           " leading blank",         "Größe=klein;alt", "🚀 launch" };
        if (hash % 16 == 0)
                (void) snprintf(ret->name, sizeof(ret->name), "%s", odd[hash / 16 % ARRAY_SIZE(odd)]);
        else
                (void) snprintf(ret->name, sizeof(ret->name), "%s-%03u%s", dull[hash / 16 % ARRAY_SIZE(dull)],
                                (unsigned) (hash / 256 % 1000), suffix);
        add(ret, "Name", ret->name);
}

static void make_up(uint64_t hash, const char *suffix, struct tags *ret) {
        static const char *const environments[] = { "production", "staging", "development" };
        static const char *const teams[] = { "payments", "search", "platform", "data & ml" };
        if (hash % 5 > 0) /* every fifth item has no name */
                make_up_name(hash / 5, suffix, ret);
        if (hash / 8192 % 4 > 0)
                add(ret, "Environment", environments[hash / 32768 % ARRAY_SIZE(environments)]);
        if (hash / 8192 % 2 > 0)
                add(ret, "team", teams[hash / 65536 % ARRAY_SIZE(teams)]);
}

void volume_tags(const struct fleet *f, uint32_t slot, struct tags *ret) {
        const struct sim_volume *v = &f->volumes[slot];
        ret->n = 0;
        if (v->extra != SLOT_NONE)
                tags_of_extra(&f->extras[v->extra], ret);
        else
                make_up(fleet_hash(v->id, 7, 0, 0), "-data", ret);
}

void instance_tags(const struct fleet *f, uint32_t slot, struct tags *ret) {
        const struct sim_instance *i = &f->instances[slot];
        ret->n = 0;
        if (i->extra != SLOT_NONE)
                tags_of_extra(&f->extras[i->extra], ret);
        else
                make_up(fleet_hash(i->id, 8, 0, 0), "", ret);
}

const char *tags_get(const struct tags *tags, const char *key) {
        for (size_t i = 0; i < tags->n; i++)
                if (strcmp(tags->items[i].key, key) == 0)
                        return tags->items[i].value;
        return NULL;
}

char *volume_snapshot(const struct sim_volume *v, char *ret) {
        uint64_t hash = fleet_hash(v->id, 9, 0, 0);
        if (hash % 2 == 0)
                ret[0] = '\0';
        else
                (void) resource_id_format("snap", hash | 1ull << 40, ret);
        return ret;
}

const char *volume_principal(const struct fleet *f, const struct sim_volume *v) {
        for (uint32_t a = v->first_attachment; a != SLOT_NONE; a = f->attachments[a].next_of_volume)
                if (f->attachments[a].service != 0)
                        return fleet_word(f, f->attachments[a].service);
        return "eks.amazonaws.com";
}

const char *instance_state_name(uint8_t code) {
        switch (code) {
        case 0:
                return "pending";
        case 16:
                return "running";
        case 32:
                return "shutting-down";
        case 48:
                return "terminated";
        case 64:
                return "stopping";
        default:
                return "stopped";
        }
}

char *instance_image(const struct sim_instance *i, char ret[static RESOURCE_ID_SIZE]) {
        return resource_id_format("ami", fleet_hash(i->id % 13, 10, 0, 0) | 1ull << 40, ret);
}

char *instance_address(const struct sim_instance *i, char *ret) {
        uint64_t hash = fleet_hash(i->id, 11, 0, 0);
        (void) snprintf(ret, 16, "10.%u.%u.%u", (unsigned) (hash % 250), (unsigned) (hash / 256 % 250),
                        (unsigned) (hash / 65536 % 250));
        return ret;
}

char *zone_id(const struct fleet *f, uint16_t zone, char *ret) {
        char stem[16];
        const char *name = fleet_word(f, zone);
        size_t len = strlen(name);
        region_zone_stem(f->region, stem);
        char letter = len > 0 && name[len - 1] >= 'a' && name[len - 1] <= 'z' ? name[len - 1] : 'a';
        (void) snprintf(ret, 32, "%s-az%d", stem, letter - 'a' + 1);
        return ret;
}
