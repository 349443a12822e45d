/* SPDX-License-Identifier: MIT */
#include "year_inventory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/instance.h"
#include "year_fail.h"

struct writer {
        struct year_database *d;
        const struct estate *e; /* in hand */
        struct query place, listing, known_region, volume, attachment, instance;
};

static void open_writer(struct writer *w, struct year_database *d) {
        struct store *s = d->store;
        *w = (struct writer){ .d = d };
        w->place = query_prepare(s, "INSERT INTO place VALUES (:place, :account, :region, :newest, :good, :volumes)");
        w->listing = query_prepare(s, "INSERT INTO listing VALUES (:place, :run, :at, :baseline_run, :baseline_at, "
                                      ":currency, :oldest, :newest)");
        w->known_region = query_prepare(s, "INSERT INTO known_region VALUES (:place, :status, :at)");
        w->volume = query_prepare(
                s, "INSERT INTO volume VALUES (:place, :id, :class, :gib, :iops, :throughput, :encrypted, :multi, "
                   ":managed_by, :name, :tags, :created, :first, :first_known, :since, :since_known, :cost, :as_gp3, "
                   ":wasted, :wasted_at)");
        w->attachment = query_prepare(s, "INSERT INTO volume_attachment VALUES (:place, :volume, :instance)");
        w->instance = query_prepare(
                s, "INSERT INTO instance VALUES (:place, :id, :name, :type, :zone, :state, 0, :volumes, :gib, :first, "
                   ":first_known, :cost, :unpriced, :gp3_gib, :gp2_cost, :gp2_as_gp3)");
}

static void close_writer(struct writer *w) {
        struct query *all[] = { &w->place, &w->listing, &w->known_region, &w->volume, &w->attachment, &w->instance };
        for (size_t i = 0; i < ARRAY_SIZE(all); i++)
                year_database_finish(all[i]);
}

static void write_place(struct writer *w) {
        const struct estate *e = w->e;
        struct query *q = &w->place;
        query_bind_uint(q, ":place", (uint64_t) e->place_id);
        query_bind_text(q, ":account", e->account->id);
        query_bind_text(q, ":region", e->region->name);
        if (e->newest_run > 0)
                query_bind_uint(q, ":newest", (uint64_t) e->newest_run);
        if (e->good_run > 0)
                query_bind_uint(q, ":good", (uint64_t) e->good_run);
        query_bind_uint(q, ":volumes", e->volumes.n);
        query_run(q);
}

static void write_listing(struct writer *w) {
        const struct estate *e = w->e;
        struct query *q = &w->listing;
        query_bind_uint(q, ":place", (uint64_t) e->place_id);
        query_bind_uint(q, ":run", (uint64_t) e->listed_run);
        query_bind_uint(q, ":at", (uint64_t) e->listed_at);
        query_bind_uint(q, ":baseline_run", (uint64_t) e->baseline_run);
        query_bind_uint(q, ":baseline_at", (uint64_t) e->baseline_at);
        const struct rates *rates = e->rates[KIND_GP3];
        char date[COST_DATE_SIZE];
        if (rates != NULL) {
                query_bind_text(q, ":currency", rates->currency);
                query_bind_text(q, ":oldest", cost_format_date(rates->oldest, date));
                query_bind_text(q, ":newest", cost_format_date(rates->newest, date));
        }
        query_run(q);
}

static void write_known_region(struct writer *w, int64_t place_id, const char *status, int64_t at) {
        struct query *q = &w->known_region;
        query_bind_uint(q, ":place", (uint64_t) place_id);
        query_bind_text(q, ":status", status);
        query_bind_uint(q, ":at", (uint64_t) at);
        query_run(q);
}

static void write_attachment(struct writer *w, const struct estate_volume *v, const char *instance_id) {
        struct query *q = &w->attachment;
        query_bind_uint(q, ":place", (uint64_t) w->e->place_id);
        query_bind_text(q, ":volume", v->id);
        query_bind_text(q, ":instance", instance_id);
        query_run(q);
}

