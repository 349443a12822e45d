/* SPDX-License-Identifier: MIT */
/* What the history tells a run that begins: accounts, known regions and their sizes, when each worked last. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "sample_run.h"
#include "store_fixture.h"

/* A run that cannot tell the account is one of the account that the region is known of, if that is one alone. */
static void test_unknown_account(void **state) {
        struct fixture *f = *state;
        static const struct {
                const char *account, *rows; /* of the run; of v1_latest after it */
        } runs[] = {
                { "", "-|1\n" },
                { "", "-|2\n" },
                { "123456789012", "123456789012|3\n" },
                { "", "123456789012|4\n" },
                { "210987654321", "123456789012|4\n210987654321|5\n" },
                { "", "-|6\n123456789012|4\n210987654321|5\n" },
                { "123456789012", "-|6\n123456789012|7\n210987654321|5\n" },
        };
        for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
                struct run run = sample_run(MODE_SWEEP);
                for (size_t k = 0; k < run.n_regions; k++)
                        error_copy_text(run.regions[k].account, sizeof(run.regions[k].account), runs[i].account);
                (void) write_run(f, run, 1);
                check_rows(f, "SELECT account, run_id FROM v1_latest WHERE region = 'us-east-1' ORDER BY 1",
                           runs[i].rows);
                check_totals(f);
        }
        check_rows(f, "SELECT count(*) FROM v1_region_total WHERE region = 'us-east-1'", "7\n");
}

static void check_past(struct fixture *f, const struct run *run, size_t i, const char *account, usec_t good_at) {
        struct region_past pasts[3];
        struct error error;
        memset(pasts, 0xff, sizeof(pasts));
        if (store_read_pasts(f->store, run, pasts, &error) < 0)
                fail_msg("%s", error.message);
        assert_string_equal(pasts[i].account, account);
        assert_int_equal(pasts[i].good_at, good_at);
}

static void test_pasts(void **state) {
        struct fixture *f = *state;
        struct run run = sample_run(MODE_SWEEP), nameless = sample_run(MODE_SWEEP);
        usec_t first = run.started_at;
        for (size_t i = 0; i < 3; i++)
                nameless.regions[i].account[0] = '\0';
        check_past(f, &run, 1, "", 0);
        sample_run_fail(&run, 2, ERROR_NETWORK, "", "no route");
        (void) write_run(f, run, 1);
        run = sample_run(MODE_SWEEP);
        check_past(f, &run, 1, "123456789012", first);
        check_past(f, &run, 2, "123456789012", 0);
        check_past(f, &nameless, 1, "123456789012", first);
        run.started_at += 300 * USEC_PER_SEC;
        sample_run_fail(&run, 1, ERROR_NETWORK, "", "no route");
        (void) write_run(f, run, 1);
        check_past(f, &nameless, 0, "123456789012", first + 300 * USEC_PER_SEC);
        check_past(f, &nameless, 1, "123456789012", first);
        check_past(f, &nameless, 2, "123456789012", first + 300 * USEC_PER_SEC);

        /* Of two accounts none is told; a region keeps its place when the run that was good is deleted. */
        run = sample_run(MODE_SWEEP);
        error_copy_text(run.regions[1].account, sizeof(run.regions[1].account), "210987654321");
        (void) write_run(f, run, 1);
        check_past(f, &nameless, 1, "", 0);
        execute(f, "DELETE FROM run WHERE run_id = 1");
        run = sample_run(MODE_SWEEP);
        check_past(f, &run, 1, "123456789012", 0);
        run_release(&run);
        run_release(&nameless);
}

static int add_size(const char *account, const char *region, uint64_t volumes, void *userdata) {
        return buffer_printf(userdata, "%s %s %d\n", account, region, (int) volumes);
}

static int refuse_size(const char *account, const char *region, uint64_t volumes, void *userdata) {
        (void) account;
        (void) region;
        (void) volumes;
        (void) userdata;
        return -ENOMEM;
}

static void test_region_sizes(void **state) {
        struct fixture *f = *state;
        struct error error;
        struct buffer out = BUFFER_INIT(4096);
        assert_int_equal(store_read_region_sizes(f->store, add_size, &out, &error), 0);
        assert_string_equal(buffer_string(&out), "");
        struct run run = sample_run(MODE_SWEEP);
        for (size_t i = 0; i < run.n_regions; i++)
                run.regions[i].volume_ids_are_hex = true;
        (void) write_run(f, run, 1);
        /* Neither a run that saw only the attached ones nor one that failed says anything new. */
        run = sample_run(MODE_PARALLEL);
        sample_run_fail(&run, 2, ERROR_NETWORK, "", "no route");
        (void) write_run(f, run, 1);
        assert_int_equal(store_read_region_sizes(f->store, add_size, &out, &error), 0);
        assert_string_equal(buffer_string(&out), "123456789012 ap-south-1 0\n123456789012 eu-west-1 4\n"
                                                 "123456789012 us-east-1 12\n");
        /* Ids of another form: the listing must not be cut. */
        (void) write_run(f, sample_run(MODE_SWEEP), 1);
        buffer_clear(&out);
        assert_int_equal(store_read_region_sizes(f->store, add_size, &out, &error), 0);
        assert_string_equal(buffer_string(&out), "");
        run = sample_run(MODE_SWEEP);
        run.regions[0].volume_ids_are_hex = true;
        (void) write_run(f, run, 1);
        buffer_release(&out);
        assert_int_equal(store_read_region_sizes(f->store, refuse_size, NULL, &error), -ENOMEM);
}

