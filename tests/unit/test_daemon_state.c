/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store_fixture.h"

#define SECOND USEC_PER_SEC

static const struct daemon_state running = {
        .phase = DAEMON_RUNNING,
        .pid = 77,
        .version = "0.1.0",
        .started_at = 1000 * SECOND,
        .heartbeat_at = 2000 * SECOND,
        .interval = SECOND / 2,
        .next_run_at = 2500 * SECOND,
        .run_started_at = 1990 * SECOND,
        .run_mode = MODE_PARALLEL,
        .regions_done = 3,
        .regions_total = 17,
        .status = "parallel: 3/17",
};

static void write_state(struct fixture *f, const struct daemon_state *state) {
        struct error error;
        if (store_write_daemon_state(f->path, state, &error) < 0)
                fail_msg("%s", error.message);
}

static void test_each_state_replaces_the_last(void **state) {
        struct fixture *f = *state;
        struct daemon_state s = running;
        check_rows(f, "SELECT * FROM v1_daemon", "");
        write_state(f, &s);
        check_rows(f, "SELECT * FROM v1_daemon",
                   "running|77|0.1.0|1000|2000|1|-|1990|parallel|3|17|parallel: 3/17|-\n");
        s.regions_done = s.regions_total = 0; /* not known yet */
        write_state(f, &s);
        check_rows(f, "SELECT regions_done, regions_total FROM v1_daemon", "0|-\n");

        s.phase = DAEMON_IDLE;
        s.interval = 300 * SECOND;
        (void) strcpy(s.problem, "x'\xff");
        write_state(f, &s);
        check_rows(f, "SELECT state, interval_s, next_run_at, run_started_at, run_mode, regions_done, problem "
                      "FROM v1_daemon", "idle|300|2500|-|-|-|x'?\n");
        s.phase = DAEMON_STOPPED;
        write_state(f, &s);
        check_rows(f, "SELECT state, next_run_at, run_started_at FROM v1_daemon", "stopped|-|-\n");
        s.phase = DAEMON_STARTING;
        write_state(f, &s);
        check_rows(f, "SELECT state, next_run_at, (SELECT count(*) FROM daemon_state) FROM v1_daemon",
                   "starting|-|1\n");
}

static void test_the_state_of_the_daemon_before(void **state) {
        struct fixture *f = *state;
        struct daemon_state s = running, last;
        assert_int_equal(store_read_daemon_state(f->path, &last, NULL), 0);
        write_state(f, &s);
        assert_int_equal(store_read_daemon_state(f->path, &last, NULL), 1);
        assert_int_equal(last.phase, DAEMON_RUNNING);
        assert_int_equal(last.pid, 77);
        assert_int_equal(last.heartbeat_at, 2000 * SECOND);
        assert_int_equal(last.run_mode, MODE_PARALLEL);
        assert_int_equal(last.regions_done, 3);
        assert_int_equal(last.regions_total, 17);
        for (s.phase = DAEMON_STARTING; s.phase < _DAEMON_PHASE_MAX; s.phase++) {
                write_state(f, &s);
                assert_int_equal(store_read_daemon_state(f->path, &last, NULL), 1);
                assert_int_equal(last.phase, s.phase);
        }
}

/* Another writer is not waited for, and loses nothing. */
static void test_a_locked_database(void **state) {
        struct fixture *f = *state;
        struct error error;
        execute(f, "BEGIN IMMEDIATE");
        assert_int_equal(store_write_daemon_state(f->path, &running, &error), -EBUSY);
        assert_int_equal(error.kind, ERROR_DATABASE);
        execute(f, "COMMIT");
        write_state(f, &running);
        check_rows(f, "SELECT count(*) FROM v1_daemon", "1\n");
}

static void test_no_database_is_made(void **state) {
        (void) state;
        static const char path[] = "/tmp/test_daemon_state.none.db";
        struct error error;
        (void) unlink(path);
        assert_true(store_write_daemon_state(path, &running, &error) < 0);
        assert_int_equal(access(path, F_OK), -1);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_each_state_replaces_the_last, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_the_state_of_the_daemon_before, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_a_locked_database, fixture_set_up, fixture_tear_down),
                cmocka_unit_test(test_no_database_is_made),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
