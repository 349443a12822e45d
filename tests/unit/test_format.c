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
#include <stdlib.h>
#include <time.h>

#include "base/macros.h"
#include "tui/format.h"
#include "tui/freshness.h"
#include "tui/keys.h"

static const struct display automatic = { .units = UNITS_AUTO, .now = 1795442520 };
static const struct display tib = { .units = UNITS_TIB, .now = 1795442520 };
static const struct display exact = { .units = UNITS_AUTO, .exact = true, .now = 1795442520 };
static char buf[FORMAT_SIZE];

static void test_integers(void **state) {
        (void) state;
        assert_string_equal(format_integer(0, true, buf), "0");
        assert_string_equal(format_integer(1503324, false, buf), "1,503,324");
        assert_string_equal(format_integer(-2698, true, buf), "-2,698");
        assert_string_equal(format_integer(2524, true, buf), "+2,524");
        assert_string_equal(format_integer(INT64_MIN, false, buf), "-9,223,372,036,854,775,808");
}

static void test_sizes(void **state) {
        (void) state;
        assert_string_equal(format_gib_column(1503324, &automatic, buf), "1,503,324");
        assert_string_equal(format_gib_column(1503324, &tib, buf), "1,468.1");
        assert_string_equal(format_gib(1503324, &automatic, buf), "1,468.1 TiB");
        assert_string_equal(format_gib(812, &automatic, buf), "812 GiB");
        assert_string_equal(format_gib(812, &tib, buf), "0.8 TiB");
        assert_string_equal(format_gib(1503324, &exact, buf), "1,503,324 GiB");
        /* Not 1.10. */
        assert_string_equal(format_gib(2047, &tib, buf), "2.0 TiB");
        assert_string_equal(format_gib_change(4096, &tib, buf), "+4.0");
        assert_string_equal(format_gib_change(-4096, &automatic, buf), "-4,096");
        /* Rounded to nothing, it has no sign. */
        assert_string_equal(format_gib_change(-1, &tib, buf), "0.0");
}

static void test_money(void **state) {
        (void) state;
        assert_string_equal(format_money_column(127164490000, &automatic, buf), "127,164");
        assert_string_equal(format_money_column(127164490000, &exact, buf), "127,164.49");
        assert_string_equal(format_money_column(12345000, &automatic, buf), "12.35");
        assert_string_equal(format_money_column(99999999, &automatic, buf), "100");
        assert_string_equal(format_money_column(0, &automatic, buf), "0");
        assert_string_equal(format_money_column(-5000000, &automatic, buf), "-5.00");
        assert_string_equal(format_money(127164490000, "USD", &automatic, buf), "$127,164");
        assert_string_equal(format_money(-169000000, "USD", &automatic, buf), "-$169");
        assert_string_equal(format_money(12340000, "EUR", &automatic, buf), "EUR 12.34");
        assert_string_equal(format_money_short(127164490000, "USD", buf), "$127k");
        assert_string_equal(format_money_short(1270000000000, "EUR", buf), "EUR 1.3M");
        assert_string_equal(format_money_short(999600000, "USD", buf), "$1.0k");
        assert_string_equal(format_money_short(42000000, "USD", buf), "$42");
}

static void test_shares_and_changes(void **state) {
        (void) state;
        assert_string_equal(format_share(0.058, false, buf), "5.8%");
        assert_string_equal(format_share(0.58, true, buf), "58%");
        assert_string_equal(format_share(0.999, true, buf), "99%");
        assert_string_equal(format_share(0.001, true, buf), "<1%");
        assert_string_equal(format_share(0, true, buf), "0%");
        assert_string_equal(format_share(1, true, buf), "100%");
        assert_string_equal(format_change(1.117, buf), "+1.12");
        assert_string_equal(format_change(-0.65, buf), "-0.65");
        assert_string_equal(format_change(-0.004, buf), "0.00");
        assert_string_equal(format_change(340.2, buf), "+340");
}

