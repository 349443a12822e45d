/* SPDX-License-Identifier: MIT */
#include "tui/fitted_line.h"

#include <stdarg.h>
#include <stdio.h>

void fitted_line_add(struct fitted_line *l, unsigned rank, enum style style, const char *format, ...) {
        if (l->n == FITTED_PARTS_MAX)
                return;
        struct fitted_part *part = &l->parts[l->n];
        *part = (struct fitted_part){ .n_forms = 1, .rank = rank, .style = style };
        va_list ap;
        va_start(ap, format);
        (void) vsnprintf(part->forms[0], sizeof(part->forms[0]), format, ap);
        va_end(ap);
        l->n += part->forms[0][0] != '\0';
}

void fitted_line_or(struct fitted_line *l, const char *format, ...) {
        if (l->n == 0 || l->parts[l->n - 1].n_forms == FITTED_FORMS_MAX)
                return;
        struct fitted_part *part = &l->parts[l->n - 1];
        va_list ap;
        va_start(ap, format);
        (void) vsnprintf(part->forms[part->n_forms], sizeof(part->forms[0]), format, ap);
        va_end(ap);
        part->n_forms++;
}

/* Which form of each part is drawn; n_forms: none. */
struct fitting {
        const struct fitted_line *line;
        size_t form[FITTED_PARTS_MAX];
        bool utf8;
        int gap;
};

static int width_of(const struct fitting *f) {
        int width = 0;
        for (size_t i = 0; i < f->line->n; i++) {
                const struct fitted_part *p = &f->line->parts[i];
                if (f->form[i] < p->n_forms)
                        width += (width > 0 ? f->gap : 0) + text_columns(p->forms[f->form[i]], f->utf8);
        }
        return width;
}

/* The part of the highest rank that can be made shorter, or left out (the last one of equals); -1: none. */
static int least_important(const struct fitting *f, bool leave_out) {
        int found = -1;
        for (int i = 0; i < (int) f->line->n; i++) {
                const struct fitted_part *p = &f->line->parts[i];
                if (f->form[i] + (leave_out ? 0 : 1) < p->n_forms &&
                    (found < 0 || p->rank >= f->line->parts[found].rank))
                        found = i;
        }
        return found;
}

static void shrink(struct fitting *f, int room, bool leave_out) {
        int i;
        while (width_of(f) > room && (i = least_important(f, leave_out)) >= 0)
                f->form[i] = leave_out ? f->line->parts[i].n_forms : f->form[i] + 1;
}

/* What went may have left more room than was needed. */
static void grow(struct fitting *f, int room) {
        for (unsigned rank = 0; rank < FITTED_PARTS_MAX; rank++)
                for (size_t i = 0; i < f->line->n; i++) {
                        bool mine = f->line->parts[i].rank == rank;
                        while (mine && f->form[i] > 0) {
                                f->form[i]--;
                                if (width_of(f) <= room)
                                        continue;
                                f->form[i]++;
                                mine = false;
                        }
                }
}

static struct fitting fit(const struct fitted_line *l, int room, bool utf8, int gap) {
        struct fitting f = { .line = l, .utf8 = utf8, .gap = gap };
        shrink(&f, room, false);
        shrink(&f, room, true);
        grow(&f, room);
        return f;
}

int fitted_line_width(const struct fitted_line *l, struct area area, int gap) {
        struct fitting f = fit(l, area.columns, area.surface->utf8, gap);
        return width_of(&f);
}

int fitted_line_draw(const struct fitted_line *l, struct area area, int row, int column, int gap) {
        struct fitting f = fit(l, area.columns - column, area.surface->utf8, gap);
        int begin = column;
        for (size_t i = 0; i < l->n; i++) {
                const struct fitted_part *p = &l->parts[i];
                if (f.form[i] < p->n_forms)
                        column = area_put(area, row, column + (column > begin ? gap : 0), p->style,
                                          p->forms[f.form[i]]);
        }
        return column;
}
