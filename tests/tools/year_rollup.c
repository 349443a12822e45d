/* SPDX-License-Identifier: MIT */
#include "year_rollup.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "year_fail.h"

#define HOUR INT64_C(3600)
#define DAY (24 * HOUR)

enum metric {
        METRIC_ATTACHED_GIB,
        METRIC_INSTANCE_SUM_GIB,
        METRIC_UNATTACHED_GIB,
        METRIC_BILLED_GIB,
        METRIC_ATTACHED_VOLUMES,
        METRIC_INSTANCES,
        METRIC_ATTACHED_COST,
        METRIC_UNATTACHED_COST,
        METRIC_BILLED_COST,
        _METRIC_MAX,
};
static_assert(_METRIC_MAX == YEAR_METRICS, "one fold a metric");

static bool is_cost(unsigned metric) {
        return metric >= METRIC_ATTACHED_COST;
}

static bool needs_all_volumes(unsigned metric) {
        return metric == METRIC_UNATTACHED_GIB || metric == METRIC_BILLED_GIB || metric == METRIC_UNATTACHED_COST ||
               metric == METRIC_BILLED_COST;
}

static int64_t value_of(const struct totals *t, unsigned metric) {
        const struct cost_sum *cost = &t->cost.sums[0];
        switch ((enum metric) metric) {
        case METRIC_ATTACHED_GIB:
                return (int64_t) t->attached_gib;
        case METRIC_INSTANCE_SUM_GIB:
                return (int64_t) t->instance_sum_gib;
        case METRIC_UNATTACHED_GIB:
                return (int64_t) t->unattached_gib;
        case METRIC_BILLED_GIB:
                return (int64_t) (t->attached_gib + t->unattached_gib + t->managed_gib);
        case METRIC_ATTACHED_VOLUMES:
                return (int64_t) t->attached_volumes;
        case METRIC_INSTANCES:
                return (int64_t) t->instances;
        case METRIC_ATTACHED_COST:
                return (int64_t) cost->attached_micros;
        case METRIC_UNATTACHED_COST:
                return (int64_t) cost->unattached_micros;
        default:
                return (int64_t) (cost->attached_micros + cost->unattached_micros + cost->managed_micros);
        }
}

/* The words of region_total.completeness, as far as this history has such errors; of two, the last by the alphabet. */
static void lack(struct year_fold *f, const struct error *error) {
        if (error->kind != ERROR_DENIED)
                f->lacking = "unreachable";
        else if (f->lacking == NULL)
                f->lacking = "denied";
}

static void fold(struct year_fold *f, int64_t value, int64_t at) {
        if (f->samples++ == 0) {
                f->first_value = f->min_value = f->max_value = value;
                f->first_at = at;
        }
        f->last_value = value;
        f->last_at = at;
        f->sum += value;
        if (value < f->min_value)
                f->min_value = value;
        if (value > f->max_value)
                f->max_value = value;
        f->hours |= UINT32_C(1) << (at % DAY / HOUR);
}

static void bind_values(struct query *q, const struct year_fold *f) {
        query_bind_uint(q, ":first", (uint64_t) f->first_value);
        query_bind_uint(q, ":first_at", (uint64_t) f->first_at);
        query_bind_uint(q, ":last", (uint64_t) f->last_value);
        query_bind_uint(q, ":last_at", (uint64_t) f->last_at);
        query_bind_uint(q, ":min", (uint64_t) f->min_value);
        query_bind_uint(q, ":max", (uint64_t) f->max_value);
        query_bind_real(q, ":sum", (double) f->sum);
}

static void write_folds(struct year_rollup *r, struct query *q, struct year_fold (*folds)[YEAR_METRICS], int64_t at,
                        bool is_day) {
        for (unsigned metric = 0; metric < YEAR_METRICS; metric++)
                for (size_t place = 0; place < r->places; place++) {
                        struct year_fold *f = &folds[place][metric];
                        if (f->asked == 0)
                                continue;
                        query_bind_uint(q, ":metric", metric + 1);
                        query_bind_uint(q, ":at", (uint64_t) at);
                        query_bind_uint(q, ":place", place + 1);
                        query_bind_uint(q, ":asked", (uint64_t) f->asked);
                        query_bind_uint(q, ":samples", (uint64_t) f->samples);
                        query_bind_uint(q, ":at_least", f->at_least);
                        if (f->samples > 0)
                                bind_values(q, f);
                        if (f->lacking != NULL)
                                query_bind_text(q, ":lacking", f->lacking);
                        if (f->priced)
                                query_bind_text(q, ":currency", r->currency);
                        if (is_day) {
                                query_bind_uint(q, ":hours", (uint64_t) __builtin_popcount(f->hours));
                                query_bind_uint(q, ":mask", f->hours);
                        }
                        query_run(q);
                        *f = (struct year_fold){ 0 };
                }
}

static void go_to(struct year_rollup *r, int64_t at) {
        int64_t hour_at = at - at % HOUR, day_at = at - at % DAY;
        if (hour_at != r->hour_at)
                write_folds(r, &r->insert_hour, r->hours, r->hour_at, false);
        if (day_at != r->day_at)
                write_folds(r, &r->insert_day, r->days, r->day_at, true);
        r->hour_at = hour_at;
        r->day_at = day_at;
}

void year_rollup_open(struct year_rollup *r, struct year_database *d, size_t places) {
        *r = (struct year_rollup){ .places = places };
        r->hours = calloc(places, sizeof(*r->hours));
        r->days = calloc(places, sizeof(*r->days));
        if (r->hours == NULL || r->days == NULL)
                year_fail("out of memory");
        r->insert_hour = query_prepare(
                d->store, "INSERT INTO rollup_hour VALUES (:metric, :at, :place, :asked, :samples, :first, :first_at, "
                          ":last, :last_at, :min, :max, :sum, :at_least, :lacking, :currency)");
        r->insert_day = query_prepare(
                d->store, "INSERT INTO rollup_day VALUES (:metric, :at, :place, :asked, :samples, :first, :first_at, "
                          ":last, :last_at, :min, :max, :sum, :at_least, :lacking, :currency, :hours, :mask)");
}

void year_rollup_add(struct year_rollup *r, size_t place, const struct region_result *result, int64_t at) {
        go_to(r, at);
        const struct totals *t = &result->totals;
        for (unsigned metric = 0; metric < YEAR_METRICS; metric++) {
                struct year_fold *both[] = { &r->hours[place][metric], &r->days[place][metric] };
                if (!result->failed && needs_all_volumes(metric) && !t->lists_all_volumes)
                        continue;
                for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
                        struct year_fold *f = both[i];
                        f->asked++;
                        if (result->failed) {
                                lack(f, &result->error);
                                continue;
                        }
                        if (is_cost(metric)) {
                                (void) memcpy(r->currency, t->cost.sums[0].currency, sizeof(r->currency));
                                f->priced = true;
                                f->at_least = f->at_least || t->cost.unpriced_volumes > 0;
                        }
                        fold(f, value_of(t, metric), at);
                }
        }
}

void year_rollup_close(struct year_rollup *r) {
        go_to(r, 0);
        year_database_finish(&r->insert_hour);
        year_database_finish(&r->insert_day);
        free(r->hours);
        free(r->days);
}
