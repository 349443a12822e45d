/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "derived.h"
#include "filter.h"

/* The filters of DescribeVolumes. */

typedef bool (*attachment_test)(const struct fleet *f, const struct sim_attachment *a, const struct filter *filter);

static bool any_attachment(const struct fleet *f, uint32_t slot, const struct filter *filter, attachment_test test) {
        for (uint32_t a = f->volumes[slot].first_attachment; a != SLOT_NONE; a = f->attachments[a].next_of_volume)
                if (test(f, &f->attachments[a], filter))
                        return true;
        return false;
}

static bool test_attach_time(const struct fleet *f _unused_, const struct sim_attachment *a,
                             const struct filter *filter) {
        return filter_accepts_time(filter, a->attached_at);
}

static bool test_delete(const struct fleet *f _unused_, const struct sim_attachment *a, const struct filter *filter) {
        return filter_accepts_bool(filter, (a->flags & FLEET_DELETE_ON_TERMINATION) != 0);
}

static bool test_device(const struct fleet *f, const struct sim_attachment *a, const struct filter *filter) {
        return a->instance_id != 0 && filter_accepts(filter, fleet_word(f, a->device));
}

static bool test_instance_id(const struct fleet *f _unused_, const struct sim_attachment *a,
                             const struct filter *filter) {
        return a->instance_id != 0 && filter_accepts_id(filter, "i", a->instance_id);
}

static bool test_status(const struct fleet *f, const struct sim_attachment *a, const struct filter *filter) {
        return filter_accepts(filter, fleet_word(f, a->status));
}

static bool by_attach_time(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return any_attachment(f, slot, filter, test_attach_time);
}

static bool by_delete_on_termination(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return any_attachment(f, slot, filter, test_delete);
}

static bool by_device(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return any_attachment(f, slot, filter, test_device);
}

static bool by_instance_id(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return any_attachment(f, slot, filter, test_instance_id);
}

static bool by_attachment_status(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return any_attachment(f, slot, filter, test_status);
}

static bool by_zone(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts(filter, fleet_word(f, f->volumes[slot].zone));
}

static bool by_zone_id(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        char text[32];
        return filter_accepts(filter, zone_id(f, f->volumes[slot].zone, text));
}

static bool by_create_time(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts_time(filter, f->volumes[slot].created);
}

static bool by_encrypted(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts_bool(filter, (f->volumes[slot].flags & FLEET_ENCRYPTED) != 0);
}

static bool by_fast_restored(const struct fleet *f _unused_, uint32_t slot _unused_, const struct filter *filter) {
        return filter_accepts_bool(filter, false);
}

static bool by_multi_attach(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts_bool(filter, (f->volumes[slot].flags & FLEET_MULTI_ATTACH) != 0);
}

static bool by_managed(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts_bool(filter, (f->volumes[slot].flags & FLEET_MANAGED) != 0);
}

static bool by_principal(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        const struct sim_volume *v = &f->volumes[slot];
        return (v->flags & FLEET_MANAGED) != 0 && filter_accepts(filter, volume_principal(f, v));
}

static bool by_size(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts_number(filter, f->volumes[slot].size_gib);
}

static bool by_snapshot(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        char text[RESOURCE_ID_SIZE];
        return filter_accepts(filter, volume_snapshot(&f->volumes[slot], text));
}

static bool by_status(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts(filter, fleet_word(f, f->volumes[slot].state));
}

static bool by_tag(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        struct tags tags;
        volume_tags(f, slot, &tags);
        const char *value = tags_get(&tags, filter->name + strlen("tag:"));
        return value != NULL && filter_accepts(filter, value);
}

static bool by_tag_key(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        struct tags tags;
        volume_tags(f, slot, &tags);
        for (size_t i = 0; i < tags.n; i++)
                if (filter_accepts(filter, tags.items[i].key))
                        return true;
        return false;
}

static bool by_volume_id(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts_id(filter, "vol", f->volumes[slot].id);
}

static bool by_type(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts(filter, fleet_word(f, f->volumes[slot].type));
}

const struct filter_rule volume_filter_rules[] = {
        { "attachment.attach-time", by_attach_time },
        { "attachment.delete-on-termination", by_delete_on_termination },
        { "attachment.device", by_device },
        { "attachment.instance-id", by_instance_id },
        { "attachment.status", by_attachment_status },
        { "availability-zone", by_zone },
        { "availability-zone-id", by_zone_id },
        { "create-time", by_create_time },
        { "encrypted", by_encrypted },
        { "fast-restored", by_fast_restored },
        { "multi-attach-enabled", by_multi_attach },
        { "operator.managed", by_managed },
        { "operator.principal", by_principal },
        { "size", by_size },
        { "snapshot-id", by_snapshot },
        { "status", by_status },
        { "tag:", by_tag },
        { "tag-key", by_tag_key },
        { "volume-id", by_volume_id },
        { "volume-type", by_type },
        { 0 },
};
