/* SPDX-License-Identifier: MIT */
#include "store/volume_writer.h"

#include <string.h>

#include "store/churn_events.h"

static const char doing[] = "storing the inventory";

/* Goes on from what it had cost until the last change of its cost, at the price that was in force since. The sum is cut
 * off at the greatest integer. */
#define WASTED_UNTIL_NOW "CAST(wasted_micros + cost_micros * (max(:at - wasted_at, 0) / 2592000.0) AS INTEGER)"

struct volume_writer volume_writer_open(struct store *s, const struct listing *listing,
                                        const struct volume_classes *classes) {
        struct volume_writer w = { .listing = listing, .classes = classes };
        w.insert = query_prepare(
                s, "INSERT INTO volume (place_id, volume_id, class_id, gib, iops, throughput_mibps, encrypted, "
                   "multi_attach, managed_by, name, tags, created_at, first_seen_at, first_seen_known, "
                   "unattached_since, unattached_known, cost_micros, gp3_cost_micros, wasted_micros, wasted_at) "
                   "VALUES (:place, :id, :class, :gib, :iops, :throughput, :encrypted, :multi, :managed_by, "
                   "json_extract(:tags, '$.Name'), :tags, :created, :at, :known, :since, :since_known, :cost, "
                   ":gp3_cost, iif(:since IS NULL, NULL, 0), :since)");
        w.update = query_prepare(
                s, "UPDATE volume SET class_id = :class, gib = :gib, iops = :iops, throughput_mibps = :throughput, "
                   "encrypted = :encrypted, multi_attach = :multi, managed_by = :managed_by, "
                   "name = json_extract(:tags, '$.Name'), tags = :tags, created_at = :created, "
                   "unattached_since = :since, unattached_known = :since_known, cost_micros = :cost, "
                   "gp3_cost_micros = :gp3_cost, "
                   "wasted_micros = CASE WHEN :since IS NULL THEN NULL WHEN unattached_since IS NULL THEN 0 "
                   "WHEN cost_micros IS :cost THEN wasted_micros ELSE " WASTED_UNTIL_NOW " END, "
                   "wasted_at = CASE WHEN :since IS NULL THEN NULL WHEN unattached_since IS NULL THEN :at "
                   "WHEN cost_micros IS :cost THEN wasted_at ELSE max(wasted_at, :at) END "
                   "WHERE place_id = :place AND volume_id = :id");
        w.reprice = query_prepare(
                s, "UPDATE volume SET cost_micros = :cost, gp3_cost_micros = :gp3_cost, "
                   "wasted_micros = iif(cost_micros IS :cost, wasted_micros, " WASTED_UNTIL_NOW "), "
                   "wasted_at = iif(cost_micros IS :cost, wasted_at, max(wasted_at, :at)) "
                   "WHERE place_id = :place AND volume_id = :id");
        w.delete = query_prepare(s, "DELETE FROM volume WHERE place_id = :place AND volume_id = :id");
        w.attach = query_prepare(s, "INSERT INTO volume_attachment (place_id, volume_id, instance_id) "
                                    "VALUES (:place, :id, :instance)");
        w.detach = query_prepare(s, "DELETE FROM volume_attachment WHERE place_id = :place AND volume_id = :id");
        w.event = query_prepare(
                s, "INSERT INTO volume_event (run_id, place_id, found_at, after_at, volume_id, cause, gib_before, "
                   "gib_after, class_before, class_after, iops_before, iops_after, throughput_before, "
                   "throughput_after, instance_before, instance_after, name, tags, cost_before, cost_after, currency) "
                   "VALUES (:run, :place, :at, :after, :id, :cause, :gib_before, :gib_after, :class_before, "
                   ":class_after, :iops_before, :iops_after, :throughput_before, :throughput_after, "
                   ":instance_before, :instance_after, json_extract(:tags, '$.Name'), :tags, :cost_before, "
                   ":cost_after, :currency)");
        return w;
}

int volume_writer_close(struct volume_writer *w, struct error *reterr) {
        struct query *all[] = { &w->insert, &w->update, &w->reprice, &w->delete, &w->attach, &w->detach, &w->event };
        return query_finish_all(all, ARRAY_SIZE(all), doing, reterr);
}

static void bind_key(const struct volume_writer *w, struct query *q) {
        query_bind_uint(q, ":place", (uint64_t) w->listing->place_id);
        query_bind_text(q, ":id", w->now != NULL ? w->now->text : w->before->text);
}

