/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/schema.h"
#include "tui/table.h"

/* More than three windows together, with equal and unknown sort values on both sides of every border. */
#define ROWS_A 1500
#define ROWS_B 400

static const struct column columns[] = {
        { "id", "ID", "t.id", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0, NULL },
        { "gib", "GiB", "t.gib", COLUMN_GIB, 0, 0, 0, NULL },
        { "name", "NAME", "t.name", COLUMN_TEXT, COLUMN_SEARCHED, 1, 10, NULL },
        { "cost_micros", "$/MO", "t.gib * 100000", COLUMN_MONEY, 0, 2, 0, NULL },
};

static const struct listing_type type = {
        .name = "rows",
        .from = "thing AS t",
        .key = "t.id",
        .columns = columns,
        .n_columns = ARRAY_SIZE(columns),
        .sort = 1,
        .descending = true,
};

/* The same rows in groups, as instances are in places. */
static const struct listing_type grouped = {
        .name = "rows",
        .from = "thing AS t",
        .key = "t.id",
        .columns = columns,
        .n_columns = ARRAY_SIZE(columns),
        .sort = 1,
        .descending = true,
        .group = "length(t.name)",
};

/* The same rows by other ways, too. */
#define WITH_WORD "(SELECT id AS found FROM thing WHERE contains(:word, id, name)) AS w CROSS JOIN thing AS t ON t.id = w.found"
static const struct listing_type large = {
        .name = "rows",
        .from = "thing AS t",
        .scan = { "thing AS t NOT INDEXED", NULL },
        .lookup = { WITH_WORD, NULL },
        .key = "t.id",
        .columns = columns,
        .n_columns = ARRAY_SIZE(columns),
        .sort = 1,
        .descending = true,
};

/* Where each way gives other rows. */
static const struct listing_type parted = {
        .name = "rows",
        .from = "thing AS t",
        .where = "t.id < 'x-00500'",
        .scan = { "thing AS t", "t.id < 'x-00400'" },
        .lookup = { WITH_WORD, "t.id < 'x-00300'" },
        .key = "t.id",
        .columns = columns,
        .n_columns = ARRAY_SIZE(columns),
        .sort = 1,
        .descending = true,
};

struct fixture {
        char directory[64];
        char paths[2][96];
        struct database_set set;
        struct table table;
};

static void execute(const char *path, const char *sql) {
        sqlite3 *db;
        char *message = NULL;
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
                fail_msg("%s", message);
        assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void make_database(const char *path, int rows, char letter) {
        char sql[1024];
        (void) snprintf(sql, sizeof(sql),
                        "PRAGMA application_id = %d; PRAGMA user_version = %d;"
                        "CREATE TABLE thing (id TEXT PRIMARY KEY, gib INTEGER, name TEXT);"
                        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d)"
                        "INSERT INTO thing SELECT printf('%c-%%05d', i), iif(i %% 7 = 3, NULL, i * 7919 %% 100),"
                        " printf('Name %%d', i %% 10) FROM n",
                        SCHEMA_APPLICATION_ID, SCHEMA_VERSION, rows, letter);
        execute(path, sql);
}

static void begin(struct fixture *f, const struct patience *patience) {
        for (size_t i = 0; i < f->set.n; i++)
                assert_int_equal(database_begin(&f->set.items[i], 0, patience), 0);
}

static void end(struct fixture *f) {
        for (size_t i = 0; i < f->set.n; i++)
                database_end(&f->set.items[i]);
}

/* Until nothing is wanted any more. */
static void load(struct fixture *f) {
        do {
                begin(f, NULL);
                assert_int_equal(listing_load(&f->table.listing, &f->set), 0);
                end(f);
        } while (!listing_is_complete(&f->table.listing));
}

static int set_up(void **state) {
        static struct fixture f;
        char directory[] = "/tmp/test_listing.XXXXXX";
        assert_non_null(mkdtemp(directory));
        f = (struct fixture){ 0 };
        (void) snprintf(f.directory, sizeof(f.directory), "%s", directory);
        for (int i = 0; i < 2; i++) {
                (void) snprintf(f.paths[i], sizeof(f.paths[i]), "%s/%c.db", directory, "ab"[i]);
                /* The same keys in both, so that only the database tells the rows apart. */
                make_database(f.paths[i], i == 0 ? ROWS_A : ROWS_B, 'x');
        }
        const char *const paths[] = { f.paths[0], f.paths[1] };
        struct error error;
        assert_int_equal(database_set_init(&f.set, paths, 2, &error), 0);
        const struct scope all = scope_all();
        table_init(&f.table, &type, &all);
        f.table.page = 20;
        *state = &f;
        return 0;
}

