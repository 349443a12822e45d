/* SPDX-License-Identifier: MIT */
#include "id_map.h"

#include <errno.h>
#include <stdlib.h>

struct id_map_entry {
        uint64_t id;   /* 0: never used */
        uint32_t slot; /* ID_MAP_NONE: removed */
};

static struct id_map_entry *find(struct id_map_entry *entries, size_t size, uint64_t id) {
        uint64_t hash = id * 0x9e3779b97f4a7c15u;
        size_t i = (size_t) (hash >> 32) & (size - 1);
        while (entries[i].id != 0 && entries[i].id != id)
                i = (i + 1) & (size - 1);
        return &entries[i];
}

static int grow(struct id_map *m) {
        size_t size = m->size > 0 ? m->size * 2 : 64;
        struct id_map_entry *entries = calloc(size, sizeof(*entries));
        if (entries == NULL)
                return -ENOMEM;
        size_t used = 0;
        for (size_t i = 0; i < m->size; i++)
                if (m->entries[i].id != 0 && m->entries[i].slot != ID_MAP_NONE) {
                        *find(entries, size, m->entries[i].id) = m->entries[i];
                        used++;
                }
        free(m->entries);
        *m = (struct id_map){ .entries = entries, .size = size, .used = used };
        return 0;
}

int id_map_put(struct id_map *m, uint64_t id, uint32_t slot) {
        if (m->used * 2 >= m->size) {
                int r = grow(m);
                if (r < 0)
                        return r;
        }
        struct id_map_entry *entry = find(m->entries, m->size, id);
        if (entry->id == 0)
                m->used++;
        *entry = (struct id_map_entry){ .id = id, .slot = slot };
        return 0;
}

uint32_t id_map_get(const struct id_map *m, uint64_t id) {
        if (m->size == 0)
                return ID_MAP_NONE;
        const struct id_map_entry *entry = find(m->entries, m->size, id);
        return entry->id == id ? entry->slot : ID_MAP_NONE;
}

void id_map_remove(struct id_map *m, uint64_t id) {
        if (m->size == 0)
                return;
        struct id_map_entry *entry = find(m->entries, m->size, id);
        if (entry->id == id)
                entry->slot = ID_MAP_NONE;
}

void id_map_release(struct id_map *m) {
        free(m->entries);
        *m = (struct id_map){ 0 };
}
