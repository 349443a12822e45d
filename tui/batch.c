/* SPDX-License-Identifier: MIT */
#include "tui/batch.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/csv_text.h"
#include "base/utf8.h"
#include "tui/frame.h"
#include "tui/json.h"
#include "tui/listing_query.h"

/* A page of rows as text. */
#define PAGE_BYTES_MAX ((size_t) 256 * 1024 * 1024)

#define COLUMNS_MAX 64

/* Of the two lines above the text. */
#define HEAD_COLUMNS 140

/* What is done with each page. */
struct sink {
        int (*page)(struct sink *sink, const struct rows *rows, struct buffer *out);
        const struct listing *listing;
        const struct context *context;
        FILE *out;
        bool first;               /* nothing came before */
        int widths[COLUMNS_MAX];  /* of text, never smaller than on the page before */
};

static int write_out(struct buffer *text, FILE *out) {
        errno = 0;
        bool written = text->len == 0 || fwrite(text->data, 1, text->len, out) == text->len;
        buffer_clear(text);
        return written ? 0 : errno > 0 ? -errno : -EIO;
}

static int each_page(struct sink *sink) {
        struct anchor anchor = { 0 };
        struct buffer text = BUFFER_INIT(PAGE_BYTES_MAX);
        bool more = true, has_anchor = false;
        int r = 0;
        while (r == 0 && more) {
                struct rows rows = { 0 };
                r = listing_read_side(sink->listing, sink->context->databases, has_anchor ? &anchor : NULL,
                                      has_anchor ? SIDE_BEHIND : SIDE_FROM, false, LISTING_WINDOW, &rows, &more);
                anchor_release(&anchor);
                if (r == 0)
                        r = sink->page(sink, &rows, &text);
                if (r == 0)
                        r = write_out(&text, sink->out);
                if (r == 0 && more && rows.n > 0) {
                        r = anchor_of(&rows.items[rows.n - 1], &anchor);
                        has_anchor = true;
                }
                rows_release(&rows);
        }
        anchor_release(&anchor);
        buffer_release(&text);
        return r;
}

static bool is_exported(const struct column *c) {
        return (c->flags & COLUMN_SCREEN_ONLY) == 0 && c->kind != COLUMN_DRAWN;
}

/* Which of several databases a row is of is a column of its own, ahead of the others. */
static const char *database_name(const struct sink *s, const struct row *row) {
        return s->context->databases->items[row->database].name;
}

static bool has_several(const struct sink *s) {
        return s->context->databases->n > 1;
}

/* ---- CSV ------------------------------------------------------------------------------------------------------ */

static int csv_header(const struct sink *s, struct buffer *out) {
        const struct listing_type *type = s->listing->type;
        int r = has_several(s) ? buffer_append_string(out, "database") : 0;
        for (size_t i = 0, n = has_several(s); r == 0 && i < type->n_columns; i++)
                if (is_exported(&type->columns[i]))
                        r = buffer_printf(out, "%s%s", n++ > 0 ? "," : "", type->columns[i].name);
        return r < 0 ? r : buffer_append_string(out, "\r\n");
}

static int csv_value(const struct value *v, struct buffer *out) {
        switch (v->type) {
        case VALUE_INTEGER:
                return buffer_printf(out, "%" PRId64, v->integer);
        case VALUE_REAL:
                return buffer_printf(out, "%.15g", v->real);
        case VALUE_TEXT:
                return csv_add_text(out, v->text, "");
        case VALUE_NULL:
                break;
        }
        return 0;
}

static int csv_row(const struct sink *s, const struct row *row, struct buffer *out) {
        const struct listing_type *type = s->listing->type;
        int r = has_several(s) ? csv_add_text(out, database_name(s, row), "") : 0;
        for (size_t i = 0, n = has_several(s); r == 0 && i < type->n_columns; i++) {
                if (!is_exported(&type->columns[i]))
                        continue;
                if (n++ > 0)
                        r = buffer_append_string(out, ",");
                if (r == 0)
                        r = csv_value(listing_value(row, i), out);
        }
        return r < 0 ? r : buffer_append_string(out, "\r\n");
}