/* Everything is too long for it. */
static int set_up_impatient(void **state) {
        int r = set_up(state);
        struct fixture *f = *state;
        f->table.listing.type = &large;
        f->table.listing.patience = 0;
        return r;
}

static int tear_down(void **state) {
        struct fixture *f = *state;
        table_release(&f->table);
        database_set_release(&f->set);
        for (int i = 0; i < 2; i++)
                (void) unlink(f->paths[i]);
        return rmdir(f->directory);
}

/* Key, group, sort value and the first column. */
#define COPIED (LISTING_COLUMNS + 1)

static const char *id_of(const struct row *row) {
        return value_text(listing_value(row, 0));
}

static int compare(const struct listing *l, const struct row *a, const struct row *b) {
        int r = value_compare(&a->values[LISTING_SORT], &b->values[LISTING_SORT]);
        if (r == 0)
                r = value_compare(&a->values[LISTING_GROUP], &b->values[LISTING_GROUP]);
        if (r == 0)
                r = strcmp(id_of(a), id_of(b));
        if (r == 0)
                r = a->database - b->database;
        return l->descending ? -r : r;
}

static void check_window(const struct listing *l) {
        for (size_t i = 1; i < l->rows.n; i++)
                assert_true(compare(l, &l->rows.items[i - 1], &l->rows.items[i]) < 0);
}

static void copy_selected(const struct listing *l, struct row *ret, struct value values[static COPIED]) {
        const struct row *row = listing_selected(l);
        for (size_t i = 0; i < COPIED; i++)
                assert_int_equal(value_copy(&row->values[i], &values[i]), 0);
        *ret = (struct row){ .database = row->database, .values = values };
}

/* Walks over all rows by a command and checks that none is met twice and none left out. */
static void walk(struct fixture *f, enum command command, bool forward) {
        struct listing *l = &f->table.listing;
        int64_t met = 1;
        for (;;) {
                struct row before;
                struct value values[COPIED];
                copy_selected(l, &before, values);
                int64_t number = l->first + (int64_t) l->selected;
                assert_true(table_command(&f->table, command));
                load(f);
                check_window(l);
                assert_true(l->rows.n <= LISTING_WINDOW);
                assert_int_equal(l->count, ROWS_A + ROWS_B);
                int64_t moved = l->first + (int64_t) l->selected - number;
                const struct row *now = listing_selected(l);
                int order = compare(l, &before, now);
                if (moved == 0)
                        assert_int_equal(order, 0);
                else
                        assert_true(forward ? order < 0 : order > 0);
                for (size_t i = 0; i < COPIED; i++)
                        value_release(&values[i]);
                if (moved == 0)
                        break;
                met += forward ? moved : -moved;
        }
        assert_int_equal(met, ROWS_A + ROWS_B);
}

static void test_walks_meet_every_row_once(void **state) {
        struct fixture *f = *state;
        struct listing *l = &f->table.listing;
        load(f);
        assert_true(l->at_start && !l->at_end);
        walk(f, COMMAND_PAGE_DOWN, true);
        assert_true(l->at_end && !l->at_start);
        walk(f, COMMAND_PAGE_UP, false);
        assert_true(l->at_start);
        assert_int_equal(l->first, 0);
        listing_sort_by(l, 1, false);
        l->want = LISTING_START;
        load(f);
        walk(f, COMMAND_DOWN, true);
        walk(f, COMMAND_HALF_UP, false);
}

static void test_walks_through_groups(void **state) {
        struct fixture *f = *state;
        f->table.listing.type = &grouped;
        load(f);
        walk(f, COMMAND_PAGE_DOWN, true);
        walk(f, COMMAND_PAGE_UP, false);
}

static void test_the_ends(void **state) {
        struct fixture *f = *state;
        struct listing *l = &f->table.listing;
        load(f);
        (void) table_command(&f->table, COMMAND_LAST);
        load(f);
        assert_int_equal(l->first + (int64_t) l->selected, ROWS_A + ROWS_B - 1);
        assert_int_equal(listing_value(listing_selected(l), 1)->type, VALUE_NULL);
        (void) table_command(&f->table, COMMAND_FIRST);
        load(f);
        assert_int_equal(l->first + (int64_t) l->selected, 0);
        assert_int_equal(value_integer(listing_value(listing_selected(l), 1)), 99);
}

static void select_id(struct fixture *f, const char *id) {
        assert_int_equal(listing_search(&f->table.listing, id, true, NULL), 0);
        load(f);
        assert_string_equal(id_of(listing_selected(&f->table.listing)), id);
}

