/* SPDX-License-Identifier: MIT */
/* What one volume costs: every expected value was worked out by hand. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/macros.h"
#include "price/decimal.h"
#include "price/rates.h"

static void test_decimals_are_exact(void **state) {
        (void) state;
        static const struct {
                const char *text;
                uint64_t value;
        } cases[] = {
                { "0", 0 },
                { "0.1", 1000000000 },
                { "0.10", 1000000000 },
                { "00.1", 1000000000 },
                { "0.019992", 199920000 },
                { "53.6576", UINT64_C(536576000000) },
                { "0.0000000001", 1 },
                { "0.100000000000000000000", 1000000000 },
                { "0.0000000000", 0 },
                { "1000000", UINT64_C(10000000000000000) },
                { "1000000.0", UINT64_C(10000000000000000) },
                { "999999.9999999999", UINT64_C(9999999999999999) },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                uint64_t value = 42;
                assert_int_equal(decimal_parse(cases[i].text, &value), 0);
                assert_int_equal(value, cases[i].value);
        }
}

static void test_no_decimals(void **state) {
        (void) state;
        static const char *const bad[] = { "", ".", ".1", "1.", "-1", "+1", "1e3", " 1", "1 ", "1,5", "0x1", "nan",
                                           "1.2.3", "0.00000000001", "0.12345678901", "$1" };
        uint64_t value = 42;
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
                assert_int_equal(decimal_parse(bad[i], &value), -EINVAL);
        static const char *const great[] = { "1000001", "1000000.0000000001", "18446744073709551616",
                                             "99999999999999999999999999999999999999" };
        for (size_t i = 0; i < ARRAY_SIZE(great); i++)
                assert_int_equal(decimal_parse(great[i], &value), -ERANGE);
        assert_int_equal(value, 42);
}

static void set(struct rates *r, enum dimension d, const char *price) {
        r->rate[d].known = true;
        assert_int_equal(decimal_parse(price, &r->rate[d].price), 0);
}

/* us-east-1's. */
static struct rates rates_of(enum volume_type type) {
        struct rates r = { .type = type, .currency = "USD" };
        static const char *const gib[_TYPE_MAX] = {
                [TYPE_STANDARD] = "0.05", [TYPE_GP2] = "0.1",   [TYPE_GP3] = "0.08",  [TYPE_IO1] = "0.125",
                [TYPE_IO2] = "0.125",     [TYPE_ST1] = "0.045", [TYPE_SC1] = "0.015",
        };
        set(&r, DIMENSION_GIB, gib[type]);
        if (type == TYPE_GP3) {
                set(&r, DIMENSION_IOPS, "0.005");
                set(&r, DIMENSION_THROUGHPUT, "40.96");
        } else if (type == TYPE_IO1) {
                set(&r, DIMENSION_IOPS, "0.065");
        } else if (type == TYPE_IO2) {
                set(&r, DIMENSION_IOPS, "0.065");
                set(&r, DIMENSION_IOPS_TIER2, "0.0455");
                set(&r, DIMENSION_IOPS_TIER3, "0.03185");
        }
        return r;
}

static void check(const struct rates *r, uint64_t gib, uint64_t iops, uint64_t throughput, uint64_t micros) {
        uint64_t actual;
        if (!rates_cost(r, gib, iops, throughput, &actual))
                fail_msg("%s of %" PRIu64 " GiB has no price", volume_type_name(r->type), gib);
        if (actual != micros)
                fail_msg("%s, %" PRIu64 " GiB, %" PRIu64 " IOPS, %" PRIu64 " MiB/s: %" PRIu64 " instead of %" PRIu64,
                         volume_type_name(r->type), gib, iops, throughput, actual, micros);
}

static void check_none(const struct rates *r, uint64_t gib, uint64_t iops, uint64_t throughput) {
        uint64_t micros = 42;
        assert_false(rates_cost(r, gib, iops, throughput, &micros));
        assert_int_equal(micros, 42);
}

