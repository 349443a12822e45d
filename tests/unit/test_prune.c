/* SPDX-License-Identifier: MIT */
/* What retention takes away and what it leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "store_fixture.h"

/* 2026-11-23T14:00:00Z */
#define NOW ((int64_t) 1795442400)
#define HOUR 3600
#define DAY 86400

#define SECONDS(n) ((usec_t) (n) * USEC_PER_SEC)

static const struct retention everything = { KEEP_FOREVER, KEEP_FOREVER, KEEP_FOREVER, KEEP_FOREVER };

static void prune_once(struct fixture *f, const struct retention *keep) {
        struct error error;
        if (store_prune(f->store, keep, &error) < 0)
                fail_msg("%s", error.message);
}

/* As often as there is something to take. */
static void prune(struct fixture *f, const struct retention *keep) {
        for (int before = -1; before != sqlite3_total_changes(f->store->db);) {
                before = sqlite3_total_changes(f->store->db);
                prune_once(f, keep);
        }
        check_rows(f, "PRAGMA foreign_key_check", "");
}

static void see(struct fixture *f, int64_t at, int64_t first_gib, int64_t second_gib) {
        const struct seen seen[] = { { "eu-west-1", first_gib, "USD", 100, 0 },
                                     { "us-east-1", second_gib, "USD", 7, 0 } };
        (void) write_seen(f, MODE_SWEEP, at, seen, 2);
}

/* A run every half hour, the last one now. */
static void see_for(struct fixture *f, int64_t hours) {
        for (int64_t at = NOW - hours * HOUR; at <= NOW; at += HOUR / 2)
                see(f, at, 1 + at % 777, 1 + at % 555);
}

#define COUNTS "SELECT (SELECT count(*) FROM run), (SELECT count(DISTINCT hour_at) FROM rollup_hour), "                     \
               "(SELECT count(DISTINCT day_at) FROM rollup_day)"
#define KEPT_SINCE "SELECT what, kept_since - 1795442400 FROM v1_retention ORDER BY what"

static void test_nothing_old(void **state) {
        struct fixture *f = *state;
        prune(f, &(struct retention){ SECONDS(DAY), SECONDS(DAY), SECONDS(DAY), SECONDS(DAY) });
        see_for(f, 30);
        prune(f, &(struct retention){ SECONDS(40 * HOUR), SECONDS(40 * HOUR), SECONDS(40 * HOUR), SECONDS(DAY) });
        check_rows(f, COUNTS, "61|31|2\n");
        check_rows(f, KEPT_SINCE, "");
        prune(f, &everything);
        check_rows(f, COUNTS, "61|31|2\n");
}

/* In whole hours, and one run before them, behind which everything can be compared. */
static void test_runs(void **state) {
        struct fixture *f = *state;
        see_for(f, 50);
        char *hours = read_rows(f, DUMP_HOURS), *days = read_rows(f, DUMP_DAYS);
        execute(f, "INSERT INTO comparison (started_at, sequential_run_id, sweep_run_id, regions, sequential_wall_us, "
                   "sequential_calls, parallel_wall_us, parallel_calls, parallel_workers, sweep_wall_us, sweep_calls, agree) "
                   "VALUES (1, 1, 101, 1, 1, 1, 1, 1, 1, 1, 1, 1)");
        const struct retention keep = { SECONDS(10 * HOUR + 1800), KEEP_FOREVER, KEEP_FOREVER, KEEP_FOREVER };
        prune(f, &keep);
        /* Ages count from the last but two: NOW - 1 h; 11 hours and a half before that is in the hour of NOW - 12 h. */
        check_rows(f, "SELECT count(*), min(started_at) - 1795442400 FROM run", "26|-45000\n");
        check_rows(f, "SELECT min(started_at) - 1795442400 FROM run WHERE run_id > (SELECT min(run_id) FROM run)",
                   "-43200\n");
        check_rows(f, KEPT_SINCE, "runs|-43200\n");
        check_rows(f, "SELECT (SELECT count(*) FROM region_total), (SELECT count(DISTINCT run_id) FROM region_total), "
                      "sequential_run_id, sweep_run_id FROM comparison", "52|26|-|101\n");
        check_rows(f, DUMP_HOURS, hours);
        check_rows(f, DUMP_DAYS, days);
        free(hours);
        free(days);
        assert_int_equal(check_rebuild(f).runs, 25);
        /* With time the one before goes on. */
        see(f, NOW + HOUR, 1, 1);
        see(f, NOW + HOUR, 2, 2);
        see(f, NOW + HOUR, 3, 3);
        prune(f, &keep);
        check_rows(f, "SELECT count(*), min(started_at) - 1795442400 FROM run", "25|-37800\n");
        (void) check_rebuild(f);
}

