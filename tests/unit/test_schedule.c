/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/schedule.h"

#define SECOND USEC_PER_SEC
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define START (1000 * HOUR)

/* A run every 5 minutes and a comparison every day, from START on. */
static struct schedule make(usec_t since_comparison) {
        struct random random = { .state = 1 };
        struct schedule s;
        schedule_init(&s, 5 * MINUTE, 0, 24 * HOUR, since_comparison, &random, START);
        return s;
}

static void test_first_run_is_at_once(void **state) {
        (void) state;
        struct schedule s = make(USEC_INFINITY);
        assert_int_equal(schedule_next(&s), START);
}

static void test_jitter_delays_the_first_run_only(void **state) {
        (void) state;
        usec_t least = USEC_INFINITY, most = 0;
        for (uint64_t seed = 0; seed < 1000; seed++) {
                struct random random = { .state = seed };
                struct schedule s;
                schedule_init(&s, 5 * MINUTE, MINUTE, 0, USEC_INFINITY, &random, START);
                usec_t first = schedule_next(&s);
                assert_true(first >= START && first < START + MINUTE);
                least = first < least ? first : least;
                most = first > most ? first : most;
                schedule_start(&s, first);
                assert_int_equal(schedule_next(&s), first + 5 * MINUTE);
        }
        assert_true(least < START + 2 * SECOND && most > START + 58 * SECOND);
}

/* A run that begins late does not move the others. */
static void test_runs_do_not_drift(void **state) {
        (void) state;
        struct schedule s = make(USEC_INFINITY);
        for (unsigned i = 0; i < 100; i++) {
                usec_t due = schedule_next(&s);
                assert_int_equal(due, START + i * 5 * MINUTE);
                schedule_start(&s, due + 3 * SECOND);
                schedule_end(&s, due + 10 * SECOND);
        }
}

static void test_missed_runs_collapse_into_one(void **state) {
        (void) state;
        struct schedule s = make(USEC_INFINITY);
        schedule_start(&s, START);
        schedule_end(&s, START + SECOND);
        /* Suspended for 8 hours: one run is due, and the one after that on the old grid. */
        usec_t awake = START + 8 * HOUR + 12 * SECOND;
        assert_true(schedule_next(&s) <= awake);
        schedule_start(&s, awake);
        schedule_end(&s, awake + 4 * SECOND);
        assert_int_equal(schedule_next(&s), START + 8 * HOUR + 5 * MINUTE);
}

static void test_a_long_run_is_not_followed_by_those_it_missed(void **state) {
        (void) state;
        struct schedule s = make(USEC_INFINITY);
        schedule_start(&s, START);
        schedule_end(&s, START + 12 * MINUTE);
        assert_int_equal(schedule_next(&s), START + 15 * MINUTE);
        /* Exactly on time counts as missed. */
        schedule_start(&s, START + 15 * MINUTE);
        schedule_end(&s, START + 20 * MINUTE);
        assert_int_equal(schedule_next(&s), START + 25 * MINUTE);
}

static void test_a_run_out_of_turn(void **state) {
        (void) state;
        struct schedule s = make(USEC_INFINITY);
        schedule_start(&s, START);
        schedule_end(&s, START + SECOND);
        schedule_ask(&s, START + MINUTE);
        /* However often it is asked for: it is due since the first time, so that one that is never started shows. */
        schedule_ask(&s, START + 4 * MINUTE);
        assert_int_equal(schedule_next(&s), START + MINUTE);
        schedule_start(&s, START + 4 * MINUTE);
        /* It is one, and moves nothing. */
        assert_int_equal(schedule_next(&s), START + 5 * MINUTE);
        /* One that is asked for during a run comes behind it. */
        schedule_ask(&s, START + 4 * MINUTE + SECOND);
        schedule_end(&s, START + 4 * MINUTE + 2 * SECOND);
        assert_int_equal(schedule_next(&s), START + 4 * MINUTE + SECOND);
        /* What falls due by time before it is started is the same run. */
        schedule_start(&s, START + 6 * MINUTE);
        assert_int_equal(schedule_next(&s), START + 10 * MINUTE);
}

