/* SPDX-License-Identifier: MIT */
/* How a run is stored: as a whole or not at all. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sample_run.h"
#include "store_fixture.h"

static void test_hostile_text(void **state) {
        struct fixture *f = *state;
        struct run run = sample_run(MODE_SWEEP);
        sample_run_fail(&run, 0, ERROR_SERVER, "It's", "'); DROP TABLE run; -- \xff\xc3");
        (void) write_run(f, run, 1);
        check_rows(f, "SELECT error_code, error_message FROM v1_error", "It's|'); DROP TABLE run; -- ??; remedy: AWS's side fails, "
                                                                 "try again later\n");
}

/* Nothing of a run that cannot be stored stays, and the next one is stored. */
static void test_all_or_nothing(void **state) {
        struct fixture *f = *state;
        struct run run = sample_run(MODE_SWEEP);
        run.regions[2].types[4].gib = UINT64_MAX;
        struct error error;
        int64_t id = -5;
        assert_int_equal(store_write_run(f->store, &run, 1, &id, &error), -EOVERFLOW);
        assert_non_null(strstr(error.message, "too large"));
        assert_non_null(strstr(error.message, f->path));
        assert_int_equal(id, -5);
        run.regions[2].types[4].gib = 1;
        run.regions[1] = run.regions[0]; /* the same region twice */
        assert_int_equal(store_write_run(f->store, &run, 1, &id, &error), -EIO);
        assert_int_equal(error.kind, ERROR_DATABASE);
        run_release(&run);
        check_rows(f, "SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM region_total), "
                      "(SELECT count(*) FROM type_total), (SELECT count(*) FROM place), "
                      "(SELECT count(*) FROM volume_class), (SELECT count(*) FROM task_timing)", "0|0|0|0|0|0\n");

        struct comparison c = sample_comparison();
        c.sweep.regions[0].calls = UINT64_MAX;
        assert_int_equal(store_write_comparison(f->store, &c, 1, NULL, &error), -EOVERFLOW);
        comparison_release(&c);
        check_rows(f, "SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM comparison)", "0|0\n");
        assert_int_equal(write_run(f, sample_run(MODE_SWEEP), 1), 1);
}

static bool give_up_in_time(void *userdata) {
        unsigned *left = userdata;
        return *left == 0 || --*left == 0;
}

/* Wherever storing is given up, nothing of it is there, and the store goes on to work. */
static void test_impatience(void **state) {
        struct fixture *f = *state;
        struct run run = sample_run(MODE_SWEEP);
        run.n_timings = 5000;
        run.timings = realloc(run.timings, run.n_timings * sizeof(*run.timings));
        assert_non_null(run.timings);
        for (size_t i = 0; i < run.n_timings; i++)
                run.timings[i] = (struct task_timing){ .region = "us-east-1", .action = "DescribeVolumes" };
        struct error error;
        unsigned given_up = 0;
        int r;
        do {
                unsigned left = given_up + 1;
                store_set_patience(f->store, &(struct store_patience){ .give_up = give_up_in_time, .userdata = &left });
                r = store_write_run(f->store, &run, 1, NULL, &error);
                if (r == 0)
                        break;
                given_up++;
                assert_int_equal(r, -EINTR);
                assert_non_null(strstr(error.message, "interrupted while storing the run"));
                check_rows(f, "SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM task_timing)", "0|0\n");
        } while (given_up < 10000);
        assert_true(r == 0 && given_up > 2);
        run_release(&run);
        check_rows(f, "SELECT (SELECT count(*) FROM run), (SELECT count(*) FROM task_timing)", "1|5000\n");
}

