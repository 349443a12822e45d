/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>

#include "base/csv_text.h"
#include "tui/batch.h"
#include "tui/batch_pages.h"

static int csv_header(const struct sink *s, struct buffer *out) {
        const struct listing_type *type = s->listing->type;
        int r = batch_has_several(s) ? buffer_append_string(out, "database") : 0;
        for (size_t i = 0, n = batch_has_several(s); r == 0 && i < type->n_columns; i++)
                if (batch_is_exported(&type->columns[i]))
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
        int r = batch_has_several(s) ? csv_add_text(out, batch_database_name(s, row), "") : 0;
        for (size_t i = 0, n = batch_has_several(s); r == 0 && i < type->n_columns; i++) {
                if (!batch_is_exported(&type->columns[i]))
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
        int r = batch_each_page(&s);
        return r == 0 && fflush(out) != 0 ? -errno : r;
}