static void write_attachments(struct writer *w, const struct estate_volume *v) {
        if (v->instance != NULL)
                write_attachment(w, v, v->instance->id);
        if (v->second != NULL)
                write_attachment(w, v, v->second->id);
        if (v->holder == HOLDER_UNKNOWN_INSTANCE) {
                char id[sizeof(v->id)];
                (void) snprintf(id, sizeof(id), "i-%s", v->id + strlen("vol-"));
                write_attachment(w, v, id);
        }
}

static bool as_gp3(const struct estate *e, const struct estate_volume *v, uint64_t *ret) {
        const struct rates *gp3 = e->rates[KIND_GP3];
        return v->kind == KIND_GP2 && v->priced && gp3 != NULL && rates_gp2_as_gp3(gp3, v->gib, ret);
}

static void bind_volume_cost(struct writer *w, const struct estate_volume *v) {
        struct query *q = &w->volume;
        uint64_t micros;
        if (v->priced)
                query_bind_uint(q, ":cost", v->cost_micros);
        if (as_gp3(w->e, v, &micros))
                query_bind_uint(q, ":as_gp3", micros);
        if (v->holder != HOLDER_NONE)
                return;
        /* Their cost has not changed since. */
        if (v->priced)
                query_bind_uint(q, ":wasted", 0);
        query_bind_uint(q, ":wasted_at", (uint64_t) v->unattached_since);
}

static void write_volume(struct writer *w, const struct estate_volume *v) {
        struct query *q = &w->volume;
        char tags[96];
        (void) snprintf(tags, sizeof(tags), "{\"Name\":\"%s\"}", v->name);
        query_bind_uint(q, ":place", (uint64_t) w->e->place_id);
        query_bind_text(q, ":id", v->id);
        query_bind_uint(q, ":class", (uint64_t) year_database_class(w->d, w->e, v->zone, v->kind, v->holder));
        query_bind_uint(q, ":gib", v->gib);
        query_bind_uint(q, ":iops", v->iops);
        query_bind_uint(q, ":throughput", v->throughput);
        query_bind_uint(q, ":encrypted", v->encrypted);
        query_bind_uint(q, ":multi", v->second != NULL);
        if (v->holder == HOLDER_MANAGED)
                query_bind_text(q, ":managed_by", "eks.amazonaws.com");
        query_bind_text(q, ":name", v->name);
        query_bind_text(q, ":tags", tags);
        query_bind_uint(q, ":created", (uint64_t) v->created_at);
        query_bind_uint(q, ":first", (uint64_t) v->first_seen_at);
        query_bind_uint(q, ":first_known", v->first_seen_known);
        if (v->holder == HOLDER_NONE)
                query_bind_uint(q, ":since", (uint64_t) v->unattached_since);
        query_bind_uint(q, ":since_known", v->holder == HOLDER_NONE && v->unattached_known);
        bind_volume_cost(w, v);
        query_run(q);
        write_attachments(w, v);
}

/* What an instance's volumes come to. */
struct holding {
        uint64_t volumes, gib, cost_micros, unpriced, gp3_gib, gp2_micros, gp2_as_gp3_micros;
        bool has_gp2;
};

static void add_to_holding(struct holding *h, const struct estate *e, const struct estate_volume *v) {
        uint64_t micros;
        h->volumes++;
        h->gib += v->gib;
        h->cost_micros += v->cost_micros;
        h->unpriced += !v->priced;
        h->gp3_gib += v->kind == KIND_GP3 ? v->gib : 0;
        if (!as_gp3(e, v, &micros))
                return;
        h->has_gp2 = true;
        h->gp2_micros += v->cost_micros;
        h->gp2_as_gp3_micros += micros;
}

/* Of each instance, in their order. */
static struct holding *sum_holdings(const struct estate *e) {
        struct holding *all = calloc(e->instances.n + 1, sizeof(*all));
        if (all == NULL)
                year_fail("out of memory");
        for (size_t i = 0; i < e->volumes.n; i++) {
                const struct estate_volume *v = e->volumes.items[i];
                if (v->instance != NULL)
                        add_to_holding(&all[v->instance->at], e, v);
                if (v->second != NULL)
                        add_to_holding(&all[v->second->at], e, v);
        }
        return all;
}

