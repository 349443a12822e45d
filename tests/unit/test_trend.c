/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/macros.h"
#include "tui/axis.h"
#include "tui/trend.h"

#define NONE ((double) NAN)
#define HOUR 3600

static struct trend_sample sample(int64_t hour, const char *region, double value) {
        return (struct trend_sample){
                .at = hour * HOUR,
                .newest_at = isnan(value) ? 0 : hour * HOUR + 60,
                .account = "123456789012",
                .region = region,
                .currency = "",
                .regions = isnan(value) ? (size_t) 0 : 1,
                .regions_asked = 1,
                .first = value,
                .last = value,
                .min = value,
                .max = value,
                .average = value,
                .lacks = isnan(value) ? "denied" : "ok",
        };
}

static void test_regions_add_up(void **state) {
        (void) state;
        struct trend_sample s[] = { sample(2, "a", 10), sample(1, "b", 5), sample(1, "a", 7), sample(9, "a", 1) };
        s[0].min = 8;
        s[0].max = 12;
        struct trend_point p[3];
        trend_make_slots(s, ARRAY_SIZE(s), NULL, 0, HOUR, p, ARRAY_SIZE(p));
        assert_true(trend_is_gap(&p[0]));
        assert_string_equal(p[0].why, "");
        assert_int_equal((int) p[1].average, 12);
        assert_int_equal(p[1].regions, 2);
        assert_false(p[1].incomplete);
        assert_int_equal((int) p[2].min, 8);
        assert_int_equal((int) p[2].max, 12);
        assert_int_equal(p[2].at, 2 * HOUR);
}

static void test_a_region_without_a_value_is_no_zero(void **state) {
        (void) state;
        struct trend_sample s[] = { sample(0, "a", 10), sample(0, "b", NONE), sample(1, "a", NONE), sample(1, "b", NONE) };
        struct trend_point p[2];
        trend_make_slots(s, ARRAY_SIZE(s), NULL, 0, HOUR, p, ARRAY_SIZE(p));
        assert_int_equal((int) p[0].average, 10);
        assert_true(p[0].incomplete && p[0].at_least);
        assert_string_equal(p[0].why, "denied");
        assert_true(trend_is_gap(&p[1]));
        assert_false(p[1].incomplete);
        assert_string_equal(p[1].why, "denied");
}

/* One region alone was asked in between: that is no fall. Regions that are new or no longer asked are none either. */
static void test_a_look_at_a_part_is_incomplete(void **state) {
        (void) state;
        struct trend_sample s[] = {
                sample(0, "a", 10), sample(1, "a", 10), sample(1, "b", 5), sample(2, "a", 10),
                sample(3, "a", 10), sample(3, "b", 5), sample(4, "a", 10), sample(5, "a", 10), sample(6, "a", 10),
        };
        struct trend_point p[7];
        trend_make_slots(s, ARRAY_SIZE(s), NULL, 0, HOUR, p, ARRAY_SIZE(p));
        static const bool expected[] = { false, false, true, false, false, false, true };
        for (size_t i = 0; i < ARRAY_SIZE(p); i++)
                assert_int_equal(p[i].incomplete, expected[i]);
}

static void test_a_region_of_two_databases_counts_once(void **state) {
        (void) state;
        struct trend_sample s[] = { sample(0, "a", 10), sample(0, "a", 11), sample(1, "a", 12), sample(0, "a", 20),
                                    sample(0, "a", 30) };
        s[1].database = 1;
        s[1].newest_at += 60;
        /* Those of an account that nobody knows may be two. */
        s[3].account = s[4].account = "";
        s[4].database = 1;
        struct trend_point p[2];
        trend_make_slots(s, ARRAY_SIZE(s), NULL, 0, HOUR, p, ARRAY_SIZE(p));
        assert_int_equal((int) p[0].average, 11 + 20 + 30);
        assert_int_equal(p[0].regions, 3);
        assert_int_equal((int) p[1].average, 12);
}

static void test_runs_of_one_slot_are_one_value(void **state) {
        (void) state;
        struct trend_sample s[] = { sample(0, "a", 10), sample(0, "a", 20), sample(0, "a", NONE) };
        s[1].at += 600;
        s[2].at += 1200;
        struct trend_point p[1];
        trend_make_slots(s, ARRAY_SIZE(s), NULL, 0, HOUR, p, ARRAY_SIZE(p));
        assert_int_equal((int) p[0].average, 15);
        assert_int_equal((int) p[0].first, 10);
        assert_int_equal((int) p[0].last, 20);
        assert_int_equal(p[0].regions, 1);
}

static void test_a_run_that_does_not_see_it(void **state) {
        (void) state;
        struct trend_sample s[] = { sample(0, "a", 10), sample(1, "a", NONE) };
        struct trend_point p[3];
        trend_make_slots(s, ARRAY_SIZE(s), NULL, 0, HOUR, p, ARRAY_SIZE(p));
        for (int64_t at = -1; at < 5; at++)
                trend_note_run(p, ARRAY_SIZE(p), at * HOUR);
        assert_string_equal(p[0].why, "");
        assert_string_equal(p[1].why, "denied");
        assert_string_equal(p[2].why, "unseen");
        trend_note_run(p, 0, 0);
}

