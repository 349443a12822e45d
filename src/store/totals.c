/* SPDX-License-Identifier: MIT */
#include "store/totals.h"

/* What was not seen stays unbound, and so NULL. */
static void bind_sizes(struct query *q, const struct totals *t) {
        query_bind_uint(q, ":instances", t->instances);
        query_bind_uint(q, ":instance_sum_gib", t->instance_sum_gib);
        query_bind_uint(q, ":attached_volumes", t->attached_volumes);
        query_bind_uint(q, ":attached_gib", t->attached_gib);
        query_bind_uint(q, ":multi_attach_extra_gib", t->multi_attach_extra_gib);
        if (!t->lists_all_volumes)
                return;
        query_bind_uint(q, ":unknown_instance_volumes", t->unknown_instance_volumes);
        query_bind_uint(q, ":unknown_instance_gib", t->unknown_instance_gib);
        query_bind_uint(q, ":unattached_volumes", t->unattached_volumes);
        query_bind_uint(q, ":unattached_gib", t->unattached_gib);
        query_bind_uint(q, ":managed_volumes", t->managed_volumes);
        query_bind_uint(q, ":managed_gib", t->managed_gib);
}

static void bind_date(struct query *q, const char *name, uint32_t date) {
        char buf[COST_DATE_SIZE];
        query_bind_text_or_null(q, name, date > 0 ? cost_format_date(date, buf) : "");
}

void totals_bind_prices(struct query *q, const struct cost_sum *sum) {
        query_bind_text_or_null(q, ":currency", sum->currency);
        bind_date(q, ":prices_oldest", sum->prices_oldest);
        bind_date(q, ":prices_newest", sum->prices_newest);
}

static void bind_cost(struct query *q, const struct totals *t) {
        const struct cost *c = &t->cost;
        if (c->known)
                query_bind_uint(q, ":unpriced_volumes", c->unpriced_volumes);
        const struct cost_sum *sum = cost_only_sum(c);
        if (sum == NULL)
                return;
        totals_bind_prices(q, sum);
        query_bind_uint(q, ":attached_cost_micros", sum->attached_micros);
        if (t->lists_all_volumes) {
                query_bind_uint(q, ":unattached_cost_micros", sum->unattached_micros);
                query_bind_uint(q, ":managed_cost_micros", sum->managed_micros);
        }
}

void totals_bind(struct query *q, const struct totals *t) {
        bind_sizes(q, t);
        bind_cost(q, t);
}
