/* SPDX-License-Identifier: MIT */
/* How the changes between two runs are printed. */
#include <errno.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "printed.h"
#include "report/report.h"

static struct changes_region regions[] = {
        { .account = "123456789012", .region = "eu-west-1",
          .before = { 2, 1795442467, 1500, true, "USD", 150000000, 0 },
          .after = { 5, 1795443367, 1200, true, "USD", 131500000, 2 }, .events = 3, .gib_change = -300,
          .cost_change = { true, "USD", -18500000, 1 }, .is_itemised = true, .repriced_micros = 10000000,
          .unpriced_micros = -3500000 },
        { .account = "123456789012", .region = "us-east-1", .before = { .run_id = 3, .at = 1795442767 },
          .after = { 4, 1795443067, 1234567, true, "CNY", 1234567890000, 0 }, .from_first = true, .events = 1,
          .gib_change = 1234567, .mixes_currencies = true },
        { .account = "123456789012", .region = "us-west-2" },
};
static struct changes_cause causes[] = {
        { "123456789012", "eu-west-1", "deleted", 2, -300, { true, "USD", -25000000, 1 } },
        { "123456789012", "eu-west-1", "retyped", 1, 0, { true, "", 0, 0 } },
        { "123456789012", "us-east-1", "created", 1, 1234567, { .unpriced_events = 1 } },
};
static struct changes_volume volumes[] = {
        { .account = "123456789012", .region = "us-east-1", .id = "vol-2", .type = "gp3", .name = "evil \x1b[2J name",
          .causes = "created", .gib_after = 1234567, .gib_change = 1234567 },
        { .account = "123456789012", .region = "eu-west-1", .id = "vol-1", .type = "io2", .causes = "deleted retyped",
          .gib_before = 300, .gib_change = -300, .cost_change = { true, "USD", -25000000, 0 } },
};

static struct changes sample(void) {
        return (struct changes){ .from = 2, .to = 5, .from_at = 1795442467 * USEC_PER_SEC,
                                 .to_at = 1795443367 * USEC_PER_SEC, .regions = regions, .n_regions = 3,
                                 .causes = causes, .n_causes = 3, .volumes = volumes, .n_volumes = 2 };
}

static char *render(int (*report)(const struct changes *c, FILE *out), const struct changes *c) {
        struct printed p;
        assert_int_equal(report(c, printed_begin(&p)), 0);
        return printed_end(&p);
}

static void check(int (*report)(const struct changes *c, FILE *out), const struct changes *c, const char *expected) {
        char *text = render(report, c);
        assert_string_equal(text, expected);
        free(text);
}

static void test_text(void **state) {
        (void) state;
        struct changes c = sample();
        check(report_text_changes, &c,
              "Changes from run 2 (2026-11-23T14:01:07Z) to run 5 (2026-11-23T14:16:07Z)\n"
              "\n"
              "Region     Before GiB  After GiB  Change GiB  Before a month  After a month  Change a month  Events\n"
              "eu-west-1       1,500      1,200        -300      150.00 USD   >=131.50 USD      -18.50 USD       3  "
              "other prices made +10.00 USD; 1 event without a price\n"
              "us-east-1           0  1,234,567  +1,234,567               -  1,234,568 CNY               -       1  "
              "as of run 4, 2026-11-23T14:11:07Z; prices in several currencies\n"
              "us-west-2           -          -           0               -              -               -       0  "
              "never listed as a whole\n"
              "Total           1,500  1,235,767  +1,234,267      150.00 USD   >=131.50 USD      -18.50 USD       4  "
              "without 1 region that no listing is known of; costs without 1 region whose costs have no difference\n"
              "\n"
              "Region     Cause    Events  Change GiB  Change a month\n"
              "eu-west-1  deleted       2        -300      -25.00 USD  1 event without a price\n"
              "eu-west-1  retyped       1           0            0.00\n"
              "us-east-1  created       1  +1,234,567               -  1 event without a price\n"
              "\n"
              "Region     Volume  Type  Before GiB  After GiB  Change GiB  Change a month  Causes           Name\n"
              "us-east-1  vol-2   gp3            0  1,234,567  +1,234,567               -  created          "
              "evil ?[2J name\n"
              "eu-west-1  vol-1   io2          300          0        -300      -25.00 USD  deleted retyped\n");
        c.from = 0;
        c.to = 4;
        c.n_regions = 2;
        c.n_causes = c.n_volumes = 0;
        regions[0].after.run_id = 4;
        regions[0].lacks_events = true;
        check(report_text_changes, &c,
              "Changes from each region's first listing to run 4 (2026-11-23T14:16:07Z)\n"
              "\n"
              "Region     Before GiB  After GiB  Change GiB  Before a month  After a month  Change a month  Events\n"
              "eu-west-1       1,500      1,200        -300      150.00 USD   >=131.50 USD      -18.50 USD       3  "
              "events are not all kept; other prices made +10.00 USD; 1 event without a price\n"
              "us-east-1           0  1,234,567  +1,234,567               -  1,234,568 CNY               -       1  "
              "since its first listing, run 3, 2026-11-23T14:06:07Z; prices in several currencies\n"
              "Total           1,500  1,235,767  +1,234,267      150.00 USD   >=131.50 USD      -18.50 USD       4  "
              "costs without 1 region whose costs have no difference\n");
        regions[0].after.run_id = 5;
        regions[0].lacks_events = false;
}

