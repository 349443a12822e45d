/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "store/churn_events.h"
#include "store/merge.h"
#include "store/stored_volume.h"
#include "store/volume_classes.h"

static const char doing[] = "storing the inventory";

/* A volume that is not as it was. Changes are collected first and written then, because what a query gives is not
 * defined while its table is written. */
struct change {
        struct stored_volume *before;       /* owned; NULL: it is new */
        const struct inventory_volume *now; /* NULL: it is gone */
};

struct changes {
        struct change *items; /* owned */
        size_t n;
        size_t allocated;
};

static void changes_release(struct changes *c) {
        for (size_t i = 0; i < c->n; i++)
                stored_volume_free(c->items[i].before);
        free(c->items);
}

static int add_change(struct changes *c, struct stored_volume *before, const struct inventory_volume *now) {
        if (c->n == c->allocated) {
                size_t n = c->allocated > 0 ? c->allocated * 2 : 256;
                struct change *grown = reallocarray(c->items, n, sizeof(*grown));
                if (grown == NULL) {
                        stored_volume_free(before);
                        return -ENOMEM;
                }
                c->items = grown;
                c->allocated = n;
        }
        c->items[c->n++] = (struct change){ .before = before, .now = now };
        return 0;
}

/* Both sides come in the order of ids. */
static int compare_all(struct stored_volumes *stored, const struct inventory *listed,
                       const struct volume_classes *classes, struct changes *ret) {
        size_t i = 0;
        int r = 0;
        const char *id = stored_volumes_next(stored);
        while (r == 0 && (id != NULL || i < listed->n_volumes)) {
                const struct inventory_volume *now = i < listed->n_volumes ? listed->volumes[i] : NULL;
                int order = id == NULL ? 1 : now == NULL ? -1 : strcmp(id, now->text);
                bool equal = order == 0 && stored_volumes_equal(stored, now, volume_class_of(classes, now));
                struct stored_volume *before = NULL;
                if (order <= 0 && !equal && (before = stored_volumes_copy(stored, classes)) == NULL)
                        return -ENOMEM;
                if (!equal)
                        r = add_change(ret, before, order >= 0 ? now : NULL);
                i += order >= 0;
                if (order <= 0)
                        id = stored_volumes_next(stored);
        }
        return r;
}

/* What is written with, prepared once. */
struct writer {
        const struct listing *listing;
        const struct volume_classes *classes;
        const struct change *change; /* in hand */
        struct query insert, update, delete, attach, detach, event;
};

static struct writer open_writer(struct store *s, const struct listing *listing, const struct volume_classes *classes) {
        struct writer w = { .listing = listing, .classes = classes };
        w.insert = query_prepare(
                s, "INSERT INTO volume (place_id, volume_id, class_id, gib, iops, throughput_mibps, encrypted, "
                   "multi_attach, managed_by, name, tags, created_at, first_seen_at, first_seen_known, "
                   "unattached_since, unattached_known) "
                   "VALUES (:place, :id, :class, :gib, :iops, :throughput, :encrypted, :multi, :managed_by, "
                   "json_extract(:tags, '$.Name'), :tags, :created, :at, :known, :since, :since_known)");
        w.update = query_prepare(
                s, "UPDATE volume SET class_id = :class, gib = :gib, iops = :iops, throughput_mibps = :throughput, "
                   "encrypted = :encrypted, multi_attach = :multi, managed_by = :managed_by, "
                   "name = json_extract(:tags, '$.Name'), tags = :tags, created_at = :created, "
                   "unattached_since = :since, unattached_known = :since_known "
                   "WHERE place_id = :place AND volume_id = :id");
        w.delete = query_prepare(s, "DELETE FROM volume WHERE place_id = :place AND volume_id = :id");
        w.attach = query_prepare(s, "INSERT INTO volume_attachment (place_id, volume_id, instance_id) "
                                    "VALUES (:place, :id, :instance)");
        w.detach = query_prepare(s, "DELETE FROM volume_attachment WHERE place_id = :place AND volume_id = :id");
        w.event = query_prepare(
                s, "INSERT INTO volume_event (run_id, place_id, found_at, after_at, volume_id, cause, gib_before, "
                   "gib_after, class_before, class_after, iops_before, iops_after, throughput_before, "
                   "throughput_after, instance_before, instance_after, name, tags) "
                   "VALUES (:run, :place, :at, :after, :id, :cause, :gib_before, :gib_after, :class_before, "
                   ":class_after, :iops_before, :iops_after, :throughput_before, :throughput_after, "
                   ":instance_before, :instance_after, json_extract(:tags, '$.Name'), :tags)");
        return w;
}

static int close_writer(struct writer *w, struct error *reterr) {
        struct query *all[] = { &w->insert, &w->update, &w->delete, &w->attach, &w->detach, &w->event };
        int result = 0;
        for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
                int r = query_finish(all[i], doing, result == 0 ? reterr : NULL);
                if (result == 0)
                        result = r;
        }
        return result;
}

static void bind_key(const struct writer *w, struct query *q) {
        const struct change *c = w->change;
        query_bind_uint(q, ":place", (uint64_t) w->listing->place_id);
        query_bind_text(q, ":id", c->now != NULL ? c->now->text : c->before->text);
}

