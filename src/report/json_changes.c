/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/output.h"
#include "report/report.h"

#define FORMAT_VERSION 1

/* All text here comes from the database, which holds valid UTF-8 only. json_pack() gives NULL for what fails in it. */

static const char *null_if_empty(const char *text) {
        return text[0] != '\0' ? text : NULL;
}

static json_t *time_or_null(bool known, usec_t at) {
        char text[CLOCK_ISO8601_MAX];
        return known ? json_string(clock_format_iso8601(at, text)) : json_null();
}

static json_t *id_or_null(int64_t id) {
        return id > 0 ? json_integer(id) : json_null();
}

static json_t *micros_or_null(bool known, int64_t micros) {
        return known ? json_integer(micros) : json_null();
}

static json_t *listing_object(const struct changes_listing *l) {
        if (l->run_id == 0)
                return json_null();
        return json_pack("{s:I, s:o, s:I, s:s?, s:o, s:I}", "run_id", (json_int_t) l->run_id, "at",
                         time_or_null(true, (usec_t) l->at * USEC_PER_SEC), "billed_gib", (json_int_t) l->billed_gib,
                         "currency", null_if_empty(l->currency), "billed_cost_micros",
                         micros_or_null(l->has_cost, (int64_t) l->billed_micros), "unpriced_volumes",
                         (json_int_t) l->unpriced_volumes);
}

/* The members that regions, causes and volumes have in common. Takes the object over. */
static json_t *with_cost(json_t *object, const struct changes_cost *c) {
        json_t *cost = json_pack("{s:s?, s:o, s:I}", "currency", null_if_empty(c->currency), "cost_change_micros",
                                 micros_or_null(c->known, c->micros), "unpriced_events",
                                 (json_int_t) c->unpriced_events);
        if (object == NULL || cost == NULL || json_object_update(object, cost) < 0) {
                json_decref(object);
                object = NULL;
        }
        json_decref(cost);
        return object;
}

static json_t *region_object(const struct changes *c, const struct changes_region *r) {
        json_t *object = json_pack("{s:s?, s:s, s:b, s:b, s:b, s:o, s:o, s:I, s:I, s:b, s:o, s:o}",
                                   "account", null_if_empty(r->account),
                                   "region", r->region,
                                   "is_behind", changes_region_is_behind(c, r),
                                   "from_first_listing", r->from_first,
                                   "from_oldest_listing", r->from_oldest,
                                   "before", listing_object(&r->before),
                                   "after", listing_object(&r->after),
                                   "gib_change", (json_int_t) r->gib_change,
                                   "events", (json_int_t) r->events,
                                   "lacks_events", r->lacks_events,
                                   "repriced_micros", micros_or_null(r->is_itemised, r->repriced_micros),
                                   "unpriced_micros", micros_or_null(r->is_itemised, r->unpriced_micros));
        return with_cost(object, &r->cost_change);
}

static json_t *cause_object(const struct changes_cause *c) {
        json_t *object = json_pack("{s:s?, s:s, s:s, s:I, s:I}", "account", null_if_empty(c->account), "region",
                                   c->region, "cause", c->cause, "events", (json_int_t) c->events, "gib_change",
                                   (json_int_t) c->gib_change);
        return with_cost(object, &c->cost_change);
}

static json_t *volume_object(const struct changes_volume *v) {
        json_t *object = json_pack("{s:s?, s:s, s:s, s:s?, s:s, s:I, s:I, s:I, s:s}", "account",
                                   null_if_empty(v->account), "region", v->region, "volume_id", v->id, "name",
                                   null_if_empty(v->name), "volume_type", v->type, "gib_before",
                                   (json_int_t) v->gib_before, "gib_after", (json_int_t) v->gib_after, "gib_change",
                                   (json_int_t) v->gib_change, "causes", v->causes);
        return with_cost(object, &v->cost_change);
}

static json_t *changes_object(const struct changes *c) {
        json_t *regions = json_array(), *causes = json_array(), *volumes = json_array();
        int r = 0;
        for (size_t i = 0; r == 0 && i < c->n_regions; i++)
                r = json_array_append_new(regions, region_object(c, &c->regions[i]));
        for (size_t i = 0; r == 0 && i < c->n_causes; i++)
                r = json_array_append_new(causes, cause_object(&c->causes[i]));
        for (size_t i = 0; r == 0 && i < c->n_volumes; i++)
                r = json_array_append_new(volumes, volume_object(&c->volumes[i]));
        if (r < 0 || regions == NULL || causes == NULL || volumes == NULL) {
                json_decref(regions);
                json_decref(causes);
                json_decref(volumes);
                return NULL;
        }
        return json_pack("{s:i, s:o, s:o, s:I, s:o, s:o, s:o, s:o}", "format_version", FORMAT_VERSION, "from_run",
                         id_or_null(c->from), "from_at", time_or_null(c->from > 0, c->from_at), "to_run",
                         (json_int_t) c->to, "to_at", time_or_null(true, c->to_at), "regions", regions, "causes",
                         causes, "volumes", volumes);
}

int report_json_changes(const struct changes *c, FILE *out) {
        struct buffer b = BUFFER_INIT(REPORT_MAX);
        json_t *object = changes_object(c);
        char *text = object != NULL ? json_dumps(object, JSON_INDENT(2)) : NULL;
        int r = text != NULL ? buffer_printf(&b, "%s\n", text) : -ENOMEM;
        free(text);
        json_decref(object);
        return report_write(&b, r, out);
}