static void test_full_disk(void **state) {
        struct fixture *f = *state;
        (void) write_run(f, sample_run(MODE_SWEEP), 1);
        /* Cut down to what there is. */
        assert_int_equal(sqlite3_exec(f->store->db, "PRAGMA max_page_count = 1", NULL, NULL, NULL), SQLITE_OK);
        struct run run = sample_run(MODE_SWEEP);
        run.n_timings = 2000;
        run.timings = realloc(run.timings, run.n_timings * sizeof(*run.timings));
        assert_non_null(run.timings);
        for (size_t i = 0; i < run.n_timings; i++)
                run.timings[i] = (struct task_timing){ .region = "us-east-1", .action = "DescribeVolumes" };
        struct error error;
        assert_int_equal(store_write_run(f->store, &run, 2, NULL, &error), -ENOSPC);
        assert_non_null(strstr(error.message, "no space left"));
        check_rows(f, "SELECT count(*), max(run_id) FROM run", "1|1\n");
        assert_int_equal(sqlite3_exec(f->store->db, "PRAGMA max_page_count = 1000000", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(write_run(f, run, 2), 2);
        check_rows(f, "SELECT count(*) FROM v1_timing", "2003\n");
        check_rows(f, "PRAGMA integrity_check", "ok\n");
}

static void test_keep_timings(void **state) {
        struct fixture *f = *state;
        static const char sql[] = "SELECT DISTINCT run_id FROM v1_timing";
        for (int i = 0; i < 4; i++)
                (void) write_run(f, sample_run(MODE_SWEEP), 2);
        check_rows(f, sql, "3\n4\n");
        (void) write_run(f, sample_run(MODE_SWEEP), 100);
        check_rows(f, sql, "3\n4\n5\n");
        (void) write_run(f, sample_run(MODE_SWEEP), 1);
        check_rows(f, sql, "6\n");
        (void) write_run(f, sample_run(MODE_SWEEP), 0);
        check_rows(f, sql, "");
        check_rows(f, "SELECT count(*) FROM v1_run", "7\n");
}

static void test_run_ids_only_grow(void **state) {
        struct fixture *f = *state;
        for (int i = 0; i < 3; i++)
                (void) write_run(f, sample_run(MODE_SWEEP), 5);
        execute(f, "DELETE FROM run WHERE run_id = 3");
        check_rows(f, "SELECT max(run_id) FROM region_total UNION ALL SELECT max(run_id) FROM type_total "
                      "UNION ALL SELECT max(run_id) FROM task_timing", "2\n2\n2\n");
        assert_int_equal(write_run(f, sample_run(MODE_SWEEP), 5), 4);
}

static void test_comparison(void **state) {
        struct fixture *f = *state;
        struct comparison c = sample_comparison();
        struct error error;
        int64_t ids[COMPARISON_RUNS];
        assert_int_equal(store_write_comparison(f->store, &c, 5, ids, &error), 0);
        assert_true(ids[0] == 1 && ids[1] == 2 && ids[2] == 3);
        check_rows(f, "SELECT comparison_id, started_at, regions, instances, sequential_run_id, parallel_run_id, "
                      "sweep_run_id, sequential_wall_us, sequential_calls, parallel_wall_us, parallel_calls, "
                      "parallel_workers, sweep_wall_us, sweep_calls, round(speedup, 3), round(efficiency, 3), agree "
                      "FROM v1_comparison",
                   "1|1795442467|3|8|1|2|3|3800000|43|1890000|43|16|250000|7|2.011|0.126|1\n");
        check_rows(f, "SELECT run_id, mode FROM v1_run ORDER BY run_id", "1|sequential\n2|parallel\n3|sweep\n");
        check_rows(f, "SELECT DISTINCT run_id, completeness FROM v1_latest", "3|ok\n");
        execute(f, "DELETE FROM run WHERE run_id = 1");
        check_rows(f, "SELECT sequential_run_id, parallel_run_id, sequential_wall_us FROM v1_comparison",
                   "-|2|3800000\n");

        sample_run_fail(&c.sequential, 0, ERROR_TIMEOUT, "", "too slow");
        comparison_conclude(&c);
        assert_int_equal(store_write_comparison(f->store, &c, 5, NULL, &error), 0);
        check_rows(f, "SELECT speedup, efficiency, agree FROM v1_comparison WHERE comparison_id = 2", "-|-|0\n");
        comparison_release(&c);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_hostile_text, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_all_or_nothing, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_impatience, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_full_disk, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_keep_timings, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_run_ids_only_grow, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_comparison, fixture_set_up, fixture_tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
