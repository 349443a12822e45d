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

#include "tui/surface.h"

static struct surface make(int rows, int columns, bool utf8) {
        struct surface s = { .utf8 = utf8 };
        assert_int_equal(surface_resize(&s, rows, columns), 0);
        return s;
}

/* Compares the whole surface as text and frees it. */
static void check(struct surface *s, const char *expected) {
        struct buffer out = BUFFER_INIT(1 << 20);
        assert_int_equal(surface_dump(s, &out), 0);
        assert_string_equal(buffer_string(&out), expected);
        buffer_release(&out);
        surface_release(s);
}

static void test_put_clips_at_every_edge(void **state) {
        (void) state;
        struct surface s = make(2, 5, true);
        struct area a = surface_area(&s);
        assert_int_equal(area_put(a, 0, 3, STYLE_PLAIN, "abc"), 6);
        assert_int_equal(area_put(a, 1, -2, STYLE_PLAIN, "abcd"), 2);
        (void) area_put(a, 2, 0, STYLE_PLAIN, "below");
        (void) area_put(a, -1, 0, STYLE_PLAIN, "above");
        check(&s, "   ab\ncd\n");
}

static void test_parts_clip_to_themselves(void **state) {
        (void) state;
        struct surface s = make(3, 6, true);
        struct area part = area_part(surface_area(&s), 1, 1, 1, 3);
        (void) area_put(part, 0, 1, STYLE_PLAIN, "abcdef");
        (void) area_put(part, 1, 0, STYLE_PLAIN, "x");
        part = area_part(part, 0, 2, 99, 99);
        assert_int_equal(part.columns, 1);
        assert_int_equal(part.rows, 1);
        check(&s, "\n  ab\n\n");
}

static void test_wide_characters_are_whole_or_absent(void **state) {
        (void) state;
        struct surface s = make(3, 4, true);
        struct area a = surface_area(&s);
        assert_int_equal(area_put(a, 0, 0, STYLE_PLAIN, "日本語"), 6);
        (void) area_put(a, 1, 0, STYLE_PLAIN, "a日本");
        /* One half of it is overwritten: the other goes too. */
        (void) area_put(a, 2, 0, STYLE_PLAIN, "日本");
        (void) area_put(a, 2, 1, STYLE_PLAIN, "x");
        check(&s, "日本\na日\n x本\n");
}

static void test_combining_marks_stay_with_their_character(void **state) {
        (void) state;
        struct surface s = make(1, 4, true);
        assert_int_equal(area_put(surface_area(&s), 0, 0, STYLE_PLAIN, "e\u0301a\u0301\u0302\u0303\u0304x"), 3);
        check(&s, "e\u0301a\u0301\u0302x\n");
}

static void test_hostile_text_loses_what_steers_the_terminal(void **state) {
        (void) state;
        struct surface s = make(3, 20, true);
        struct area a = surface_area(&s);
        (void) area_put(a, 0, 0, STYLE_PLAIN, "\x1b[31ma\tb\r\n\x7f\xc2\x9b" "c\u202e" "d\u200b" "e");
        (void) area_put(a, 1, 0, STYLE_PLAIN, "\xff\xc0\xaf\xed\xa0\x80z");
        (void) area_put(a, 2, 0, STYLE_PLAIN, "tail\xe2\x82");
        check(&s, "[31mabcde\n??????z\ntail??\n");
}

static void test_ascii_terminals_get_ascii(void **state) {
        (void) state;
        struct surface s = make(1, 20, false);
        (void) area_put(surface_area(&s), 0, 0, STYLE_PLAIN, "caf\u00e9 日本");
        check(&s, "caf? ??\n");
}

static void test_right_and_clipped(void **state) {
        (void) state;
        struct surface s = make(4, 10, true);
        struct area a = surface_area(&s);
        assert_int_equal(area_put_right(a, 0, 10, STYLE_PLAIN, "1,234"), 5);
        area_put_clipped(a, 1, 0, 6, STYLE_PLAIN, "abcdefgh");
        area_put_clipped(a, 2, 0, 6, STYLE_PLAIN, "abcdef");
        area_put_clipped(a, 3, 2, 5, STYLE_PLAIN, "日本語");
        check(&s, "     1,234\nabcde…\nabcdef\n  日本…\n");
        s = make(1, 10, false);
        area_put_clipped(surface_area(&s), 0, 0, 6, STYLE_PLAIN, "abcdefgh");
        check(&s, "abcd..\n");
}

static void test_fitting_is_all_or_nothing(void **state) {
        (void) state;
        struct surface s = make(1, 6, true);
        struct area a = surface_area(&s);
        assert_int_equal(area_put_fitting(a, 0, 0, STYLE_PLAIN, "1,234,567"), 0);
        assert_int_equal(area_put_fitting(a, 0, 0, STYLE_PLAIN, "1,234"), 5);
        check(&s, "1,234\n");
}

