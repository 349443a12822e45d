/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "price/list.h"

#define HEADER "region,volume_type,dimension,price,currency,as_of\n"

static struct price_list *parse(const char *text) {
        struct price_list *l;
        struct error_list errors = { .n = 0 };
        if (price_list_parse("prices.csv", text, strlen(text), &l, &errors) < 0)
                fail_msg("%s", errors.items[0].message);
        return l;
}

static struct price_list *builtin(void) {
        struct price_list *l;
        struct error_list errors = { .n = 0 };
        if (price_list_builtin(&l, &errors) < 0)
                fail_msg("%s", errors.items[0].message);
        return l;
}

static void check_cost(const struct price_list *l, const char *region, const char *type, uint64_t gib, uint64_t iops,
                       uint64_t throughput, const char *currency, uint64_t micros) {
        char zone[64];
        (void) snprintf(zone, sizeof(zone), "%sb", region);
        const struct rates *r = price_list_find(l, region, zone, type);
        assert_non_null(r);
        assert_string_equal(r->currency, currency);
        uint64_t actual;
        assert_true(rates_cost(r, gib, iops, throughput, &actual));
        assert_int_equal(actual, micros);
}

static void test_builtin(void **state) {
        (void) state;
        struct price_list *l = builtin();
        check_cost(l, "us-east-1", "gp3", 500, 4000, 250, "USD", 40000000 + 5000000 + 5000000);
        check_cost(l, "us-east-1", "io2", 10, 64001, 0, "USD", 1250000 + UINT64_C(3536031850));
        /* 53.6576 a GiB/s are 0.0524 a MiB/s. */
        check_cost(l, "af-south-1", "gp3", 10, 3000, 126, "USD", 1047000 + 52400);
        check_cost(l, "af-south-1", "sc1", 125, 0, 0, "USD", 2499000);
        check_cost(l, "us-gov-west-1", "gp2", 100, 300, 0, "USD", 12000000);
        /* Yuan, not dollars. */
        check_cost(l, "cn-north-1", "gp2", 100, 300, 0, "CNY", 74600000);
        check_cost(l, "cn-northwest-1", "gp3", 100, 3100, 225, "CNY", 53120000 + 3320000 + 26560000);
        const struct rates *r = price_list_find(l, "cn-north-1", "cn-north-1a", "io1");
        assert_int_equal(r->oldest, 20220210);
        assert_int_equal(r->newest, 20220210);
        price_list_free(l);
}

static void test_no_price(void **state) {
        (void) state;
        struct price_list *l = builtin();
        assert_null(price_list_find(l, "us-iso-east-1", "us-iso-east-1a", "gp3"));
        assert_null(price_list_find(l, "ap-southeast-4", "ap-southeast-4a", "gp3"));
        assert_null(price_list_find(l, "us-east-1", "us-east-1a", "gp4"));
        assert_null(price_list_find(l, "us-east-1", "us-east-1a", ""));
        assert_null(price_list_find(l, "cn-north-1", "cn-north-1a", "io2")); /* not in that region's list */
        assert_null(price_list_find(l, "", "", "gp3"));
        price_list_free(l);
}

/* Local zones have prices of their own, and the region's are not theirs. */
static void test_zones(void **state) {
        (void) state;
        struct price_list *l = parse(HEADER "us-west-2,gp2,gib_month,0.1,USD,2024-01-31\n"
                                            "us-west-2-lax-1,gp2,gib_month,0.12,USD,2024-01-31\n");
        static const struct {
                const char *zone;
                uint64_t price;
        } cases[] = {
                { "us-west-2a", 1000000000 },
                { "us-west-2", 1000000000 },
                { "", 1000000000 },
                { "nova", 1000000000 }, /* a private cloud's */
                { "us-west-2-lax-1a", 1200000000 },
                { "us-west-2-lax-1b", 1200000000 },
                { "us-west-2-lax-1", 1200000000 },
                { "us-west-2-den-1a", 0 },
                { "us-west-2-wl1-las-wlz-1", 0 },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                const struct rates *r = price_list_find(l, "us-west-2", cases[i].zone, "gp2");
                assert_int_equal(r != NULL ? r->rate[DIMENSION_GIB].price : 0, cases[i].price);
        }
        price_list_free(l);
}

