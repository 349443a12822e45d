/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* One region as DescribeRegions tells it. */
struct region {
        char name[32];
        char opt_in_status[24]; /* opt-in-not-required, opted-in, not-opted-in; "" if untold */
};

/* Whether the account can use it; also where that is untold. */
bool region_is_enabled(const struct region *region);

/* Regions, each once. Zeroed means empty. */
struct region_list {
        struct region *items; /* owned */
        size_t n;
};

/* Appends a region, or replaces the one of its name. 0 or -ENOMEM. */
int region_list_add(struct region_list *l, const struct region *region);

/* Appends all of from. 0 or -ENOMEM. */
int region_list_add_all(struct region_list *l, const struct region_list *from);

/* NULL if it is not there. */
const struct region *region_list_find(const struct region_list *l, const char *name);

/* How many of them the account has not enabled. */
size_t region_list_count_disabled(const struct region_list *l);

/* Frees what the list owns and zeroes it. */
void region_list_release(struct region_list *l);
