/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/json_parts.h"
#include "report/report.h"

static json_t *cost_sum_object(const struct cost_sum *s, bool all) {
        const struct cost_as_gp3 *g = &s->as_gp3;
        json_t *gp3 = json_object(), *object = json_object();
        json_put(&gp3, "cheaper_volumes", json_number(g->cheaper_volumes));
        json_put(&gp3, "cheaper_micros", json_number(g->cheaper_micros));
        json_put(&gp3, "dearer_volumes", json_number(g->dearer_volumes));
        json_put(&gp3, "dearer_micros", json_number(g->dearer_micros));
        json_put(&object, "currency", json_string(s->currency));
        json_put(&object, "prices_oldest", json_date_or_null(s->prices_oldest));
        json_put(&object, "prices_newest", json_date_or_null(s->prices_newest));
        json_put(&object, "total_micros", json_number(cost_sum_total(s)));
        json_put(&object, "attached_micros", json_number(s->attached_micros));
        json_put(&object, "unattached_micros", json_number_if(all, s->unattached_micros));
        json_put(&object, "managed_micros", json_number_if(all, s->managed_micros));
        json_put(&object, "gp2_as_gp3", gp3);
        return object;
}

/* A month's cost of the volumes that the mode sees, in millionths of each currency. */
static json_t *cost_object(bool ok, const struct totals *t) {
        if (!ok || !t->cost.known)
                return json_null();
        json_t *currencies = json_array(), *object = json_object();
        for (size_t i = 0; i < t->cost.n_sums; i++)
                json_append(&currencies, cost_sum_object(&t->cost.sums[i], t->lists_all_volumes));
        json_put(&object, "unpriced_volumes", json_number(t->cost.unpriced_volumes));
        json_put(&object, "currencies", currencies);
        return object;
}

/* Null is "not known": all of it where nothing worked, unattached and managed volumes where the mode sees none. */
static void put_totals(json_t **object, bool ok, const struct totals *t) {
        bool all = ok && t->lists_all_volumes;
        json_put(object, "instances", json_number_if(ok, t->instances));
        json_put(object, "attached_volumes", json_number_if(ok, t->attached_volumes));
        json_put(object, "attached_gib", json_number_if(ok, t->attached_gib));
        json_put(object, "instance_sum_gib", json_number_if(ok, t->instance_sum_gib));
        json_put(object, "multi_attach_extra_gib", json_number_if(ok, t->multi_attach_extra_gib));
        json_put(object, "unknown_instance_volumes", json_number_if(all, t->unknown_instance_volumes));
        json_put(object, "unknown_instance_gib", json_number_if(all, t->unknown_instance_gib));
        json_put(object, "unattached_volumes", json_number_if(all, t->unattached_volumes));
        json_put(object, "unattached_gib", json_number_if(all, t->unattached_gib));
        json_put(object, "managed_volumes", json_number_if(all, t->managed_volumes));
        json_put(object, "managed_gib", json_number_if(all, t->managed_gib));
        json_put(object, "cost", cost_object(ok, t));
}

static json_t *types_array(const struct region_result *region) {
        json_t *array = json_array();
        for (size_t i = 0; i < region->n_types; i++) {
                const struct type_total *t = &region->types[i];
                json_t *object = json_object();
                json_put(&object, "zone", json_text_or_null(t->zone));
                json_put(&object, "type", json_text_or_null(t->type));
                json_put(&object, "state", json_text_or_null(t->state));
                json_put(&object, "holder", json_string(holder_name(t->holder)));
                json_put(&object, "volumes", json_number(t->volumes));
                json_put(&object, "gib", json_number(t->gib));
                json_put(&object, "iops", json_number(t->iops));
                json_put(&object, "throughput_mibps", json_number(t->throughput));
                json_put(&object, "currency", json_text_or_null(t->cost.currency));
                json_put(&object, "cost_micros", json_number_if(t->cost.currency[0] != '\0', t->cost.micros));
                json_put(&object, "unpriced_volumes", json_number_if(t->cost.known, t->cost.unpriced_volumes));
                json_append(&array, object);
        }
        return array;
}

static json_t *region_object(const struct region_result *region) {
        json_t *object = json_object();
        json_put(&object, "account", json_text_or_null(region->account));
        json_put(&object, "region", json_text_or_null(region->region));
        json_put(&object, "status", json_string(region->failed ? "failed" : "ok"));
        json_put(&object, "wall_ms", json_number(region->wall_usec / USEC_PER_MSEC));
        json_put(&object, "calls", json_number(region->calls));
        json_put(&object, "retries", json_number(region->retries));
        json_put(&object, "throttles", json_number(region->throttles));
        put_totals(&object, !region->failed, &region->totals);
        json_put(&object, "by_type", region->failed ? json_null() : types_array(region));
        if (region->failed)
                json_put(&object, "error", json_failure(&region->error, false));
        return object;
}

static json_t *regions_array(const struct run *run) {
        json_t *array = json_array();
        for (size_t i = 0; i < run->n_regions; i++)
                json_append(&array, region_object(&run->regions[i]));
        return array;
}

static json_t *totals_object(const struct run *run) {
        json_t *object = json_object();
        json_put(&object, "complete", json_boolean(run->status == RUN_OK));
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
                        json_append(&array, json_string(run->listed.items[i].name));
        return array;
}

static json_t *run_object(const struct run *run) {
        char started_at[CLOCK_ISO8601_MAX];
        json_t *object = json_object();
        json_put(&object, "format_version", json_integer(JSON_FORMAT_VERSION));
        json_put(&object, "mode", json_string(run_mode_name(run->mode)));
        json_put(&object, "status", json_string(run_status_name(run->status)));
        json_put(&object, "started_at", json_string(clock_format_iso8601(run->started_at, started_at)));
        json_put(&object, "workers", json_number(run->workers));
        json_put(&object, "wall_ms", json_number(run->wall_usec / USEC_PER_MSEC));
        json_put(&object, "cpu_ms", json_number(run->cpu_usec / USEC_PER_MSEC));
        json_put(&object, "calls", json_number(run->calls));
        json_put(&object, "retries", json_number(run->retries));
        json_put(&object, "throttles", json_number(run->throttles));
        json_put(&object, "peak_pss_kib", json_number_if(run->peak_pss_kib > 0, run->peak_pss_kib));
        json_put(&object, "regions_total", json_number(run->n_regions));
        json_put(&object, "regions_ok", json_number(run->n_regions - run->n_failed));
        json_put(&object, "regions_assumed", json_boolean(run->regions_assumed));
        json_put(&object, "regions_not_opted_in", not_opted_in_array(run));
        json_put(&object, "notice", json_text_or_null(run->notice));
        if (run->error.kind != ERROR_NONE)
                json_put(&object, "error", json_failure(&run->error, true));
        json_put(&object, "totals", totals_object(run));
        json_put(&object, "regions", regions_array(run));
        return object;
}

int report_json_run(const struct run *run, FILE *out) {
        return json_write(run_object(run), out);
}

int report_json_comparison(const struct comparison *c, FILE *out) {
        json_t *object = json_object();
        json_put(&object, "format_version", json_integer(JSON_FORMAT_VERSION));
        json_put(&object, "sequential", run_object(&c->sequential));
        json_put(&object, "parallel", run_object(&c->parallel));
        json_put(&object, "sweep", run_object(&c->sweep));
        json_put(&object, "speedup", c->speedup > 0 ? json_real(c->speedup) : json_null());
        json_put(&object, "agree", json_boolean(c->agree));
        return json_write(object, out);
}
