/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/listing.h"

/* The statements behind a listing. */

/* A place in the order of a listing: the row that is there, or was. */
struct anchor {
        int database;
        struct value key; /* owned, as the other two */
        struct value group;
        struct value sort;
};

void anchor_release(struct anchor *a);

/* The place of a row of the listing's window. 0 or -ENOMEM. */
int anchor_of(const struct row *row, struct anchor *ret);

enum listing_side {
        SIDE_BEHIND,
        SIDE_FROM, /* behind it, the row itself included */
        SIDE_BEFORE,
};

/* Reads at most limit rows at one side of a place, those nearest to it, in the listing's order; anchor NULL: the first
 * ones, or with SIDE_BEFORE the last ones. searching: only rows that the search finds. ret_more: there are others
 * beyond. Returns 0 or the negative errno of the database that failed. */
int listing_read_side(const struct listing *l, const struct database_set *databases, const struct anchor *anchor,
                      enum listing_side side, bool searching, size_t limit, struct rows *ret, bool *ret_more);

/* Counts all rows, or those before a place. */
int listing_count(const struct listing *l, const struct database_set *databases, const struct anchor *before,
                  int64_t *ret);

/* Brings the sort value of a place up to date. -ENOENT: its row is gone, or the filter leaves it out. */
int listing_locate(const struct listing *l, const struct database_set *databases, struct anchor *anchor);
