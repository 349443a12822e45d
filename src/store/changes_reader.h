/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/changes.h"
#include "store/db.h"

/* What the parts of read_changes.c share: --diff reads each region's listings, then the events between them. */

struct changes_reader {
        struct store *store;
        struct changes *changes; /* filled; from and to are set */
        const char *regions;     /* for WANTED_REGION */
        bool oom;                /* memory ran out; what follows is not read */
};

/* Room for one more element, zeroes, in an array of n with that size; NULL, and oom, when out of memory. */
void *changes_grow(struct changes_reader *r, void *array, size_t *n, size_t size);

/* The listings before and after of each region, their bills, and what prices did between them. */
int changes_read_regions(struct changes_reader *r, struct error *reterr);

/* The events by cause, which are added up in the regions too. */
int changes_read_causes(struct changes_reader *r, struct error *reterr);

/* The volumes whose cost, then size, changed most. */
int changes_read_volumes(struct changes_reader *r, struct error *reterr);

/* For error messages. */
#define CHANGES_DOING "reading what changed"
