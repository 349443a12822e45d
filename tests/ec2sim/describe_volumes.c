/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "derived.h"
#include "describe.h"
#include "tag_set.h"

static uint32_t slots(const struct fleet *f, const struct id_map **ret_ids) {
        *ret_ids = &f->volume_ids;
        return (uint32_t) f->n_volumes;
}

static bool is_listed(const struct fleet *f, uint32_t slot, bool include_hidden) {
        const struct sim_volume *v = &f->volumes[slot];
        return v->id != 0 && (include_hidden || (v->flags & FLEET_HIDDEN) == 0);
}

/* The slots of the instances that the filter names; false when one is not in the fleet, or only a pattern. */
static bool instances_of(const struct fleet *f, const struct filter *filter, uint32_t *slots) {
        for (size_t i = 0; i < filter->values.n; i++) {
                uint64_t id;
                if (resource_id_parse("i", filter->values.items[i], &id) < 0)
                        return false;
                slots[i] = id_map_get(&f->instance_ids, id);
                if (slots[i] == ID_MAP_NONE)
                        return false;
        }
        return true;
}

static size_t volumes_of(const struct fleet *f, const uint32_t *instances, size_t n, uint32_t *volumes) {
        size_t found = 0;
        for (size_t i = 0; i < n; i++)
                for (uint32_t a = f->instances[instances[i]].first_attachment; a != SLOT_NONE;
                     a = f->attachments[a].next_of_instance, found++)
                        if (volumes != NULL)
                                volumes[found] = f->attachments[a].volume;
        return found;
}

/* A call for the volumes of one instance must not cost a walk through the fleet. */
static int narrow(struct describe_query *q) {
        const struct filter *filter = filters_find(&q->filters, "attachment.instance-id");
        if (q->candidates != NULL || filter == NULL)
                return 0;
        _cleanup_(freep) uint32_t *instances = calloc(filter->values.n + 1, sizeof(*instances));
        if (instances == NULL)
                return -ENOMEM;
        if (!instances_of(q->fleet, filter, instances))
                return 0;
        size_t n = volumes_of(q->fleet, instances, filter->values.n, NULL);
        q->candidates = calloc(n + 1, sizeof(*q->candidates));
        if (q->candidates == NULL)
                return -ENOMEM;
        (void) volumes_of(q->fleet, instances, filter->values.n, q->candidates);
        q->n_candidates = slots_sort(q->candidates, n);
        return 0;
}

static void write_attachment(struct xml *x, const struct fleet *f, const struct sim_attachment *a, const char *volume) {
        char id[RESOURCE_ID_SIZE];
        xml_raw(x, "<item>");
        xml_text(x, "volumeId", volume);
        if (a->instance_id != 0) {
                xml_text(x, "instanceId", resource_id_format("i", a->instance_id, id));
                xml_text(x, "device", fleet_word(f, a->device));
        }
        xml_text(x, "status", fleet_word(f, a->status));
        xml_time(x, "attachTime", a->attached_at);
        xml_bool(x, "deleteOnTermination", (a->flags & FLEET_DELETE_ON_TERMINATION) != 0);
        if (a->resource != 0)
                xml_text(x, "associatedResource", fleet_word(f, a->resource));
        if (a->service != 0)
                xml_text(x, "instanceOwningService", fleet_word(f, a->service));
        xml_raw(x, "</item>");
}

static void write_attachments(struct xml *x, const struct fleet *f, const struct sim_volume *v, const char *volume) {
        if (v->first_attachment == SLOT_NONE) {
                xml_raw(x, "<attachmentSet/>");
                return;
        }
        xml_open(x, "attachmentSet");
        for (uint32_t a = v->first_attachment; a != SLOT_NONE; a = f->attachments[a].next_of_volume)
                write_attachment(x, f, &f->attachments[a], volume);
        xml_close(x, "attachmentSet");
}

static void write_encryption(struct xml *x, const struct fleet *f, const struct sim_volume *v) {
        char key[160];
        bool encrypted = (v->flags & FLEET_ENCRYPTED) != 0;
        xml_bool(x, "encrypted", encrypted);
        if (!encrypted)
                return;
        (void) snprintf(key, sizeof(key), "arn:aws:kms:%s:%s:key/5a0f3e5c-8d1b-4c58-9a0e-%012x", f->region, f->account,
                        (unsigned) (f->seed & 0xffffffff));
        xml_text(x, "kmsKeyId", key);
        xml_text(x, "sseType", "sse-kms");
}

static void write_volume(struct xml *x, const struct fleet *f, uint32_t slot) {
        const struct sim_volume *v = &f->volumes[slot];
        char id[RESOURCE_ID_SIZE], text[RESOURCE_ID_SIZE], zone[32];
        (void) resource_id_format("vol", v->id, id);
        xml_raw(x, "<item>");
        xml_text(x, "volumeId", id);
        xml_number(x, "size", v->size_gib);
        xml_text(x, "snapshotId", volume_snapshot(v, text));
        xml_text(x, "availabilityZone", fleet_word(f, v->zone));
        xml_text(x, "availabilityZoneId", zone_id(f, v->zone, zone));
        xml_text(x, "status", fleet_word(f, v->state));
        xml_time(x, "createTime", v->created);
        write_attachments(x, f, v, id);
        struct tags tags;
        volume_tags(f, slot, &tags);
        tag_set_write(x, &tags);
        xml_text(x, "volumeType", fleet_word(f, v->type));
        if (v->iops > 0)
                xml_number(x, "iops", v->iops);
        if (v->throughput > 0)
                xml_number(x, "throughput", v->throughput);
        write_encryption(x, f, v);
        xml_bool(x, "multiAttachEnabled", (v->flags & FLEET_MULTI_ATTACH) != 0);
        xml_open(x, "operator");
        xml_bool(x, "managed", (v->flags & FLEET_MANAGED) != 0);
        if ((v->flags & FLEET_MANAGED) != 0) {
                xml_text(x, "principal", volume_principal(f, v));
                xml_bool(x, "hiddenByDefault", (v->flags & FLEET_HIDDEN) != 0);
        }
        xml_close(x, "operator");
        xml_raw(x, "</item>");
}

static void write_volumes(struct xml *x, const struct fleet *f, const struct page *page) {
        for (size_t i = 0; i < page->n; i++)
                write_volume(x, f, page->slots[i]);
}

int describe_volumes(struct call *c) {
        const struct describe_rules rules = {
                .page = { .ids_parameter = "VolumeId", .ids_word = "volumeSet", .most = 1000,
                          .cut = c->simulator->options->volume_page_limit },
                .ids = { "VolumeId", "vol", "InvalidParameterValue", "InvalidVolume.NotFound", "volume" },
                .filters = volume_filter_rules,
                .response = "DescribeVolumesResponse",
                .set = "volumeSet",
                .slots = slots,
                .is_listed = is_listed,
                .narrow = narrow,
                .write = write_volumes,
        };
        return describe(c, &rules);
}
