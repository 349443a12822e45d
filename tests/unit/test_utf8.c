/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/utf8.h"

static void check(const char *text, const char *expected) {
        char buf[64];
        (void) snprintf(buf, sizeof(buf), "%s", text);
        utf8_sanitize(buf);
        assert_string_equal(buf, expected);
}

static void test_valid(void **state) {
        (void) state;
        static const char *const texts[] = {
                "", "us-east-1", "\x7f", "M\xc3\xbcnchen", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                "\xe2\x82\xac 5", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
        };
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
                check(texts[i], texts[i]);
}

static void test_invalid(void **state) {
        (void) state;
        check("a\x80z", "a?z");                   /* continuation alone */
        check("\xc3", "?");                       /* clipped, the NUL is not read over */
        check("\xe2\x82", "??");
        check("\xf0\x9f\x98", "???");
        check("\xc3z", "?z");
        check("\xc0\xaf\xc1\xbf", "????");        /* overlong */
        check("\xe0\x9f\xbf", "???");
        check("\xf0\x8f\xbf\xbf", "????");
        check("\xed\xa0\x80", "???");             /* surrogate */
        check("\xf4\x90\x80\x80", "????");        /* beyond U+10FFFF */
        check("\xf5\x80\x80\x80\xff", "?????");
        check("ok \xc3\xbc\xc3 ok", "ok \xc3\xbc? ok");
}

static void test_length(void **state) {
        (void) state;
        assert_int_equal(utf8_character_length(""), 0);
        assert_int_equal(utf8_character_length("ab"), 1);
        assert_int_equal(utf8_character_length("\xc3\xbcx"), 2);
        assert_int_equal(utf8_character_length("\xe2\x82\xacx"), 3);
        assert_int_equal(utf8_character_length("\xf0\x9f\x98\x80x"), 4);
        assert_int_equal(utf8_character_length("\x80"), 0);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_valid),
                cmocka_unit_test(test_invalid),
                cmocka_unit_test(test_length),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
