/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "derived.h"
#include "filter.h"

/* The filters of DescribeInstances that a report needs, and the usual ones. */

static bool by_zone(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts(filter, fleet_word(f, f->instances[slot].zone));
}

static bool by_zone_id(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        char text[32];
        return filter_accepts(filter, zone_id(f, f->instances[slot].zone, text));
}

static bool by_mapping_volume(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        for (uint32_t a = f->instances[slot].first_attachment; a != SLOT_NONE; a = f->attachments[a].next_of_instance)
                if (filter_accepts_id(filter, "vol", f->volumes[f->attachments[a].volume].id))
                        return true;
        return false;
}

static bool by_mapping_device(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        for (uint32_t a = f->instances[slot].first_attachment; a != SLOT_NONE; a = f->attachments[a].next_of_instance)
                if (filter_accepts(filter, fleet_word(f, f->attachments[a].device)))
                        return true;
        return false;
}

static bool by_mapping_status(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        for (uint32_t a = f->instances[slot].first_attachment; a != SLOT_NONE; a = f->attachments[a].next_of_instance)
                if (filter_accepts(filter, fleet_word(f, f->attachments[a].status)))
                        return true;
        return false;
}

static bool by_image(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        char text[RESOURCE_ID_SIZE];
        return filter_accepts(filter, instance_image(&f->instances[slot], text));
}

static bool by_instance_id(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts_id(filter, "i", f->instances[slot].id);
}

static bool by_state_code(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts_number(filter, f->instances[slot].state);
}

static bool by_state_name(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts(filter, instance_state_name(f->instances[slot].state));
}

static bool by_type(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts(filter, fleet_word(f, f->instances[slot].type));
}

static bool by_launch_time(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts_time(filter, f->instances[slot].launched);
}

static bool by_managed(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts_bool(filter, (f->instances[slot].flags & FLEET_MANAGED) != 0);
}

static bool by_owner(const struct fleet *f, uint32_t slot _unused_, const struct filter *filter) {
        return filter_accepts(filter, f->account);
}

static bool by_address(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        char text[16];
        return filter_accepts(filter, instance_address(&f->instances[slot], text));
}

static bool by_reservation(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        return filter_accepts_id(filter, "r", f->instances[slot].reservation);
}

static bool by_root_device_type(const struct fleet *f _unused_, uint32_t slot _unused_, const struct filter *filter) {
        return filter_accepts(filter, "ebs");
}

static bool by_tag(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        struct tags tags;
        instance_tags(f, slot, &tags);
        const char *value = tags_get(&tags, filter->name + strlen("tag:"));
        return value != NULL && filter_accepts(filter, value);
}

static bool by_tag_key(const struct fleet *f, uint32_t slot, const struct filter *filter) {
        struct tags tags;
        instance_tags(f, slot, &tags);
        for (size_t i = 0; i < tags.n; i++)
                if (filter_accepts(filter, tags.items[i].key))
                        return true;
        return false;
}

const struct filter_rule instance_filter_rules[] = {
        { "availability-zone", by_zone },
        { "availability-zone-id", by_zone_id },
        { "block-device-mapping.device-name", by_mapping_device },
        { "block-device-mapping.status", by_mapping_status },
        { "block-device-mapping.volume-id", by_mapping_volume },
        { "image-id", by_image },
        { "instance-id", by_instance_id },
        { "instance-state-code", by_state_code },
        { "instance-state-name", by_state_name },
        { "instance-type", by_type },
        { "launch-time", by_launch_time },
        { "operator.managed", by_managed },
        { "owner-id", by_owner },
        { "private-ip-address", by_address },
        { "reservation-id", by_reservation },
        { "root-device-type", by_root_device_type },
        { "tag:", by_tag },
        { "tag-key", by_tag_key },
        { 0 },
};
