/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "model/changes.h"
#include "model/daemon_state.h"
#include "model/retention.h"
#include "model/run.h"
#include "store/patience.h"

/* The history database, written by one process: data/schema.sql documents it. Every failure is ERROR_DATABASE (or
 * out of memory) with a message that names the file and the remedy, and leaves the database as it was. */
struct store; /* opaque */

/* What the user names the database by, for remedies; ebsreportd's way. Other programs have others. */
#define STORE_NAMED_BY "--db or \"database\""

/* Whom a store asks from now on; until then nothing makes it give up. */
void store_set_patience(struct store *s, const struct store_patience *patience);

/* Opens the file or creates it (mode 0640), checks that it is ours (application_id), migrates an older one forward in
 * one transaction and refuses a newer one. A file that could not be completed is removed again, unless another process
 * has begun to use it. Waits up to 5 s for another writer. */
int store_open(const char *path, struct store **ret, struct error *reterr);

/* Refuses what is not a file, for those who make none. named_by: static. */
int store_check_file(const char *path, const char *named_by, struct error *reterr);

/* Opens an existing file for reading alone, and makes no file beside it. */
int store_open_readonly(const char *path, struct store **ret, struct error *reterr);

/* The same without a look at what is in it, for who reads again and again: immutable is true where the file has no -wal
 * and -shm. Then it is read as it is, what others write from now on is not seen, and it is to be closed soon. */
int store_open_reader(const char *path, const char *named_by, unsigned busy_timeout_ms, struct store **ret,
                      bool *ret_immutable, struct error *reterr);

/* Whether -wal and -shm are both there, so that opening it is not immutable. */
bool store_has_log(const char *path);

/* Closes it and leaves -wal and -shm in place for unprivileged readers. NULL is fine. To be called before a fork. */
void store_close(struct store *s);
DEFINE_CLEANUP(struct store *, store_close);

/* Replaces what the database tells of the resident daemon, in a database of ours that is there. Opens and closes it
 * itself, and waits for another writer hardly at all. path has a '/'. */
int store_write_daemon_state(const char *path, const struct daemon_state *state, struct error *reterr);

/* Reads of it what a daemon that starts wants to know of the one before: phase, pid, heartbeat_at and, where it was
 * running, run_mode, regions_done and regions_total; the rest of *ret is empty. 1, or 0 if there never was one. */
int store_read_daemon_state(const char *path, struct daemon_state *ret, struct error *reterr);

/* Makes one transaction of all that is written up to store_end(), which stores it if r is 0; else nothing of it is, and
 * r is returned. */
int store_begin(struct store *s, struct error *reterr);
int store_end(struct store *s, int r, struct error *reterr);

/* Stores a finished run in one transaction: all of it or nothing. keep_timings: how many runs keep their
 * task_timing rows, this one included. ret_run_id may be NULL. */
int store_write_run(struct store *s, const struct run *run, unsigned keep_timings, int64_t *ret_run_id,
                    struct error *reterr);

/* Stores the three runs of a comparison and the pair of timings, in one transaction. ret_run_ids: sequential, parallel,
 * sweep; may be NULL. */
int store_write_comparison(struct store *s, const struct comparison *c, unsigned keep_timings,
                           int64_t ret_run_ids[COMPARISON_RUNS], struct error *reterr);

/* What was made anew, and how many rows were left as they were because what they are made of is no longer kept. */
struct rollup_rebuilt {
        int64_t runs;       /* runs that were read */
        int64_t hours;      /* rows of rollup_hour that were made */
        int64_t hours_left;
        int64_t days;       /* rows of rollup_day that were made */
        int64_t days_left;
};

/* Makes the history by the hour and the day anew, as far as what it is made of is kept, in one transaction. */
int store_rebuild_rollups(struct store *s, struct rollup_rebuilt *ret, struct error *reterr);

/* To be called after each run: takes away some of what is older than keep says, in short transactions, and gives unused
 * pages back. What a run's newest state is made of stays. Does nothing where somebody else writes, a reader has kept a
 * snapshot for long, or patience ends: the next call goes on. */
int store_prune(struct store *s, const struct retention *keep, struct error *reterr);

/* How many volumes each region's newest whole listing held, where its ids allow the next one to be cut in chains.
 * Calls back per row, account "" if unknown; a negative errno from it ends the reading and is returned. */
int store_read_region_sizes(struct store *s,
                            int (*on_row)(const char *account, const char *region, uint64_t volumes, void *userdata),
                            void *userdata, struct error *reterr);

/* Replaces the list of regions that DescribeRegions gave an account, those that it has not enabled included: for runs
 * in which it is denied, and for people. listed_at: realtime of that answer. */
int store_write_known_regions(struct store *s, const char *account, const struct region *regions, size_t n,
                              usec_t listed_at, struct error *reterr);

/* Reads that list by name, or the newest one, whichever account's, where account is "". No list: no callback. */
int store_read_known_regions(struct store *s, const char *account,
                             int (*on_row)(const char *account, const struct region *region, usec_t listed_at,
                                           void *userdata),
                             void *userdata, struct error *reterr);

/* Reads what is stored of each region of a run: ret has room for n_regions, and the order is theirs. A region that is
 * not stored has no account and no good run. */
int store_read_pasts(struct store *s, const struct run *run, struct region_past *ret, struct error *reterr);

/* When the newest comparison started, realtime; 0 if there is none. */
int store_read_comparison_time(struct store *s, usec_t *ret_started_at, struct error *reterr);

/* The newest run that started before a time (realtime), and the newest sweep. 0 if there is none. A time before what
 * retention has kept is refused with ENODATA; keep is for the message. */
int store_find_run_before(struct store *s, usec_t before, const struct retention *keep, int64_t *ret_run_id,
                          struct error *reterr);
int store_find_newest_sweep(struct store *s, int64_t *ret_run_id, struct error *reterr);

/* What changed behind run from up to run to. Where from is 0, behind each region's first listing; else it must be
 * there, as to must. regions: a NULL-terminated list of those wanted; NULL: all. *ret must be released. ENODATA, in
 * words of keep, where retention has taken away what would tell it. */
int store_read_changes(struct store *s, int64_t from, int64_t to, const char *const *regions,
                       const struct retention *keep, struct changes *ret, struct error *reterr);
