/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collect/retry.h"

static const struct retry_policy policy = { .max_attempts = 6 };

static enum retry_verdict judge(struct retry_budget *b, struct retry_history *h, enum error_kind kind,
                                usec_t *ret_delay) {
        struct random random = { .state = h->attempts + h->throttles };
        return retry_judge(&policy, b, h, kind, &random, ret_delay);
}

static void test_transient_errors_end_after_max_attempts(void **state) {
        (void) state;
        static const enum error_kind kinds[] = { ERROR_SERVER, ERROR_NETWORK, ERROR_TIMEOUT, ERROR_PROTOCOL };
        for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
                struct retry_budget b;
                struct retry_history h = { 0 };
                usec_t delay;
                retry_budget_init(&b);
                for (unsigned n = 1; n < policy.max_attempts; n++) {
                        assert_int_equal(judge(&b, &h, kinds[k], &delay), RETRY_AFTER_DELAY);
                        assert_true(delay <= (50 * USEC_PER_MSEC) << (n - 1));
                }
                assert_int_equal(judge(&b, &h, kinds[k], &delay), RETRY_GIVE_UP);
        }
}

static void test_refusals_are_final(void **state) {
        (void) state;
        static const enum error_kind kinds[] = { ERROR_DENIED, ERROR_REFUSED, ERROR_CONFIG, ERROR_CREDENTIALS,
                                                 ERROR_DEADLINE, ERROR_SYSTEM };
        for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
                struct retry_budget b;
                struct retry_history h = { 0 };
                usec_t delay;
                retry_budget_init(&b);
                assert_int_equal(judge(&b, &h, kinds[k], &delay), RETRY_GIVE_UP);
        }
}

/* Throttling costs neither attempts nor budget, and still ends. */
static void test_throttling_is_apart(void **state) {
        (void) state;
        struct retry_budget b;
        struct retry_history h = { 0 };
        usec_t delay;
        retry_budget_init(&b);
        unsigned retries = 0;
        while (judge(&b, &h, ERROR_THROTTLED, &delay) == RETRY_AFTER_DELAY) {
                assert_true(delay <= 20 * USEC_PER_SEC);
                retries++;
        }
        assert_int_equal(retries, 30);
        assert_int_equal(h.attempts, 0);
        assert_int_equal(b.left, RETRY_BUDGET_MAX);
}

static void test_budget_runs_dry_and_recovers(void **state) {
        (void) state;
        struct retry_budget b;
        usec_t delay;
        retry_budget_init(&b);
        unsigned granted = 0;
        for (unsigned task = 0; task < 1000; task++) {
                struct retry_history h = { 0 };
                granted += judge(&b, &h, ERROR_NETWORK, &delay) == RETRY_AFTER_DELAY;
        }
        assert_int_equal(granted, RETRY_BUDGET_MAX / 10);
        struct retry_history clean = { 0 };
        for (unsigned i = 0; i < 10; i++)
                retry_succeeded(&b, &clean);
        struct retry_history h = { 0 };
        assert_int_equal(judge(&b, &h, ERROR_NETWORK, &delay), RETRY_AFTER_DELAY);
}

/* A retry that helps gives back what it cost: stumbling forever is fine. */
static void test_helpful_retries_are_free(void **state) {
        (void) state;
        struct retry_budget b;
        usec_t delay;
        retry_budget_init(&b);
        for (unsigned task = 0; task < 10000; task++) {
                struct retry_history h = { 0 };
                assert_int_equal(judge(&b, &h, ERROR_TIMEOUT, &delay), RETRY_AFTER_DELAY);
                retry_succeeded(&b, &h);
        }
        assert_int_equal(b.left, RETRY_BUDGET_MAX);
}

static void test_refresh_once(void **state) {
        (void) state;
        struct retry_budget b;
        struct retry_history h = { 0 };
        usec_t delay;
        retry_budget_init(&b);
        assert_int_equal(judge(&b, &h, ERROR_EXPIRED, &delay), RETRY_AFTER_REFRESH);
        assert_int_equal(judge(&b, &h, ERROR_EXPIRED, &delay), RETRY_GIVE_UP);
}

static void test_two_deaths(void **state) {
        (void) state;
        struct retry_budget b;
        struct retry_history h = { 0 };
        usec_t delay;
        retry_budget_init(&b);
        assert_int_equal(judge(&b, &h, ERROR_WORKER, &delay), RETRY_AFTER_DELAY);
        assert_int_equal(judge(&b, &h, ERROR_WORKER, &delay), RETRY_GIVE_UP);
}

static void test_pagination_restarts_the_region(void **state) {
        (void) state;
        struct retry_budget b;
        struct retry_history h = { 0 };
        usec_t delay;
        retry_budget_init(&b);
        assert_int_equal(judge(&b, &h, ERROR_PAGINATION, &delay), RETRY_REGION);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_transient_errors_end_after_max_attempts),
                cmocka_unit_test(test_refusals_are_final),
                cmocka_unit_test(test_throttling_is_apart),
                cmocka_unit_test(test_budget_runs_dry_and_recovers),
                cmocka_unit_test(test_helpful_retries_are_free),
                cmocka_unit_test(test_refresh_once),
                cmocka_unit_test(test_two_deaths),
                cmocka_unit_test(test_pagination_restarts_the_region),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
