/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "base/csv_text.h"
#include "model/remedy.h"
#include "report/output.h"
#include "report/report.h"

/* RFC 4180: lines end with CRLF. Not known is empty. */

static const char header[] =
        "started_at,mode,account,region,status,wall_ms,calls,retries,throttles,instances,instance_sum_gib,"
        "attached_volumes,attached_gib,multi_attach_extra_gib,unknown_instance_volumes,unknown_instance_gib,"
        "unattached_volumes,unattached_gib,managed_volumes,managed_gib,currency,attached_cost_micros,"
        "unattached_cost_micros,managed_cost_micros,unpriced_volumes,prices_oldest,prices_newest,error_kind,error_code,"
        "error_message,error_request_id,error_remedy\r\n";

/* An empty field, and so a separator, for what is not known. */
static int add_count(struct buffer *b, bool known, uint64_t value) {
        return known ? buffer_printf(b, "%" PRIu64 ",", value) : buffer_append_string(b, ",");
}

static int add_numbers(struct buffer *b, const struct region_result *region) {
        const struct totals *t = &region->totals;
        bool ok = !region->failed, all = ok && t->lists_all_volumes;
        const struct {
                bool known;
                uint64_t value;
        } fields[] = {
                { true, region->wall_usec / USEC_PER_MSEC },
                { true, region->calls },
                { true, region->retries },
                { true, region->throttles },
                { ok, t->instances },
                { ok, t->instance_sum_gib },
                { ok, t->attached_volumes },
                { ok, t->attached_gib },
                { ok, t->multi_attach_extra_gib },
                { all, t->unknown_instance_volumes },
                { all, t->unknown_instance_gib },
                { all, t->unattached_volumes },
                { all, t->unattached_gib },
                { all, t->managed_volumes },
                { all, t->managed_gib },
        };
        int r = 0;
        for (size_t i = 0; r == 0 && i < ARRAY_SIZE(fields); i++)
                r = add_count(b, fields[i].known, fields[i].value);
        return r;
}

static int add_date(struct buffer *b, uint32_t date) {
        char buf[COST_DATE_SIZE];
        return buffer_printf(b, "%s,", date > 0 ? cost_format_date(date, buf) : "");
}

/* A region has one currency. */
static int add_cost(struct buffer *b, const struct region_result *region) {
        const struct cost *c = &region->totals.cost;
        bool known = !region->failed && c->known;
        const struct cost_sum *s = known ? cost_only_sum(c) : NULL;
        bool all = s != NULL && region->totals.lists_all_volumes;
        int r = buffer_printf(b, "%s,", s != NULL ? s->currency : "");
        if (r == 0)
                r = add_count(b, s != NULL, s != NULL ? s->attached_micros : 0);
        if (r == 0)
                r = add_count(b, all, s != NULL ? s->unattached_micros : 0);
        if (r == 0)
                r = add_count(b, all, s != NULL ? s->managed_micros : 0);
        if (r == 0)
                r = add_count(b, known, c->unpriced_volumes);
        if (r == 0)
                r = add_date(b, s != NULL ? s->prices_oldest : 0);
        return r < 0 ? r : add_date(b, s != NULL ? s->prices_newest : 0);
}

static int add_region(struct buffer *b, const struct run *run, const struct region_result *region) {
        char started_at[CLOCK_ISO8601_MAX];
        const struct error *e = &region->error;
        int r = buffer_printf(b, "%s,%s,", clock_format_iso8601(run->started_at, started_at), run_mode_name(run->mode));
        if (r == 0)
                r = csv_add_text(b, region->account, ",");
        if (r == 0)
                r = csv_add_text(b, region->region, ",");
        if (r == 0)
                r = csv_add_text(b, region->failed ? "failed" : "ok", ",");
        if (r == 0)
                r = add_numbers(b, region);
        if (r == 0)
                r = add_cost(b, region);
        if (r == 0)
                r = csv_add_text(b, region->failed ? error_kind_name(e->kind) : "", ",");
        if (r == 0)
                r = csv_add_text(b, region->failed ? e->code : "", ",");
        if (r == 0)
                r = csv_add_text(b, region->failed ? e->message : "", ",");
        if (r == 0)
                r = csv_add_text(b, region->failed ? e->request_id : "", ",");
        const char *remedy = region->failed ? failure_remedy(e, false) : NULL;
        return r < 0 ? r : csv_add_text(b, remedy != NULL ? remedy : "", "\r\n");
}

static int add_run(struct buffer *b, const struct run *run) {
        int r = 0;
        for (size_t i = 0; r == 0 && i < run->n_regions; i++)
                r = add_region(b, run, &run->regions[i]);
        return r;
}

int report_csv_run(const struct run *run, FILE *out) {
        struct buffer b = BUFFER_INIT(REPORT_MAX);
        int r = buffer_append_string(&b, header);
        return report_write(&b, r < 0 ? r : add_run(&b, run), out);
}

int report_csv_comparison(const struct comparison *c, FILE *out) {
        const struct run *const runs[] = { &c->sequential, &c->parallel, &c->sweep };
        struct buffer b = BUFFER_INIT(REPORT_MAX);
        int r = buffer_append_string(&b, header);
        for (size_t i = 0; r == 0 && i < ARRAY_SIZE(runs); i++)
                r = add_run(&b, runs[i]);
        return report_write(&b, r, out);
}
