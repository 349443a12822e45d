/* SPDX-License-Identifier: MIT */
#include "store_fixture.h"

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

#include "base/buffer.h"

int fixture_set_up(void **state) {
        static struct fixture f;
        (void) snprintf(f.directory, sizeof(f.directory), "/tmp/test_store.XXXXXX");
        assert_non_null(mkdtemp(f.directory));
        (void) snprintf(f.path, sizeof(f.path), "%s/history.db", f.directory);
        struct error error;
        if (store_open(f.path, &f.store, &error) < 0)
                fail_msg("%s", error.message);
        /* No test here is about a loss of power. */
        assert_int_equal(sqlite3_exec(f.store->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL), SQLITE_OK);
        *state = &f;
        return 0;
}

int fixture_tear_down(void **state) {
        struct fixture *f = *state;
        store_close(f->store);
        static const char *const suffixes[] = { "", "-wal", "-shm" };
        for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
                char file[128];
                (void) snprintf(file, sizeof(file), "%s%s", f->path, suffixes[i]);
                (void) unlink(file);
        }
        return rmdir(f->directory);
}

static int add_row(void *userdata, int n, char **values, char **names) {
        (void) names;
        for (int i = 0; i < n; i++) {
                const char *value = values[i] != NULL ? values[i] : "-";
                assert_int_equal(buffer_printf(userdata, "%s%s", i > 0 ? "|" : "", value), 0);
        }
        assert_int_equal(buffer_append_string(userdata, "\n"), 0);
        return 0;
}

char *read_rows(struct fixture *f, const char *sql) {
        struct buffer out = BUFFER_INIT(64 << 20);
        char *message = NULL;
        if (sqlite3_exec(f->store->db, sql, add_row, &out, &message) != SQLITE_OK)
                fail_msg("%s: %s", sql, message);
        char *text = strdup(buffer_string(&out));
        assert_non_null(text);
        buffer_release(&out);
        return text;
}

void check_rows(struct fixture *f, const char *sql, const char *expected) {
        char *rows = read_rows(f, sql);
        assert_string_equal(rows, expected);
        free(rows);
}

int64_t read_int(struct fixture *f, const char *sql) {
        struct error error;
        int64_t value;
        if (db_read_int64(f->store, sql, "testing", &value, &error) < 0)
                fail_msg("%s", error.message);
        return value;
}

void execute(struct fixture *f, const char *sql) {
        check_rows(f, sql, "");
}

int64_t write_run(struct fixture *f, struct run run, unsigned keep_timings) {
        struct error error;
        int64_t id = 0;
        if (store_write_run(f->store, &run, keep_timings, &id, &error) < 0)
                fail_msg("%s", error.message);
        run_release(&run);
        return id;
}

static struct region_result seen_region(const struct seen *seen, bool all) {
        struct region_result region = { .account = "123456789012", .calls = 2 };
        (void) snprintf(region.region, sizeof(region.region), "%s", seen->region);
        if (seen->gib < 0) {
                region.failed = true;
                (void) error_set(&region.error, ERROR_DENIED, EACCES, "denied");
                return region;
        }
        region.totals = (struct totals){
                .instances = 1, .instance_sum_gib = (uint64_t) seen->gib, .attached_volumes = 1,
                .attached_gib = (uint64_t) seen->gib, .lists_all_volumes = all, .unattached_volumes = all,
                .unattached_gib = all ? 5 : 0, .cost = { .known = true, .unpriced_volumes = seen->unpriced },
        };
        if (seen->currency != NULL) {
                struct cost *cost = &region.totals.cost;
                cost->n_sums = 1;
                cost->sums[0] = (struct cost_sum){ .prices_oldest = 20220210, .prices_newest = 20220210,
                                                   .attached_micros = seen->micros };
                (void) snprintf(cost->sums[0].currency, sizeof(cost->sums[0].currency), "%s", seen->currency);
        }
        return region;
}

int64_t write_seen(struct fixture *f, enum run_mode mode, int64_t at, const struct seen *regions, size_t n) {
        struct run run = {
                .mode = mode, .workers = 1, .started_at = (usec_t) at * USEC_PER_SEC, .calls = 2,
                .regions = calloc(n, sizeof(*run.regions)), .n_regions = n,
        };
        assert_non_null(run.regions);
        for (size_t i = 0; i < n; i++)
                run.regions[i] = seen_region(&regions[i], mode == MODE_SWEEP);
        assert_int_equal(run_summarize(&run), 0);
        return write_run(f, run, 0);
}

void check_totals(struct fixture *f) {
        check_rows(f, "SELECT * FROM rollup_total_hour EXCEPT SELECT * FROM total_hour", "");
        check_rows(f, "SELECT * FROM total_hour EXCEPT SELECT * FROM rollup_total_hour", "");
        check_rows(f, "SELECT * FROM rollup_total_day EXCEPT SELECT * FROM total_day", "");
        check_rows(f, "SELECT * FROM total_day EXCEPT SELECT * FROM rollup_total_day", "");
}

struct rollup_rebuilt check_rebuild(struct fixture *f) {
        static const char *const dumps[] = { DUMP_HOURS, DUMP_DAYS, DUMP_TOTAL_HOURS, DUMP_TOTAL_DAYS };
        char *before[ARRAY_SIZE(dumps)];
        for (size_t i = 0; i < ARRAY_SIZE(dumps); i++)
                before[i] = read_rows(f, dumps[i]);
        struct rollup_rebuilt rebuilt;
        struct error error;
        if (store_rebuild_rollups(f->store, &rebuilt, &error) < 0)
                fail_msg("%s", error.message);
        for (size_t i = 0; i < ARRAY_SIZE(dumps); i++) {
                check_rows(f, dumps[i], before[i]);
                free(before[i]);
        }
        return rebuilt;
}
