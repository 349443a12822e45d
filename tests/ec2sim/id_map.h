/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* From a resource's id to its slot in the fleet's arrays: open addressing, ids are never 0. Zeroed means empty. */
struct id_map {
        struct id_map_entry *entries; /* owned */
        size_t size;                  /* a power of two */
        size_t used;                  /* entries taken, removed ones included */
};

#define ID_MAP_NONE UINT32_MAX

/* Adds or replaces. 0 or -ENOMEM. */
int id_map_put(struct id_map *m, uint64_t id, uint32_t slot);
/* The slot, or ID_MAP_NONE. */
uint32_t id_map_get(const struct id_map *m, uint64_t id);
void id_map_remove(struct id_map *m, uint64_t id);
void id_map_release(struct id_map *m);
