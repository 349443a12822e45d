/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/fitted_line.h"

static struct fitted_line make(void) {
        struct fitted_line l = { .n = 0 };
        fitted_line_add(&l, 0, STYLE_PLAIN, "2,432.6 TiB");
        fitted_line_add(&l, 3, STYLE_PLAIN, "unattached 127.5 TiB (%.1f%%)", 5.2);
        fitted_line_or(&l, "unatt 127.5 TiB");
        fitted_line_add(&l, 1, STYLE_PLAIN, "est $337,239+/mo");
        fitted_line_or(&l, "$337,239+/mo");
        fitted_line_add(&l, 2, STYLE_PLAIN, "%s", "");
        fitted_line_add(&l, 2, STYLE_WARNING, "1 of 51 regions old");
        fitted_line_or(&l, "1 old");
        fitted_line_or(&l, "!!");
        return l;
}

static void check(int width, const char *expected) {
        struct surface s = { .utf8 = false };
        struct buffer out = BUFFER_INIT(1 << 20);
        const struct fitted_line l = make();
        assert_int_equal(surface_resize(&s, 1, width), 0);
        struct area area = surface_area(&s);
        assert_int_equal(fitted_line_draw(&l, area, 0, 0, 2), (int) strlen(expected));
        assert_int_equal(fitted_line_width(&l, area, 2), (int) strlen(expected));
        assert_int_equal(surface_dump(&s, &out), 0);
        char line[200];
        (void) snprintf(line, sizeof(line), "%s\n", expected);
        assert_string_equal(buffer_string(&out), line);
        buffer_release(&out);
        surface_release(&s);
}

static void test_parts_get_shorter_and_then_go(void **state) {
        (void) state;
        check(100, "2,432.6 TiB  unattached 127.5 TiB (5.2%)  est $337,239+/mo  1 of 51 regions old");
        check(78, "2,432.6 TiB  unatt 127.5 TiB  est $337,239+/mo  1 of 51 regions old");
        check(60, "2,432.6 TiB  unatt 127.5 TiB  est $337,239+/mo  1 old");
        check(50, "2,432.6 TiB  unatt 127.5 TiB  est $337,239+/mo  !!");
        check(46, "2,432.6 TiB  unatt 127.5 TiB  $337,239+/mo  !!");
        check(29, "2,432.6 TiB  $337,239+/mo  !!");
        check(28, "2,432.6 TiB  $337,239+/mo");
        check(11, "2,432.6 TiB");
}

static void test_no_part_is_cut(void **state) {
        (void) state;
        check(10, "1 old");
        check(4, "!!");
        check(1, "");
}

/* What a part leaves that goes makes others longer again, the most important one first. */
static void test_parts_grow_again(void **state) {
        (void) state;
        check(45, "2,432.6 TiB  est $337,239+/mo  1 old");
        check(32, "2,432.6 TiB  $337,239+/mo  1 old");
}

static void test_more_parts_than_there_is_place_for(void **state) {
        (void) state;
        struct fitted_line l = { .n = 0 };
        for (int i = 0; i < FITTED_PARTS_MAX + 3; i++) {
                fitted_line_add(&l, 0, STYLE_PLAIN, "%d", i);
                fitted_line_or(&l, "a");
                fitted_line_or(&l, "b");
                fitted_line_or(&l, "c");
        }
        assert_int_equal(l.n, FITTED_PARTS_MAX);
        assert_int_equal(l.parts[0].n_forms, FITTED_FORMS_MAX);
        fitted_line_or(&(struct fitted_line){ .n = 0 }, "of nothing");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_parts_get_shorter_and_then_go),
                cmocka_unit_test(test_no_part_is_cut),
                cmocka_unit_test(test_parts_grow_again),
                cmocka_unit_test(test_more_parts_than_there_is_place_for),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
