/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/* AWS's partitions: regions that share one account system and one DNS suffix. */
struct partition {
        const char *name;
        const char *suffix;
        const char *dualstack_suffix;
        const char *global_region;
        bool fips_is_normal; /* the normal hosts are the FIPS ones, but for dual-stack */
};

/* The partition of a region; unknown ones are taken for the largest, "aws". */
const struct partition *partition_of(const char *region);

/* Whether a host belongs to Amazon by its name. */
bool partition_owns_host(const char *host);
