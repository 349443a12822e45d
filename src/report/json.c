/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "report/output.h"
#include "report/report.h"

#define FORMAT_VERSION 1

/* Takes over value. After a failure (out of memory) *object is NULL and stays so, and the caller checks once. */
static void put(json_t **object, const char *key, json_t *value) {
        if (json_object_set_new(*object, key, value) < 0) {
                json_decref(*object);
                *object = NULL;
        }
}

static void append(json_t **array, json_t *value) {
        if (json_array_append_new(*array, value) < 0) {
                json_decref(*array);
                *array = NULL;
        }
}

/* jansson refuses text that is not UTF-8, and what comes from the network may be anything. */
static json_t *text_or_null(const char *text) {
        if (text[0] == '\0')
                return json_null();
        _cleanup_(freep) char *copy = strdup(text);
        if (copy == NULL)
                return NULL;
        utf8_sanitize(copy);
        return json_string_nocheck(copy);
}

static json_t *number(uint64_t value) {
        return value <= INT64_MAX ? json_integer((json_int_t) value) : json_real((double) value);
}

static json_t *number_if(bool known, uint64_t value) {
        return known ? number(value) : json_null();
}

static json_t *error_object(const struct error *e) {
        json_t *object = json_object();
        put(&object, "kind", json_string(error_kind_name(e->kind)));
        put(&object, "code", text_or_null(e->code));
        put(&object, "http_status", e->http_status > 0 ? json_integer(e->http_status) : json_null());
        put(&object, "message", text_or_null(e->message));
        put(&object, "request_id", text_or_null(e->request_id));
        return object;
}

static json_t *date_or_null(uint32_t date) {
        char buf[COST_DATE_SIZE];
        return date > 0 ? json_string(cost_format_date(date, buf)) : json_null();
}

static json_t *cost_sum_object(const struct cost_sum *s, bool all) {
        const struct cost_as_gp3 *g = &s->as_gp3;
        json_t *gp3 = json_object(), *object = json_object();
        put(&gp3, "cheaper_volumes", number(g->cheaper_volumes));
        put(&gp3, "cheaper_micros", number(g->cheaper_micros));
        put(&gp3, "dearer_volumes", number(g->dearer_volumes));
        put(&gp3, "dearer_micros", number(g->dearer_micros));
        put(&object, "currency", json_string(s->currency));
        put(&object, "prices_oldest", date_or_null(s->prices_oldest));
        put(&object, "prices_newest", date_or_null(s->prices_newest));
        put(&object, "total_micros", number(cost_sum_total(s)));
        put(&object, "attached_micros", number(s->attached_micros));
        put(&object, "unattached_micros", number_if(all, s->unattached_micros));
        put(&object, "managed_micros", number_if(all, s->managed_micros));
        put(&object, "gp2_as_gp3", gp3);
        return object;
}

/* A month's cost of the volumes that the mode sees, in millionths of each currency. */
static json_t *cost_object(bool ok, const struct totals *t) {
        if (!ok || !t->cost.known)
                return json_null();
        json_t *currencies = json_array(), *object = json_object();
        for (size_t i = 0; i < t->cost.n_sums; i++)
                append(&currencies, cost_sum_object(&t->cost.sums[i], t->lists_all_volumes));
        put(&object, "unpriced_volumes", number(t->cost.unpriced_volumes));
        put(&object, "currencies", currencies);
        return object;
}

/* Null is "not known": all of it where nothing worked, unattached and managed volumes where the mode sees none. */
static void put_totals(json_t **object, bool ok, const struct totals *t) {
        bool all = ok && t->lists_all_volumes;
        put(object, "instances", number_if(ok, t->instances));
        put(object, "attached_volumes", number_if(ok, t->attached_volumes));
        put(object, "attached_gib", number_if(ok, t->attached_gib));
        put(object, "instance_sum_gib", number_if(ok, t->instance_sum_gib));
        put(object, "multi_attach_extra_gib", number_if(ok, t->multi_attach_extra_gib));
        put(object, "unknown_instance_volumes", number_if(all, t->unknown_instance_volumes));
        put(object, "unknown_instance_gib", number_if(all, t->unknown_instance_gib));
        put(object, "unattached_volumes", number_if(all, t->unattached_volumes));
        put(object, "unattached_gib", number_if(all, t->unattached_gib));
        put(object, "managed_volumes", number_if(all, t->managed_volumes));
        put(object, "managed_gib", number_if(all, t->managed_gib));
        put(object, "cost", cost_object(ok, t));
}

