/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collect/limiter.h"

#define START (1000 * USEC_PER_SEC)

static struct limiter *make(double rate, unsigned burst, bool unlimited) {
        const struct limiter_policy policy = { .rate = rate, .burst = burst, .unlimited_at_first = unlimited };
        struct limiter *l = NULL;
        assert_int_equal(limiter_new(&policy, &l), 0);
        return l;
}

/* Calls that may go within a span, asked every millisecond. */
static unsigned count_calls(struct bucket *b, usec_t from, usec_t span) {
        unsigned calls = 0;
        for (usec_t now = from; now < from + span; now += USEC_PER_MSEC)
                while (bucket_ready_at(b, now) <= now) {
                        bucket_take(b, now);
                        calls++;
                }
        return calls;
}

static void test_burst_then_rate(void **state) {
        (void) state;
        struct limiter *l = make(20, 100, false);
        struct bucket *b = limiter_bucket(l, "1", "eu-west-1", "DescribeVolumes");
        assert_int_equal(count_calls(b, START, USEC_PER_MSEC), 100);
        assert_in_range(count_calls(b, START + USEC_PER_MSEC, 10 * USEC_PER_SEC), 199, 201);
        limiter_free(l);
}

/* The time it gives is neither too early nor later than a hair. */
static void test_ready_at_is_exact(void **state) {
        (void) state;
        struct limiter *l = make(20, 1, false);
        struct bucket *b = limiter_bucket(l, "1", "eu-west-1", "DescribeVolumes");
        bucket_take(b, START);
        usec_t at = bucket_ready_at(b, START);
        assert_in_range(at, START + 50 * USEC_PER_MSEC, START + 50 * USEC_PER_MSEC + 2);
        assert_true(bucket_ready_at(b, at) <= at);
        limiter_free(l);
}

static void test_buckets_are_apart(void **state) {
        (void) state;
        struct limiter *l = make(1, 1, false);
        struct bucket *b = limiter_bucket(l, "1", "eu-west-1", "DescribeVolumes");
        assert_ptr_equal(b, limiter_bucket(l, "1", "eu-west-1", "DescribeVolumes"));
        assert_ptr_not_equal(b, limiter_bucket(l, "1", "eu-west-1", "DescribeInstances"));
        assert_ptr_not_equal(b, limiter_bucket(l, "1", "us-east-1", "DescribeVolumes"));
        assert_ptr_not_equal(b, limiter_bucket(l, "2", "eu-west-1", "DescribeVolumes"));
        limiter_free(l);
}

static void test_unlimited_until_throttled(void **state) {
        (void) state;
        struct limiter *l = make(20, 100, true);
        struct bucket *b = limiter_bucket(l, "1", "r", "a");
        for (unsigned i = 0; i < 10000; i++) {
                assert_int_equal(bucket_ready_at(b, START), START);
                bucket_take(b, START);
        }
        assert_true(bucket_rate(b) == 0);
        bucket_throttled(b, START);
        assert_true(bucket_rate(b) == LIMITER_EC2_RATE);
        assert_true(bucket_ready_at(b, START) > START);
        limiter_free(l);
}

/* The calls that were under way together say "too fast" together: that is one cut. Later ones cut again. */
static void test_cuts_once_a_pause(void **state) {
        (void) state;
        struct limiter *l = make(20, 100, false);
        struct bucket *b = limiter_bucket(l, "1", "r", "a");
        for (unsigned i = 0; i < 16; i++)
                bucket_throttled(b, START + i * USEC_PER_MSEC);
        assert_true(bucket_rate(b) > 13.9 && bucket_rate(b) < 14.1);
        bucket_throttled(b, START + USEC_PER_SEC);
        assert_true(bucket_rate(b) > 9.7 && bucket_rate(b) < 9.9);
        for (unsigned i = 2; i < 100; i++)
                bucket_throttled(b, START + i * USEC_PER_SEC);
        assert_true(bucket_rate(b) == 0.5);
        limiter_free(l);
}

/* A rate that is configured below the floor is not raised to it. */
static void test_a_slow_rate_stays(void **state) {
        (void) state;
        struct limiter *l = make(0.25, 1, false);
        struct bucket *b = limiter_bucket(l, "1", "r", "a");
        bucket_throttled(b, START);
        assert_true(bucket_rate(b) == 0.25);
        bucket_succeeded(b);
        assert_true(bucket_rate(b) == 0.25);
        limiter_free(l);
}

static void test_recovers_to_its_ceiling(void **state) {
        (void) state;
        struct limiter *l = make(20, 100, false);
        struct bucket *b = limiter_bucket(l, "1", "r", "a");
        for (unsigned i = 0; i < 10; i++)
                bucket_throttled(b, START + i * USEC_PER_SEC);
        double low = bucket_rate(b);
        bucket_succeeded(b);
        assert_true(bucket_rate(b) > low);
        for (unsigned i = 0; i < 10000; i++)
                bucket_succeeded(b);
        assert_true(bucket_rate(b) == 20);
        limiter_free(l);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_burst_then_rate),       cmocka_unit_test(test_ready_at_is_exact),
                cmocka_unit_test(test_buckets_are_apart),     cmocka_unit_test(test_unlimited_until_throttled),
                cmocka_unit_test(test_cuts_once_a_pause),     cmocka_unit_test(test_recovers_to_its_ceiling),
                cmocka_unit_test(test_a_slow_rate_stays),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
