/* SPDX-License-Identifier: MIT */
#include "tui/view.h"

#include <errno.h>
#include <stdlib.h>

int view_new(const struct view_type *type, const struct scope *scope, struct view **ret) {
        struct view *v = calloc(1, type->size);
        if (v == NULL)
                return -ENOMEM;
        v->type = type;
        v->scope = *scope;
        v->stale = true;
        if (type->init != NULL)
                type->init(v);
        if (v->n_tables > 0)
                v->tables[0].focused = true;
        *ret = v;
        return 0;
}

void view_free(struct view *v) {
        if (v == NULL)
                return;
        if (v->type->release != NULL)
                v->type->release(v);
        for (size_t i = 0; i < v->n_tables; i++)
                table_release(&v->tables[i]);
        free(v);
}

struct table *view_add_table(struct view *v, const struct listing_type *type) {
        if (v->n_tables == VIEW_TABLES_MAX)
                abort(); /* a view's author is to raise the limit */
        struct table *t = &v->tables[v->n_tables++];
        table_init(t, type, &v->scope);
        t->userdata = v;
        return t;
}

void view_draw_table(struct view *v, const struct context *c, struct area area) {
        (void) table_draw(&v->tables[0], area, &c->display);
}

const char *view_hint(const struct view *v) {
        return v->type->choose_hint != NULL ? v->type->choose_hint(v) : v->type->hint;
}

struct table *view_table(struct view *v) {
        return v->n_tables > 0 && !v->tables[v->focus].hidden ? &v->tables[v->focus] : NULL;
}

void view_focus_next(struct view *v, int step) {
        if (v->n_tables == 0)
                return;
        v->tables[v->focus].focused = false;
        do
                v->focus = (v->focus + v->n_tables + (size_t) step) % v->n_tables;
        while (v->tables[v->focus].hidden && v->focus != 0);
        v->tables[v->focus].focused = true;
}

int view_load(struct view *v, const struct context *c, bool changed) {
        v->stale |= changed;
        if (v->type->prepare != NULL)
                v->type->prepare(v, c);
        for (size_t i = 0; changed && i < v->n_tables; i++)
                if (v->tables[i].listing.want == LISTING_NOTHING)
                        v->tables[i].listing.want = LISTING_RELOAD;
        int r = 0;
        /* Every table gets its turn, so that one that fails does not keep the others from showing. */
        for (size_t i = 0; r != -EINTR && i < v->n_tables; i++) {
                struct listing *l = &v->tables[i].listing;
                int k = v->tables[i].hidden || listing_is_complete(l) ? 0 : listing_load(l, c->databases);
                r = r == 0 || k == -EINTR ? k : r;
        }
        if (r == -EINTR)
                return r;
        int k = v->stale && v->type->load != NULL ? v->type->load(v, c) : 0;
        v->stale = k < 0;
        r = k < 0 ? k : r;
        v->loaded |= r == 0;
        return r;
}

bool view_is_loaded(const struct view *v) {
        bool loaded = v->loaded;
        for (size_t i = 0; i < v->n_tables; i++)
                loaded |= !v->tables[i].hidden && v->tables[i].listing.loaded;
        return loaded;
}

size_t view_panes(const struct view *v) {
        size_t n = 0;
        for (size_t i = 0; i < v->n_tables; i++)
                n += !v->tables[i].hidden;
        return n;
}

bool view_wants_load(const struct view *v) {
        for (size_t i = 0; i < v->n_tables; i++)
                if (!v->tables[i].hidden && !listing_is_complete(&v->tables[i].listing))
                        return true;
        return v->stale;
}
