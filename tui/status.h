/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/display.h"
#include "tui/freshness.h"
#include "tui/rows.h"

/* What the head of every screen says: the sums over all databases, of all regions or of one, and how current each of
 * them is. */

#define STATUS_CURRENCIES_MAX 4

struct status_sums {
        size_t regions;      /* of all accounts and databases, each account's region once, or the one that counts */
        size_t regions_old;  /* of which the newest run failed: their last good numbers are in the sums */
        /* Those whose numbers are much older than their account's newest run, which did not ask them. */
        size_t regions_stale;
        size_t regions_none; /* of which there never were numbers */
        bool several_accounts;
        int64_t gib;         /* every volume once */
        int64_t volumes;
        int64_t instances;
        int64_t unattached_gib;
        int64_t unattached_volumes;
        bool gib_at_least;  /* of some regions only the attached volumes are known, or nothing is */
        bool cost_at_least; /* some volumes have no price, too */
        struct {
                char currency[8];
                int64_t micros; /* a month */
        } costs[STATUS_CURRENCIES_MAX];
        size_t n_costs;
        int64_t newest_at; /* of the numbers, seconds since the epoch; 0: there are none */
};

/* One database's newest run and daemon; texts live in the status' rows. */
struct status_database {
        enum freshness freshness;
        int64_t newest_at;        /* of the regions that count; where it has none of them, of all */
        const struct row *run;    /* STATUS_RUN_...; NULL: none yet */
        const struct row *daemon; /* STATUS_DAEMON_...; NULL: none ever ran */
};

enum status_run_column {
        STATUS_RUN_ID,
        STATUS_RUN_MODE,
        STATUS_RUN_WORKERS,
        STATUS_RUN_STATUS,
        STATUS_RUN_OK,
        STATUS_RUN_TOTAL,
        STATUS_RUN_WALL_US,
        STATUS_RUN_STARTED_AT,
        STATUS_RUN_MESSAGE, /* why it failed */
        STATUS_RUN_SPEEDUP, /* of the newest comparison */
        STATUS_RUN_COMPARED_ID, /* its sequential run; NULL: no longer kept */
        STATUS_RUN_PARALLEL_ID,
};

enum status_daemon_column {
        STATUS_DAEMON_STATE,
        STATUS_DAEMON_STARTED_AT,
        STATUS_DAEMON_HEARTBEAT_AT,
        STATUS_DAEMON_INTERVAL_S,
        STATUS_DAEMON_NEXT_RUN_AT,
        STATUS_DAEMON_DONE,
        STATUS_DAEMON_TOTAL,
        STATUS_DAEMON_PROBLEM,
};

struct status {
        const char *region; /* the caller's; the only one that counts, of all accounts; NULL: all do */
        struct status_sums sums;
        struct status_database *databases; /* owned; one for each of the set */
        size_t n_databases;
        enum freshness worst;
        struct rows regions; /* own */
        struct rows runs;
        struct rows daemons;
};

/* Reads it from the databases that are begun; of the others the last numbers are kept. 0 or a negative errno,
 * unchanged. */
int status_load(struct status *s, const struct database_set *databases);

/* Judges again how current it is: to be called after loading, and whenever time has passed. */
void status_judge(struct status *s, int64_t now);

/* Whether there are numbers of any region, also where only one counts. */
bool status_has_numbers(const struct status *s);

/* -ENOENT, with the regions that there are, if none of them is the one that counts, and there are any yet. */
int status_check_region(const struct status *s, struct error *reterr);

void status_release(struct status *s);
