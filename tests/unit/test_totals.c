/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/macros.h"
#include "model/totals.h"

/* Every field another number. */
static const struct totals sample = {
        .instances = 1,
        .instance_sum_gib = 2,
        .attached_volumes = 3,
        .attached_gib = 4,
        .multi_attach_extra_gib = 5,
        .lists_all_volumes = true,
        .unknown_instance_volumes = 6,
        .unknown_instance_gib = 7,
        .unattached_volumes = 8,
        .unattached_gib = 9,
        .managed_volumes = 10,
        .managed_gib = 11,
};

static void test_add(void **state) {
        (void) state;
        struct totals t = sample;
        assert_int_equal(totals_add(&t, &sample), 0);
        assert_int_equal(t.instances, 2);
        assert_int_equal(t.instance_sum_gib, 4);
        assert_int_equal(t.attached_volumes, 6);
        assert_int_equal(t.attached_gib, 8);
        assert_int_equal(t.multi_attach_extra_gib, 10);
        assert_int_equal(t.unknown_instance_volumes, 12);
        assert_int_equal(t.unknown_instance_gib, 14);
        assert_int_equal(t.unattached_volumes, 16);
        assert_int_equal(t.unattached_gib, 18);
        assert_int_equal(t.managed_volumes, 20);
        assert_int_equal(t.managed_gib, 22);
        assert_true(t.lists_all_volumes);

        /* One part that does not list all makes the sum one that does not. */
        struct totals blind = { .instances = 1 };
        assert_int_equal(totals_add(&t, &blind), 0);
        assert_false(t.lists_all_volumes);
        assert_int_equal(totals_add(&blind, &sample), 0);
        assert_false(blind.lists_all_volumes);
}

static void test_add_overflow_in_any_field(void **state) {
        (void) state;
        static const size_t offsets[] = {
                offsetof(struct totals, instances),          offsetof(struct totals, instance_sum_gib),
                offsetof(struct totals, attached_volumes),   offsetof(struct totals, attached_gib),
                offsetof(struct totals, multi_attach_extra_gib), offsetof(struct totals, unknown_instance_volumes),
                offsetof(struct totals, unknown_instance_gib), offsetof(struct totals, unattached_volumes),
                offsetof(struct totals, unattached_gib),     offsetof(struct totals, managed_volumes),
                offsetof(struct totals, managed_gib),
        };
        for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
                struct totals a = sample, b = { .lists_all_volumes = true };
                uint64_t large = UINT64_MAX;
                memcpy((char *) &b + offsets[i], &large, sizeof(large));
                assert_int_equal(totals_add(&a, &b), -EOVERFLOW);
                assert_int_equal(a.instances, sample.instances);
                assert_int_equal(a.managed_gib, sample.managed_gib);
                large = UINT64_MAX - 11;
                memcpy((char *) &b + offsets[i], &large, sizeof(large));
                assert_int_equal(totals_add(&a, &b), 0);
        }
}

/* A per-instance strategy and a sweep agree where they can see the same. */
static void test_agree(void **state) {
        (void) state;
        struct totals sweep = {
                .instances = 5, .instance_sum_gib = 389, .attached_volumes = 9, .attached_gib = 339,
                .multi_attach_extra_gib = 100, .lists_all_volumes = true, .unknown_instance_volumes = 1,
                .unknown_instance_gib = 50, .unattached_volumes = 2, .unattached_gib = 30,
        };
        struct totals parallel = {
                .instances = 5, .instance_sum_gib = 389, .attached_volumes = 8, .attached_gib = 289,
                .multi_attach_extra_gib = 100,
        };
        assert_true(totals_agree(&sweep, &parallel));
        assert_true(totals_agree(&parallel, &sweep));
        assert_true(totals_agree(&parallel, &parallel));

        struct totals other = parallel;
        other.instances++;
        assert_false(totals_agree(&sweep, &other));
        other = parallel;
        other.instance_sum_gib++;
        assert_false(totals_agree(&sweep, &other));
        other = parallel;
        other.attached_volumes++;
        assert_false(totals_agree(&sweep, &other));
        other = parallel;
        other.attached_gib++;
        assert_false(totals_agree(&sweep, &other));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_add),
                cmocka_unit_test(test_add_overflow_in_any_field),
                cmocka_unit_test(test_agree),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