static void bind_cost(const struct volume_writer *w, struct query *q) {
        query_bind_uint_or_null(q, ":cost", w->now->cost_micros, COST_UNKNOWN);
        query_bind_uint_or_null(q, ":gp3_cost", w->now->gp3_cost_micros, COST_UNKNOWN);
}

static void bind_volume(const struct volume_writer *w, struct query *q) {
        const struct inventory_volume *v = w->now;
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
        bind_cost(w, q);
}

/* Keeps the time since which nobody holds the volume, or begins it. */
static void bind_unattached(const struct volume_writer *w, struct query *q) {
        const struct stored_volume *before = w->before;
        bool free_now = w->now->holder == HOLDER_NONE;
        bool free_before = before != NULL && before->unattached_since > 0;
        if (free_now)
                query_bind_uint(q, ":since",
                                (uint64_t) (free_before ? before->unattached_since : w->listing->started_at));
        query_bind_uint(q, ":since_known",
                        free_now && (free_before ? before->unattached_known : !w->listing->is_baseline));
}

static void write_attachments(struct volume_writer *w) {
        const struct inventory_volume *v = w->now;
        const char *instance = inventory_next_text(v->text);
        for (size_t i = 0; i < v->n_instances; i++, instance = inventory_next_text(instance)) {
                bind_key(w, &w->attach);
                query_bind_text(&w->attach, ":instance", instance);
                query_run(&w->attach);
        }
}

static bool same_attachments(const struct volume_writer *w) {
        const char *before = inventory_next_text(w->before->text), *now = inventory_next_text(w->now->text);
        bool same = w->before->n_instances == w->now->n_instances;
        for (size_t i = 0; i < w->now->n_instances && same; i++) {
                same = strcmp(before, now) == 0;
                before = inventory_next_text(before);
                now = inventory_next_text(now);
        }
        return same;
}

static void write_rows(struct volume_writer *w) {
        if (w->now == NULL) { /* and its attachments with it */
                bind_key(w, &w->delete);
                query_run(&w->delete);
                return;
        }
        struct query *q = w->before == NULL ? &w->insert : &w->update;
        bind_volume(w, q);
        bind_unattached(w, q);
        query_bind_uint(q, ":at", (uint64_t) w->listing->started_at);
        if (w->before == NULL)
                query_bind_uint(q, ":known", !w->listing->is_baseline);
        query_run(q);
        if (w->before != NULL && same_attachments(w))
                return;
        if (w->before != NULL && w->before->n_instances > 0) {
                bind_key(w, &w->detach);
                query_run(&w->detach);
        }
        write_attachments(w);
}

static void bind_instance(struct query *q, const char *name, const char *id) {
        if (id != NULL)
                query_bind_text_or_null(q, name, id);
}

/* Of the two costs, one of which is known. */
static const char *event_currency(const struct volume_writer *w) {
        const char *now = listing_currency(w->listing);
        return now[0] != '\0' ? now : w->listing->currency_before;
}

static void bind_event_cost(struct volume_writer *w, struct query *q, const struct churn_event *event) {
        query_bind_uint_or_null(q, ":cost_before", event->cost_before, COST_UNKNOWN);
        query_bind_uint_or_null(q, ":cost_after", event->cost_after, COST_UNKNOWN);
        bool is_priced = (w->before != NULL && event->cost_before != COST_UNKNOWN) ||
                         (w->now != NULL && event->cost_after != COST_UNKNOWN);
        if (is_priced)
                query_bind_text_or_null(q, ":currency", event_currency(w));
        w->repriced_micros -= cost_change(event->cost_before, event->cost_after);
}

static void write_event(const struct churn_event *event, void *userdata) {
        struct volume_writer *w = userdata;
        struct query *q = &w->event;
        const struct stored_volume *before = w->before;
        const struct inventory_volume *now = w->now;
        bind_key(w, q);
        bind_event_cost(w, q, event);
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

void volume_writer_write(struct volume_writer *w, const struct stored_volume *before,
                         const struct inventory_volume *now) {
        w->before = before;
        w->now = now;
        write_rows(w);
        if (w->listing->is_baseline)
                return;
        /* What none of its events accounts for is what other prices made. */
        w->repriced_micros += cost_change(before != NULL ? before->cost_micros : 0, now != NULL ? now->cost_micros : 0);
        churn_events(before, now, w->listing->inventory, write_event, w);
}

void volume_writer_reprice(struct volume_writer *w, const struct inventory_volume *now) {
        w->before = NULL;
        w->now = now;
        bind_key(w, &w->reprice);
        bind_cost(w, &w->reprice);
        query_bind_uint(&w->reprice, ":at", (uint64_t) w->listing->started_at);
        query_run(&w->reprice);
}
