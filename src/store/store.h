/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include "base/error.h"
#include "model/run.h"

/* The history database, written by one process. */
struct store; /* opaque */

/* Opens or creates the file, checks that it is ours (application_id), migrates an older one forward in one
 * transaction and refuses a newer one. Errors: ERROR_DATABASE, naming the path and the remedy. */
int store_open(const char *path, struct store **ret, struct error *reterr);

/* Closes it and leaves -wal and -shm in place for unprivileged readers. NULL is fine. */
void store_close(struct store *s);
DEFINE_CLEANUP(struct store *, store_close);

/* Stores a finished run in one transaction: all of it or nothing. keep_timings: how many runs keep their
 * task_timing rows. ret_run_id may be NULL. */
int store_write_run(struct store *s, const struct run *run, unsigned keep_timings, int64_t *ret_run_id,
                    struct error *reterr);

/* Stores the three runs of a comparison and the pair of timings, in one transaction. */
int store_write_comparison(struct store *s, const struct comparison *c, unsigned keep_timings,
                           struct error *reterr);

/* How many volumes the last good run of each region listed, for cutting page chains. Calls back per row. */
int store_read_region_sizes(struct store *s,
                            int (*on_row)(const char *account, const char *region, uint64_t volumes, void *userdata),
                            void *userdata, struct error *reterr);

/* The last list of regions that DescribeRegions gave an account, for runs in which it is denied. */
int store_write_known_regions(struct store *s, const char *account, const struct region *regions, size_t n,
                              struct error *reterr);

/* The newest such list, whichever account's where account is "". */
int store_read_known_regions(struct store *s, const char *account,
                             int (*on_row)(const char *region, void *userdata), void *userdata,
                             struct error *reterr);
