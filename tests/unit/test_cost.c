/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/cost.h"

static struct cost_of_volume volume(const char *currency, uint64_t micros, uint32_t date) {
        struct cost_of_volume v = { .micros = micros, .prices_oldest = date, .prices_newest = date };
        strcpy(v.currency, currency);
        return v;
}

static void add(struct cost *c, enum holder holder, const char *currency, uint64_t micros, uint32_t date) {
        struct cost_of_volume v = volume(currency, micros, date);
        assert_true(cost_add_volume(c, holder, &v));
}

static void test_every_holder(void **state) {
        (void) state;
        struct cost c = { .known = true };
        add(&c, HOLDER_INSTANCE, "USD", 1, 20220210);
        add(&c, HOLDER_UNKNOWN_INSTANCE, "USD", 2, 20210210);
        add(&c, HOLDER_MANAGED, "USD", 4, 20230210);
        add(&c, HOLDER_NONE, "USD", 8, 20220210);
        assert_int_equal(c.n_sums, 1);
        assert_int_equal(c.sums[0].attached_micros, 3);
        assert_int_equal(c.sums[0].managed_micros, 4);
        assert_int_equal(c.sums[0].unattached_micros, 8);
        assert_int_equal(cost_sum_total(&c.sums[0]), 15);
        assert_int_equal(c.sums[0].prices_oldest, 20210210);
        assert_int_equal(c.sums[0].prices_newest, 20230210);
}

static void test_currencies_are_never_added_up(void **state) {
        (void) state;
        struct cost a = { .known = true }, b = { .known = true, .unpriced_volumes = 3 };
        add(&a, HOLDER_INSTANCE, "USD", 100, 20220210);
        add(&a, HOLDER_INSTANCE, "CNY", 10, 20220210);
        add(&b, HOLDER_INSTANCE, "EUR", 1000, 20260101);
        add(&b, HOLDER_NONE, "USD", 7, 20200101);
        assert_int_equal(cost_add(&a, &b), 0);
        assert_int_equal(a.n_sums, 3);
        assert_string_equal(a.sums[0].currency, "CNY");
        assert_string_equal(a.sums[1].currency, "EUR");
        assert_string_equal(a.sums[2].currency, "USD");
        assert_int_equal(cost_sum_total(&a.sums[0]), 10);
        assert_int_equal(cost_sum_total(&a.sums[1]), 1000);
        assert_int_equal(cost_sum_total(&a.sums[2]), 107);
        assert_int_equal(a.sums[1].prices_oldest, 20260101);
        assert_int_equal(a.sums[2].prices_oldest, 20200101);
        assert_int_equal(a.sums[2].prices_newest, 20220210);
        assert_int_equal(a.unpriced_volumes, 3);
        assert_true(a.known);

        struct cost unknown = { .known = false };
        assert_int_equal(cost_add(&a, &unknown), 0);
        assert_false(a.known);
}

static void test_too_much(void **state) {
        (void) state;
        struct cost c = { .known = true };
        add(&c, HOLDER_INSTANCE, "USD", COST_MICROS_MAX - 5, 20220210);
        add(&c, HOLDER_NONE, "USD", 5, 20220210);
        struct cost_of_volume one = volume("USD", 1, 20000101);
        assert_false(cost_add_volume(&c, HOLDER_MANAGED, &one));
        assert_false(cost_add_volume(&c, HOLDER_INSTANCE, &one));
        assert_int_equal(c.unpriced_volumes, 2);
        assert_int_equal(cost_sum_total(&c.sums[0]), COST_MICROS_MAX);
        assert_int_equal(c.sums[0].prices_oldest, 20220210);

        struct cost more = { .known = true }, before = c;
        add(&more, HOLDER_MANAGED, "USD", 1, 20220210);
        assert_int_equal(cost_add(&c, &more), -EOVERFLOW);
        assert_memory_equal(&c, &before, sizeof(c));
}

static void test_as_gp3(void **state) {
        (void) state;
        struct cost c = { .known = true }, twice = { .known = true };
        static const struct {
                uint64_t micros, as_gp3;
        } volumes[] = { { 100, 80 }, { 50, 45 }, { 10, 12 }, { 60, 60 } };
        for (size_t i = 0; i < ARRAY_SIZE(volumes); i++) {
                struct cost_of_volume v = volume("USD", volumes[i].micros, 20220210);
                v.is_comparable = true;
                v.as_gp3_micros = volumes[i].as_gp3;
                assert_true(cost_add_volume(&c, HOLDER_INSTANCE, &v));
        }
        add(&c, HOLDER_INSTANCE, "USD", 1000, 20220210); /* no gp2 volume */
        assert_int_equal(cost_add(&twice, &c), 0);
        assert_int_equal(cost_add(&twice, &c), 0);
        assert_int_equal(twice.sums[0].as_gp3.cheaper_volumes, 4);
        assert_int_equal(twice.sums[0].as_gp3.cheaper_micros, 50);
        assert_int_equal(twice.sums[0].as_gp3.dearer_volumes, 2);
        assert_int_equal(twice.sums[0].as_gp3.dearer_micros, 4);
}

static void test_only_sum(void **state) {
        (void) state;
        struct cost c = { .known = false };
        assert_null(cost_only_sum(&c));
        c.known = true;
        assert_int_equal(cost_sum_total(cost_only_sum(&c)), 0);
        assert_string_equal(cost_only_sum(&c)->currency, "");
        c.unpriced_volumes = 1;
        assert_null(cost_only_sum(&c));
        add(&c, HOLDER_NONE, "USD", 1, 20220210);
        assert_ptr_equal(cost_only_sum(&c), &c.sums[0]);
        c.unpriced_volumes = 0;
        add(&c, HOLDER_NONE, "EUR", 1, 20220210);
        assert_null(cost_only_sum(&c));
}

static void test_dates(void **state) {
        (void) state;
        char buf[COST_DATE_SIZE];
        assert_string_equal(cost_format_date(20220210, buf), "2022-02-10");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_every_holder),
                cmocka_unit_test(test_currencies_are_never_added_up),
                cmocka_unit_test(test_too_much),
                cmocka_unit_test(test_as_gp3),
                cmocka_unit_test(test_only_sum),
                cmocka_unit_test(test_dates),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
