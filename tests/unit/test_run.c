/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/run.h"
#include "sample_run.h"

static void test_names(void **state) {
        (void) state;
        for (unsigned m = 0; m < _MODE_MAX; m++) {
                enum run_mode mode = _MODE_MAX;
                assert_int_equal(run_mode_from_name(run_mode_name((enum run_mode) m), &mode), 0);
                assert_int_equal(mode, m);
        }
        enum run_mode mode = MODE_PARALLEL;
        assert_int_equal(run_mode_from_name("Sweep", &mode), -EINVAL);
        assert_int_equal(run_mode_from_name("", &mode), -EINVAL);
        assert_int_equal(mode, MODE_PARALLEL);
        assert_string_equal(run_mode_name(_MODE_MAX), "unknown");
        assert_string_equal(run_status_name(RUN_OK), "ok");
        assert_string_equal(run_status_name(RUN_PARTIAL), "partial");
        assert_string_equal(run_status_name(RUN_FAILED), "failed");
        assert_string_equal(run_status_name(_RUN_STATUS_MAX), "unknown");
        assert_string_equal(holder_name(HOLDER_UNKNOWN_INSTANCE), "unknown_instance");
        assert_string_equal(holder_name(_HOLDER_MAX), "unknown");
}

static void test_summarize(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        assert_int_equal(run.status, RUN_OK);
        assert_int_equal(run.n_failed, 0);
        assert_int_equal(run.totals.instance_sum_gib, 589);
        assert_int_equal(run.totals.attached_gib, 539);
        assert_true(run.totals.lists_all_volumes);

        sample_run_fail(&run, 2, ERROR_DENIED, "", "");
        assert_int_equal(run.status, RUN_PARTIAL);
        assert_int_equal(run.n_failed, 1);
        assert_int_equal(run.totals.instance_sum_gib, 200);
        assert_int_equal(run.totals.instances, 3);

        sample_run_fail(&run, 0, ERROR_DENIED, "", "");
        sample_run_fail(&run, 1, ERROR_DENIED, "", "");
        assert_int_equal(run.status, RUN_FAILED);
        assert_int_equal(run.n_failed, 3);
        assert_int_equal(run.totals.instance_sum_gib, 0);
        run_release(&run);
        assert_null(run.regions);

        struct run empty = { .mode = MODE_SWEEP };
        assert_int_equal(run_summarize(&empty), 0);
        assert_int_equal(empty.status, RUN_FAILED);
        run_release(&empty);

        run = sample_run(MODE_PARALLEL);
        assert_false(run.totals.lists_all_volumes);
        run_release(&run);
}

static void test_summarize_overflow(void **state) {
        (void) state;
        struct run run = sample_run(MODE_SWEEP);
        run.regions[0].totals.attached_gib = UINT64_MAX;
        assert_int_equal(run_summarize(&run), -EOVERFLOW);
        run.regions[0].failed = true; /* then its numbers are not looked at */
        assert_int_equal(run_summarize(&run), 0);
        run_release(&run);
}

static void check_comparison(struct comparison *c, bool agree, bool timed) {
        comparison_conclude(c);
        assert_int_equal(c->agree, agree);
        assert_int_equal(c->speedup > 0, timed);
        comparison_release(c);
        assert_null(c->sweep.regions);
}

static void test_comparison(void **state) {
        (void) state;
        struct comparison c = sample_comparison();
        assert_true(c.speedup > 2.0105 && c.speedup < 2.0106);
        check_comparison(&c, true, true);

        c = sample_comparison();
        c.sweep.regions[1].totals.instance_sum_gib++;
        check_comparison(&c, false, true);

        c = sample_comparison();
        sample_run_fail(&c.sweep, 0, ERROR_NETWORK, "", "");
        check_comparison(&c, false, true);

        c = sample_comparison();
        sample_run_fail(&c.parallel, 0, ERROR_NETWORK, "", "");
        check_comparison(&c, false, false);

        c = sample_comparison();
        error_copy_text(c.parallel.regions[0].region, sizeof(c.parallel.regions[0].region), "af-south-1");
        check_comparison(&c, false, true);

        c = sample_comparison();
        error_copy_text(c.parallel.regions[0].account, sizeof(c.parallel.regions[0].account), "1");
        check_comparison(&c, false, true);

        c = sample_comparison();
        region_result_release(&c.parallel.regions[--c.parallel.n_regions]);
        check_comparison(&c, false, true);

        c = sample_comparison();
        c.parallel.wall_usec = 0;
        check_comparison(&c, true, false);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_names),
                cmocka_unit_test(test_summarize),
                cmocka_unit_test(test_summarize_overflow),
                cmocka_unit_test(test_comparison),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
