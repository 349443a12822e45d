/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "string_list.h"

/* A region of the commercial partition: opt-in regions must be enabled by an account before they answer. */
struct region_entry {
        const char *name;
        bool opt_in;
        unsigned demo_instances; /* how many live instances the demo fleet has there */
};

extern const struct region_entry region_table[];
extern const size_t region_table_n;

enum region_status {
        REGION_UNKNOWN,
        REGION_DEFAULT,      /* opt-in-not-required */
        REGION_OPTED_IN,     /* opted-in */
        REGION_NOT_OPTED_IN, /* not-opted-in: every call is refused */
};

/* enabled: the regions that hold a fleet; a name outside the table counts as a default region. */
enum region_status region_status(const struct string_list *enabled, const char *name);

/* The word of DescribeRegions. */
const char *region_status_name(enum region_status status);

/* NULL if the table does not hold it. */
const struct region_entry *region_find(const char *name);

/* Writes the zone id's stem, such as "euw1" for eu-west-1, into ret[16]. */
void region_zone_stem(const char *name, char *ret);