static void test_every_type(void **state) {
        (void) state;
        static const struct {
                enum volume_type type;
                uint64_t gib, iops, throughput, micros;
        } cases[] = {
                { TYPE_STANDARD, 100, 0, 0, 5000000 },
                { TYPE_GP2, 1000, 3000, 0, 100000000 }, /* the baseline is not charged for */
                { TYPE_ST1, 500, 0, 0, 22500000 },
                { TYPE_SC1, 500, 0, 0, 7500000 },
                { TYPE_GP2, 0, 100, 0, 0 },
                /* gp3: the boundaries of what is included, then 3,000 and 125 more of each. */
                { TYPE_GP3, 100, 3000, 125, 8000000 },
                { TYPE_GP3, 100, 0, 0, 8000000 },
                { TYPE_GP3, 100, 3001, 125, 8005000 },
                { TYPE_GP3, 100, 3000, 126, 8040000 },
                { TYPE_GP3, 2000, 6000, 250, 160000000 + 15000000 + 5000000 },
                { TYPE_GP3, 65536, 80000, 2000, UINT64_C(5242880000) + 385000000 + 75000000 },
                { TYPE_IO1, 100, 100, 0, 12500000 + 6500000 },
                { TYPE_IO1, 4, 64000, 0, 500000 + UINT64_C(4160000000) },
                /* io2: 32,000 of the first tier cost 2,080, 32,000 of the second 1,456. */
                { TYPE_IO2, 100, 1, 0, 12500000 + 65000 },
                { TYPE_IO2, 100, 31999, 0, 12500000 + 2079935000 },
                { TYPE_IO2, 100, 32000, 0, 12500000 + 2080000000 },
                { TYPE_IO2, 100, 32001, 0, 12500000 + 2080045500 },
                { TYPE_IO2, 100, 64000, 0, 12500000 + UINT64_C(3536000000) },
                { TYPE_IO2, 100, 64001, 0, 12500000 + UINT64_C(3536031850) },
                { TYPE_IO2, 100, 256000, 0, 12500000 + UINT64_C(3536000000) + UINT64_C(6115200000) },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct rates r = rates_of(cases[i].type);
                check(&r, cases[i].gib, cases[i].iops, cases[i].throughput, cases[i].micros);
        }
}

/* Once a volume, half up, and not before everything is added up. */
static void test_rounding(void **state) {
        (void) state;
        struct rates r = { .type = TYPE_GP3 };
        set(&r, DIMENSION_GIB, "0.0000004999");
        check(&r, 1, 0, 0, 0);
        set(&r, DIMENSION_GIB, "0.0000005");
        check(&r, 1, 0, 0, 1);
        check(&r, 2, 0, 0, 1);
        check(&r, 3, 0, 0, 2);
        /* 1 / 1024 of a GiB/s: 0.4 and 0.1 micros are half a one together. */
        set(&r, DIMENSION_GIB, "0.0000004");
        set(&r, DIMENSION_THROUGHPUT, "0.0001024");
        check(&r, 1, 0, 125, 0);
        check(&r, 1, 0, 126, 1);
        set(&r, DIMENSION_THROUGHPUT, "0.0001023");
        check(&r, 1, 0, 126, 0);
}

static void test_no_price(void **state) {
        (void) state;
        struct rates r = { .type = TYPE_GP3 };
        check_none(&r, 1, 3000, 125);
        check_none(&r, 0, 3000, 125);
        set(&r, DIMENSION_GIB, "0.08");
        check(&r, 1, 3000, 125, 80000); /* a price that is not needed may be missing */
        check_none(&r, 1, 3001, 125);
        check_none(&r, 1, 3000, 126);
        set(&r, DIMENSION_IOPS, "0.005");
        check(&r, 1, 3001, 125, 85000);
        check_none(&r, 1, 3001, 126);

        r = rates_of(TYPE_IO2);
        r.rate[DIMENSION_IOPS_TIER2].known = r.rate[DIMENSION_IOPS_TIER3].known = false;
        check(&r, 100, 32000, 0, 12500000 + 2080000000);
        check_none(&r, 100, 32001, 0);
        check_none(&r, 100, 0, 0); /* provisioned, but the API did not say how much */
        r = rates_of(TYPE_IO1);
        check_none(&r, 100, 0, 0);
}

