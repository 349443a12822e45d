/* SPDX-License-Identifier: MIT */
/* How SQLite means to read the long lists: a page of them must not look at every row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/store.h"
#include "tui/contains.h"
#include "tui/listing_sql.h"
#include "tui/lists.h"

struct fixture {
        char path[64];
        struct store *store;
};

static int set_up(void **state) {
        static struct fixture f;
        struct error error;
        (void) snprintf(f.path, sizeof(f.path), "/tmp/test_listing_plans.%d.db", (int) getpid());
        if (store_open(f.path, &f.store, &error) < 0)
                fail_msg("%s", error.message);
        assert_int_equal(contains_register(f.store, &error), 0);
        *state = &f;
        return 0;
}

static int tear_down(void **state) {
        struct fixture *f = *state;
        store_close(f->store);
        return unlink(f->path);
}

/* The lines of a statement's plan. */
static void explain(struct fixture *f, const struct side_query *q, struct buffer *ret) {
        struct buffer sql = BUFFER_INIT(1 << 16);
        assert_int_equal(buffer_append_string(&sql, "EXPLAIN QUERY PLAN "), 0);
        assert_int_equal(side_select_sql(q, 0, &sql), 0);
        struct query query = query_prepare(f->store, buffer_string(&sql));
        while (query_step(&query))
                assert_int_equal(buffer_printf(ret, "%s\n", (const char *) sqlite3_column_text(query.stmt, 3)), 0);
        struct error error;
        if (query_finish(&query, "explaining", &error) < 0)
                fail_msg("%s: %s", error.message, buffer_string(&sql));
        buffer_release(&sql);
}

static const char *sort_name(const struct side_query *q) {
        return q->listing->type->columns[q->listing->sort].name;
}

static bool can_be_null(const char *column) {
        static const char *const names[] = { "name", "cost_micros", "gp3_share", "gp3_saving_micros" };
        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
                if (strcmp(names[i], column) == 0)
                        return true;
        return false;
}

/* searched: the table's short name, whose rows have to be looked up and not scanned. */
static void check_page(struct fixture *f, const struct side_query *q, const char *searched) {
        struct buffer plan = BUFFER_INIT(1 << 16);
        if (q->segment == SEGMENT_NULLS && !can_be_null(sort_name(q)))
                return; /* SQLite knows that there are none */
        explain(f, q, &plan);
        const char *text = buffer_string(&plan);
        char expected[32];
        (void) snprintf(expected, sizeof(expected), "SEARCH %s USING", searched);
        /* Of an id that two regions have, it may sort the regions. */
        const struct listing_type *type = q->listing->type;
        bool by_id = strcmp(type->columns[q->listing->sort].sql, type->key) == 0;
        if (strstr(text, by_id ? "FOR ORDER BY" : "ORDER BY") != NULL || strstr(text, expected) == NULL)
                fail_msg("sorted by %s, segment %d:\n%s", sort_name(q), (int) q->segment, text);
        buffer_release(&plan);
}

static void check_pages(struct fixture *f, const struct listing_type *type, const char *name, const char *searched) {
        const struct scope all = scope_all();
        struct listing l;
        listing_init(&l, type, &all);
        int column = listing_column(type, name);
        assert_true(column >= 0);
        l.sort = (size_t) column;
        const struct anchor anchor = {
                .key = { .type = VALUE_TEXT, .text = (char *) "i-1" },
                .group = { .type = VALUE_INTEGER, .integer = 1 },
                .sort = { .type = VALUE_TEXT, .text = (char *) "x" },
        };
        for (int k = 0; k < 4; k++) {
                l.descending = k % 2 == 0;
                struct side_query q;
                const enum listing_side side = k < 2 ? SIDE_FROM : SIDE_BEFORE;
                assert_int_equal(side_query_init(&q, &l, &anchor, side, false, 512), 0);
                for (enum segment s = SEGMENT_TIES; s <= SEGMENT_NULLS; s++) {
                        q.segment = s;
                        check_page(f, &q, searched);
                }
                q.anchor = NULL;
                q.segment = SEGMENT_VALUES;
                check_page(f, &q, searched);
                side_query_release(&q);
        }
        listing_release(&l);
}

/* Columns that are the region's; there are few of those. */
static bool is_of_the_region(const char *column) {
        return strcmp(column, "account") == 0 || strcmp(column, "listed") == 0;
}

/* All that can be sorted by on the screen. */
static void check_instances(struct fixture *f, const char *region) {
        struct scope scope = scope_all();
        scope_set(scope.region, region);
        const struct listing_type *type = instances_listing(&scope);
        for (size_t i = 0; i < type->n_columns; i++)
                if ((type->columns[i].flags & (COLUMN_HIDDEN | COLUMN_UNSORTED)) == 0 &&
                    !is_of_the_region(type->columns[i].name))
                        check_pages(f, type, type->columns[i].name, "i");
}

static void test_instances_in_every_order(void **state) {
        check_instances(*state, "");
        check_instances(*state, "us-east-1");
}

static void test_volumes_by_id_and_size(void **state) {
        static const char *const names[] = { "volume_id", "gib" };
        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                struct scope scope = scope_all();
                check_pages(*state, volumes_listing(&scope), names[i], "v");
                scope_set(scope.region, "us-east-1");
                check_pages(*state, volumes_listing(&scope), names[i], "v");
        }
}

/* Where no order helps: region by region, or from the words that an index has. */
static void check_other_way(struct fixture *f, const struct listing_type *type, const char *filter, const char *expected) {
        const struct scope all = scope_all();
        struct listing l;
        listing_init(&l, type, &all);
        assert_int_equal(listing_set_filter(&l, filter, NULL), 0);
        struct side_query q;
        assert_int_equal(side_query_init(&q, &l, NULL, SIDE_FROM, false, 512), 0);
        q.scanning = true;
        struct buffer plan = BUFFER_INIT(1 << 16);
        explain(f, &q, &plan);
        if (strstr(buffer_string(&plan), expected) == NULL)
                fail_msg("%s: no \"%s\" in:\n%s", filter, expected, buffer_string(&plan));
        buffer_release(&plan);
        side_query_release(&q);
        listing_release(&l);
}

static void test_other_ways(void **state) {
        const struct scope all = scope_all();
        check_other_way(*state, instances_listing(&all), "volumes>3", "SEARCH i USING PRIMARY KEY (place_id=?)");
        check_other_way(*state, instances_listing(&all), "kafka", "SCAN instance USING COVERING INDEX instance_by_name");
        check_other_way(*state, instances_listing(&all), "name=kafka",
                        "SCAN instance USING COVERING INDEX instance_by_name");
        check_other_way(*state, instances_listing(&all), "zone!=kafka", "SEARCH i USING PRIMARY KEY (place_id=?)");
        check_other_way(*state, volumes_listing(&all), "gib>3", "SEARCH v USING PRIMARY KEY (place_id=?)");
        check_other_way(*state, volumes_listing(&all), "kafka",
                        "SCAN volume_attachment USING COVERING INDEX");
}

int main(void) {
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_instances_in_every_order, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_volumes_by_id_and_size, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_other_ways, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