static void test_wrapping_breaks_at_blanks(void **state) {
        (void) state;
        struct surface s = make(5, 12, true);
        assert_int_equal(area_put_wrapped(surface_area(&s), 0, 1, 10, STYLE_PLAIN, "one two three fourteenletters"), 4);
        check(&s, " one two\n three\n fourteenle\n tters\n\n");
}

static void test_names_are_shortened_in_the_middle(void **state) {
        (void) state;
        struct surface s = make(6, 12, true);
        struct area a = surface_area(&s);
        area_put_shortened(a, 0, 0, 10, STYLE_PLAIN, "ap-northeast-3");
        area_put_shortened(a, 1, 0, 9, STYLE_PLAIN, "日本語日本語日本");
        area_put_shortened(a, 2, 2, 10, STYLE_PLAIN, "us-east-1");
        area_put_shortened(a, 3, 0, 2, STYLE_PLAIN, "us-east-1");
        s.utf8 = false;
        area_put_shortened(a, 4, 0, 10, STYLE_PLAIN, "ap-northeast-3");
        s.utf8 = true;
        check(&s, "ap-no…st-3\n日本…日本\n  us-east-1\nu…\nap-n..st-3\n\n");
}

static void test_phrases_are_whole(void **state) {
        (void) state;
        struct surface s = make(5, 20, false);
        static const char text[] = "1/217  Enter volumes  / search";
        for (int row = 0; row < 5; row++)
                area_put_phrases(surface_area(&s), row, 0, (int[]){ 20, 19, 6, 4, 0 }[row], STYLE_PLAIN, text);
        check(&s, "1/217  Enter volumes\n1/217\n1/217\n1/..\n\n");
}

/* Rows above the area are passed over: help scrolls so. */
static void test_wrapping_begins_above(void **state) {
        (void) state;
        struct surface s = make(2, 20, false);
        assert_int_equal(area_put_wrapped(surface_area(&s), -1, 0, 8, STYLE_PLAIN, "above the line"), 1);
        check(&s, "the line\n\n");
}

static void test_styles(void **state) {
        (void) state;
        struct surface s = make(1, 4, true);
        struct area a = surface_area(&s);
        (void) area_put(a, 0, 0, STYLE_GOOD, "ab");
        area_restyle(a, 0, 1, 99, STYLE_SELECTED);
        assert_int_equal(surface_cell(&s, 0, 0)->style, STYLE_GOOD);
        assert_int_equal(surface_cell(&s, 0, 1)->style, STYLE_SELECTED);
        assert_int_equal(surface_cell(&s, 0, 3)->style, STYLE_SELECTED);
        surface_release(&s);
}

static void test_filling_a_part_takes_halves_along(void **state) {
        (void) state;
        struct surface s = make(1, 6, true);
        struct area a = surface_area(&s);
        (void) area_put(a, 0, 0, STYLE_PLAIN, "日本語");
        area_fill(area_part(a, 0, 1, 1, 2), 0, 0, 2, STYLE_PLAIN, L' ');
        check(&s, "    語\n");
}

static void test_sizes_without_room(void **state) {
        (void) state;
        struct surface s = make(0, -5, true);
        assert_int_equal(s.rows, 1);
        assert_int_equal(s.columns, 1);
        struct area none = area_part(surface_area(&s), 5, 5, 5, 5);
        (void) area_put(none, 0, 0, STYLE_PLAIN, "abc");
        area_fill(none, 0, 0, 3, STYLE_PLAIN, L'x');
        area_put_clipped(none, 0, 0, 0, STYLE_PLAIN, "abc");
        check(&s, "\n");
}

int main(void) {
        if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
                return 1;
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_put_clips_at_every_edge),
                cmocka_unit_test(test_parts_clip_to_themselves),
                cmocka_unit_test(test_wide_characters_are_whole_or_absent),
                cmocka_unit_test(test_combining_marks_stay_with_their_character),
                cmocka_unit_test(test_hostile_text_loses_what_steers_the_terminal),
                cmocka_unit_test(test_ascii_terminals_get_ascii),
                cmocka_unit_test(test_right_and_clipped),
                cmocka_unit_test(test_fitting_is_all_or_nothing),
                cmocka_unit_test(test_wrapping_breaks_at_blanks),
                cmocka_unit_test(test_phrases_are_whole),
                cmocka_unit_test(test_names_are_shortened_in_the_middle),
                cmocka_unit_test(test_wrapping_begins_above),
                cmocka_unit_test(test_styles),
                cmocka_unit_test(test_filling_a_part_takes_halves_along),
                cmocka_unit_test(test_sizes_without_room),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