/* The newest state is as old as it is: of a region that fails, and of one that is no longer asked. */
static void test_newest_runs_stay(void **state) {
        struct fixture *f = *state;
        const struct seen gone = { "ap-south-1", 77, "USD", 7, 0 };
        (void) write_seen(f, MODE_PARALLEL, NOW - 40 * HOUR, &gone, 1);
        (void) write_seen(f, MODE_SWEEP, NOW - 39 * HOUR, &gone, 1);
        (void) write_seen(f, MODE_PARALLEL, NOW - 38 * HOUR, &gone, 1);
        see(f, NOW - 30 * HOUR, 10, 20);
        for (int64_t at = NOW - 29 * HOUR; at <= NOW; at += HOUR)
                see(f, at, -1, 30);
        prune(f, &(struct retention){ 0, KEEP_FOREVER, KEEP_FOREVER, KEEP_FOREVER });
        /* The last sweep and the last run of the first region, the second one's last good run, the third one's last
         * run. */
        check_rows(f, "SELECT started_at - 1795442400 FROM run ORDER BY run_id", "-140400\n-136800\n-108000\n0\n");
        check_rows(f, "SELECT region, attached_gib FROM v1_last_good ORDER BY 1",
                   "ap-south-1|77\neu-west-1|10\nus-east-1|30\n");
        check_rows(f, "SELECT region, completeness FROM v1_latest ORDER BY 1",
                   "ap-south-1|stale\neu-west-1|denied\nus-east-1|ok\n");
        (void) check_rebuild(f);
}

static void test_none(void **state) {
        struct fixture *f = *state;
        see_for(f, 30);
        execute(f, "INSERT INTO volume_event (run_id, place_id, found_at, after_at, volume_id, cause, gib_before, gib_after) "
                   "SELECT run_id, 1, started_at, started_at - 1800, 'vol-1', 'grown', 1, 2 FROM run");
        struct retention keep = everything;
        keep.events = 0;
        prune(f, &keep);
        check_rows(f, "SELECT count(*) FROM volume_event", "0\n");
        check_rows(f, KEPT_SINCE, "events|3600\n");
        check_rows(f, COUNTS, "61|31|2\n");
        keep = everything;
        keep.hours = 0;
        prune(f, &keep);
        check_rows(f, COUNTS, "61|0|2\n");
        keep = everything;
        keep.days = 0;
        prune(f, &keep);
        check_rows(f, COUNTS, "61|0|0\n");
        assert_int_equal(check_rebuild(f).hours, 0);
        keep = everything;
        keep.runs = 0;
        prune(f, &keep);
        check_rows(f, "SELECT count(*), max(run_id) FROM run", "1|61\n");
        check_rows(f, KEPT_SINCE, "days|36000\nevents|3600\nhours|3600\nruns|0\n");
        /* The next run has its place, until the next time. */
        see(f, NOW + 300, 5, 6);
        check_rows(f, "SELECT value, value_24h FROM v1_growth WHERE metric = 'attached_gib' AND region = 'us-east-1'",
                   "6|-\n");
        check_rows(f, COUNTS, "2|1|1\n");
        prune(f, &(struct retention){ 0 });
        check_rows(f, COUNTS, "1|0|0\n");
        assert_int_equal(check_rebuild(f).days, 0);
}

