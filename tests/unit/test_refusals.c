/* SPDX-License-Identifier: MIT */
/* What AuthFailure means, as the other regions and the opt-in status tell. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collect/refusals.h"

static struct region statuses[] = {
        { "us-east-1", "opt-in-not-required" },
        { "af-south-1", "opted-in" },
        { "ap-east-1", "not-opted-in" },
        { "me-south-1", "" },
};
static const struct region_list list = { .items = statuses, .n = 4 };

/* Two regions, of which the second is refused; does the first one work? */
static struct error explain(const char *region, const char *code, bool works, bool has_session_token) {
        struct region_result regions[] = { { .region = "eu-west-1", .failed = !works }, { .failed = true } };
        struct run run = { .regions = regions, .n_regions = 2 };
        struct error *e = &regions[1].error;
        (void) error_set(e, ERROR_DENIED, EREMOTEIO, "as EC2 has it");
        e->http_status = 401;
        error_copy_text(e->code, sizeof(e->code), code);
        error_copy_text(e->request_id, sizeof(e->request_id), "r-1");
        error_copy_text(regions[1].region, sizeof(regions[1].region), region);
        explain_refusals(&run, &list, has_session_token);
        assert_int_equal(e->kind, ERROR_DENIED);
        assert_int_equal(e->http_status, 401);
        assert_string_equal(e->request_id, "r-1");
        return *e;
}

static void check(const char *region, bool works, bool has_session_token, const char *code, const char *words) {
        struct error e = explain(region, "AuthFailure", works, has_session_token);
        assert_string_equal(e.code, code);
        if (strstr(e.message, words) == NULL)
                fail_msg("%s: %s", region, e.message);
}

static void test_not_enabled(void **state) {
        (void) state;
        check("ap-east-1", true, false, "OptInRequired", "the account has not enabled the region");
        check("ap-east-1", false, true, "OptInRequired", "the account has not enabled the region");
}

static void test_keys_that_work_elsewhere(void **state) {
        (void) state;
        check("us-east-1", true, true, "AuthFailure", "work in other regions, and this one is enabled");
        check("af-south-1", true, false, "AuthFailure", "work in other regions, and this one is enabled");
        check("af-south-1", true, true, "AuthFailure", "session tokens of the global STS endpoint");
        check("me-south-1", true, false, "AuthFailure", "has probably not enabled this one");
        check("il-central-1", true, true, "AuthFailure", "has probably not enabled this one");
}

/* Then nothing tells wrong keys from a region that is not enabled. */
static void test_keys_that_work_nowhere(void **state) {
        (void) state;
        check("us-east-1", false, false, "AuthFailure", "as EC2 has it");
        check("il-central-1", false, true, "AuthFailure", "as EC2 has it");
}

static void test_other_errors_are_left_alone(void **state) {
        (void) state;
        struct error e = explain("ap-east-1", "UnauthorizedOperation", true, false);
        assert_string_equal(e.code, "UnauthorizedOperation");
        assert_string_equal(e.message, "as EC2 has it");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_not_enabled),
                cmocka_unit_test(test_keys_that_work_elsewhere),
                cmocka_unit_test(test_keys_that_work_nowhere),
                cmocka_unit_test(test_other_errors_are_left_alone),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
