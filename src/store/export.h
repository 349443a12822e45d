/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "model/export.h"

/* The rows of one view of the history, a unit after the other: a run, or a region's inventory. A unit is one state of
 * the database, and between two units no transaction is open, so that an export that takes long keeps nobody from
 * checkpointing. Runs and events that are added after the export began are not part of it. */

struct store;
struct store_export;

struct export_filter {
        enum export_kind what;
        usec_t since;               /* realtime; what was seen before is left out, see store_export_open() */
        const char *const *regions; /* those wanted, NULL-terminated; NULL: all. Not with EXPORT_RUNS */
};

/* Begins an export; the filter is not needed afterwards, the store is. since counts by the start of the run that saw
 * it: started_at, found_at of events, last_seen_at of volumes and instances. A region that the history does not know is
 * ERROR_CONFIG, -ENOENT. */
int store_export_open(struct store *s, const struct export_filter *filter, struct store_export **ret,
                      struct error *reterr);

/* The columns of every row; it has no cells. */
struct row store_export_columns(const struct store_export *e);

/* A negative errno ends the reading. */
typedef int (*export_sink)(const struct row *row, void *userdata);

/* Hands over the rows of the next unit, in the order of their keys. 1, 0 when there is no unit left, or the negative
 * errno of sink, which has told why, or of the database with *reterr. */
int store_export_unit(struct store_export *e, export_sink sink, void *userdata, struct error *reterr);

/* NULL is fine. To be called before the store is closed. */
void store_export_close(struct store_export *e);
DEFINE_CLEANUP(struct store_export *, store_export_close);