static json_t *types_array(const struct region_result *region) {
        json_t *array = json_array();
        for (size_t i = 0; i < region->n_types; i++) {
                const struct type_total *t = &region->types[i];
                json_t *object = json_object();
                put(&object, "zone", text_or_null(t->zone));
                put(&object, "type", text_or_null(t->type));
                put(&object, "state", text_or_null(t->state));
                put(&object, "holder", json_string(holder_name(t->holder)));
                put(&object, "volumes", number(t->volumes));
                put(&object, "gib", number(t->gib));
                put(&object, "iops", number(t->iops));
                put(&object, "throughput_mibps", number(t->throughput));
                put(&object, "currency", text_or_null(t->cost.currency));
                put(&object, "cost_micros", number_if(t->cost.currency[0] != '\0', t->cost.micros));
                put(&object, "unpriced_volumes", number_if(t->cost.known, t->cost.unpriced_volumes));
                append(&array, object);
        }
        return array;
}

static json_t *region_object(const struct region_result *region) {
        json_t *object = json_object();
        put(&object, "account", text_or_null(region->account));
        put(&object, "region", text_or_null(region->region));
        put(&object, "status", json_string(region->failed ? "failed" : "ok"));
        put(&object, "wall_ms", number(region->wall_usec / USEC_PER_MSEC));
        put(&object, "calls", number(region->calls));
        put(&object, "retries", number(region->retries));
        put(&object, "throttles", number(region->throttles));
        put_totals(&object, !region->failed, &region->totals);
        put(&object, "by_type", region->failed ? json_null() : types_array(region));
        if (region->failed)
                put(&object, "error", error_object(&region->error));
        return object;
}

static json_t *regions_array(const struct run *run) {
        json_t *array = json_array();
        for (size_t i = 0; i < run->n_regions; i++)
                append(&array, region_object(&run->regions[i]));
        return array;
}

static json_t *totals_object(const struct run *run) {
        json_t *object = json_object();
        put(&object, "complete", json_boolean(run->status == RUN_OK));
        put_totals(&object, run->status != RUN_FAILED, &run->totals);
        return object;
}

/* Null where DescribeRegions did not tell. */
static json_t *not_opted_in_array(const struct run *run) {
        if (run->listed.n == 0)
                return json_null();
        json_t *array = json_array();
        for (size_t i = 0; i < run->listed.n; i++)
                if (!region_is_enabled(&run->listed.items[i]))
                        append(&array, json_string(run->listed.items[i].name));
        return array;
}

static json_t *run_object(const struct run *run) {
        char started_at[CLOCK_ISO8601_MAX];
        json_t *object = json_object();
        put(&object, "format_version", json_integer(FORMAT_VERSION));
        put(&object, "mode", json_string(run_mode_name(run->mode)));
        put(&object, "status", json_string(run_status_name(run->status)));
        put(&object, "started_at", json_string(clock_format_iso8601(run->started_at, started_at)));
        put(&object, "workers", number(run->workers));
        put(&object, "wall_ms", number(run->wall_usec / USEC_PER_MSEC));
        put(&object, "cpu_ms", number(run->cpu_usec / USEC_PER_MSEC));
        put(&object, "calls", number(run->calls));
        put(&object, "retries", number(run->retries));
        put(&object, "throttles", number(run->throttles));
        put(&object, "peak_pss_kib", number_if(run->peak_pss_kib > 0, run->peak_pss_kib));
        put(&object, "regions_total", number(run->n_regions));
        put(&object, "regions_ok", number(run->n_regions - run->n_failed));
        put(&object, "regions_assumed", json_boolean(run->regions_assumed));
        put(&object, "regions_not_opted_in", not_opted_in_array(run));
        put(&object, "notice", text_or_null(run->notice));
        if (run->error.kind != ERROR_NONE)
                put(&object, "error", error_object(&run->error));
        put(&object, "totals", totals_object(run));
        put(&object, "regions", regions_array(run));
        return object;
}

static int append_to_buffer(const char *data, size_t n, void *userdata) {
        return buffer_append(userdata, data, n);
}

/* Takes over root, which is NULL after running out of memory. */
static int write_json(json_t *root, FILE *out) {
        struct buffer b = BUFFER_INIT(REPORT_MAX);
        int r = -ENOMEM;
        if (root != NULL && json_dump_callback(root, append_to_buffer, &b, JSON_INDENT(2)) == 0)
                r = buffer_append_string(&b, "\n");
        json_decref(root);
        return report_write(&b, r, out);
}

int report_json_run(const struct run *run, FILE *out) {
        return write_json(run_object(run), out);
}

int report_json_comparison(const struct comparison *c, FILE *out) {
        json_t *object = json_object();
        put(&object, "format_version", json_integer(FORMAT_VERSION));
        put(&object, "sequential", run_object(&c->sequential));
        put(&object, "parallel", run_object(&c->parallel));
        put(&object, "sweep", run_object(&c->sweep));
        put(&object, "speedup", c->speedup > 0 ? json_real(c->speedup) : json_null());
        put(&object, "agree", json_boolean(c->agree));
        return write_json(object, out);
}