static void test_ages_and_durations(void **state) {
        (void) state;
        assert_string_equal(format_age(42, false, buf), "42s");
        assert_string_equal(format_age(-3, false, buf), "0s");
        assert_string_equal(format_age(3599, false, buf), "59m");
        assert_string_equal(format_age(11520, false, buf), "3h");
        assert_string_equal(format_age(11520, true, buf), "3h12m");
        assert_string_equal(format_age(47 * 3600, false, buf), "47h");
        assert_string_equal(format_age(420 * 86400, false, buf), "420d");
        assert_string_equal(format_age(3 * 86400 + 7200, true, buf), "3d02h");
        assert_string_equal(format_duration(870999, buf), "870ms");
        assert_string_equal(format_duration(12748000, buf), "12.7s");
        assert_string_equal(format_duration(258000000, buf), "4m18s");
        assert_string_equal(format_duration(7500000000, buf), "2h05m");
}

static void test_times(void **state) {
        (void) state;
        assert_string_equal(format_clock(automatic.now, &automatic, buf), "14:02 UTC");
        assert_string_equal(format_time(automatic.now - 53, &automatic, buf), "11-23 14:01:07");
        assert_string_equal(format_date(automatic.now - 53, &automatic, buf), "2026-11-23 14:01");
        assert_string_equal(format_time(automatic.now - 365 * 86400, &automatic, buf), "2025-11-23 14:02");
        struct display local = automatic;
        local.local_time = true;
        assert_string_equal(format_clock(automatic.now, &local, buf), "16:02 EET");
}

static void test_freshness(void **state) {
        (void) state;
        struct freshness_facts f = {
                .now = 100000, .newest_at = 100000 - 42, .has_daemon = true, .heartbeat_at = 100000 - 20, .interval_s = 600,
        };
        assert_int_equal(freshness_judge(&f), FRESHNESS_LIVE);
        f.newest_at = f.now - 1199;
        assert_int_equal(freshness_judge(&f), FRESHNESS_LIVE);
        f.newest_at = f.now - 1200;
        assert_int_equal(freshness_judge(&f), FRESHNESS_LATE);
        f.newest_at = f.now - 3000;
        assert_int_equal(freshness_judge(&f), FRESHNESS_STALE);
        assert_true(freshness_is_stale(FRESHNESS_STALE));
        f.newest_at = f.now - 42;
        f.heartbeat_at = f.now - 181;
        assert_int_equal(freshness_judge(&f), FRESHNESS_STALE);
        f.stopped = true;
        assert_int_equal(freshness_judge(&f), FRESHNESS_STOPPED);
        f.has_daemon = false;
        assert_int_equal(freshness_judge(&f), FRESHNESS_NO_DAEMON);
        f.newest_at = f.now + 61;
        assert_int_equal(freshness_judge(&f), FRESHNESS_CLOCK);
        f.newest_at = 0;
        assert_int_equal(freshness_judge(&f), FRESHNESS_NONE);
}

/* What works is in the help, once. */
static void test_help_has_every_key(void **state) {
        (void) state;
        size_t keys = 0, named = 0;
        for (uint32_t input = 1; input < _INPUT_MAX; input++)
                keys += keys_command(input) != COMMAND_NONE;
        char names[KEYS_NAMES_SIZE];
        const char *text;
        for (size_t i = 0; keys_help(i, names, &text); i++) {
                assert_true(strlen(names) < sizeof(names) - 1);
                assert_true(text[0] != '\0');
                named++;
                for (const char *c = names; *c != '\0'; c++)
                        named += *c == ' ';
        }
        assert_int_equal(named, keys);
        assert_string_equal(keys_function_word(1), "Help");
        assert_string_equal(keys_function_word(10), "Quit");
        assert_null(keys_function_word(9));
        assert_null(keys_function_word(12));
}

int main(void) {
        (void) setenv("TZ", "EET-2", 1);
        tzset();
        static const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_integers),
                cmocka_unit_test(test_sizes),
                cmocka_unit_test(test_money),
                cmocka_unit_test(test_shares_and_changes),
                cmocka_unit_test(test_ages_and_durations),
                cmocka_unit_test(test_times),
                cmocka_unit_test(test_freshness),
                cmocka_unit_test(test_help_has_every_key),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
