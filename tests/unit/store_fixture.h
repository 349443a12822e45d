/* SPDX-License-Identifier: MIT */
#pragma once

#include "model/run.h"
#include "store/db.h"
#include "store/store.h"

/* A database of its own for each test that needs one: cmocka's set-up and tear-down, and what is asked of it. */
struct fixture {
        char directory[64];
        char path[96];
        struct store *store;
};

int fixture_set_up(void **state);
int fixture_tear_down(void **state);

/* What the statement gives: rows as lines, columns parted by '|', NULL as '-'. The caller frees it. */
char *read_rows(struct fixture *f, const char *sql);

void check_rows(struct fixture *f, const char *sql, const char *expected);

/* Of a statement that gives one number. */
int64_t read_int(struct fixture *f, const char *sql);

/* For statements that give nothing. */
void execute(struct fixture *f, const char *sql);

/* Stores the run and releases it. Returns its id. */
int64_t write_run(struct fixture *f, struct run run, unsigned keep_timings);

/* What a run sees in one region of account 123456789012, whose volumes are all attached, but for 5 GiB. */
struct seen {
        const char *region;
        int64_t gib;          /* attached; < 0: the region failed, as denied */
        const char *currency; /* NULL: nothing has a price */
        uint64_t micros;      /* of what is attached */
        uint64_t unpriced;    /* volumes without a price */
};

/* Stores a run that started at so many seconds since the epoch. Returns its id. */
int64_t write_seen(struct fixture *f, enum run_mode mode, int64_t at, const struct seen *regions, size_t n);

#define DUMP_HOURS "SELECT * FROM rollup_hour ORDER BY metric_id, hour_at, place_id"
#define DUMP_DAYS "SELECT * FROM rollup_day ORDER BY metric_id, day_at, place_id"
#define DUMP_TOTAL_HOURS "SELECT * FROM rollup_total_hour"
#define DUMP_TOTAL_DAYS "SELECT * FROM rollup_total_day"

/* Checks that the sums of hours and days are those of what there is. */
void check_totals(struct fixture *f);

/* Makes hours, days and their sums anew, and checks that they are what they were. */
struct rollup_rebuilt check_rebuild(struct fixture *f);