static void test_hours_and_days(void **state) {
        struct fixture *f = *state;
        see_for(f, 100);
        struct retention keep = everything;
        keep.hours = SECONDS(30 * HOUR);
        prune(f, &keep);
        check_rows(f, "SELECT min(hour_at) - 1795442400, count(DISTINCT hour_at) FROM rollup_hour", "-111600|32\n");
        check_rows(f, KEPT_SINCE, "hours|-111600\n");
        (void) check_rebuild(f);
        keep.runs = SECONDS(5 * HOUR);
        prune(f, &keep);
        (void) check_rebuild(f);
        /* A day that has to be made of hours that are gone, and of runs that are gone, stays as it was. */
        check_rows(f, COUNTS, "14|32|5\n");
        keep.days = SECONDS(2 * DAY);
        prune(f, &keep);
        check_rows(f, "SELECT min(day_at) - 1795442400 FROM rollup_day", "-223200\n");
        check_rows(f, KEPT_SINCE, "days|-223200\nhours|-111600\nruns|-21600\n");
        (void) check_rebuild(f);
}

static void test_events(void **state) {
        struct fixture *f = *state;
        see_for(f, 1);
        execute(f, "WITH n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 29999) "
                   "INSERT INTO volume_event (run_id, place_id, found_at, after_at, volume_id, cause, gib_before, gib_after) "
                   "SELECT 1, 1, 1795442400 - i * 60, 0, 'vol-' || i, 'grown', 1, 2 FROM n");
        struct retention keep = everything;
        keep.events = SECONDS(100 * HOUR);
        prune_once(f, &keep);
        check_rows(f, "SELECT count(*) FROM volume_event", "14000\n");
        prune(f, &keep);
        check_rows(f, "SELECT count(*), min(found_at) - 1795442400 FROM volume_event", "6061|-363600\n");
        check_rows(f, KEPT_SINCE, "events|-363600\n");
}

/* A little each time, and oldest first: what has piled up is worked off by later calls. */
static void test_steps(void **state) {
        struct fixture *f = *state;
        see_for(f, 200);
        const struct retention keep = { SECONDS(10 * HOUR), SECONDS(10 * HOUR), SECONDS(DAY), KEEP_FOREVER };
        prune_once(f, &keep);
        check_rows(f, COUNTS, "369|153|2\n");
        check_rows(f, "SELECT min(started_at) - 1795442400 FROM run", "-662400\n");
        check_rows(f, KEPT_SINCE, "days|-136800\nhours|-547200\nruns|-662400\n");
        (void) check_rebuild(f);
        for (int i = 0; i < 5; i++) {
                prune_once(f, &keep);
                (void) check_rebuild(f);
        }
        prune(f, &keep);
        check_rows(f, COUNTS, "24|12|2\n");
}

/* An hour of half its runs is not made anew of those that are left. */
static void test_stopped_within_an_hour(void **state) {
        struct fixture *f = *state;
        for (int i = 0; i < 100; i++)
                see(f, NOW - 2 * DAY + i, i, 2 * i);
        see_for(f, 1);
        prune_once(f, &(struct retention){ SECONDS(DAY), KEEP_FOREVER, KEEP_FOREVER, KEEP_FOREVER });
        check_rows(f, "SELECT count(*) FROM run", "71\n");
        check_rows(f, KEPT_SINCE, "runs|-169200\n");
        (void) check_rebuild(f);
}

/* A clock that was wrong for one run takes nothing away; one that is set back, nothing more than it should. */
static void test_clock(void **state) {
        struct fixture *f = *state;
        see_for(f, 20);
        const struct retention keep = { SECONDS(DAY), SECONDS(DAY), SECONDS(DAY), SECONDS(DAY) };
        see(f, NOW + 365 * DAY, 5, 5);
        prune(f, &keep);
        check_rows(f, "SELECT count(*) FROM run", "42\n");
        for (int i = 1; i < 6; i++) {
                see(f, NOW - DAY + i * 300, 6, i);
                prune(f, &keep);
                (void) check_rebuild(f);
        }
        check_rows(f, "SELECT count(*) FROM run", "47\n");
        for (int i = 0; i < 5; i++)
                see(f, NOW + 10 * HOUR, 6, i);
        prune(f, &keep);
        check_rows(f, "SELECT min(started_at) - 1795442400 FROM run WHERE run_id < 42", "-52200\n");
        (void) check_rebuild(f);
}