static void test_comparisons(void **state) {
        (void) state;
        struct schedule s = make(USEC_INFINITY);
        assert_true(schedule_comparison_is_due(&s, START));
        schedule_start_comparison(&s, START);
        assert_false(schedule_comparison_is_due(&s, START + 24 * HOUR - 1));
        assert_true(schedule_comparison_is_due(&s, START + 24 * HOUR));

        /* A daemon that starts again goes on from the last one. */
        s = make(10 * HOUR);
        assert_false(schedule_comparison_is_due(&s, START + 14 * HOUR - 1));
        assert_true(schedule_comparison_is_due(&s, START + 14 * HOUR));
        s = make(25 * HOUR);
        assert_true(schedule_comparison_is_due(&s, START));
        s = make(0);
        assert_false(schedule_comparison_is_due(&s, START + 24 * HOUR - 1));

        struct random random = { .state = 1 };
        schedule_init(&s, MINUTE, 0, 0, USEC_INFINITY, &random, START);
        assert_false(schedule_comparison_is_due(&s, USEC_INFINITY - 1));
}

static void test_change_counts_from_the_last_start(void **state) {
        (void) state;
        struct schedule s = make(0);
        schedule_start(&s, START);
        schedule_end(&s, START + SECOND);
        schedule_change(&s, 30 * MINUTE, 48 * HOUR, START + 2 * MINUTE);
        assert_int_equal(schedule_next(&s), START + 30 * MINUTE);
        assert_false(schedule_comparison_is_due(&s, START + 48 * HOUR - 1));
        assert_true(schedule_comparison_is_due(&s, START + 48 * HOUR));
        /* What is overdue by a shorter interval is due now. */
        schedule_change(&s, MINUTE, HOUR, START + 10 * MINUTE);
        assert_int_equal(schedule_next(&s), START + 10 * MINUTE);
        assert_true(schedule_comparison_is_due(&s, START + HOUR));
        /* The same again changes nothing. */
        schedule_start(&s, START + 10 * MINUTE);
        schedule_change(&s, MINUTE, HOUR, START + 10 * MINUTE + SECOND);
        assert_int_equal(schedule_next(&s), START + 11 * MINUTE);
        /* Off, and on again. */
        schedule_change(&s, MINUTE, 0, START + 2 * HOUR);
        assert_false(schedule_comparison_is_due(&s, START + 1000 * HOUR));
        schedule_change(&s, MINUTE, HOUR, START + 2 * HOUR);
        assert_true(schedule_comparison_is_due(&s, START + 2 * HOUR));
}

/* The last comparison was before the machine was booted, 20 hours ago. */
static void test_change_soon_after_boot(void **state) {
        (void) state;
        struct random random = { .state = 1 };
        struct schedule s;
        schedule_init(&s, 5 * MINUTE, 0, 24 * HOUR, 20 * HOUR, &random, MINUTE);
        schedule_change(&s, 5 * MINUTE, 24 * HOUR, 2 * MINUTE);
        assert_false(schedule_comparison_is_due(&s, 4 * HOUR + MINUTE - 1));
        assert_true(schedule_comparison_is_due(&s, 4 * HOUR + MINUTE));
        schedule_change(&s, 5 * MINUTE, 22 * HOUR, 2 * MINUTE);
        assert_false(schedule_comparison_is_due(&s, 2 * HOUR + MINUTE - 1));
        assert_true(schedule_comparison_is_due(&s, 2 * HOUR + MINUTE));
        schedule_change(&s, 5 * MINUTE, 48 * HOUR, 2 * MINUTE);
        assert_false(schedule_comparison_is_due(&s, 28 * HOUR + MINUTE - 1));
        assert_true(schedule_comparison_is_due(&s, 28 * HOUR + MINUTE));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_first_run_is_at_once),
                cmocka_unit_test(test_jitter_delays_the_first_run_only),
                cmocka_unit_test(test_runs_do_not_drift),
                cmocka_unit_test(test_missed_runs_collapse_into_one),
                cmocka_unit_test(test_a_long_run_is_not_followed_by_those_it_missed),
                cmocka_unit_test(test_a_run_out_of_turn),
                cmocka_unit_test(test_comparisons),
                cmocka_unit_test(test_change_counts_from_the_last_start),
                cmocka_unit_test(test_change_soon_after_boot),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