/* Each currency has its own sum; a region without volumes has none. */
static void test_text_of_currencies(void **state) {
        (void) state;
        struct changes_region several[] = {
                { .region = "cn-north-1", .before = { 1, 1, 10, true, "CNY", 5000000, 0 },
                  .after = { 2, 2, 30, true, "CNY", 15000000, 1 }, .gib_change = 20, .events = 2,
                  .cost_change = { true, "CNY", 10000000, 0 } },
                { .region = "eu-west-1", .before = { 1, 1, 100, true, "USD", 8000000, 0 },
                  .after = { 2, 2, 50, true, "USD", 4000000, 0 }, .gib_change = -50, .events = 1,
                  .cost_change = { true, "USD", -4000000, 0 } },
                { .region = "eu-west-2", .before = { 1, 1, 0, true, "", 0, 0 }, .after = { 2, 2, 0, true, "", 0, 0 },
                  .cost_change = { true, "", 0, 0 } },
                { .region = "us-east-1", .before = { 1, 1, 1000, true, "USD", 80000000, 0 },
                  .after = { 2, 2, 1001, true, "USD", 80500000, 0 }, .gib_change = 1, .events = 1,
                  .cost_change = { true, "USD", 500000, 0 } },
        };
        struct changes c = { .from = 1, .to = 2, .regions = several, .n_regions = 4 };
        char *text = render(report_text_changes, &c);
        assert_non_null(strstr(text, "\nTotal            1,110      1,081         -29        5.00 CNY    >=15.00 CNY      "
                                     "+10.00 CNY       4\n"
                                     "                                                    88.00 USD      84.50 USD       "
                                     "-3.50 USD\n"));
        free(text);
        c.n_regions = 1;
        text = render(report_text_changes, &c);
        assert_null(strstr(text, "Total"));
        free(text);
}

/* Regions of several accounts are told apart. */
static void test_text_of_accounts(void **state) {
        (void) state;
        struct changes c = sample();
        c.n_regions = 2;
        c.n_causes = 1;
        c.n_volumes = 0;
        strcpy(regions[1].account, "210987654321");
        char *text = render(report_text_changes, &c);
        assert_non_null(strstr(text, "Account       Region     Before GiB"));
        assert_non_null(strstr(text, "210987654321  us-east-1           0"));
        assert_non_null(strstr(text, "123456789012  eu-west-1  deleted       2        -300      -25.00 USD"));
        assert_non_null(strstr(text, "\nTotal                         1,500  1,235,767  +1,234,267"));
        free(text);
        strcpy(regions[1].account, "123456789012");
}

static void test_csv(void **state) {
        (void) state;
        struct changes c = sample();
        c.n_causes = 2;
        check(report_csv_changes, &c,
              "from_run,to_run,account,region,cause,events,gib_change,currency,cost_change_micros,unpriced_events\r\n"
              "2,5,123456789012,eu-west-1,deleted,2,-300,USD,-25000000,1\r\n"
              "2,5,123456789012,eu-west-1,retyped,1,0,,0,0\r\n"
              "2,5,123456789012,eu-west-1,repriced,0,0,USD,10000000,0\r\n");
        c.from = 0;
        c.n_regions = 0;
        c.causes = &causes[2];
        c.n_causes = 1;
        check(report_csv_changes, &c,
              "from_run,to_run,account,region,cause,events,gib_change,currency,cost_change_micros,unpriced_events\r\n"
              ",5,123456789012,us-east-1,created,1,1234567,,,1\r\n");
}

static void test_json(void **state) {
        (void) state;
        struct changes c = sample();
        c.from = 0;
        char *text = render(report_json_changes, &c);
        json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(root);
        assert_true(json_is_null(json_object_get(root, "from_run")) && json_is_null(json_object_get(root, "from_at")));
        assert_int_equal(json_integer_value(json_object_get(root, "to_run")), 5);
        const json_t *region = json_array_get(json_object_get(root, "regions"), 1);
        assert_true(json_is_true(json_object_get(region, "is_behind")));
        assert_true(json_is_true(json_object_get(region, "from_first_listing")));
        assert_int_equal(json_integer_value(json_object_get(json_object_get(region, "after"), "billed_gib")), 1234567);
        assert_true(json_is_null(json_object_get(json_object_get(region, "before"), "billed_cost_micros")));
        assert_true(json_is_null(json_object_get(region, "repriced_micros")));
        assert_true(json_is_null(json_object_get(region, "cost_change_micros")));
        region = json_array_get(json_object_get(root, "regions"), 0);
        assert_string_equal(json_string_value(json_object_get(region, "currency")), "USD");
        assert_int_equal(json_integer_value(json_object_get(region, "cost_change_micros")), -18500000);
        assert_int_equal(json_integer_value(json_object_get(region, "repriced_micros")), 10000000);
        assert_int_equal(json_integer_value(json_object_get(region, "unpriced_micros")), -3500000);
        assert_int_equal(json_integer_value(json_object_get(region, "unpriced_events")), 1);
        region = json_array_get(json_object_get(root, "regions"), 2);
        assert_true(json_is_null(json_object_get(region, "before")) && json_is_null(json_object_get(region, "after")));
        const json_t *volume = json_array_get(json_object_get(root, "volumes"), 1);
        assert_true(json_is_null(json_object_get(volume, "name")));
        assert_int_equal(json_integer_value(json_object_get(volume, "gib_change")), -300);
        assert_int_equal(json_array_size(json_object_get(root, "causes")), 3);
        json_decref(root);
        free(text);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_text),
                cmocka_unit_test(test_text_of_currencies),
                cmocka_unit_test(test_text_of_accounts),
                cmocka_unit_test(test_csv),
                cmocka_unit_test(test_json),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