/* A key that comes before the end is loaded. */
static void test_moves_on_the_way_to_the_end(void **state) {
        struct fixture *f = *state;
        load(f);
        (void) table_command(&f->table, COMMAND_LAST);
        (void) table_command(&f->table, COMMAND_DOWN);
        assert_true(f->table.line >= LISTING_WINDOW);
        load(f);
        assert_true(f->table.listing.at_end);
}

static void test_selection_follows_the_row(void **state) {
        struct fixture *f = *state;
        struct listing *l = &f->table.listing;
        load(f);
        select_id(f, "x-00777");
        /* Into another order ... */
        assert_int_equal(table_sort_by_name(&f->table, "name:asc"), 0);
        load(f);
        assert_string_equal(id_of(listing_selected(l)), "x-00777");
        /* ... and to another place in the same one, far from its window. */
        assert_int_equal(table_sort_by_name(&f->table, "gib:desc"), 0);
        load(f);
        execute(f->paths[0], "UPDATE thing SET gib = 1000000 WHERE id = 'x-00777'");
        l->want = LISTING_RELOAD;
        load(f);
        assert_string_equal(id_of(listing_selected(l)), "x-00777");
        assert_int_equal(l->first + (int64_t) l->selected, 0);
        /* Gone: the row in its place is selected, and the count is right. */
        execute(f->paths[0], "DELETE FROM thing WHERE id = 'x-00777'");
        l->want = LISTING_RELOAD;
        load(f);
        assert_int_equal(l->first + (int64_t) l->selected, 0);
        assert_int_equal(l->count, ROWS_A + ROWS_B - 1);
}

static void test_filters(void **state) {
        struct fixture *f = *state;
        struct listing *l = &f->table.listing;
        static const struct {
                const char *filter;
                int64_t count;
        } cases[] = {
                { "name 7", (ROWS_A + ROWS_B) / 10 + 0 }, { "id=X-00010", 2 },      { "gib>=99", -1 },
                { "cost>9.85", -1 },                      { "no such thing", 0 },   { "'; DROP TABLE thing; --", 0 },
                { "", ROWS_A + ROWS_B },                  { "x-0014", 20 },         { "x-0014 gib<0", 0 },
        };
        int64_t by_gib = 0;
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                assert_int_equal(listing_set_filter(l, cases[i].filter, NULL), 0);
                load(f);
                if (strcmp(cases[i].filter, "name 7") == 0) /* a 7 is in ids, too, and both words have to be met */
                        assert_true(l->count > cases[i].count);
                else if (strcmp(cases[i].filter, "gib>=99") == 0)
                        by_gib = l->count;
                else if (strcmp(cases[i].filter, "cost>9.85") == 0)
                        assert_int_equal(l->count, by_gib); /* 99 GiB cost 9.9 units */
                else
                        assert_int_equal(l->count, cases[i].count);
        }
        assert_true(by_gib > 0);
}

static void test_search_goes_on_and_around(void **state) {
        struct fixture *f = *state;
        struct listing *l = &f->table.listing;
        load(f);
        assert_int_equal(listing_search(l, "x-00399", true, NULL), 0);
        load(f);
        int first = listing_selected(l)->database;
        (void) table_command(&f->table, COMMAND_FIND_NEXT);
        load(f);
        assert_string_equal(id_of(listing_selected(l)), "x-00399");
        assert_int_not_equal(listing_selected(l)->database, first);
        (void) table_command(&f->table, COMMAND_FIND_NEXT);
        load(f);
        assert_int_equal(listing_selected(l)->database, first);
        (void) table_command(&f->table, COMMAND_FIND_PREVIOUS);
        load(f);
        assert_int_not_equal(listing_selected(l)->database, first);
        assert_int_equal(listing_search(l, "nowhere", true, NULL), 0);
        load(f);
        assert_true(l->not_found);
        assert_string_equal(id_of(listing_selected(l)), "x-00399");
}

static bool never(void *userdata) {
        (*(int *) userdata)++;
        return false;
}

static void test_an_ended_query_changes_nothing(void **state) {
        struct fixture *f = *state;
        struct listing *l = &f->table.listing;
        load(f);
        select_id(f, "x-00042");
        int asked = 0;
        size_t n = l->rows.n;
        const struct patience patience = { .go_on = never, .userdata = &asked };
        assert_int_equal(listing_set_filter(l, "name", NULL), 0);
        begin(f, &patience);
        assert_int_equal(listing_load(l, &f->set), -EINTR);
        end(f);
        assert_true(asked > 0);
        assert_int_equal(f->set.items[0].state, DATABASE_READABLE);
        assert_false(listing_is_complete(l));
        assert_int_equal(l->rows.n, n);
        load(f);
        assert_int_equal(l->count, ROWS_A + ROWS_B);
}