static void bind_volume(const struct writer *w, struct query *q) {
        const struct inventory_volume *v = w->change->now;
        bind_key(w, q);
        query_bind_uint(q, ":class", (uint64_t) volume_class_of(w->classes, v));
        query_bind_uint(q, ":gib", v->size_gib);
        query_bind_uint(q, ":iops", v->iops);
        query_bind_uint(q, ":throughput", v->throughput);
        query_bind_uint(q, ":encrypted", v->encrypted);
        query_bind_uint(q, ":multi", v->multi_attach_enabled);
        query_bind_text_or_null(q, ":managed_by", v->managed_by != NULL ? v->managed_by->name : "");
        query_bind_text_or_null(q, ":tags", inventory_volume_tags(v));
        if (v->create_time > 0)
                query_bind_uint(q, ":created", (uint64_t) v->create_time);
}

/* Keeps the time since which nobody holds the volume, or begins it. */
static void bind_unattached(const struct writer *w, struct query *q) {
        const struct stored_volume *before = w->change->before;
        bool free_now = w->change->now->holder == HOLDER_NONE;
        bool free_before = before != NULL && before->unattached_since > 0;
        if (free_now)
                query_bind_uint(q, ":since",
                                (uint64_t) (free_before ? before->unattached_since : w->listing->started_at));
        query_bind_uint(q, ":since_known",
                        free_now && (free_before ? before->unattached_known : !w->listing->is_baseline));
}

static void write_attachments(struct writer *w) {
        const struct inventory_volume *v = w->change->now;
        const char *instance = inventory_next_text(v->text);
        for (size_t i = 0; i < v->n_instances; i++, instance = inventory_next_text(instance)) {
                bind_key(w, &w->attach);
                query_bind_text(&w->attach, ":instance", instance);
                query_run(&w->attach);
        }
}

static bool same_attachments(const struct change *c) {
        const char *before = inventory_next_text(c->before->text), *now = inventory_next_text(c->now->text);
        bool same = c->before->n_instances == c->now->n_instances;
        for (size_t i = 0; i < c->now->n_instances && same; i++) {
                same = strcmp(before, now) == 0;
                before = inventory_next_text(before);
                now = inventory_next_text(now);
        }
        return same;
}

static void write_rows(struct writer *w) {
        const struct change *c = w->change;
        if (c->now == NULL) { /* and its attachments with it */
                bind_key(w, &w->delete);
                query_run(&w->delete);
                return;
        }
        struct query *q = c->before == NULL ? &w->insert : &w->update;
        bind_volume(w, q);
        bind_unattached(w, q);
        if (c->before == NULL) {
                query_bind_uint(q, ":at", (uint64_t) w->listing->started_at);
                query_bind_uint(q, ":known", !w->listing->is_baseline);
        }
        query_run(q);
        if (c->before != NULL && same_attachments(c))
                return;
        if (c->before != NULL && c->before->n_instances > 0) {
                bind_key(w, &w->detach);
                query_run(&w->detach);
        }
        write_attachments(w);
}

static void bind_instance(struct query *q, const char *name, const char *id) {
        if (id != NULL)
                query_bind_text_or_null(q, name, id);
}

static void write_event(const struct churn_event *event, void *userdata) {
        struct writer *w = userdata;
        struct query *q = &w->event;
        const struct stored_volume *before = w->change->before;
        const struct inventory_volume *now = w->change->now;
        bind_key(w, q);
        query_bind_uint(q, ":run", (uint64_t) w->listing->run_id);
        query_bind_uint(q, ":at", (uint64_t) w->listing->started_at);
        query_bind_uint(q, ":after", (uint64_t) w->listing->previous_at);
        query_bind_text(q, ":cause", churn_cause_name(event->cause));
        query_bind_uint(q, ":gib_before", event->gib_before);
        query_bind_uint(q, ":gib_after", event->gib_after);
        if (before != NULL) {
                query_bind_uint(q, ":class_before", (uint64_t) before->class_id);
                query_bind_uint(q, ":iops_before", before->iops);
                query_bind_uint(q, ":throughput_before", before->throughput);
        }
        if (now != NULL) {
                query_bind_uint(q, ":class_after", (uint64_t) volume_class_of(w->classes, now));
                query_bind_uint(q, ":iops_after", now->iops);
                query_bind_uint(q, ":throughput_after", now->throughput);
        }
        bind_instance(q, ":instance_before", event->instance_before);
        bind_instance(q, ":instance_after", event->instance_after);
        query_bind_text_or_null(q, ":tags", now != NULL ? inventory_volume_tags(now) : before->tags);
        query_run(q);
}

static int write_changes(struct store *s, const struct listing *l, const struct volume_classes *classes,
                         const struct changes *changes, struct error *reterr) {
        struct writer w = open_writer(s, l, classes);
        for (size_t i = 0; i < changes->n; i++) {
                w.change = &changes->items[i];
                write_rows(&w);
                if (!l->is_baseline)
                        churn_events(w.change->before, w.change->now, l->inventory, write_event, &w);
        }
        return close_writer(&w, reterr);
}

int merge_volumes(struct store *s, const struct listing *l, struct error *reterr) {
        struct volume_classes classes = { 0 };
        _cleanup_(changes_release) struct changes changes = { 0 };
        int r = volume_classes_load(s, l->inventory, &classes, reterr);
        if (r < 0)
                return r;
        struct stored_volumes stored = stored_volumes_open(s, l->place_id);
        int compared = compare_all(&stored, l->inventory, &classes, &changes);
        r = stored_volumes_close(&stored, reterr);
        if (compared < 0)
                r = error_oom(reterr);
        if (r == 0)
                r = write_changes(s, l, &classes, &changes, reterr);
        volume_classes_release(&classes);
        return r;
}
