/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <locale.h>

#include "base/macros.h"
#include "tui/chart.h"

#define GAP ((double) NAN)

static struct surface s = { .utf8 = true };

static struct area canvas(int rows, int columns) {
        assert_int_equal(surface_resize(&s, rows, columns), 0);
        return surface_area(&s);
}

static void check(const char *expected) {
        struct buffer out = BUFFER_INIT(1 << 20);
        assert_int_equal(surface_dump(&s, &out), 0);
        assert_string_equal(buffer_string(&out), expected);
        buffer_release(&out);
}

static void test_sparkline(void **state) {
        (void) state;
        const double values[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
        chart_sparkline(canvas(1, 8), 0, 0, 8, STYLE_PLAIN, GLYPHS_ASCII, values, 8);
        check(".:-=+*#@\n");
        chart_sparkline(canvas(1, 8), 0, 0, 8, STYLE_PLAIN, GLYPHS_BLOCK, values, 8);
        check("▁▂▃▄▅▆▇█\n");
        chart_sparkline(canvas(1, 8), 0, 0, 8, STYLE_PLAIN, GLYPHS_BRAILLE, values, 8);
        check("    ⣀⣤⣶⣿\n");
}

static void test_sparkline_shows_the_newest(void **state) {
        (void) state;
        const double values[] = { 9, 9, 0, 7 };
        chart_sparkline(canvas(1, 4), 0, 0, 2, STYLE_PLAIN, GLYPHS_ASCII, values, 4);
        check(".@\n");
}

static void test_sparkline_gaps(void **state) {
        (void) state;
        const double values[] = { GAP, GAP, 1, GAP, 8 };
        chart_sparkline(canvas(1, 8), 0, 0, 8, STYLE_PLAIN, GLYPHS_ASCII, values, 5);
        check("     .?@\n");
        const double nothing[] = { GAP, GAP };
        chart_sparkline(canvas(1, 8), 0, 0, 8, STYLE_PLAIN, GLYPHS_BLOCK, nothing, 2);
        check("\n");
        chart_sparkline(canvas(1, 8), 0, 0, 8, STYLE_PLAIN, GLYPHS_BRAILLE, values, 5);
        check("      ⢀⢸\n");
}

static void test_sparkline_of_equal_values_is_flat(void **state) {
        (void) state;
        const double values[] = { 5, 5, 5 };
        chart_sparkline(canvas(1, 3), 0, 0, 3, STYLE_PLAIN, GLYPHS_ASCII, values, 3);
        check("===\n");
}

static void test_bar(void **state) {
        (void) state;
        chart_bar(canvas(1, 8), 0, 0, 8, STYLE_PLAIN, GLYPHS_ASCII, 0.5);
        check("####\n");
        chart_bar(canvas(1, 8), 0, 0, 8, STYLE_PLAIN, GLYPHS_BLOCK, 0.328125);
        check("██▋\n");
        chart_bar(canvas(1, 8), 0, 0, 8, STYLE_PLAIN, GLYPHS_BLOCK, 7.0);
        check("████████\n");
        chart_bar(canvas(1, 8), 0, 0, 8, STYLE_PLAIN, GLYPHS_BLOCK, GAP);
        check("\n");
}

static void test_range(void **state) {
        (void) state;
        const struct chart_point points[] = { { 5, 4, 6 }, { GAP, GAP, GAP }, { 8, 7, 9 } };
        struct chart_range r = chart_range(points, 3, false);
        assert_float_equal(r.low, 4, 0);
        assert_float_equal(r.high, 9, 0);
        assert_float_equal(chart_range(points, 3, true).low, 0, 0);
        r = chart_range(points + 1, 1, false);
        assert_true(r.low < r.high);
        const struct chart_point same = { 100, 100, 100 };
        r = chart_range(&same, 1, false);
        assert_true(r.low < 100 && r.high > 100);
        const struct chart_point rounded = { 100, 100, nextafter(100, 101) };
        r = chart_range(&rounded, 1, false);
        assert_true(r.low < 99.5 && r.high > 100.5);
        assert_int_equal(chart_row((struct chart_range){ 0, 10 }, 11, 10), 0);
        assert_int_equal(chart_row((struct chart_range){ 0, 10 }, 11, 0), 10);
        assert_int_equal(chart_row((struct chart_range){ 0, 10 }, 11, 99), 0);
}

static void test_columns_and_points_are_inverse(void **state) {
        (void) state;
        for (size_t i = 0; i < 30; i++)
                assert_int_equal(chart_point_at(chart_column(i, 30, 100), 30, 100), i);
        assert_int_equal(chart_column(0, 1, 10), 9);
        assert_int_equal(chart_point_at(3, 0, 10), 0);
}

static void test_line_has_gaps_and_no_bridge(void **state) {
        (void) state;
        const struct chart_point points[] = { { 0, 0, 0 }, { 2, 2, 2 }, { GAP, GAP, GAP }, { 4, 4, 4 }, { 4, 4, 4 } };
        chart_line(canvas(5, 5), GLYPHS_ASCII, (struct chart_range){ 0, 4 }, points, 5, -1);
        check("   **\n"
              "\n"
              " *\n"
              " *\n"
              "* ~\n");
}

static void test_line_has_band_and_cursor(void **state) {
        (void) state;
        const struct chart_point points[] = { { 2, 0, 4 }, { 2, 1, 3 }, { 2, 2, 2 } };
        chart_line(canvas(5, 3), GLYPHS_ASCII, (struct chart_range){ 0, 4 }, points, 3, 2);
        check(": |\n"
              "::|\n"
              "***\n"
              "::|\n"
              ": |\n");
}

/* It goes on where a chart beside it ended, and no mark of it is one of what was measured. */
static void test_forecast(void **state) {
        (void) state;
        const struct chart_point points[] = { { 2, 2, 2 }, { 3, 2, 4 }, { 4, 2, 6 } };
        const struct chart_range range = { 0, 6 };
        chart_forecast(canvas(7, 6), GLYPHS_ASCII, range, points, 3, -1);
        check("     .\n"
              "    ..\n"
              "   .oo\n"
              "  oo..\n"
              "oo....\n"
              "\n"
              "\n");
        chart_forecast(canvas(7, 6), GLYPHS_BLOCK, range, points, 3, 1);
        check("   │ ·\n"
              "   │··\n"
              "   │◦◦\n"
              "  ◦◦··\n"
              "◦◦·│··\n"
              "   │\n"
              "   │\n");
        chart_forecast(canvas(3, 3), GLYPHS_BRAILLE, range, points, 3, -1);
        check("  ⠐\n"
              "◦◦◦\n"
              "\n");
        chart_forecast(canvas(1, 1), GLYPHS_BLOCK, range, points, 0, 0);
        check("\n");
}

static void test_gantt(void **state) {
        (void) state;
        const struct chart_span spans[] = {
                { 0, 50, "us-east-1", false }, { 50, 90, "eu-west-1", true }, { 90, 91, "x", false },
        };
        chart_gantt_lane(canvas(1, 22), 0, 1, 20, 100, GLYPHS_ASCII, spans, 3);
        check(" [us-east-][eu-wes!=\n");
        chart_gantt_lane(canvas(1, 22), 0, 1, 20, 0, GLYPHS_ASCII, spans, 3);
        check("\n");
}

int main(void) {
        if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
                return 1;
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_sparkline),
                cmocka_unit_test(test_sparkline_shows_the_newest),
                cmocka_unit_test(test_sparkline_gaps),
                cmocka_unit_test(test_sparkline_of_equal_values_is_flat),
                cmocka_unit_test(test_bar),
                cmocka_unit_test(test_range),
                cmocka_unit_test(test_columns_and_points_are_inverse),
                cmocka_unit_test(test_line_has_gaps_and_no_bridge),
                cmocka_unit_test(test_line_has_band_and_cursor),
                cmocka_unit_test(test_forecast),
                cmocka_unit_test(test_gantt),
        };
        int failed = cmocka_run_group_tests(tests, NULL, NULL);
        surface_release(&s);
        return failed;
}