static size_t count_loaded(struct fixture *f, const char *filter) {
        assert_int_equal(listing_set_filter(&f->table.listing, filter, NULL), 0);
        begin(f, NULL);
        assert_int_equal(listing_load(&f->table.listing, &f->set), 0);
        end(f);
        return f->table.listing.rows.n;
}

static void test_another_way_where_one_takes_too_long(void **state) {
        struct fixture *f = *state;
        struct listing *l = &f->table.listing;
        l->type = &parted;
        l->scope.database = 0;
        l->patience = USEC_INFINITY;
        assert_int_equal(count_loaded(f, ""), 500);
        l->patience = 0;
        assert_int_equal(count_loaded(f, ""), 400);
        assert_int_equal(count_loaded(f, "gib>=0"), 400 - 57); /* every seventh is unknown */
        assert_int_equal(count_loaded(f, "name gib>=0"), 300 - 43);
        /* Patience of the user comes first. */
        int asked = 0;
        const struct patience patience = { .go_on = never, .userdata = &asked };
        l->patience = USEC_INFINITY;
        assert_int_equal(listing_set_filter(l, "", NULL), 0);
        begin(f, &patience);
        assert_int_equal(listing_load(l, &f->set), -EINTR);
        end(f);
        assert_int_equal(asked, 1);
}

static void test_scope_of_one_database(void **state) {
        struct fixture *f = *state;
        f->table.listing.scope.database = 1;
        load(f);
        assert_int_equal(f->table.listing.count, ROWS_B);
}

static void check_drawn(struct fixture *f, int rows, int columns_, const char *expected) {
        struct surface s = { .utf8 = false };
        const struct display d = { .units = UNITS_AUTO };
        assert_int_equal(surface_resize(&s, rows, columns_), 0);
        f->table.focused = true;
        (void) table_draw(&f->table, surface_area(&s), &d);
        struct buffer out = BUFFER_INIT(1 << 20);
        assert_int_equal(surface_dump(&s, &out), 0);
        assert_string_equal(buffer_string(&out), expected);
        buffer_release(&out);
        surface_release(&s);
}

static void test_columns_give_way_by_rank(void **state) {
        struct fixture *f = *state;
        execute(f->paths[0], "DELETE FROM thing; INSERT INTO thing VALUES ('x-1', 1234567, 'a name that is long'),"
                             "('x-2', 5, NULL)");
        f->table.listing.scope.database = 0;
        load(f);
        check_drawn(f, 4, 40, " ID        GiB NAME             $/MO\n"
                              ">x-1 1,234,567 a name t.. 123,457\n"
                              " x-2         5 -                0.50\n\n");
        check_drawn(f, 3, 28, " ID        GiB NAME\n>x-1 1,234,567 a name t..\n x-2         5 -\n");
        check_drawn(f, 3, 16, " ID        GiB\n>x-1 1,234,567\n x-2         5\n");
        /* No number is cut. */
        check_drawn(f, 3, 13, " ID\n>x-1\n x-2\n");
        /* Columns in between are scrolled out. */
        (void) table_command(&f->table, COMMAND_RIGHT);
        check_drawn(f, 3, 28, " ID  NAME             $/MO\n>x-1 a name t.. 123,457\n x-2 -                0.50\n");
}

/* The same by the ways that are left to the impatient. */
#define BY_OTHER_WAYS(test) { #test " by other ways", test, set_up_impatient, tear_down, NULL }

int main(void) {
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_walks_meet_every_row_once, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_walks_through_groups, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_the_ends, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_moves_on_the_way_to_the_end, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_selection_follows_the_row, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_filters, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_search_goes_on_and_around, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_an_ended_query_changes_nothing, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_scope_of_one_database, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_columns_give_way_by_rank, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_another_way_where_one_takes_too_long, set_up, tear_down),
                BY_OTHER_WAYS(test_walks_meet_every_row_once),
                BY_OTHER_WAYS(test_the_ends),
                BY_OTHER_WAYS(test_moves_on_the_way_to_the_end),
                BY_OTHER_WAYS(test_selection_follows_the_row),
                BY_OTHER_WAYS(test_filters),
                BY_OTHER_WAYS(test_search_goes_on_and_around),
                BY_OTHER_WAYS(test_an_ended_query_changes_nothing),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
