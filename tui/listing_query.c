/* SPDX-License-Identifier: MIT */
#include "tui/listing_query.h"

#include <errno.h>
#include <stdlib.h>

/* A statement is some hundred bytes a column and term. */
#define SQL_MAX ((size_t) 256 * 1024)

/* Rows with a sort value and those where it is NULL are asked for apart, so that an index serves both. */
enum segment {
        SEGMENT_ALL,
        SEGMENT_VALUES,
        SEGMENT_NULLS,
};

/* All that a statement is made of and bound to. */
struct side_query {
        const struct listing *listing;
        const struct anchor *anchor; /* NULL: none */
        enum listing_side side;
        struct filter filter; /* owned */
        struct filter search; /* owned; empty: not searching */
        size_t limit;         /* 0: count */
        enum segment segment;
};

void anchor_release(struct anchor *a) {
        value_release(&a->key);
        value_release(&a->group);
        value_release(&a->sort);
}

int anchor_of(const struct row *row, struct anchor *ret) {
        struct anchor a = { .database = row->database };
        int r = value_copy(&row->values[LISTING_KEY], &a.key);
        if (r == 0)
                r = value_copy(&row->values[LISTING_GROUP], &a.group);
        if (r == 0)
                r = value_copy(&row->values[LISTING_SORT], &a.sort);
        if (r < 0)
                anchor_release(&a);
        else
                *ret = a;
        return r;
}

static int side_query_init(struct side_query *q, const struct listing *l, const struct anchor *anchor,
                           enum listing_side side, bool searching, size_t limit) {
        *q = (struct side_query){ .listing = l, .anchor = anchor, .side = side, .limit = limit };
        const struct listing_type *type = l->type;
        int r = filter_parse(l->filter, type->columns, type->n_columns, &q->filter);
        if (r == 0 && searching)
                r = filter_parse(l->search, type->columns, type->n_columns, &q->search);
        return r;
}

static void side_query_release(struct side_query *q) {
        filter_release(&q->filter);
        filter_release(&q->search);
}

/* The whole order of a listing is that of (sort, group, key, database), or all of it turned round. Whether the statement's own
 * order has the greater ones last: */
static bool is_rising(const struct side_query *q) {
        return q->listing->descending == (q->side == SIDE_BEFORE);
}

/* Rows that are the same but for their database are in the order of these. */
static const char *tie_operator(const struct side_query *q, int database) {
        int distance = database - q->anchor->database;
        bool inclusive = q->side == SIDE_FROM && distance == 0;
        if (is_rising(q))
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
                return is_rising(q) ? buffer_printf(sql, " AND (%s) >= %s", c->sql, c->kind == COLUMN_TEXT ? "''" : "-9e999")
                                    : buffer_printf(sql, " AND (%s) < x''", c->sql);
        char order = is_rising(q) ? '>' : '<';
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
        const char *direction = is_rising(q) ? "ASC" : "DESC";
        int r = buffer_append_string(sql, " ORDER BY ");
        if (r == 0 && q->segment != SEGMENT_NULLS)
                r = buffer_printf(sql, "%s %s, ", type->columns[q->listing->sort].sql, direction);
        if (r == 0 && type->group != NULL)
                r = buffer_printf(sql, "%s %s, ", type->group, direction);
        return r < 0 ? r : buffer_printf(sql, "%s %s LIMIT :limit", type->key, direction);
}

