/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "report/output.h"
#include "report/report.h"

static int add_line(struct buffer *b, const struct changes *c, const struct changes_cause *cause) {
        const struct changes_cost *cost = &cause->cost_change;
        int r = 0;
        if (c->from > 0)
                r = buffer_printf(b, "%" PRId64, c->from);
        if (r == 0)
                r = buffer_printf(b, ",%" PRId64 ",%s,%s,%s,%" PRIu64 ",%" PRId64 ",%s,", c->to, cause->account,
                                  cause->region, cause->cause, cause->events, cause->gib_change, cost->currency);
        if (r == 0 && cost->known)
                r = buffer_printf(b, "%" PRId64, cost->micros);
        return r < 0 ? r : buffer_printf(b, ",%" PRIu64 "\r\n", cost->unpriced_events);
}

/* What other prices made: no event, but part of the difference. */
static int add_repriced(struct buffer *b, const struct changes *c, const struct changes_region *region) {
        if (!region->is_itemised || region->repriced_micros == 0)
                return 0;
        struct changes_cause cause = { .cause = "repriced", .cost_change = region->cost_change };
        memcpy(cause.account, region->account, sizeof(cause.account));
        memcpy(cause.region, region->region, sizeof(cause.region));
        cause.cost_change.micros = region->repriced_micros;
        cause.cost_change.unpriced_events = 0;
        return add_line(b, c, &cause);
}

/* A line a region and cause. Accounts, regions and causes hold nothing that would need quotes. */
int report_csv_changes(const struct changes *c, FILE *out) {
        struct buffer b = BUFFER_INIT(REPORT_MAX);
        int r = buffer_append_string(&b, "from_run,to_run,account,region,cause,events,gib_change,currency,"
                                         "cost_change_micros,unpriced_events\r\n");
        for (size_t i = 0; r == 0 && i < c->n_causes; i++)
                r = add_line(&b, c, &c->causes[i]);
        for (size_t i = 0; r == 0 && i < c->n_regions; i++)
                r = add_repriced(&b, c, &c->regions[i]);
        return report_write(&b, r, out);
}
