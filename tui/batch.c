/* SPDX-License-Identifier: MIT */
#include "tui/batch.h"

#include <errno.h>

#include "tui/batch_pages.h"
#include "tui/listing_query.h"

int batch_write(struct buffer *text, FILE *out) {
        errno = 0;
        bool written = text->len == 0 || fwrite(text->data, 1, text->len, out) == text->len;
        buffer_clear(text);
        return written ? 0 : errno > 0 ? -errno : -EIO;
}

int batch_each_page(struct sink *sink) {
        struct anchor anchor = { 0 };
        struct buffer text = BUFFER_INIT(BATCH_BYTES_MAX);
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
                        r = batch_write(&text, sink->out);
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

bool batch_is_exported(const struct column *c) {
        return (c->flags & COLUMN_SCREEN_ONLY) == 0 && c->kind != COLUMN_DRAWN;
}

bool batch_has_several(const struct sink *s) {
        return s->context->databases->n > 1;
}

const char *batch_database_name(const struct sink *s, const struct row *row) {
        return s->context->databases->items[row->database].name;
}

int batch_print(struct view *v, const struct context *c, enum output output, FILE *out) {
        int r = 0;
        switch (output) {
        case OUTPUT_JSON:
                r = batch_json(v, c, out);
                break;
        case OUTPUT_CSV:
                r = v->n_tables > 0 ? batch_csv(&v->tables[0], c, out) : 0;
                break;
        case OUTPUT_TEXT:
        case OUTPUT_SCREEN:
                r = batch_text(v, c, out);
                break;
        }
        return r == 0 && fflush(out) != 0 ? -errno : r;
}
