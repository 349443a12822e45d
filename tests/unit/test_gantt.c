/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/macros.h"
#include "tui/gantt.h"

static void test_calls_of_a_region_are_one_span(void **state) {
        (void) state;
        struct gantt_call calls[] = {
                { 1, 0, 50, "b", false },  { 0, 100, 100, "a", true }, { 0, 0, 95, "a", false },
                { 0, 205, 10, "b", false }, { 0, 300, 20, "b", false }, { 3, 10, 500, "c", false },
        };
        struct gantt g;
        assert_int_equal(gantt_make(calls, ARRAY_SIZE(calls), 10, &g), 0);
        assert_int_equal(g.n_lanes, 3);
        assert_int_equal(g.end_us, 510);
        assert_int_equal(g.lanes[0].worker, 0);
        assert_int_equal(g.lanes[0].n_spans, 3);
        assert_int_equal(g.lanes[0].calls, 4);
        assert_int_equal(g.lanes[0].busy_us, 225);
        assert_int_equal(g.spans[0].start_us, 0);
        assert_int_equal(g.spans[0].end_us, 200);
        assert_true(g.spans[0].failed);
        assert_string_equal(g.spans[1].region, "b");
        assert_int_equal(g.spans[1].end_us, 215);
        assert_int_equal(g.spans[2].start_us, 300);
        assert_int_equal(g.lanes[1].first_span, 3);
        assert_int_equal(g.lanes[2].worker, 3);
        gantt_release(&g);
}

static void test_no_calls_are_no_lanes(void **state) {
        (void) state;
        struct gantt g;
        assert_int_equal(gantt_make(NULL, 0, 10, &g), 0);
        assert_int_equal(g.n_lanes, 0);
        gantt_release(&g);
}

static void test_percentiles_are_values_that_were(void **state) {
        (void) state;
        const double values[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 };
        assert_int_equal((int) gantt_percentile(values, 20, 50), 10);
        assert_int_equal((int) gantt_percentile(values, 20, 95), 19);
        assert_int_equal((int) gantt_percentile(values, 1, 95), 1);
        assert_int_equal((int) gantt_percentile(values, 3, 50), 2);
        assert_true(isnan(gantt_percentile(NULL, 0, 50)));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_calls_of_a_region_are_one_span),
                cmocka_unit_test(test_no_calls_are_no_lanes),
                cmocka_unit_test(test_percentiles_are_values_that_were),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
