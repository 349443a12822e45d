/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/listing_query.h"

/* The text of a listing's statements, made of what its type has and of nothing that anybody typed: that is bound. */

/* What is asked for apart, so that SQLite can look up the first row of each in an index of the sort expression. */
enum segment {
        SEGMENT_ALL,    /* of scan and lookup, and of a count: nothing apart */
        SEGMENT_TIES,   /* rows of the anchor's sort value */
        SEGMENT_VALUES, /* rows of the other ones */
        SEGMENT_NULLS,  /* rows without one */
};

#define SEGMENTS_MAX 3

/* All that a statement is made of and bound to. */
struct side_query {
        const struct listing *listing;
        const struct anchor *anchor; /* NULL: none */
        enum listing_side side;
        struct filter filter; /* owned */
        struct filter search; /* owned; empty: not searching */
        size_t limit;         /* 0: count */
        enum segment segment;
        bool scanning;        /* by the type's scan or lookup */
};

/* Parses the listing's filter, and if searching its search, which were checked when they were set. 0 or -ENOMEM. */
int side_query_init(struct side_query *q, const struct listing *l, const struct anchor *anchor, enum listing_side side,
                    bool searching, size_t limit);
void side_query_release(struct side_query *q);

/* The whole order of a listing is that of (sort, group, key, database), or all of it turned round. Whether the statement's own
 * order has the greater ones last. */
bool side_is_rising(const struct side_query *q);

/* Appends the statement for one database, by its index: that of the rows of one segment, or of their number. */
int side_select_sql(const struct side_query *q, int database, struct buffer *sql);

/* The statement for the one row of :key and :group. */
int side_locate_sql(const struct side_query *q, struct buffer *sql);

/* Binds all parameters of the first but those of the scope; userdata: the struct side_query. */
void side_bind(struct query *query, const void *userdata);