static void bind_side(struct query *query, const void *userdata) {
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

static bool is_wanted(const struct listing *l, const struct database *d) {
        return d->begun && (l->scope.database == SCOPE_ALL_DATABASES || l->scope.database == d->index);
}

static int read_segment(const struct side_query *q, struct database *d, struct rows *ret) {
        struct buffer sql = BUFFER_INIT(SQL_MAX);
        int r = q->limit > 0 ? append_columns(q->listing, &sql) : buffer_append_string(&sql, "SELECT count(*)");
        if (r == 0)
                r = append_from(q, d->index, &sql);
        if (r == 0 && q->limit > 0)
                r = append_order(q, &sql);
        const char *text = r == 0 ? buffer_string(&sql) : NULL;
        const struct binder binder = { .bind = bind_side, .userdata = q };
        if (r == 0)
                r = text == NULL ? -ENOMEM : rows_read(ret, d, text, &q->listing->scope, &binder);
        buffer_release(&sql);
        return r;
}

/* The segments that a side has, in the statement's order; the second only where the first is not enough. Returns how many. */
static size_t list_segments(const struct side_query *q, enum segment ret[static 2]) {
        bool at_null = q->anchor != NULL && q->anchor->sort.type == VALUE_NULL;
        ret[0] = is_rising(q) && (q->anchor == NULL || at_null) ? SEGMENT_NULLS : SEGMENT_VALUES;
        ret[1] = ret[0] == SEGMENT_NULLS ? SEGMENT_VALUES : SEGMENT_NULLS;
        if (at_null && !is_rising(q)) {
                ret[0] = SEGMENT_NULLS;
                return 1;
        }
        return q->anchor != NULL && !at_null && is_rising(q) ? 1 : 2;
}

/* Reads one database's rows, in the statement's order. */
static int read_database(const struct side_query *q, struct database *d, struct rows *ret) {
        enum segment segments[2];
        size_t n = list_segments(q, segments);
        int r = 0;
        for (size_t i = 0; r == 0 && i < n && ret->n < q->limit; i++) {
                struct side_query part = *q;
                part.segment = segments[i];
                part.limit = q->limit - ret->n;
                r = read_segment(&part, d, ret);
        }
        return r;
}

static int count_database(const struct side_query *q, struct database *d, int64_t *count) {
        enum segment segments[2] = { SEGMENT_ALL };
        size_t n = q->anchor == NULL ? 1 : list_segments(q, segments);
        int r = 0;
        for (size_t i = 0; r == 0 && i < n; i++) {
                struct rows rows = { 0 };
                struct side_query part = *q;
                part.segment = segments[i];
                r = read_segment(&part, d, &rows);
                if (r == 0)
                        *count += value_integer(&rows.items[0].values[0]);
                rows_release(&rows);
        }
        return r;
}

/* Below 0 if a comes before b in the listing's order. */
static int compare_rows(const struct listing *l, const struct row *a, const struct row *b) {
        int r = value_compare(&a->values[LISTING_SORT], &b->values[LISTING_SORT]);
        if (r == 0)
                r = value_compare(&a->values[LISTING_GROUP], &b->values[LISTING_GROUP]);
        if (r == 0)
                r = value_compare(&a->values[LISTING_KEY], &b->values[LISTING_KEY]);
        if (r == 0)
                r = a->database - b->database;
        return l->descending ? -r : r;
}

/* Takes the limit rows that are first in the order of the statements from the databases' results. */
static int merge(const struct side_query *q, struct rows *parts, size_t n_parts, struct rows *ret, bool *ret_more) {
        size_t *next = calloc(n_parts, sizeof(*next));
        if (next == NULL)
                return -ENOMEM;
        int r = 0;
        *ret_more = false;
        while (r == 0) {
                size_t best = n_parts;
                for (size_t i = 0; i < n_parts; i++) {
                        if (next[i] == parts[i].n)
                                continue;
                        int order = best == n_parts ? -1 : compare_rows(q->listing, &parts[i].items[next[i]],
                                                                        &parts[best].items[next[best]]);
                        if (best == n_parts || (q->side == SIDE_BEFORE ? order > 0 : order < 0))
                                best = i;
                }
                if (best == n_parts)
                        break;
                if (ret->n == q->limit) {
                        *ret_more = true;
                        break;
                }
                r = rows_take(ret, &parts[best].items[next[best]++], parts[best].n_columns);
        }
        free(next);
        return r;
}

static void reverse(struct rows *rows) {
        for (size_t i = 0, k = rows->n; i + 1 < k; i++) {
                struct row row = rows->items[i];
                rows->items[i] = rows->items[--k];
                rows->items[k] = row;
        }
}

static int read_side(struct side_query *q, const struct database_set *databases, struct rows *ret, bool *ret_more) {
        struct rows *parts = calloc(databases->n, sizeof(*parts));
        if (parts == NULL)
                return -ENOMEM;
        size_t limit = q->limit;
        q->limit++; /* one more tells whether there are more */
        int r = 0;
        for (size_t i = 0; r == 0 && i < databases->n; i++)
                if (is_wanted(q->listing, &databases->items[i]))
                        r = read_database(q, &databases->items[i], &parts[i]);
        q->limit = limit;
        if (r == 0)
                r = merge(q, parts, databases->n, ret, ret_more);
        if (r == 0 && q->side == SIDE_BEFORE)
                reverse(ret);
        for (size_t i = 0; i < databases->n; i++)
                rows_release(&parts[i]);
        free(parts);
        return r;
}

int listing_read_side(const struct listing *l, const struct database_set *databases, const struct anchor *anchor,
                      enum listing_side side, bool searching, size_t limit, struct rows *ret, bool *ret_more) {
        struct side_query q;
        int r = side_query_init(&q, l, anchor, side, searching, limit);
        if (r == 0)
                r = read_side(&q, databases, ret, ret_more);
        if (r < 0)
                rows_release(ret);
        side_query_release(&q);
        return r;
}

int listing_count(const struct listing *l, const struct database_set *databases, const struct anchor *before,
                  int64_t *ret) {
        struct side_query q;
        int r = side_query_init(&q, l, before, SIDE_BEFORE, false, 0);
        int64_t count = 0;
        for (size_t i = 0; r == 0 && i < databases->n; i++)
                if (is_wanted(l, &databases->items[i]))
                        r = count_database(&q, &databases->items[i], &count);
        side_query_release(&q);
        if (r == 0)
                *ret = count;
        return r;
}

static int append_locate(const struct side_query *q, struct buffer *sql) {
        const struct listing_type *type = q->listing->type;
        int r = append_columns(q->listing, sql);
        if (r == 0)
                r = append_from(q, 0, sql);
        if (r == 0 && type->group != NULL)
                r = buffer_printf(sql, " AND (%s) IS :group", type->group);
        return r < 0 ? r : buffer_printf(sql, " AND (%s) = :key", type->key);
}

struct locate_binding {
        const struct side_query *query;
        const struct anchor *anchor;
};

static void bind_locate(struct query *query, const void *userdata) {
        const struct locate_binding *b = userdata;
        bind_side(query, b->query);
        value_bind(query, ":key", &b->anchor->key);
        value_bind(query, ":group", &b->anchor->group);
}

int listing_locate(const struct listing *l, const struct database_set *databases, struct anchor *anchor) {
        struct database *d = &databases->items[anchor->database];
        if (!is_wanted(l, d))
                return -ENOENT;
        struct side_query q;
        struct buffer sql = BUFFER_INIT(SQL_MAX);
        struct rows rows = { 0 };
        int r = side_query_init(&q, l, NULL, SIDE_FROM, false, 1);
        if (r == 0)
                r = append_locate(&q, &sql);
        const char *text = r == 0 ? buffer_string(&sql) : NULL;
        const struct locate_binding binding = { .query = &q, .anchor = anchor };
        const struct binder binder = { .bind = bind_locate, .userdata = &binding };
        if (r == 0)
                r = text == NULL ? -ENOMEM : rows_read(&rows, d, text, &l->scope, &binder);
        if (r == 0 && rows.n == 0)
                r = -ENOENT;
        if (r == 0) {
                value_release(&anchor->sort);
                anchor->sort = rows.items[0].values[LISTING_SORT];
                rows.items[0].values[LISTING_SORT] = (struct value){ 0 };
        }
        rows_release(&rows);
        buffer_release(&sql);
        side_query_release(&q);
        return r;
}
