/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/repeats.h"

#define MINUTE (60 * USEC_PER_SEC)
#define START (1000 * MINUTE)

static const struct error refused = { .kind = ERROR_NETWORK, .errnum = ECONNREFUSED, .message = "port 1" };

static struct repeats *make(void) {
        struct repeats *r;
        assert_int_equal(repeats_new(&r), 0);
        return r;
}

static void test_once_and_then_each_hour(void **state) {
        (void) state;
        struct repeats *r = make();
        unsigned untold = 99, told = 0;
        for (unsigned minute = 0; minute < 125; minute += 5) {
                struct error error = refused;
                error.message[0] = (char) ('a' + minute % 20); /* ports and ids differ from call to call */
                if (!repeats_fail(r, "region x", &error, START + minute * MINUTE, &untold))
                        continue;
                assert_int_equal(minute % 60, 0);
                assert_int_equal(untold, minute == 0 ? 0 : 11);
                told++;
        }
        assert_int_equal(told, 3);
        repeats_free(r);
}

static void test_a_change_is_told(void **state) {
        (void) state;
        struct repeats *r = make();
        unsigned untold;
        struct error denied = { .kind = ERROR_DENIED, .code = "AuthFailure" }, other = denied;
        strcpy(other.code, "UnauthorizedOperation");
        assert_true(repeats_fail(r, "x", &refused, START, &untold));
        assert_false(repeats_fail(r, "x", &refused, START + 1, &untold));
        assert_true(repeats_fail(r, "x", &denied, START + 2, &untold));
        assert_int_equal(untold, 1);
        assert_true(repeats_fail(r, "x", &other, START + 3, &untold));
        assert_int_equal(untold, 0);
        assert_false(repeats_fail(r, "x", &other, START + 4, &untold));
        repeats_free(r);
}

static void test_recovery_is_told_once(void **state) {
        (void) state;
        struct repeats *r = make();
        unsigned untold, times = 0;
        assert_false(repeats_succeed(r, "x", &times));
        for (unsigned i = 0; i < 7; i++)
                (void) repeats_fail(r, "x", &refused, START, &untold);
        assert_true(repeats_succeed(r, "x", &times));
        assert_int_equal(times, 7);
        assert_false(repeats_succeed(r, "x", &times));
        /* What fails anew is told anew. */
        assert_true(repeats_fail(r, "x", &refused, START + 1, &untold));
        assert_true(repeats_succeed(r, "x", &times));
        assert_int_equal(times, 1);
        repeats_free(r);
}

static void test_topics_are_apart(void **state) {
        (void) state;
        struct repeats *r = make();
        unsigned untold, times;
        assert_true(repeats_fail(r, "region a", &refused, START, &untold));
        assert_true(repeats_fail(r, "region b", &refused, START, &untold));
        assert_true(repeats_succeed(r, "region a", &times));
        assert_false(repeats_fail(r, "region b", &refused, START + 1, &untold));
        repeats_free(r);
        repeats_free(NULL);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_once_and_then_each_hour),
                cmocka_unit_test(test_a_change_is_told),
                cmocka_unit_test(test_recovery_is_told_once),
                cmocka_unit_test(test_topics_are_apart),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
