/* SPDX-License-Identifier: MIT */
#include "tui/listing_sql.h"

int side_query_init(struct side_query *q, const struct listing *l, const struct anchor *anchor,
                           enum listing_side side, bool searching, size_t limit) {
        *q = (struct side_query){ .listing = l, .anchor = anchor, .side = side, .limit = limit };
        const struct listing_type *type = l->type;
        int r = filter_parse(l->filter, type->columns, type->n_columns, &q->filter);
        if (r == 0 && searching)
                r = filter_parse(l->search, type->columns, type->n_columns, &q->search);
        return r;
}

void side_query_release(struct side_query *q) {
        filter_release(&q->filter);
        filter_release(&q->search);
}

bool side_is_rising(const struct side_query *q) {
        return q->listing->descending == (q->side == SIDE_BEFORE);
}

/* Rows that are the same but for their database are in the order of these. */
static const char *tie_operator(const struct side_query *q, int database) {
        int distance = database - q->anchor->database;
        bool inclusive = q->side == SIDE_FROM && distance == 0;
        if (side_is_rising(q))
                return distance > 0 || inclusive ? ">=" : ">";
        return distance < 0 || inclusive ? "<=" : "<";
}

static int append_tie(const struct side_query *q, int database, struct buffer *sql) {
        const struct listing_type *type = q->listing->type;
        if (type->group == NULL)
                return buffer_printf(sql, "(%s) %s :key", type->key, tie_operator(q, database));
        return buffer_printf(sql, "(%s, %s) %s (:group, :key)", type->group, type->key, tie_operator(q, database));
}

/* Of the segments of values and of NULLs, which SQLite has before all values, the one with the anchor is cut by it. The bounds
 * are such that SQLite can look up the first row in an index of the sort expression, and chooses to: without an anchor a
 * bound that every value is within. */
static int append_segment(const struct side_query *q, int database, struct buffer *sql) {
        const struct column *c = &q->listing->type->columns[q->listing->sort];
        bool is_cut = q->anchor != NULL && (q->anchor->sort.type == VALUE_NULL) == (q->segment == SEGMENT_NULLS);
        int r;
        if (q->segment == SEGMENT_ALL)
                return 0;
        if (q->segment == SEGMENT_NULLS) {
                r = buffer_printf(sql, " AND (%s) IS NULL", c->sql);
                if (r == 0 && is_cut)
                        r = buffer_append_string(sql, " AND ");
                return r < 0 || !is_cut ? r : append_tie(q, database, sql);
        }
        if (!is_cut)
                return side_is_rising(q) ? buffer_printf(sql, " AND (%s) >= %s", c->sql, c->kind == COLUMN_TEXT ? "''" : "-9e999")
                                    : buffer_printf(sql, " AND (%s) < x''", c->sql);
        char order = side_is_rising(q) ? '>' : '<';
        r = buffer_printf(sql, " AND (%s) %c= :sort AND ((%s) %c :sort OR ", c->sql, order, c->sql, order);
        if (r == 0)
                r = append_tie(q, database, sql);
        return r < 0 ? r : buffer_append_string(sql, ")");
}

static int append_from(const struct side_query *q, int database, struct buffer *sql) {
        const struct listing_type *type = q->listing->type;
        int r = buffer_printf(sql, " FROM %s WHERE (%s)", type->from, type->where != NULL ? type->where : "1");
        if (r == 0)
                r = filter_append_sql(&q->filter, "filter", type->columns, type->n_columns, sql);
        if (r == 0)
                r = filter_append_sql(&q->search, "search", type->columns, type->n_columns, sql);
        return r < 0 ? r : append_segment(q, database, sql);
}

static int append_columns(const struct listing *l, struct buffer *sql) {
        const struct listing_type *type = l->type;
        int r = buffer_printf(sql, "SELECT %s, %s, %s", type->key, type->group != NULL ? type->group : "NULL",
                              type->columns[l->sort].sql);
        for (size_t i = 0; r == 0 && i < type->n_columns; i++)
                r = buffer_printf(sql, ", %s", type->columns[i].sql);
        return r;
}

/* NULLs have no order among themselves but that of group and key. */
static int append_order(const struct side_query *q, struct buffer *sql) {
        const struct listing_type *type = q->listing->type;
        const char *direction = side_is_rising(q) ? "ASC" : "DESC";
        int r = buffer_append_string(sql, " ORDER BY ");
        if (r == 0 && q->segment != SEGMENT_NULLS)
                r = buffer_printf(sql, "%s %s, ", type->columns[q->listing->sort].sql, direction);
        if (r == 0 && type->group != NULL)
                r = buffer_printf(sql, "%s %s, ", type->group, direction);
        return r < 0 ? r : buffer_printf(sql, "%s %s LIMIT :limit", type->key, direction);
}

int side_select_sql(const struct side_query *q, int database, struct buffer *sql) {
        int r = q->limit > 0 ? append_columns(q->listing, sql) : buffer_append_string(sql, "SELECT count(*)");
        if (r == 0)
                r = append_from(q, database, sql);
        return r < 0 || q->limit == 0 ? r : append_order(q, sql);
}

int side_locate_sql(const struct side_query *q, struct buffer *sql) {
        const struct listing_type *type = q->listing->type;
        int r = append_columns(q->listing, sql);
        if (r == 0)
                r = append_from(q, 0, sql);
        if (r == 0 && type->group != NULL)
                r = buffer_printf(sql, " AND (%s) IS :group", type->group);
        return r < 0 ? r : buffer_printf(sql, " AND (%s) = :key", type->key);
}

void side_bind(struct query *query, const void *userdata) {
        const struct side_query *q = userdata;
        filter_bind(&q->filter, "filter", query);
        filter_bind(&q->search, "search", query);
        if (q->anchor != NULL) {
                value_bind(query, ":sort", &q->anchor->sort);
                value_bind(query, ":key", &q->anchor->key);
                value_bind(query, ":group", &q->anchor->group);
        }
        value_bind(query, ":limit", &(struct value){ .type = VALUE_INTEGER, .integer = (int64_t) q->limit });
}