static void write_instance(struct writer *w, const struct estate_instance *i, const struct holding *h) {
        struct query *q = &w->instance;
        char zone[MODEL_ZONE_SIZE];
        (void) snprintf(zone, sizeof(zone), "%s%c", w->e->region->name, (char) ('a' + i->zone));
        query_bind_uint(q, ":place", (uint64_t) w->e->place_id);
        query_bind_text(q, ":id", i->id);
        query_bind_text(q, ":name", i->name);
        query_bind_text(q, ":type", i->role->instance_type);
        query_bind_text(q, ":zone", zone);
        query_bind_uint(q, ":state", i->stopped ? INSTANCE_STOPPED : INSTANCE_RUNNING);
        query_bind_uint(q, ":volumes", h->volumes);
        query_bind_uint(q, ":gib", h->gib);
        query_bind_uint(q, ":first", (uint64_t) i->first_seen_at);
        query_bind_uint(q, ":first_known", i->first_seen_known);
        if (h->unpriced < h->volumes || h->volumes == 0)
                query_bind_uint(q, ":cost", h->cost_micros);
        query_bind_uint(q, ":unpriced", h->unpriced);
        query_bind_uint(q, ":gp3_gib", h->gp3_gib);
        if (h->has_gp2) {
                query_bind_uint(q, ":gp2_cost", h->gp2_micros);
                query_bind_uint(q, ":gp2_as_gp3", h->gp2_as_gp3_micros);
        }
        query_run(q);
}

static int compare_volumes(const void *a, const void *b) {
        const struct estate_volume *const *x = a, *const *y = b;
        return strcmp((*x)->id, (*y)->id);
}

static int compare_instances(const void *a, const void *b) {
        const struct estate_instance *const *x = a, *const *y = b;
        return strcmp((*x)->id, (*y)->id);
}

/* A copy of n pointers, in the order of ids, as keys are filled quickest. */
static void *sorted(void *pointers, size_t n, int (*compare)(const void *, const void *)) {
        void **copy = calloc(n + 1, sizeof(*copy));
        if (copy == NULL)
                year_fail("out of memory");
        if (n > 0)
                (void) memcpy(copy, pointers, n * sizeof(*copy));
        qsort(copy, n, sizeof(*copy), compare);
        return copy;
}

static void write_estate(struct writer *w) {
        const struct estate *e = w->e;
        write_place(w);
        write_known_region(w, e->place_id,
                           e->region_index < CATALOGUE_USUAL_REGIONS ? "opt-in-not-required" : "opted-in",
                           e->listed_at);
        if (e->listed_run == 0)
                return;
        write_listing(w);
        _cleanup_(freep) struct estate_volume **volumes = sorted(e->volumes.items, e->volumes.n, compare_volumes);
        for (size_t i = 0; i < e->volumes.n; i++)
                write_volume(w, volumes[i]);
        _cleanup_(freep) struct holding *holdings = sum_holdings(e);
        _cleanup_(freep) struct estate_instance **instances =
                sorted(e->instances.items, e->instances.n, compare_instances);
        for (size_t i = 0; i < e->instances.n; i++)
                write_instance(w, instances[i], &holdings[instances[i]->at]);
}

/* Regions that each account knows of and has not opted in to. */
static void write_closed_regions(struct writer *w, const struct estate *const *estates, size_t n) {
        int64_t place_id = estates[n - 1]->place_id;
        for (size_t i = 0; i < n; i++) {
                const struct estate *e = estates[i];
                bool last_of_account = i + 1 == n || estates[i + 1]->account != e->account;
                for (size_t k = e->region_index + 1; last_of_account && k < CATALOGUE_REGIONS; k++) {
                        if (k < CATALOGUE_USUAL_REGIONS)
                                continue;
                        query_bind_uint(&w->place, ":place", (uint64_t) ++place_id);
                        query_bind_text(&w->place, ":account", e->account->id);
                        query_bind_text(&w->place, ":region", catalogue_regions[k].name);
                        query_run(&w->place);
                        write_known_region(w, place_id, "not-opted-in", e->listed_at);
                }
        }
}

void year_inventory_write(struct year_database *d, const struct estate *const *estates, size_t n) {
        struct writer w;
        open_writer(&w, d);
        for (size_t i = 0; i < n; i++) {
                w.e = estates[i];
                write_estate(&w);
        }
        write_closed_regions(&w, estates, n);
        close_writer(&w);
}
