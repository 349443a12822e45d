/* SPDX-License-Identifier: MIT */
#include "collect/pack.h"

#include <stdlib.h>
#include <string.h>

#include "base/macros.h"

struct inventory_instance *pack_instance(const struct instance *instance) {
        const char *const texts[] = { instance->id, instance->type, instance->zone, instance->name };
        size_t size = 0;
        for (size_t n = 0; n < ARRAY_SIZE(texts); n++)
                size += strlen(texts[n]) + 1;
        struct inventory_instance *i = calloc(1, sizeof(*i) + size);
        if (i == NULL)
                return NULL;
        i->state = instance->state;
        i->managed = instance->managed;
        char *end = i->text;
        for (size_t n = 0; n < ARRAY_SIZE(texts); n++)
                end = stpcpy(end, texts[n]) + 1;
        return i;
}

/* An attachment whose status is "detached" is over; every other one still holds the volume. */
static bool attachment_holds(const struct attachment *at) {
        return strcmp(at->status, "detached") != 0;
}

static int compare_ids(const void *left, const void *right) {
        const char *const *a = left, *const *b = right;
        return strcmp(*a, *b);
}

/* The instances that hold the volume, sorted, each once, should an answer name it twice. */
static size_t holding_instances(const struct volume *volume, const char *ids[static MODEL_ATTACHMENTS_MAX]) {
        size_t n = 0, kept = 0;
        for (size_t i = 0; i < volume->n_attachments; i++)
                if (attachment_holds(&volume->attachments[i]) && volume->attachments[i].instance_id[0] != '\0')
                        ids[n++] = volume->attachments[i].instance_id;
        qsort(ids, n, sizeof(*ids), compare_ids);
        for (size_t i = 0; i < n; i++)
                if (kept == 0 || strcmp(ids[kept - 1], ids[i]) != 0)
                        ids[kept++] = ids[i];
        return kept;
}

static bool held_by_service(const struct volume *volume) {
        for (size_t i = 0; i < volume->n_attachments; i++)
                if (attachment_holds(&volume->attachments[i]) && volume->attachments[i].instance_id[0] == '\0')
                        return true;
        return volume->managed;
}

struct inventory_volume *pack_volume(const struct volume *volume) {
        const char *instances[MODEL_ATTACHMENTS_MAX];
        size_t n = holding_instances(volume, instances);
        const char *tags = volume->tags != NULL ? volume->tags : "";
        size_t size = strlen(volume->id) + 1 + strlen(tags) + 1;
        for (size_t i = 0; i < n; i++)
                size += strlen(instances[i]) + 1;
        struct inventory_volume *v = calloc(1, sizeof(*v) + size);
        if (v == NULL)
                return NULL;
        v->size_gib = volume->size_gib;
        v->iops = volume->iops;
        v->throughput = volume->throughput;
        v->create_time = volume->create_time;
        v->encrypted = volume->encrypted;
        v->multi_attach_enabled = volume->multi_attach_enabled;
        v->held_by_service = held_by_service(volume);
        v->n_instances = (uint16_t) n;
        char *end = stpcpy(v->text, volume->id) + 1;
        for (size_t i = 0; i < n; i++)
                end = stpcpy(end, instances[i]) + 1;
        (void) strcpy(end, tags);
        return v;
}
