/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "tui/batch.h"
#include "tui/batch_pages.h"
#include "tui/json.h"

static int json_row(const struct sink *s, const struct row *row, struct buffer *out) {
        const struct listing_type *type = s->listing->type;
        int r = buffer_append_string(out, s->first ? "\n    {" : ",\n    {");
        size_t n = 0;
        if (r == 0 && batch_has_several(s)) {
                r = buffer_append_string(out, "\"database\": ");
                if (r == 0)
                        r = json_append_string(out, batch_database_name(s, row));
                n++;
        }
        for (size_t i = 0; r == 0 && i < type->n_columns; i++) {
                if (!batch_is_exported(&type->columns[i]))
                        continue;
                r = buffer_printf(out, "%s\"%s\": ", n++ > 0 ? ", " : "", type->columns[i].name);
                if (r == 0)
                        r = json_append_value(out, listing_value(row, i));
        }
        return r < 0 ? r : buffer_append_string(out, "}");
}

static int json_page(struct sink *s, const struct rows *rows, struct buffer *out) {
        int r = 0;
        for (size_t i = 0; r == 0 && i < rows->n; i++) {
                r = json_row(s, &rows->items[i], out);
                s->first = false;
        }
        return r;
}

static int json_databases(const struct context *c, struct buffer *out) {
        int r = buffer_append_string(out, "  \"databases\": [");
        for (size_t i = 0; r == 0 && i < c->databases->n; i++) {
                const struct database *d = &c->databases->items[i];
                const struct status_database *s = i < c->status->n_databases ? &c->status->databases[i] : NULL;
                r = buffer_printf(out, "%s\n    {\"name\": ", i > 0 ? "," : "");
                if (r == 0)
                        r = json_append_string(out, d->name);
                if (r == 0)
                        r = buffer_append_string(out, ", \"path\": ");
                if (r == 0)
                        r = json_append_string(out, d->path);
                if (r == 0)
                        r = buffer_printf(out, ", \"state\": \"%s\", \"freshness\": \"%s\", \"data_age_s\": ",
                                          database_state_name(d->state),
                                          freshness_name(s != NULL ? s->freshness : FRESHNESS_NONE));
                if (r == 0)
                        r = s != NULL && s->newest_at > 0
                                    ? buffer_printf(out, "%" PRId64 "}", c->display.now - s->newest_at)
                                    : buffer_append_string(out, "null}");
        }
        return r < 0 ? r : buffer_append_string(out, "\n  ],\n");
}

static int json_errors(const struct context *c, struct buffer *out) {
        int r = buffer_append_string(out, "  \"errors\": [");
        for (size_t i = 0, n = 0; r == 0 && i < c->databases->n; i++) {
                const struct database *d = &c->databases->items[i];
                if (d->state == DATABASE_READABLE)
                        continue;
                if (n++ > 0)
                        r = buffer_append_string(out, ", ");
                if (r == 0)
                        r = json_append_string(out, d->error.message);
        }
        return r < 0 ? r : buffer_append_string(out, "],\n");
}

static int json_costs(const struct status_sums *s, struct buffer *out) {
        int r = buffer_append_string(out, "\"cost_micros\": {");
        for (size_t i = 0; r == 0 && i < s->n_costs; i++) {
                r = i > 0 ? buffer_append_string(out, ", ") : 0;
                if (r == 0)
                        r = json_append_string(out, s->costs[i].currency);
                if (r == 0)
                        r = buffer_printf(out, ": %" PRId64, s->costs[i].micros);
        }
        return r < 0 ? r : buffer_printf(out, "}, \"cost_at_least\": %s},\n", s->cost_at_least ? "true" : "false");
}

static int json_region(const struct status *s, struct buffer *out) {
        int r = buffer_append_string(out, "  \"region\": ");
        if (r == 0)
                r = s->region != NULL ? json_append_string(out, s->region) : buffer_append_string(out, "null");
        return r < 0 ? r : buffer_append_string(out, ",\n");
}

static int json_head(const struct view *v, const struct context *c, struct buffer *out) {
        const struct status_sums *s = &c->status->sums;
        char now[CLOCK_ISO8601_MAX];
        int r = buffer_printf(out, "{\n  \"format_version\": %d,\n  \"view\": \"%s\",\n  \"generated_at\": \"%s\",\n",
                              BATCH_FORMAT_VERSION, v->type->name,
                              clock_format_iso8601((usec_t) c->display.now * USEC_PER_SEC, now));
        if (r == 0)
                r = s->newest_at > 0 ? buffer_printf(out, "  \"data_age_s\": %" PRId64 ",\n",
                                                     c->display.now - s->newest_at)
                                     : buffer_append_string(out, "  \"data_age_s\": null,\n");
        if (r == 0)
                r = buffer_printf(out, "  \"freshness\": \"%s\",\n  \"stale\": %s,\n", freshness_name(c->status->worst),
                                  freshness_is_stale(c->status->worst) ? "true" : "false");
        if (r == 0)
                r = json_databases(c, out);
        if (r == 0)
                r = json_errors(c, out);
        if (r == 0)
                r = json_region(c->status, out);
        if (r == 0)
                r = buffer_printf(out,
                                  "  \"totals\": {\"regions\": %zu, \"regions_old\": %zu, \"regions_stale\": %zu, "
                                  "\"regions_none\": %zu, "
                                  "\"gib\": %" PRId64 ", \"volumes\": %" PRId64 ", \"instances\": %" PRId64
                                  ", \"unattached_gib\": %" PRId64 ", \"unattached_volumes\": %" PRId64
                                  ", \"gib_at_least\": %s, ",
                                  s->regions, s->regions_old, s->regions_stale, s->regions_none, s->gib, s->volumes,
                                  s->instances, s->unattached_gib, s->unattached_volumes,
                                  s->gib_at_least ? "true" : "false");
        return r < 0 ? r : json_costs(s, out);
}

int batch_json(struct view *v, const struct context *c, FILE *out) {
        struct buffer text = BUFFER_INIT(BATCH_BYTES_MAX);
        int r = json_head(v, c, &text);
        for (size_t i = 0; r == 0 && i < v->n_tables; i++) {
                const struct listing *l = &v->tables[i].listing;
                r = buffer_printf(&text, "  \"%s\": [", l->type->name);
                if (r == 0)
                        r = batch_write(&text, out);
                struct sink s = { .page = json_page, .listing = l, .context = c, .out = out, .first = true };
                if (r == 0)
                        r = batch_each_page(&s);
                if (r == 0)
                        r = buffer_printf(&text, "%s]%s\n", s.first ? "" : "\n  ", i + 1 < v->n_tables ? "," : "");
        }
        if (r == 0)
                r = buffer_append_string(&text, "}\n");
        if (r == 0)
                r = batch_write(&text, out);
        buffer_release(&text);
        return r;
}
