/* SPDX-License-Identifier: MIT */
/* The strategies without a network: scans ask, the plan orders, answers are made here. */
#include <errno.h>
#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collect/chain.h"
#include "collect/plan.h"

#define NOW (5 * USEC_PER_SEC)

static struct scan *make_scan(const char *region, enum run_mode mode, uint64_t expected) {
        const struct scan_options options = { .mode = mode, .include_managed = true, .expected_volumes = expected };
        struct scan *s = NULL;
        assert_int_equal(scan_new(region, &options, &s), 0);
        return s;
}

static void start(struct plan *p, struct scan *s) {
        struct task_queue out = TAILQ_HEAD_INITIALIZER(out);
        assert_int_equal(scan_start(s, &out), 0);
        plan_put_all(p, &out);
}

static struct task *next(struct plan *p) {
        usec_t wake_at;
        return plan_next(p, NOW, &wake_at);
}

static void put_instance(struct buffer *b, unsigned n) {
        struct instance i = { .state = INSTANCE_RUNNING };
        (void) snprintf(i.id, sizeof(i.id), "i-%x", n);
        assert_int_equal(message_put_instance(b, &i), 0);
}

static int answer(struct plan *p, struct task *t, struct buffer *records, const char *token) {
        struct task_queue out = TAILQ_HEAD_INITIALIZER(out);
        struct error error = { 0 };
        int r = scan_take_answer(t->scan, t, records->data, records->len, token, &out, &error);
        if (r == 0)
                plan_put_all(p, &out);
        else
                task_queue_clear(&out);
        buffer_clear(records);
        task_free(t);
        return r == 0 ? 0 : -(int) error.kind;
}

/* The next page is asked before the instances of the first, and these while it loads. */
static void test_parallel_overlaps_pages_and_calls(void **state) {
        (void) state;
        _cleanup_(plan_freep) struct plan *p = NULL;
        struct buffer records = BUFFER_INIT(1 << 20);
        assert_int_equal(plan_new(false, &p), 0);
        struct scan *s = make_scan("eu-west-1", MODE_PARALLEL, 0);
        assert_int_equal(plan_add_scan(p, s), 0);
        start(p, s);
        struct task *t = next(p);
        assert_int_equal(t->action, ACTION_INSTANCES);
        assert_null(next(p));
        put_instance(&records, 1);
        put_instance(&records, 2);
        assert_int_equal(answer(p, t, &records, "page2"), 0);
        struct task *page = next(p);
        assert_int_equal(page->action, ACTION_INSTANCES);
        assert_string_equal(page->page_token, "page2");
        struct task *one = next(p), *two = next(p);
        assert_string_equal(one->instance_id, "i-1");
        assert_string_equal(two->instance_id, "i-2");
        assert_null(next(p));
        assert_int_equal(answer(p, one, &records, ""), 0);
        assert_int_equal(answer(p, two, &records, ""), 0);
        assert_int_equal(scan_state(s), SCAN_ACTIVE);
        put_instance(&records, 2); /* listed again: no second call */
        assert_int_equal(answer(p, page, &records, ""), 0);
        assert_null(next(p));
        assert_int_equal(scan_state(s), SCAN_DONE);
        buffer_release(&records);
}

static void test_sequential_finishes_a_region_first(void **state) {
        (void) state;
        _cleanup_(plan_freep) struct plan *p = NULL;
        struct buffer records = BUFFER_INIT(1 << 20);
        assert_int_equal(plan_new(true, &p), 0);
        struct scan *a = make_scan("a", MODE_SEQUENTIAL, 0), *b = make_scan("b", MODE_SEQUENTIAL, 0);
        assert_int_equal(plan_add_scan(p, a), 0);
        assert_int_equal(plan_add_scan(p, b), 0);
        start(p, a);
        start(p, b);
        struct task *t = next(p);
        assert_ptr_equal(t->scan, a);
        put_instance(&records, 1);
        assert_int_equal(answer(p, t, &records, ""), 0);
        t = next(p);
        assert_ptr_equal(t->scan, a);
        assert_null(next(p));
        assert_int_equal(answer(p, t, &records, ""), 0);
        t = next(p);
        assert_ptr_equal(t->scan, b);
        task_free(t);
        buffer_release(&records);
}

static void test_regions_take_turns(void **state) {
        (void) state;
        _cleanup_(plan_freep) struct plan *p = NULL;
        assert_int_equal(plan_new(false, &p), 0);
        const char *const names[] = { "a", "b", "c" };
        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                struct scan *s = make_scan(names[i], MODE_SWEEP, 0);
                assert_int_equal(plan_add_scan(p, s), 0);
                start(p, s);
        }
        for (unsigned round = 0; round < 2; round++)
                for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                        struct task *t = next(p);
                        assert_string_equal(t->region, names[i]);
                        task_free(t);
                }
        assert_null(next(p));
}

