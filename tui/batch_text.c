/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "base/utf8.h"
#include "tui/batch_pages.h"
#include "tui/frame.h"
#include "tui/navigation.h"

/* Of the two lines above the text. */
#define HEAD_COLUMNS 140

static bool is_printed(const struct column *c) {
        return (c->flags & COLUMN_HIDDEN) == 0 && c->kind != COLUMN_DRAWN && c->kind != COLUMN_BAR;
}

static int text_cell(struct sink *s, size_t column, const char *text, bool heading, bool last, struct buffer *out) {
        const struct column *c = &s->listing->type->columns[column];
        bool utf8 = s->context->display.utf8, number = cell_is_number(c);
        int behind = number && !heading ? s->tails[column] - cell_tail(c, text) : 0;
        int padding = s->widths[column] - text_columns(text, utf8) - behind;
        int r = number ? buffer_printf(out, "%*s", padding, "") : 0;
        /* Only what a terminal may be shown: the reader may be one. */
        struct text_character t;
        while (r == 0 && text_next(&text, utf8, &t)) {
                char bytes[5];
                r = buffer_append(out, bytes, utf8_encode((uint32_t) t.character, bytes));
        }
        if (r == 0 && !last)
                r = buffer_printf(out, "%*s", number ? behind : padding, "");
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
                r = text_cell(s, i, text, row == NULL, i == last, out);
        }
        return r < 0 ? r : buffer_append_string(out, "\n");
}

/* Widens a column to what its cells take before and behind the digit of the units. */
static void widen(struct sink *s, size_t column, const struct rows *rows) {
        const struct column *c = &s->listing->type->columns[column];
        const struct display *d = &s->context->display;
        char buf[FORMAT_SIZE];
        int before = 0, width = text_columns(cell_heading(c, d, buf), d->utf8);
        for (size_t k = 0; k < rows->n; k++) {
                const char *text = cell_text(s->listing, &rows->items[k], column, d, buf);
                int tail = cell_tail(c, text), w = text_columns(text, d->utf8) - tail;
                before = w > before ? w : before;
                s->tails[column] = tail > s->tails[column] ? tail : s->tails[column];
        }
        width = before + s->tails[column] > width ? before + s->tails[column] : width;
        s->widths[column] = width > s->widths[column] ? width : s->widths[column];
}

static int text_page(struct sink *s, const struct rows *rows, struct buffer *out) {
        for (size_t i = 0; i < s->listing->type->n_columns; i++)
                widen(s, i, rows);
        int r = s->first ? text_line(s, NULL, out) : 0;
        s->first = false;
        for (size_t i = 0; r == 0 && i < rows->n; i++)
                r = text_line(s, &rows->items[i], out);
        return r;
}

/* Which part of the sums in the head is not of the newest run: on the screen the overview says it. */
static int text_gaps(const struct status_sums *s, struct buffer *out) {
        size_t gaps = s->regions_old + s->regions_stale + s->regions_none;
        int r = gaps > 0 ? buffer_printf(out, " Regions: %zu fresh", s->regions - gaps) : 0;
        if (r == 0 && s->regions_old > 0)
                r = buffer_printf(out, " + %zu old, with the last numbers there were", s->regions_old);
        if (r == 0 && s->regions_stale > 0)
                r = buffer_printf(out, " + %zu no longer asked", s->regions_stale);
        if (r == 0 && s->regions_none > 0)
                r = buffer_printf(out, " + %zu without data", s->regions_none);
        return r < 0 || gaps == 0 ? r : buffer_append_string(out, "\n");
}

int batch_text(struct view *v, const struct context *c, FILE *out) {
        struct surface head = { .utf8 = c->display.utf8 };
        struct buffer text = BUFFER_INIT(BATCH_BYTES_MAX);
        char title[256];
        int r = surface_resize(&head, 2, HEAD_COLUMNS);
        if (r == 0) {
                navigation_view_title(v, title);
                frame_draw_head(&head, title, c);
                r = surface_dump(&head, &text);
        }
        if (r == 0)
                r = text_gaps(&c->status->sums, &text);
        if (r == 0)
                r = batch_write(&text, out);
        buffer_release(&text);
        surface_release(&head);
        for (size_t i = 0; r == 0 && i < v->n_tables; i++) {
                struct sink s = { .page = text_page, .listing = &v->tables[i].listing, .context = c, .out = out,
                                  .first = true };
                if (fprintf(out, "\n%s%s", v->n_tables > 1 ? s.listing->type->name : "", v->n_tables > 1 ? "\n" : "") < 0)
                        return -errno;
                r = batch_each_page(&s);
        }
        return r;
}