/* Nothing is made worse while somebody reads one old state, or writes; and nothing is wrong about it. */
static void test_others(void **state) {
        struct fixture *f = *state;
        see_for(f, 60);
        const struct retention keep = { SECONDS(HOUR), KEEP_FOREVER, KEEP_FOREVER, KEEP_FOREVER };
        sqlite3 *other;
        assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
        assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
        (void) sqlite3_busy_timeout(f->store->db, 0);
        prune(f, &keep);
        check_rows(f, "SELECT count(*) FROM run", "121\n");
        assert_int_equal(sqlite3_exec(other, "ROLLBACK; BEGIN; SELECT count(*) FROM run", NULL, NULL, NULL), SQLITE_OK);

        /* The log may grow a little for it. */
        prune_once(f, &keep);
        check_rows(f, "SELECT count(*) FROM run", "89\n");
        execute(f, "CREATE TEMP TABLE n AS WITH n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 4500) SELECT i FROM n");
        execute(f, "CREATE TABLE filler (i INTEGER, b BLOB); INSERT INTO filler SELECT i, zeroblob(4000) FROM n");
        prune(f, &keep);
        check_rows(f, "SELECT count(*) FROM run", "89\n");
        assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
        prune(f, &keep);
        check_rows(f, "SELECT count(*) FROM run", "6\n");
        (void) sqlite3_close(other);
}

/* Unused pages go back to the file system, but for those that the next runs will use. */
static void test_pages(void **state) {
        struct fixture *f = *state;
        see_for(f, 1);
        execute(f, "CREATE TABLE filler (i INTEGER PRIMARY KEY, b BLOB)");
        execute(f, "WITH n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 7999) "
                   "INSERT INTO filler SELECT i, zeroblob(4000) FROM n");
        execute(f, "DELETE FROM filler WHERE i % 8 < 5");
        prune_once(f, &everything);
        check_rows(f, "SELECT freelist_count BETWEEN 2900 AND 3000 FROM pragma_freelist_count", "1\n");
        for (int i = 0; i < 20; i++)
                prune_once(f, &everything);
        check_rows(f, "SELECT freelist_count BETWEEN 1700 AND 2048 FROM pragma_freelist_count", "1\n");
        check_rows(f, "PRAGMA integrity_check", "ok\n");
}

static usec_t some_time(struct random *random) {
        return random_below(random, 8) == 0 ? 0 : SECONDS(random_below(random, 5 * DAY));
}

/* Whatever was taken when, and however the clock went: what is left gives the same hours and days, and the newest state
 * is there. */
static void test_any_order(void **state) {
        struct fixture *f = *state;
        struct random random = { 19 };
        int64_t now = NOW;
        for (unsigned i = 1; i <= 400; i++) {
                now += (int64_t) random_below(&random, 3 * HOUR) - (random_below(&random, 12) == 0 ? DAY : 0);
                int64_t first = random_below(&random, 5) == 0 ? -1 : (int64_t) random_below(&random, 1000);
                see(f, now, first, random_below(&random, 30) == 0 ? -1 : (int64_t) random_below(&random, 1000));
                if (random_below(&random, 4) > 0)
                        continue;
                const struct retention keep = { some_time(&random), some_time(&random), some_time(&random), 0 };
                prune_once(f, &keep);
                (void) check_rebuild(f);
                char expected[64];
                (void) snprintf(expected, sizeof(expected), "2|2|%u\n", i);
                check_rows(f, "SELECT (SELECT count(*) FROM v1_latest), (SELECT count(*) FROM v1_last_good), max(run_id) "
                              "FROM v1_latest", expected);
        }
        check_rows(f, "SELECT count(*) FROM v1_retention", "3\n");
        check_rows(f, "PRAGMA foreign_key_check", "");
}

int main(void) {
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_nothing_old, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_runs, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_newest_runs_stay, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_none, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_hours_and_days, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_events, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_steps, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_stopped_within_an_hour, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_clock, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_others, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_any_order, fixture_set_up, fixture_tear_down),
                cmocka_unit_test_setup_teardown(test_pages, fixture_set_up, fixture_tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
