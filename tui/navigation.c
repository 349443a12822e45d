/* SPDX-License-Identifier: MIT */
#include "tui/navigation.h"

#include <errno.h>
#include <stdio.h>

void navigation_init(struct navigation *n, struct view *first) {
        *n = (struct navigation){ .roots = { first }, .n_roots = 1 };
}

void navigation_release(struct navigation *n) {
        while (navigation_back(n))
                ;
        for (size_t i = 0; i < n->n_roots; i++)
                view_free(n->roots[i]);
        *n = (struct navigation){ 0 };
}

struct view *navigation_view(const struct navigation *n) {
        return n->n_levels > 0 ? n->levels[n->n_levels - 1] : n->roots[n->root];
}

int navigation_switch(struct navigation *n, const struct view_type *type, const struct scope *scope) {
        size_t i = 0;
        while (i < n->n_roots && n->roots[i]->type != type)
                i++;
        if (i == n->n_roots) {
                if (i == NAVIGATION_ROOTS_MAX)
                        return -E2BIG;
                int r = view_new(type, scope, &n->roots[i]);
                if (r < 0)
                        return r;
                n->n_roots++;
        }
        while (navigation_back(n))
                ;
        n->root = i;
        return 0;
}

int navigation_open(struct navigation *n, const struct view_type *type, const struct scope *scope) {
        if (n->n_levels == NAVIGATION_DEPTH_MAX)
                return -E2BIG;
        int r = view_new(type, scope, &n->levels[n->n_levels]);
        if (r == 0)
                n->n_levels++;
        return r;
}

bool navigation_back(struct navigation *n) {
        if (n->n_levels == 0)
                return false;
        view_free(n->levels[--n->n_levels]);
        return true;
}

static size_t add_title(const struct view *v, bool first, char buf[static 256], size_t used) {
        char crumb[VIEW_CRUMB_SIZE] = "";
        if (v->type->crumb != NULL)
                v->type->crumb(v, crumb);
        else if (v->type->of_runs && v->scope.region[0] != '\0')
                (void) snprintf(crumb, sizeof(crumb), "all regions");
        const char *name = !first && crumb[0] != '\0' ? "" : v->type->title;
        int n = snprintf(buf + used, 256 - used, "%s%s%s%s", first ? "" : " > ", name,
                         name[0] != '\0' && crumb[0] != '\0' ? " > " : "", crumb);
        used += n > 0 ? (size_t) n : 0;
        return used < 256 ? used : 255;
}

void navigation_view_title(const struct view *v, char buf[static 256]) {
        (void) add_title(v, true, buf, 0);
}

void navigation_title(const struct navigation *n, char buf[static 256]) {
        size_t used = add_title(n->roots[n->root], true, buf, 0);
        for (size_t i = 0; i < n->n_levels; i++)
                used = add_title(n->levels[i], false, buf, used);
}
