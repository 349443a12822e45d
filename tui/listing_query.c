/* SPDX-License-Identifier: MIT */
#include "tui/listing_query.h"

#include <errno.h>
#include <stdlib.h>

#include "tui/listing_sql.h"

/* Who has found one in so many rows of a page in the time of listing.patience has that many times as much for all of it. */
#define PATIENT 12

/* A statement is some hundred bytes a column and term. */
#define SQL_MAX ((size_t) 256 * 1024)

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

static bool is_wanted(const struct listing *l, const struct database *d) {
        return d->begun && (l->scope.database == SCOPE_ALL_DATABASES || l->scope.database == d->index);
}

static int read_segment(const struct side_query *q, struct database *d, struct rows *ret) {
        struct buffer sql = BUFFER_INIT(SQL_MAX);
        int r = side_select_sql(q, d->index, &sql);
        const char *text = r == 0 ? buffer_string(&sql) : NULL;
        const struct binder binder = { .bind = side_bind, .userdata = q };
        if (r == 0)
                r = text == NULL ? -ENOMEM : rows_read(ret, d, text, &q->listing->scope, &binder);
        buffer_release(&sql);
        return r;
}

/* The segments that a side has, in the statement's order, each only read where those before are not enough. NULL is before all
 * values. Returns how many. */
static size_t list_segments(const struct side_query *q, enum segment ret[static SEGMENTS_MAX]) {
        size_t n = 0;
        if (q->scanning || (q->limit == 0 && q->anchor == NULL)) {
                ret[n++] = SEGMENT_ALL;
                return n;
        }
        bool at_value = q->anchor != NULL && q->anchor->sort.type != VALUE_NULL;
        bool at_null = q->anchor != NULL && !at_value;
        if (at_value)
                ret[n++] = SEGMENT_TIES;
        if (side_is_rising(q) && !at_value)
                ret[n++] = SEGMENT_NULLS;
        if (side_is_rising(q) || !at_null)
                ret[n++] = SEGMENT_VALUES;
        if (!side_is_rising(q))
                ret[n++] = SEGMENT_NULLS;
        return n;
}

static int read_segments(const struct side_query *q, struct database *d, struct rows *ret) {
        enum segment segments[SEGMENTS_MAX];
        size_t n = list_segments(q, segments);
        int r = 0;
        for (size_t i = 0; r == 0 && i < n && (q->limit == 0 || ret->n < q->limit); i++) {
                struct side_query part = *q;
                part.segment = segments[i];
                part.limit = q->limit == 0 ? 0 : q->limit - ret->n;
                r = read_segment(&part, d, ret);
        }
        return r;
}

static int scan(const struct side_query *q, struct database *d, struct rows *ret) {
        struct side_query all = *q;
        all.scanning = true;
        return read_segments(&all, d, ret);
}

/* -ETIME: it was not done within that time. */
static int read_segments_within(const struct side_query *q, struct database *d, usec_t patience, struct rows *ret) {
        database_limit(d, patience);
        int r = read_segments(q, d, ret);
        if (r == -EINTR && database_is_over_limit(d))
                r = -ETIME;
        database_limit(d, USEC_INFINITY);
        return r;
}

/* Reads one database's rows, in the statement's order, or a number of rows a segment. */
static int read_database(const struct side_query *q, struct database *d, struct rows *ret) {
        if (q->listing->type->scan.from == NULL)
                return read_segments(q, d, ret);
        if (q->limit == 0 && q->anchor == NULL)
                return scan(q, d, ret);
        int r = read_segments_within(q, d, q->listing->patience, ret);
        /* With a part of them found it would soon have been done. */
        if (r == -ETIME && q->limit > 0 && ret->n > q->limit / PATIENT) {
                rows_cut(ret, 0);
                r = read_segments_within(q, d, PATIENT * q->listing->patience, ret);
        }
        if (r != -ETIME)
                return r;
        rows_cut(ret, 0);
        return scan(q, d, ret);
}

static int count_database(const struct side_query *q, struct database *d, int64_t *count) {
        struct rows rows = { 0 };
        int r = read_database(q, d, &rows);
        for (size_t i = 0; r == 0 && i < rows.n; i++)
                *count += value_integer(&rows.items[i].values[0]);
        rows_release(&rows);
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

struct locate_binding {
        const struct side_query *query;
        const struct anchor *anchor;
};

static void bind_locate(struct query *query, const void *userdata) {
        const struct locate_binding *b = userdata;
        side_bind(query, b->query);
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
                r = side_locate_sql(&q, &sql);
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
