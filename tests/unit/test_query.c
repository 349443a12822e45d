/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/query.h"

static void test_body(void **state) {
        (void) state;
        struct buffer b = BUFFER_INIT(QUERY_BODY_MAX);
        assert_int_equal(query_start(&b, "DescribeVolumes", "2016-11-15"), 0);
        assert_int_equal(query_add(&b, "NextToken", "a+/b=&c d"), 0);
        assert_int_equal(query_add_filter(&b, 1, "attachment.instance-id", "i-1"), 0);
        assert_int_equal(query_add_filter(&b, 2, "volume-id", "vol-0a*,,vol-a*,"), 0);
        assert_string_equal(buffer_string(&b),
                            "Action=DescribeVolumes&Version=2016-11-15&NextToken=a%2B%2Fb%3D%26c%20d"
                            "&Filter.1.Name=attachment.instance-id&Filter.1.Value.1=i-1"
                            "&Filter.2.Name=volume-id&Filter.2.Value.1=vol-0a%2A&Filter.2.Value.2=vol-a%2A");
        buffer_release(&b);
}

static void test_bounds(void **state) {
        (void) state;
        struct buffer values = BUFFER_INIT(4096), b = BUFFER_INIT(QUERY_BODY_MAX), tiny = BUFFER_INIT(10);
        for (int i = 0; i < QUERY_FILTER_VALUES_MAX; i++)
                assert_int_equal(buffer_append_string(&values, "v,"), 0);
        assert_int_equal(query_add_filter(&b, 1, "volume-id", buffer_string(&values)), 0);
        assert_int_equal(buffer_append_string(&values, "v"), 0);
        assert_int_equal(query_add_filter(&b, 1, "volume-id", buffer_string(&values)), -E2BIG);
        assert_int_equal(query_add(&tiny, "name", "value of more"), -E2BIG);
        buffer_release(&values);
        buffer_release(&b);
        buffer_release(&tiny);
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_body),
                cmocka_unit_test(test_bounds),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