static int add_known(const char *account, const struct region *region, usec_t listed_at, void *userdata) {
        return buffer_printf(userdata, "%s %s %s %d\n", account, region->name, region->opt_in_status,
                             (int) (listed_at / USEC_PER_SEC));
}

static void check_known(struct fixture *f, const char *account, const char *expected) {
        struct error error;
        struct buffer out = BUFFER_INIT(4096);
        assert_int_equal(store_read_known_regions(f->store, account, add_known, &out, &error), 0);
        assert_string_equal(buffer_string(&out), expected);
        buffer_release(&out);
}

static void test_known_regions(void **state) {
        struct fixture *f = *state;
        static const struct region first[] = { { "us-east-1", "opt-in-not-required" }, { "af-south-1", "not-opted-in" },
                                               { "eu-west-1", "" } };
        static const struct region second[] = { { "us-east-1", "opted-in" } };
        struct error error;
        check_known(f, "", "");
        assert_int_equal(store_write_known_regions(f->store, "1", first, 3, 100 * USEC_PER_SEC, &error), 0);
        assert_int_equal(store_write_known_regions(f->store, "2", second, 1, 200 * USEC_PER_SEC, &error), 0);
        check_known(f, "1", "1 af-south-1 not-opted-in 100\n1 eu-west-1  100\n1 us-east-1 opt-in-not-required 100\n");
        check_known(f, "2", "2 us-east-1 opted-in 200\n");
        check_known(f, "3", "");
        check_known(f, "", "2 us-east-1 opted-in 200\n");
        check_rows(f, "SELECT account, region, completeness, opt_in_status FROM v1_region ORDER BY 1, 2",
                   "1|af-south-1|not_opted_in|not-opted-in\n1|eu-west-1|unknown|-\n"
                   "1|us-east-1|unknown|opt-in-not-required\n2|us-east-1|unknown|opted-in\n");
        assert_int_equal(store_write_known_regions(f->store, "1", first + 1, 2, 300 * USEC_PER_SEC, &error), 0);
        check_known(f, "1", "1 af-south-1 not-opted-in 300\n1 eu-west-1  300\n");
        check_known(f, "", "1 af-south-1 not-opted-in 300\n1 eu-west-1  300\n");
        check_rows(f, "SELECT region, opt_in_status FROM known_region JOIN place USING (place_id) WHERE account = '1' "
                      "ORDER BY 1", "af-south-1|not-opted-in\neu-west-1|-\n");
        /* Known is not asked: no region of v1_latest comes from the list. */
        check_rows(f, "SELECT count(*) FROM v1_latest", "0\n");
        /* Whose they are may be learnt later. */
        execute(f, "DELETE FROM known_region; DELETE FROM place");
        assert_int_equal(store_write_known_regions(f->store, "", first, 2, 400 * USEC_PER_SEC, &error), 0);
        assert_int_equal(store_write_known_regions(f->store, "1", first, 2, 500 * USEC_PER_SEC, &error), 0);
        check_rows(f, "SELECT account, region, listed_at FROM v1_region ORDER BY 2",
                   "1|af-south-1|500\n1|us-east-1|500\n");
}

/* With the account, a place's past comes into the sums of that account. */
static void test_an_account_is_learnt_from_the_list(void **state) {
        struct fixture *f = *state;
        struct run run = sample_run(MODE_SWEEP);
        for (size_t i = 0; i < run.n_regions; i++)
                run.regions[i].account[0] = '\0';
        (void) write_run(f, run, 1);
        check_rows(f, "SELECT count(*) FROM v1_trend_account_hour", "0\n");
        static const struct region list[] = { { "us-east-1", "opted-in" } };
        struct error error;
        assert_int_equal(store_write_known_regions(f->store, "1", list, 1, 100 * USEC_PER_SEC, &error), 0);
        check_rows(f, "SELECT account, regions FROM v1_trend_account_hour WHERE metric = 'instances'", "1|1\n");
        check_totals(f);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_unknown_account, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_pasts, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_region_sizes, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_known_regions, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_an_account_is_learnt_from_the_list, fixture_set_up,
                                                fixture_tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