static int csv_page(struct sink *s, const struct rows *rows, struct buffer *out) {
        int r = s->first ? csv_header(s, out) : 0;
        s->first = false;
        for (size_t i = 0; r == 0 && i < rows->n; i++)
                r = csv_row(s, &rows->items[i], out);
        return r;
}

int batch_csv(struct table *t, const struct context *c, FILE *out) {
        struct sink s = { .page = csv_page, .listing = &t->listing, .context = c, .out = out, .first = true };
        int r = each_page(&s);
        return r == 0 && fflush(out) != 0 ? -errno : r;
}

/* ---- JSON ----------------------------------------------------------------------------------------------------- */

static int json_row(const struct sink *s, const struct row *row, struct buffer *out) {
        const struct listing_type *type = s->listing->type;
        int r = buffer_append_string(out, s->first ? "\n    {" : ",\n    {");
        size_t n = 0;
        if (r == 0 && has_several(s)) {
                r = buffer_append_string(out, "\"database\": ");
                if (r == 0)
                        r = json_append_string(out, database_name(s, row));
                n++;
        }
        for (size_t i = 0; r == 0 && i < type->n_columns; i++) {
                if (!is_exported(&type->columns[i]))
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

static int json_head(const struct view *v, const struct context *c, struct buffer *out) {
        const struct status_sums *s = &c->status->sums;
        char now[CLOCK_ISO8601_MAX];
        int r = buffer_printf(out, "{\n  \"format_version\": %d,\n  \"view\": \"%s\",\n  \"generated_at\": \"%s\",\n",
                              BATCH_FORMAT_VERSION, v->type->name,
                              clock_format_iso8601((usec_t) c->display.now * USEC_PER_SEC, now));
        if (r == 0)
                r = s->newest_at > 0 ? buffer_printf(out, "  \"data_age_s\": %" PRId64 ",\n", c->display.now - s->newest_at)
                                     : buffer_append_string(out, "  \"data_age_s\": null,\n");
        if (r == 0)
                r = buffer_printf(out, "  \"freshness\": \"%s\",\n  \"stale\": %s,\n", freshness_name(c->status->worst),
                                  freshness_is_stale(c->status->worst) ? "true" : "false");
        if (r == 0)
                r = json_databases(c, out);
        if (r == 0)
                r = json_errors(c, out);
        if (r == 0)
                r = buffer_printf(out,
                                  "  \"totals\": {\"regions\": %zu, \"regions_old\": %zu, \"regions_none\": %zu, "
                                  "\"gib\": %" PRId64 ", \"volumes\": %" PRId64 ", \"instances\": %" PRId64
                                  ", \"unattached_gib\": %" PRId64 ", \"unattached_volumes\": %" PRId64
                                  ", \"gib_at_least\": %s, ",
                                  s->regions, s->regions_old, s->regions_none, s->gib, s->volumes, s->instances,
                                  s->unattached_gib, s->unattached_volumes, s->gib_at_least ? "true" : "false");
        return r < 0 ? r : json_costs(s, out);
}

static int print_json(struct view *v, const struct context *c, FILE *out) {
        struct buffer text = BUFFER_INIT(PAGE_BYTES_MAX);
        int r = json_head(v, c, &text);
        for (size_t i = 0; r == 0 && i < v->n_tables; i++) {
                const struct listing *l = &v->tables[i].listing;
                r = buffer_printf(&text, "  \"%s\": [", l->type->name);
                if (r == 0)
                        r = write_out(&text, out);
                struct sink s = { .page = json_page, .listing = l, .context = c, .out = out, .first = true };
                if (r == 0)
                        r = each_page(&s);
                if (r == 0)
                        r = buffer_printf(&text, "%s]%s\n", s.first ? "" : "\n  ", i + 1 < v->n_tables ? "," : "");
        }
        if (r == 0)
                r = buffer_append_string(&text, "}\n");
        if (r == 0)
                r = write_out(&text, out);
        buffer_release(&text);
        return r;
}

/* ---- text ----------------------------------------------------------------------------------------------------- */

static bool is_printed(const struct column *c) {
        return (c->flags & COLUMN_HIDDEN) == 0 && c->kind != COLUMN_DRAWN && c->kind != COLUMN_BAR;
}

static int text_cell(struct sink *s, size_t column, const char *text, bool last, struct buffer *out) {
        const struct column *c = &s->listing->type->columns[column];
        bool utf8 = s->context->display.utf8;
        int padding = s->widths[column] - text_columns(text, utf8);
        int r = cell_is_number(c) ? buffer_printf(out, "%*s", padding, "") : 0;
        /* Only what a terminal may be shown: the reader may be one. */
        struct text_character t;
        while (r == 0 && text_next(&text, utf8, &t)) {
                char bytes[5];
                r = buffer_append(out, bytes, utf8_encode((uint32_t) t.character, bytes));
        }
        if (r == 0 && !cell_is_number(c) && !last)
                r = buffer_printf(out, "%*s", padding, "");
        return r < 0 || last ? r : buffer_append_string(out, "  ");
}

static int text_line(struct sink *s, const struct row *row, struct buffer *out) {
        const struct listing_type *type = s->listing->type;
        size_t last = 0;
        for (size_t i = 0; i < type->n_columns; i++)
                last = is_printed(&type->columns[i]) ? i : last;
        int r = 0;
        for (size_t i = 0; r == 0 && i < type->n_columns; i++) {
                char buf[FORMAT_SIZE];
                if (!is_printed(&type->columns[i]))
                        continue;
                const char *text = row != NULL ? cell_text(s->listing, row, i, &s->context->display, buf)
                                               : cell_heading(&type->columns[i], &s->context->display, buf);
                r = text_cell(s, i, text, i == last, out);
        }
        return r < 0 ? r : buffer_append_string(out, "\n");
}

static int text_page(struct sink *s, const struct rows *rows, struct buffer *out) {
        const struct listing_type *type = s->listing->type;
        const struct display *d = &s->context->display;
        for (size_t i = 0; i < type->n_columns; i++) {
                char buf[FORMAT_SIZE];
                int width = text_columns(cell_heading(&type->columns[i], d, buf), d->utf8);
                s->widths[i] = width > s->widths[i] ? width : s->widths[i];
                for (size_t k = 0; k < rows->n; k++) {
                        width = text_columns(cell_text(s->listing, &rows->items[k], i, d, buf), d->utf8);
                        s->widths[i] = width > s->widths[i] ? width : s->widths[i];
                }
        }
        int r = s->first ? text_line(s, NULL, out) : 0;
        s->first = false;
        for (size_t i = 0; r == 0 && i < rows->n; i++)
                r = text_line(s, &rows->items[i], out);
        return r;
}

static int print_text(struct view *v, const struct context *c, FILE *out) {
        struct surface head = { .utf8 = c->display.utf8 };
        struct buffer text = BUFFER_INIT(PAGE_BYTES_MAX);
        int r = surface_resize(&head, 2, HEAD_COLUMNS);
        if (r == 0) {
                frame_draw_head(&head, v->type->title, c);
                r = surface_dump(&head, &text);
        }
        if (r == 0)
                r = write_out(&text, out);
        buffer_release(&text);
        surface_release(&head);
        for (size_t i = 0; r == 0 && i < v->n_tables; i++) {
                struct sink s = { .page = text_page, .listing = &v->tables[i].listing, .context = c, .out = out,
                                  .first = true };
                if (fprintf(out, "\n%s%s", v->n_tables > 1 ? s.listing->type->name : "", v->n_tables > 1 ? "\n" : "") < 0)
                        return -errno;
                r = each_page(&s);
        }
        return r;
}

int batch_print(struct view *v, const struct context *c, enum output output, FILE *out) {
        int r = 0;
        switch (output) {
        case OUTPUT_JSON:
                r = print_json(v, c, out);
                break;
        case OUTPUT_CSV:
                r = v->n_tables > 0 ? batch_csv(&v->tables[0], c, out) : 0;
                break;
        case OUTPUT_TEXT:
        case OUTPUT_SCREEN:
                r = print_text(v, c, out);
                break;
        }
        return r == 0 && fflush(out) != 0 ? -errno : r;
}
