/* SPDX-License-Identifier: MIT */
#include "tui/listing_sql.h"

int side_query_init(struct side_query *q, const struct listing *l, const struct anchor *anchor,
                           enum listing_side side, bool searching, size_t limit) {
        *q = (struct side_query){ .listing = l, .anchor = anchor, .side = side, .limit = limit };
        const struct listing_type *type = l->type;
        int r = filter_parse(l->filter, type->columns, type->n_columns, &q->filter, NULL);
        if (r == 0 && searching)
                r = filter_parse(l->search, type->columns, type->n_columns, &q->search, NULL);
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

static bool is_at_null(const struct side_query *q) {
        return q->anchor != NULL && q->anchor->sort.type == VALUE_NULL;
}

/* The bounds are such that SQLite chooses to look up the first row: without an anchor one that every value is within. */
static int append_values(const struct side_query *q, struct buffer *sql) {
        const struct column *c = &q->listing->type->columns[q->listing->sort];
        if (q->anchor != NULL && !is_at_null(q))
                return buffer_printf(sql, " AND (%s) %c :sort", c->sql, side_is_rising(q) ? '>' : '<');
        if (!side_is_rising(q))
                return buffer_printf(sql, " AND (%s) < x''", c->sql);
        return buffer_printf(sql, " AND (%s) >= %s", c->sql, c->kind == COLUMN_TEXT ? "''" : "-9e999");
}

static int append_segment(const struct side_query *q, int database, struct buffer *sql) {
        const char *c = q->listing->type->columns[q->listing->sort].sql;
        if (q->segment == SEGMENT_VALUES)
                return append_values(q, sql);
        int r = buffer_printf(sql, q->segment == SEGMENT_NULLS ? " AND (%s) IS NULL" : " AND (%s) = :sort", c);
        if (r < 0 || (q->segment == SEGMENT_NULLS && !is_at_null(q)))
                return r;
        r = buffer_append_string(sql, " AND ");
        return r < 0 ? r : append_tie(q, database, sql);
}

/* All that is beyond the anchor, without a bound that would make SQLite think of an index. */
static int append_side(const struct side_query *q, int database, struct buffer *sql) {
        const char *c = q->listing->type->columns[q->listing->sort].sql;
        int r;
        if (is_at_null(q))
                r = buffer_printf(sql, side_is_rising(q) ? " AND ((%s) IS NOT NULL OR " : " AND ((%s) IS NULL AND ", c);
        else if (side_is_rising(q))
                r = buffer_printf(sql, " AND ((%s) > :sort OR (%s) = :sort AND ", c, c);
        else
                r = buffer_printf(sql, " AND ((%s) < :sort OR (%s) IS NULL OR (%s) = :sort AND ", c, c, c);
        if (r == 0)
                r = append_tie(q, database, sql);
        return r < 0 ? r : buffer_append_string(sql, ")");
}

static const struct value *find_word(const struct side_query *q) {
        const struct value *searched = filter_longest_word(&q->search);
        return searched != NULL ? searched : filter_longest_word(&q->filter);
}

static struct listing_source find_source(const struct side_query *q) {
        const struct listing_type *type = q->listing->type;
        if (!q->scanning)
                return (struct listing_source){ type->from, type->where };
        return type->lookup.from != NULL && find_word(q) != NULL ? type->lookup : type->scan;
}

static int append_from(const struct side_query *q, int database, struct buffer *sql) {
        const struct listing_type *type = q->listing->type;
        struct listing_source source = find_source(q);
        int r = buffer_printf(sql, " FROM %s WHERE (%s)", source.from, source.where != NULL ? source.where : "1");
        if (r == 0)
                r = filter_append_sql(&q->filter, "filter", type->columns, type->n_columns, sql);
        if (r == 0)
                r = filter_append_sql(&q->search, "search", type->columns, type->n_columns, sql);
        if (r < 0 || q->segment != SEGMENT_ALL)
                return r < 0 ? r : append_segment(q, database, sql);
        return q->anchor != NULL ? append_side(q, database, sql) : 0;
}

static int append_columns(const struct listing *l, struct buffer *sql) {
        const struct listing_type *type = l->type;
        int r = buffer_printf(sql, "SELECT %s, %s, %s", type->key, type->group != NULL ? type->group : "NULL",
                              type->columns[l->sort].sql);
        for (size_t i = 0; r == 0 && i < type->n_columns; i++)
                r = buffer_printf(sql, ", %s", type->columns[i].sql);
        return r;
}

/* Rows of the same sort value, or of none, have no order among themselves but that of group and key. */
static int append_order(const struct side_query *q, struct buffer *sql) {
        const struct listing_type *type = q->listing->type;
        const char *direction = side_is_rising(q) ? "ASC" : "DESC";
        int r = buffer_append_string(sql, " ORDER BY ");
        if (r == 0 && (q->segment == SEGMENT_ALL || q->segment == SEGMENT_VALUES))
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
        const struct value *word = find_word(q);
        if (word != NULL)
                value_bind(query, ":word", word);
        value_bind(query, ":limit", &(struct value){ .type = VALUE_INTEGER, .integer = (int64_t) q->limit });
}
