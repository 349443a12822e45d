/* SPDX-License-Identifier: MIT */
#pragma once

#include "catalogue.h"
#include "estate.h"
#include "estate_life.h"
#include "model/run.h"
#include "store/db.h"
#include "year_options.h"

/* The database that is made, with the statements that its rows are written by. Each failure ends the program. */

struct year_database {
        struct store *store;
        struct query run, region, type, timing, comparison, class, event;
        int64_t class_ids[CATALOGUE_REGIONS][ESTATE_ZONES][_KIND_MAX][_HOLDER_MAX]; /* 0: no such row yet */
};

/* Makes the file by the program's own code, and gets ready to fill it in one transaction without waiting for the disk. */
void year_database_open(struct year_database *d, const char *path);

/* Ends the transaction; then it is a database as ebsreportd leaves it. */
void year_database_close(struct year_database *d);

/* The row of volume_class for volumes of the estate. */
int64_t year_database_class(struct year_database *d, const struct estate *e, unsigned zone, unsigned kind,
                            unsigned holder);

/* A run and what hangs on it; estates are those of its regions. */
void year_database_add_run(struct year_database *d, int64_t run_id, const struct run *run,
                           struct estate *const *estates);
void year_database_add_comparison(struct year_database *d, const struct comparison *c, const int64_t *run_ids);

/* The ledger's rows of one listing: after_at is the time of the one before. */
void year_database_add_events(struct year_database *d, const struct estate *e, const struct life_events *events,
                              int64_t run_id, int64_t found_at, int64_t after_at);

/* Runs SQL text. */
void year_database_exec(struct year_database *d, const char *sql);

/* Ends a statement made by query_prepare(). */
void year_database_finish(struct query *q);