static void test_dates_and_units(void **state) {
        (void) state;
        struct price_list *l = parse(HEADER "eu-x-1,gp3,gib_month,\"0.08\",EUR,2024-02-29\r\n"
                                            "eu-x-1,gp3,iops_month,0.005,EUR,2026-11-01\n"
                                            "eu-x-1,gp3,throughput_mibps_month,0.04,EUR,2025-12-31\n"
                                            "eu-x-1,st1,gib_month,0,EUR,2000-02-29");
        const struct rates *r = price_list_find(l, "eu-x-1", "eu-x-1a", "gp3");
        assert_int_equal(r->oldest, 20240229);
        assert_int_equal(r->newest, 20261101);
        assert_int_equal(r->rate[DIMENSION_THROUGHPUT].price, UINT64_C(409600000000));
        r = price_list_find(l, "eu-x-1", "eu-x-1a", "st1");
        assert_int_equal(r->newest, 20000229);
        check_cost(l, "eu-x-1", "st1", 1000, 0, 0, "EUR", 0);
        price_list_free(l);
}

static void test_refusals(void **state) {
        (void) state;
        static const struct {
                const char *text;
                const char *message;
        } cases[] = {
                { "", "prices.csv: there is no price in it" },
                { HEADER, "prices.csv: there is no price in it" },
                { "region,type,dimension,price,currency,as_of\n",
                  "prices.csv:1: the first line has to be region,volume_type,dimension,price,currency,as_of" },
                { "us-east-1,gp2,gib_month,0.1,USD,2022-02-10\n", "prices.csv:1: the first line has to be region," },
                { HEADER "us-east-1,gp2,gib_month,0.1,USD\n", "prices.csv:2: 5 fields: there have to be 6" },
                { HEADER "\n", "prices.csv:2: 1 fields: there have to be 6" },
                { HEADER "us-east-1,gp2,gib_month,0.1,USD,2022-02-10\nUS,gp2,gib_month,0.1,USD,2022-02-10\n",
                  "prices.csv:3: region 'US': it has to be a name of a-z, 0-9 and '-', such as us-east-1" },
                { HEADER ",gp2,gib_month,0.1,USD,2022-02-10\n", "prices.csv:2: region '': it has to be" },
                { HEADER "us-east-1,GP2,gib_month,0.1,USD,2022-02-10\n",
                  "prices.csv:2: volume_type 'GP2': it has to be standard, gp2, gp3, io1, io2, st1 or sc1" },
                { HEADER "us-east-1,gp2,iops_month,0.1,USD,2022-02-10\n",
                  "prices.csv:2: dimension 'iops_month': it has to be one that gp2 is charged for: gib_month" },
                { HEADER "us-east-1,io2,iops_month,0.1,USD,2022-02-10\n",
                  "one that io2 is charged for: gib_month iops_month_tier1 iops_month_tier2 iops_month_tier3" },
                { HEADER "us-east-1,gp2,gib_month,-0.1,USD,2022-02-10\n",
                  "prices.csv:2: price '-0.1': it has to be a number such as 0.08, up to 1000000, with at most" },
                { HEADER "us-east-1,gp2,gib_month,1000001,USD,2022-02-10\n", "prices.csv:2: price '1000001'" },
                { HEADER "us-east-1,gp3,throughput_mibps_month,976.6,USD,2022-02-10\n", "up to 976.5625" },
                { HEADER "us-east-1,gp2,gib_month,\"0,1\",USD,2022-02-10\n", "prices.csv:2: price '0,1'" },
                { HEADER "us-east-1,gp2,gib_month,0.1,usd,2022-02-10\n",
                  "prices.csv:2: currency 'usd': it has to be three letters A-Z, such as USD" },
                { HEADER "us-east-1,gp2,gib_month,0.1,USDX,2022-02-10\n", "currency 'USDX'" },
                { HEADER "us-east-1,gp2,gib_month,0.1,USD,2022-02-30\n",
                  "prices.csv:2: as_of '2022-02-30': it has to be the price's date, such as 2022-02-10" },
                { HEADER "us-east-1,gp2,gib_month,0.1,USD,2024-04-31\n", "as_of '2024-04-31'" },
                { HEADER "us-east-1,gp2,gib_month,0.1,USD,2100-02-29\n", "as_of '2100-02-29'" },
                { HEADER "us-east-1,gp2,gib_month,0.1,USD,2022-13-01\n", "as_of '2022-13-01'" },
                { HEADER "us-east-1,gp2,gib_month,0.1,USD,2022/02/10\n", "as_of '2022/02/10'" },
                { HEADER "us-east-1,gp2,gib_month,0.1,USD,today\n", "as_of 'today'" },
                { HEADER "us-east-1,gp2,gib_month,0.1,USD,2022-02-10\nus-east-1,gp2,gib_month,0.1,USD,2022-02-10\n",
                  "prices.csv:3: this price of gp2 in us-east-1 is on line 2 already: remove one" },
                { HEADER "a-1,gp3,throughput_gibps_month,40.96,USD,2022-02-10\n"
                         "a-1,gp3,throughput_mibps_month,0.04,USD,2022-02-10\n",
                  "prices.csv:3: this price of gp3 in a-1 is on line 2 already" },
                { HEADER "us-west-2,gp2,gib_month,0.1,USD,2022-02-10\n"
                         "us-west-2-lax-1,gp2,gib_month,0.1,CNY,2022-02-10\n",
                  "prices.csv:3: us-west-2 is priced in CNY here and in USD on line 2: a region has one currency" },
                { HEADER "a-1,gp2,gib_month,1,AAA,2022-02-10\na-2,gp2,gib_month,1,BBB,2022-02-10\n"
                         "a-3,gp2,gib_month,1,CCC,2022-02-10\na-4,gp2,gib_month,1,DDD,2022-02-10\n"
                         "a-5,gp2,gib_month,1,EEE,2022-02-10\na-6,gp2,gib_month,1,FFF,2022-02-10\n"
                         "a-7,gp2,gib_month,1,GGG,2022-02-10\na-8,gp2,gib_month,1,HHH,2022-02-10\n"
                         "a-9,gp2,gib_month,1,AAA,2022-02-10\na-10,gp2,gib_month,1,III,2022-02-10\n",
                  "prices.csv:11: III is one currency too many: 8 are allowed" },
                { HEADER "\"us-east-1\"x,gp2\n", "prices.csv:2: text behind a closing quote" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct price_list *l = NULL;
                struct error_list errors = { .n = 0 };
                assert_int_equal(price_list_parse("prices.csv", cases[i].text, strlen(cases[i].text), &l, &errors),
                                 -EINVAL);
                assert_int_equal(errors.n, 1);
                assert_int_equal(errors.items[0].kind, ERROR_CONFIG);
                assert_null(l);
                if (strstr(errors.items[0].message, cases[i].message) == NULL)
                        fail_msg("\"%s\" in \"%s\"", cases[i].message, errors.items[0].message);
        }
}

/* Every line that is wrong is told, up to where lines cannot be told apart. */
static void test_all_that_is_wrong(void **state) {
        (void) state;
        static const char text[] = HEADER "a-1,gp9,gib_month,1,USD,2022-02-10\n"
                                          "a-1,gp2,gib_month,1,USD,2022-02-10\n"
                                          "a-1,gp2,gib_month,2,USD,2022-02-10\n"
                                          "a-1,gp3,gib_month,x,USD,2022-02-10\n"
                                          "\"a-1\"x,gp2\n"
                                          "a-1,gp9,gib_month,1,USD,2022-02-10\n";
        static const char *const starts[] = { "p.csv:2: ", "p.csv:4: ", "p.csv:5: ", "p.csv:6: " };
        struct price_list *l = NULL;
        struct error_list errors = { .n = 0 };
        assert_int_equal(price_list_parse("p.csv", text, strlen(text), &l, &errors), -EINVAL);
        assert_int_equal(errors.n, ARRAY_SIZE(starts));
        for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
                assert_ptr_equal(strstr(errors.items[i].message, starts[i]), errors.items[i].message);
        assert_null(l);
}

static void test_load(void **state) {
        (void) state;
        char path[] = "/tmp/test_price_list.XXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        static const char text[] = HEADER "us-east-1,gp2,gib_month,0.5,USD,2026-01-02\n";
        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
        struct price_list *l = NULL;
        struct error_list errors = { .n = 0 };
        assert_int_equal(price_list_load(path, &l, &errors), 0);
        check_cost(l, "us-east-1", "gp2", 3, 0, 0, "USD", 1500000);
        price_list_free(l);

        assert_int_equal(write(fd, "x\n", 2), 2);
        assert_int_equal(price_list_load(path, &l, &errors), -EINVAL);
        char start[64];
        (void) snprintf(start, sizeof(start), "%s:3: 1 fields", path);
        assert_int_equal(strncmp(errors.items[0].message, start, strlen(start)), 0);
        (void) close(fd);
        assert_int_equal(unlink(path), 0);

        errors.n = 0;
        assert_int_equal(price_list_load(path, &l, &errors), -ENOENT);
        assert_int_equal(errors.items[0].kind, ERROR_CONFIG);
        assert_non_null(strstr(errors.items[0].message, path));
        errors.n = 0;
        assert_int_equal(price_list_load("/tmp", &l, &errors), -EINVAL);
        errors.n = 0;
        assert_int_equal(price_list_load("/dev/zero", &l, &errors), -EFBIG);
        assert_string_equal(errors.items[0].message, "/dev/zero is longer than 4 MiB: name the right file");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_builtin),
                cmocka_unit_test(test_no_price),
                cmocka_unit_test(test_zones),
                cmocka_unit_test(test_dates_and_units),
                cmocka_unit_test(test_refusals),
                cmocka_unit_test(test_all_that_is_wrong),
                cmocka_unit_test(test_load),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