static void test_beyond_64_bits(void **state) {
        (void) state;
        struct rates r = { .type = TYPE_GP3 };
        set(&r, DIMENSION_GIB, "0.000001");
        check(&r, INT64_MAX, 0, 0, INT64_MAX);
        check_none(&r, (uint64_t) INT64_MAX + 1, 0, 0);
        set(&r, DIMENSION_GIB, "1000000");
        set(&r, DIMENSION_IOPS, "1000000");
        set(&r, DIMENSION_THROUGHPUT, "1000000");
        check_none(&r, UINT64_MAX, UINT64_MAX, UINT64_MAX);
        /* These two terms add up to a little more than 2^128. */
        check_none(&r, UINT64_MAX, UINT64_C(14783955820913345208) + 3000, 0);
}

static void test_gp2_baseline(void **state) {
        (void) state;
        static const struct {
                uint64_t gib, iops, throughput;
        } cases[] = {
                { 1, 100, 128 },    { 33, 100, 128 },   { 34, 102, 128 },      { 170, 510, 128 },
                { 171, 513, 129 },  { 172, 516, 129 },  { 173, 519, 130 },     { 200, 600, 150 },
                { 333, 999, 250 },  { 334, 1002, 250 }, { 335, 1005, 250 },    { 1000, 3000, 250 },
                { 1001, 3003, 250 }, { 5333, 15999, 250 }, { 5334, 16000, 250 }, { 16384, 16000, 250 },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                assert_int_equal(gp2_baseline_iops(cases[i].gib), cases[i].iops);
                assert_int_equal(gp2_baseline_throughput(cases[i].gib), cases[i].throughput);
        }
        assert_int_equal(gp2_baseline_iops(UINT64_MAX), 16000);
}

static void test_gp2_as_gp3(void **state) {
        (void) state;
        static const struct {
                uint64_t gib, micros;
        } cases[] = {
                { 1, 80000 + 120000 }, /* 3 MiB/s more than included: dearer than gp2's 0.10 */
                { 6, 480000 + 120000 }, /* just gp2's 0.60 */
                { 100, 8000000 + 120000 },
                { 1000, 80000000 + 5000000 },
                { 2000, 160000000 + 5000000 + 15000000 },
                { 16384, 1310720000 + 5000000 + 65000000 },
        };
        struct rates gp3 = rates_of(TYPE_GP3);
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                uint64_t micros;
                assert_true(rates_gp2_as_gp3(&gp3, cases[i].gib, &micros));
                assert_int_equal(micros, cases[i].micros);
        }
        gp3.rate[DIMENSION_THROUGHPUT].known = false;
        uint64_t micros;
        assert_false(rates_gp2_as_gp3(&gp3, 1, &micros));
}

static void test_type_names(void **state) {
        (void) state;
        for (unsigned t = 0; t < _TYPE_MAX; t++)
                assert_int_equal(volume_type_from_name(volume_type_name((enum volume_type) t)), t);
        assert_int_equal(volume_type_from_name("gp4"), _TYPE_MAX);
        assert_int_equal(volume_type_from_name(""), _TYPE_MAX);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_decimals_are_exact),
                cmocka_unit_test(test_no_decimals),
                cmocka_unit_test(test_every_type),
                cmocka_unit_test(test_rounding),
                cmocka_unit_test(test_no_price),
                cmocka_unit_test(test_beyond_64_bits),
                cmocka_unit_test(test_gp2_baseline),
                cmocka_unit_test(test_gp2_as_gp3),
                cmocka_unit_test(test_type_names),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