static void test_currencies_are_never_added(void **state) {
        (void) state;
        struct trend_sample s[] = { sample(0, "a", 10), sample(0, "b", 5), sample(0, "c", 0) };
        s[0].currency = "USD";
        s[1].currency = "CNY";
        struct trend_point p[1];
        trend_make_slots(s, ARRAY_SIZE(s), "USD", 0, HOUR, p, ARRAY_SIZE(p));
        assert_int_equal((int) p[0].average, 10);
        assert_int_equal(p[0].regions, 2);
}

static void test_a_forecast_goes_on(void **state) {
        (void) state;
        const struct trend_forecast f = { .value = 100, .value_at = 10 * HOUR, .slope = -24, .slope_low = -240, .slope_high = 48,
                                          .at_least = true };
        struct trend_point p[2];
        trend_make_forecast(&f, 14 * HOUR, 2 * HOUR, p, 2);
        assert_int_equal(p[1].at, 16 * HOUR);
        assert_int_equal(p[1].seconds, 2 * HOUR);
        assert_true(p[1].forecast && p[1].at_least && !p[1].incomplete);
        assert_float_equal(p[0].average, 100 - 5, 1e-9); /* in the middle: five hours behind the value */
        assert_float_equal(p[0].min, 100 - 50, 1e-9);
        assert_float_equal(p[1].max, 100 + 14, 1e-9);
        trend_make_forecast(&f, 100 * HOUR, HOUR, p, 1);
        assert_float_equal(p[0].min, 0, 0);
}

static void test_buckets_end_where_the_slots_do(void **state) {
        (void) state;
        struct trend_sample s[] = { sample(0, "a", 1), sample(1, "a", 2), sample(2, "a", 4), sample(3, "a", NONE),
                                    sample(4, "a", NONE) };
        struct trend_point p[5], b[5];
        trend_make_slots(s, ARRAY_SIZE(s), NULL, 0, HOUR, p, ARRAY_SIZE(p));
        assert_int_equal(trend_make_buckets(p, ARRAY_SIZE(p), 2, b), 3);
        assert_int_equal((int) b[0].average, 1);
        assert_int_equal(b[0].seconds, HOUR);
        assert_int_equal((int) b[1].average, 3);
        assert_int_equal((int) b[1].first, 2);
        assert_int_equal((int) b[1].max, 4);
        assert_int_equal(b[2].at, 3 * HOUR);
        assert_int_equal(b[2].seconds, 2 * HOUR);
        assert_true(trend_is_gap(&b[2]));
        assert_string_equal(b[2].why, "denied");
        struct trend_ends ends = trend_ends(b, 3);
        assert_int_equal(ends.first, 0);
        assert_int_equal(ends.last, 1);
}

/* An hour in which a region failed makes no dip in a bucket that has a better one. */
static void test_buckets_prefer_what_is_complete(void **state) {
        (void) state;
        struct trend_sample s[] = { sample(0, "a", 10), sample(0, "b", 5), sample(1, "a", 10), sample(1, "b", NONE) };
        struct trend_point p[2], b[2];
        trend_make_slots(s, ARRAY_SIZE(s), NULL, 0, HOUR, p, ARRAY_SIZE(p));
        assert_int_equal(trend_make_buckets(p, 2, 2, b), 1);
        assert_int_equal((int) b[0].min, 15);
        assert_false(b[0].incomplete);
}

static void test_bucket_sizes(void **state) {
        (void) state;
        assert_int_equal(trend_slots_per_bucket(24, HOUR, 60), 1);
        assert_int_equal(trend_slots_per_bucket(720, HOUR, 128), 6);
        assert_int_equal(trend_slots_per_bucket(720, HOUR, 68), 12);
        assert_int_equal(trend_slots_per_bucket(365, 24 * HOUR, 128), 7);
        assert_int_equal(trend_slots_per_bucket(365, 24 * HOUR, 1), 365);
        assert_int_equal(trend_slots_per_bucket(12, 300, 5), 3);
        assert_int_equal(trend_slots_per_bucket(12, 300, 0), 12);
}

static void check_axis(const struct axis *a, double value, const char *expected) {
        char buf[FORMAT_SIZE];
        assert_string_equal(axis_number(a, value, buf), expected);
}

static void check_label(const struct axis *a, double value, const char *expected) {
        char buf[FORMAT_SIZE];
        assert_string_equal(axis_label(a, value, buf), expected);
}

