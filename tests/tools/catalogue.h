/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "base/random.h"

/* What the made-up accounts are made of. */

#define CATALOGUE_ACCOUNTS 3
#define CATALOGUE_REGIONS 24
#define CATALOGUE_USUAL_REGIONS 17 /* those that every account has enabled */

struct catalogue_account {
        const char *id;
        const char *stage;   /* its instances' names begin with it */
        unsigned percent;    /* of all volumes */
};

struct catalogue_region {
        const char *name;
        unsigned permille;   /* of an account's volumes */
        unsigned latency_ms; /* of one call */
};

/* EC2's volume types, and one that is newer than any price list. */
enum kind {
        KIND_GP3,
        KIND_GP2,
        KIND_IO2,
        KIND_IO1,
        KIND_ST1,
        KIND_SC1,
        KIND_STANDARD,
        KIND_GP4,
        _KIND_MAX,
};

/* What instances do; decides their name, type and volumes. */
struct catalogue_role {
        const char *name;
        const char *instance_type;
        unsigned percent; /* of the instances */
        uint32_t root_gib;
        unsigned data_volumes; /* at most */
        uint32_t data_gib;     /* a quarter of it up to that much */
        enum kind data_kind;   /* where a region has it; KIND_GP3 stands for whatever is usual at the time */
};

extern const struct catalogue_account catalogue_accounts[CATALOGUE_ACCOUNTS];
extern const struct catalogue_region catalogue_regions[CATALOGUE_REGIONS];

const char *kind_name(enum kind kind);
const struct catalogue_role *catalogue_pick_role(struct random *random);
