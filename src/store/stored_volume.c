/* SPDX-License-Identifier: MIT */
#include "store/stored_volume.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The attachments of one volume are bounded by MODEL_ATTACHMENTS_MAX. */
#define INSTANCES_MAX ((size_t) MODEL_ATTACHMENTS_MAX * MODEL_ID_SIZE * 2)

enum column { ID, CLASS, GIB, IOPS, THROUGHPUT, ENCRYPTED, MULTI_ATTACH, MANAGED_BY, TAGS, CREATED, SINCE, KNOWN, COST,
              GP3_COST };

void stored_volume_free(struct stored_volume *v) {
        if (v != NULL)
                free(v->tags);
        free(v);
}

struct stored_volumes stored_volumes_open(struct store *s, int64_t place_id) {
        struct stored_volumes v = { .instances = BUFFER_INIT(INSTANCES_MAX) };
        v.volumes = query_prepare(s, "SELECT volume_id, class_id, gib, iops, throughput_mibps, encrypted, multi_attach, "
                                     "managed_by, tags, created_at, unattached_since, unattached_known, cost_micros, "
                                     "gp3_cost_micros FROM volume "
                                     "WHERE place_id = :place ORDER BY volume_id");
        v.attachments = query_prepare(s, "SELECT volume_id, instance_id FROM volume_attachment WHERE place_id = :place "
                                         "ORDER BY volume_id, instance_id");
        query_bind_uint(&v.volumes, ":place", (uint64_t) place_id);
        query_bind_uint(&v.attachments, ":place", (uint64_t) place_id);
        v.has_attachment = query_step(&v.attachments);
        return v;
}

/* The text of a column, "" for NULL. */
static const char *text(const struct query *q, int column) {
        const unsigned char *value = sqlite3_column_text(q->stmt, column);
        return value != NULL ? (const char *) value : "";
}

static uint64_t number(const struct query *q, int column) {
        return (uint64_t) sqlite3_column_int64(q->stmt, column);
}

const char *stored_volumes_next(struct stored_volumes *v) {
        if (v->r < 0 || v->attachments.rc != SQLITE_OK || !query_step(&v->volumes))
                return NULL;
        const char *id = text(&v->volumes, ID);
        buffer_clear(&v->instances);
        v->n_instances = 0;
        while (v->has_attachment) {
                int order = strcmp(text(&v->attachments, 0), id);
                if (order > 0)
                        break;
                const char *instance = text(&v->attachments, 1);
                if (order == 0) {
                        v->r = buffer_append(&v->instances, instance, strlen(instance) + 1);
                        if (v->r < 0)
                                return NULL;
                        v->n_instances++;
                }
                v->has_attachment = query_step(&v->attachments);
        }
        return id;
}

static bool same_instances(const struct stored_volumes *v, const struct inventory_volume *listed) {
        const char *first = inventory_next_text(listed->text);
        return v->n_instances == listed->n_instances &&
               (v->n_instances == 0 || ((size_t) (inventory_volume_tags(listed) - first) == v->instances.len &&
                                        memcmp(first, v->instances.data, v->instances.len) == 0));
}

bool stored_volumes_equal(const struct stored_volumes *v, const struct inventory_volume *listed, int64_t class_id) {
        const struct query *q = &v->volumes;
        return sqlite3_column_int64(q->stmt, CLASS) == class_id && number(q, GIB) == listed->size_gib &&
               number(q, IOPS) == listed->iops && number(q, THROUGHPUT) == listed->throughput &&
               number(q, ENCRYPTED) == listed->encrypted && number(q, MULTI_ATTACH) == listed->multi_attach_enabled &&
               sqlite3_column_int64(q->stmt, CREATED) == listed->create_time &&
               strcmp(text(q, MANAGED_BY), listed->managed_by != NULL ? listed->managed_by->name : "") == 0 &&
               same_instances(v, listed) && strcmp(text(q, TAGS), inventory_volume_tags(listed)) == 0;
}

/* NULL is COST_UNKNOWN. */
static uint64_t micros(const struct query *q, int column) {
        return sqlite3_column_type(q->stmt, column) == SQLITE_NULL ? COST_UNKNOWN : number(q, column);
}

uint64_t stored_volumes_cost(const struct stored_volumes *v) {
        return micros(&v->volumes, COST);
}

bool stored_volumes_cost_equal(const struct stored_volumes *v, const struct inventory_volume *listed) {
        return micros(&v->volumes, COST) == listed->cost_micros &&
               micros(&v->volumes, GP3_COST) == listed->gp3_cost_micros;
}

struct stored_volume *stored_volumes_copy(const struct stored_volumes *v, const struct volume_classes *classes) {
        const struct query *q = &v->volumes;
        const char *id = text(q, ID);
        size_t id_size = strlen(id) + 1;
        _cleanup_(stored_volume_freep) struct stored_volume *copy =
                        calloc(1, sizeof(*copy) + id_size + v->instances.len);
        if (copy == NULL || (copy->tags = strdup(text(q, TAGS))) == NULL)
                return NULL;
        copy->class_id = sqlite3_column_int64(q->stmt, CLASS);
        const struct volume_class *class = volume_class_find(classes, copy->class_id);
        copy->holder = class != NULL ? class->holder : HOLDER_NONE;
        if (class != NULL)
                memcpy(copy->type, class->type, sizeof(copy->type));
        copy->gib = number(q, GIB);
        copy->iops = number(q, IOPS);
        copy->throughput = number(q, THROUGHPUT);
        copy->unattached_since = sqlite3_column_int64(q->stmt, SINCE);
        copy->unattached_known = number(q, KNOWN) != 0;
        copy->cost_micros = stored_volumes_cost(v);
        copy->n_instances = v->n_instances;
        memcpy(copy->text, id, id_size);
        if (v->instances.len > 0)
                memcpy(copy->text + id_size, v->instances.data, v->instances.len);
        return TAKE_PTR(copy);
}

int stored_volumes_close(struct stored_volumes *v, struct error *reterr) {
        static const char doing[] = "reading the inventory";
        int r = query_finish(&v->volumes, doing, reterr);
        int r2 = query_finish(&v->attachments, doing, r == 0 ? reterr : NULL);
        buffer_release(&v->instances);
        if (v->r < 0)
                return error_oom(reterr);
        return r < 0 ? r : r2;
}