static void test_labels_can_be_told_apart(void **state) {
        (void) state;
        const struct display d = { .units = UNITS_AUTO }, exact = { .units = UNITS_AUTO, .exact = true };
        const struct metric *gib = metric_at((size_t) metric_find("billed_gib"));
        struct axis a = axis_make(gib, "", (struct chart_range){ 1435648, 1505280 }, 17408, &d);
        assert_string_equal(a.unit, "TiB");
        check_axis(&a, 1503324, "1,468.1");
        check_axis(&a, -512, "-0.5");
        a = axis_make(gib, "", (struct chart_range){ 1503324, 1503344 }, 5, &d);
        check_axis(&a, 1503324, "1,468.090");
        a = axis_make(gib, "", (struct chart_range){ 1503324, 1503344 }, 5, &exact);
        assert_string_equal(a.unit, "GiB");
        check_axis(&a, 1503324.4, "1,503,324");
        a = axis_make(metric_at((size_t) metric_find("billed_cost_micros")), "CNY", (struct chart_range){ 0, 12e6 }, 3e6, &d);
        assert_string_equal(a.unit, "CNY/mo");
        check_axis(&a, 12345678, "12.35");
        check_axis(&a, 1e300, "-");
}

/* However narrow or wide the range is, and whatever the unit. */
static void test_no_label_is_there_twice(void **state) {
        (void) state;
        static const struct display displays[] = {
                { .units = UNITS_AUTO }, { .units = UNITS_TIB }, { .units = UNITS_GIB }, { .units = UNITS_AUTO, .exact = true },
        };
        static const double lows[] = { 0, 1, 7.5, 1536, 10240, 1503324, 3e7 };
        size_t compared = 0;
        for (size_t i = 0; i < ARRAY_SIZE(displays) * METRICS * ARRAY_SIZE(lows) * 11; i++) {
                double low = lows[i / 11 % ARRAY_SIZE(lows)], step = low == 0 ? 1 : low;
                for (size_t k = 0; k < i % 11; k++)
                        step /= 7;
                const struct metric *m = metric_at(i / 11 / ARRAY_SIZE(lows) % METRICS);
                double unit = m->kind == METRIC_MONEY ? 1e6 : 1;
                struct axis a = axis_make(m, "USD", (struct chart_range){ low * unit, (low + 5 * step) * unit }, step * unit,
                                          &displays[i / 11 / ARRAY_SIZE(lows) / METRICS]);
                char before[FORMAT_SIZE] = "", label[FORMAT_SIZE];
                for (int k = 0; k <= 5; k++) {
                        (void) axis_label(&a, (low + k * step) * unit, label);
                        if (step < 1e-6) /* no sum of so many volumes is as exact */
                                continue;
                        assert_string_not_equal(label, before);
                        (void) snprintf(before, sizeof(before), "%s", label);
                        compared++;
                }
        }
        assert_true(compared > 5000);
}

static void test_narrow_ranges(void **state) {
        (void) state;
        const struct display d = { .units = UNITS_AUTO }, tib = { .units = UNITS_TIB };
        const struct metric *gib = metric_at((size_t) metric_find("billed_gib"));
        struct axis a = axis_make(gib, "", (struct chart_range){ 1536, 1537 }, 0.2, &tib);
        assert_string_equal(a.unit, "TiB");
        check_label(&a, 1536.2, "1.5002");
        a = axis_make(gib, "", (struct chart_range){ 1536, 1536.1 }, 0.02, &tib);
        assert_string_equal(a.unit, "GiB");
        check_label(&a, 1536.02, "1,536.02");
        check_axis(&a, 1536.02, "1,536");
        a = axis_make(metric_at((size_t) metric_find("instances")), "", (struct chart_range){ 10, 12 }, 0.4, &d);
        check_label(&a, 10.4, "10.4");
        check_axis(&a, 10, "10");
}

static void test_spans(void **state) {
        (void) state;
        char buf[FORMAT_SIZE];
        assert_string_equal(axis_span(600, buf), "10m");
        assert_string_equal(axis_span(6 * HOUR, buf), "6h");
        assert_string_equal(axis_span(14 * 24 * HOUR, buf), "2w");
        assert_string_equal(axis_span(61, buf), "61s");
        const struct display d = { .now = 1795442520 }; /* 2026-11-23T14:02:00Z */
        assert_string_equal(axis_time(1795442520, HOUR, &d, buf), "11-23 14:02");
        assert_string_equal(axis_time(1795442520 - 300 * 86400, 86400, &d, buf), "2026-01-27");
        assert_string_equal(axis_tick(1795442520, 365 * 86400, &d, buf), "2026-11");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_regions_add_up),
                cmocka_unit_test(test_a_region_without_a_value_is_no_zero),
                cmocka_unit_test(test_a_look_at_a_part_is_incomplete),
                cmocka_unit_test(test_a_region_of_two_databases_counts_once),
                cmocka_unit_test(test_runs_of_one_slot_are_one_value),
                cmocka_unit_test(test_a_run_that_does_not_see_it),
                cmocka_unit_test(test_currencies_are_never_added),
                cmocka_unit_test(test_a_forecast_goes_on),
                cmocka_unit_test(test_buckets_end_where_the_slots_do),
                cmocka_unit_test(test_buckets_prefer_what_is_complete),
                cmocka_unit_test(test_bucket_sizes),
                cmocka_unit_test(test_labels_can_be_told_apart),
                cmocka_unit_test(test_no_label_is_there_twice),
                cmocka_unit_test(test_narrow_ranges),
                cmocka_unit_test(test_spans),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