/* A lane whose bucket is empty does not hold up the other action, and says when it will go on. */
static void test_buckets_and_delays(void **state) {
        (void) state;
        _cleanup_(plan_freep) struct plan *p = NULL;
        const struct limiter_policy policy = { .rate = 1, .burst = 1 };
        struct limiter *l = NULL;
        assert_int_equal(limiter_new(&policy, &l), 0);
        assert_int_equal(plan_new(false, &p), 0);
        struct bucket *volumes = limiter_bucket(l, "", "a", "DescribeVolumes");
        struct bucket *instances = limiter_bucket(l, "", "a", "DescribeInstances");
        struct scan *s = make_scan("a", MODE_SWEEP, 0);
        assert_int_equal(plan_add_scan(p, s), 0);
        struct task_queue out = TAILQ_HEAD_INITIALIZER(out);
        assert_int_equal(scan_start(s, &out), 0);
        struct task *t;
        TAILQ_FOREACH(t, &out, link)
                t->bucket = t->action == ACTION_VOLUMES ? volumes : instances;
        plan_put_all(p, &out);
        bucket_take(instances, NOW);
        t = next(p);
        assert_int_equal(t->action, ACTION_VOLUMES);
        t->not_before = NOW + 7;
        plan_put(p, t);
        usec_t wake_at = 0;
        assert_null(plan_next(p, NOW, &wake_at));
        assert_int_equal(wake_at, NOW + 7);
        t = plan_next(p, NOW + 2 * USEC_PER_SEC, &wake_at);
        assert_non_null(t);
        task_free(t);
        t = plan_next(p, NOW + 2 * USEC_PER_SEC, &wake_at);
        assert_non_null(t);
        task_free(t);
        assert_null(plan_next(p, NOW, &wake_at));
        assert_true(wake_at == USEC_INFINITY);
        limiter_free(l);
}

static unsigned count_matches(char *const *patterns, size_t n, const char *id) {
        unsigned matches = 0;
        for (size_t i = 0; i < n; i++) {
                char copy[64];
                strcpy(copy, patterns[i]);
                for (char *save = NULL, *pattern = strtok_r(copy, ",", &save); pattern != NULL;
                     pattern = strtok_r(NULL, ",", &save))
                        matches += fnmatch(pattern, id, 0) == 0;
        }
        return matches;
}

/* Of the cut listings every id, new or old, is in exactly one chain. */
static void test_cut_chains_are_disjoint_and_complete(void **state) {
        (void) state;
        static const uint64_t sizes[] = { 8000, 256000 };
        static const size_t chains[] = { 16, 256 };
        for (size_t k = 0; k < ARRAY_SIZE(sizes); k++) {
                _cleanup_(plan_freep) struct plan *p = NULL;
                char *patterns[256];
                size_t n = 0;
                assert_int_equal(plan_new(false, &p), 0);
                struct scan *s = make_scan("a", MODE_SWEEP, sizes[k]);
                assert_int_equal(plan_add_scan(p, s), 0);
                start(p, s);
                struct task *t;
                while ((t = next(p)) != NULL) {
                        if (t->action == ACTION_VOLUMES)
                                patterns[n++] = strdup(t->chain->volume_ids);
                        task_free(t);
                }
                assert_int_equal(n, chains[k]);
                for (unsigned id = 0; id < 4096; id++) {
                        char text[32];
                        (void) snprintf(text, sizeof(text), "vol-0%03x6789abcdef012", id);
                        assert_int_equal(count_matches(patterns, n, text), 1);
                        (void) snprintf(text, sizeof(text), "vol-%03xb3c4d", id);
                        assert_int_equal(count_matches(patterns, n, text), 1);
                }
                for (size_t i = 0; i < n; i++)
                        free(patterns[i]);
        }
}

static void test_small_regions_are_not_cut(void **state) {
        (void) state;
        struct scan *s = make_scan("a", MODE_SWEEP, 7999);
        struct task_queue out = TAILQ_HEAD_INITIALIZER(out);
        assert_int_equal(scan_start(s, &out), 0);
        unsigned n = 0;
        struct task *t;
        TAILQ_FOREACH(t, &out, link) {
                assert_string_equal(t->chain->volume_ids, "");
                n++;
        }
        assert_int_equal(n, 2);
        task_queue_clear(&out);
        scan_free(s);
}

