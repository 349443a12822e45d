/* SPDX-License-Identifier: MIT */
#include "model/region.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool region_is_enabled(const struct region *region) {
        return strcmp(region->opt_in_status, "not-opted-in") != 0;
}

static struct region *find(const struct region_list *l, const char *name) {
        for (size_t i = 0; i < l->n; i++)
                if (strcmp(l->items[i].name, name) == 0)
                        return &l->items[i];
        return NULL;
}

const struct region *region_list_find(const struct region_list *l, const char *name) {
        return find(l, name);
}

int region_list_add(struct region_list *l, const struct region *region) {
        struct region *known = find(l, region->name);
        if (known != NULL) {
                *known = *region;
                return 0;
        }
        struct region *grown = reallocarray(l->items, l->n + 1, sizeof(*grown));
        if (grown == NULL)
                return -ENOMEM;
        l->items = grown;
        l->items[l->n++] = *region;
        return 0;
}

int region_list_add_all(struct region_list *l, const struct region_list *from) {
        int r = 0;
        for (size_t i = 0; i < from->n && r == 0; i++)
                r = region_list_add(l, &from->items[i]);
        return r;
}

size_t region_list_count_disabled(const struct region_list *l) {
        size_t n = 0;
        for (size_t i = 0; i < l->n; i++)
                n += !region_is_enabled(&l->items[i]);
        return n;
}

void region_list_release(struct region_list *l) {
        free(l->items);
        *l = (struct region_list){ 0 };
}