/* A token that comes again would never end; the region starts over twice, then no more. */
static void test_repeated_token_and_restarts(void **state) {
        (void) state;
        _cleanup_(plan_freep) struct plan *p = NULL;
        struct buffer records = BUFFER_INIT(1 << 20);
        assert_int_equal(plan_new(false, &p), 0);
        struct scan *s = make_scan("a", MODE_PARALLEL, 0);
        assert_int_equal(plan_add_scan(p, s), 0);
        start(p, s);
        put_instance(&records, 1);
        assert_int_equal(answer(p, next(p), &records, "x"), 0);
        assert_int_equal(answer(p, next(p), &records, "y"), 0);
        assert_int_equal(answer(p, next(p), &records, "x"), -ERROR_PAGINATION);
        struct task *stale = next(p);
        assert_string_equal(stale->instance_id, "i-1");
        struct task_queue out = TAILQ_HEAD_INITIALIZER(out);
        assert_int_equal(scan_restart(s, &out), 0);
        plan_put_all(p, &out);
        assert_false(scan_wants(s, stale));
        assert_int_equal(answer(p, stale, &records, ""), 0); /* ignored */
        assert_int_equal(scan_state(s), SCAN_ACTIVE);
        assert_int_equal(answer(p, next(p), &records, ""), 0); /* the new first page: nothing there */
        assert_int_equal(scan_state(s), SCAN_DONE);
        assert_int_equal(scan_restart(s, &out), 0);
        assert_int_equal(scan_restart(s, &out), -ELOOP);
        task_queue_clear(&out);
        buffer_release(&records);
}

static void test_failed_region_has_its_error(void **state) {
        (void) state;
        struct scan *s = make_scan("a", MODE_SWEEP, 0);
        struct task_queue out = TAILQ_HEAD_INITIALIZER(out);
        assert_int_equal(scan_start(s, &out), 0);
        const struct error denied = { .kind = ERROR_DENIED, .code = "AuthFailure" };
        scan_fail(s, &denied);
        struct region_result result = { 0 };
        assert_int_equal(scan_conclude(s, &result), 0);
        assert_true(result.failed);
        assert_string_equal(result.error.code, "AuthFailure");
        assert_string_equal(result.region, "a");
        task_queue_clear(&out);
        scan_free(s);
}

/* One page of each listing, and each call's failure is its own. */
static void test_probe_asks_both_whatever_comes(void **state) {
        (void) state;
        _cleanup_(plan_freep) struct plan *p = NULL;
        struct buffer records = BUFFER_INIT(1 << 20);
        const struct scan_options options = { .mode = MODE_SWEEP, .probe = true };
        const struct error denied = { .kind = ERROR_DENIED, .code = "UnauthorizedOperation" };
        for (unsigned failing = 0; failing < 3; failing++) {
                struct scan *s = NULL;
                assert_int_equal(scan_new("a", &options, &s), 0);
                if (failing == 0)
                        assert_int_equal(plan_new(false, &p), 0);
                assert_int_equal(plan_add_scan(p, s), 0);
                start(p, s);
                struct task *instances = next(p), *volumes = next(p);
                assert_int_equal(instances->action, ACTION_INSTANCES);
                assert_int_equal(volumes->action, ACTION_VOLUMES);
                if (failing > 0) {
                        assert_true(scan_outlives(s, &denied));
                        task_free(volumes);
                } else {
                        assert_int_equal(answer(p, volumes, &records, "more"), 0);
                }
                assert_int_equal(scan_state(s), SCAN_ACTIVE);
                put_instance(&records, 1);
                if (failing > 1) {
                        buffer_clear(&records);
                        assert_true(scan_outlives(s, &denied));
                        task_free(instances);
                } else {
                        assert_int_equal(answer(p, instances, &records, "more"), 0);
                }
                assert_null(next(p));
                assert_int_equal(scan_state(s), failing > 0 ? SCAN_FAILED : SCAN_DONE);
        }
        buffer_release(&records);
}

static void test_a_run_does_not_outlive_a_failure(void **state) {
        (void) state;
        _cleanup_(scan_freep) struct scan *s = make_scan("a", MODE_SWEEP, 0);
        const struct error denied = { .kind = ERROR_DENIED };
        assert_false(scan_outlives(s, &denied));
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_parallel_overlaps_pages_and_calls),
                cmocka_unit_test(test_sequential_finishes_a_region_first),
                cmocka_unit_test(test_regions_take_turns),
                cmocka_unit_test(test_buckets_and_delays),
                cmocka_unit_test(test_cut_chains_are_disjoint_and_complete),
                cmocka_unit_test(test_small_regions_are_not_cut),
                cmocka_unit_test(test_repeated_token_and_restarts),
                cmocka_unit_test(test_failed_region_has_its_error),
                cmocka_unit_test(test_probe_asks_both_whatever_comes),
                cmocka_unit_test(test_a_run_does_not_outlive_a_failure),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
