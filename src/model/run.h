/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "model/inventory.h"
#include "model/region.h"
#include "model/totals.h"

enum run_mode {
        MODE_SEQUENTIAL, /* one DescribeVolumes an instance, one call at a time, one worker */
        MODE_PARALLEL,   /* the same calls over N workers */
        MODE_SWEEP,      /* page chains of both describes; sees every volume */
        _MODE_MAX,
};

enum run_status {
        RUN_OK,
        RUN_PARTIAL, /* some regions failed: the totals are "at least" */
        RUN_FAILED,  /* no region worked */
        _RUN_STATUS_MAX,
};

const char *run_mode_name(enum run_mode mode);
int run_mode_from_name(const char *name, enum run_mode *ret_mode); /* 0 or -EINVAL */
const char *run_status_name(enum run_status status);

/* An AWS account's id, 12 digits; "" while unknown. */
#define MODEL_ACCOUNT_SIZE 24

/* What one run learned of one region of one account. */
struct region_result {
        char account[MODEL_ACCOUNT_SIZE];
        char region[sizeof(((struct region *) NULL)->name)];
        bool failed;          /* then totals and types are not to be used */
        struct error error;   /* why; ERROR_NONE when ok */
        struct totals totals;
        struct type_total *types; /* owned; sorted by zone, type, state, holder */
        size_t n_types;
        struct inventory *inventory; /* owned; all that a whole listing saw, else NULL */
        bool volume_ids_are_hex; /* every id was "vol-" and lower-case hex: the next sweep may cut its page chain */
        usec_t start_usec; /* since the run's start */
        usec_t wall_usec;  /* first call sent to last answer */
        usec_t busy_usec;  /* sum of its calls' durations */
        uint64_t calls;    /* attempts on the wire, retries included */
        uint64_t retries;
        uint64_t throttles;
};

/* What a region's numbers lack: data/schema.sql has the same rule and words. */
enum completeness {
        COMPLETENESS_OK,
        COMPLETENESS_PARTIAL,      /* asked instance by instance: unattached and managed volumes are not known */
        COMPLETENESS_NOT_OPTED_IN, /* nothing is known: the account has not enabled the region */
        COMPLETENESS_DENIED,       /* nothing is known: who we are was refused */
        COMPLETENESS_UNREACHABLE,  /* nothing is known: no answer in time */
        COMPLETENESS_FAILED,       /* nothing is known, for another reason */
        _COMPLETENESS_MAX,
};

/* By what it failed with, and by what its mode sees. */
enum completeness region_result_completeness(const struct region_result *r);
const char *completeness_name(enum completeness completeness);

/* What the history has of a region that a run asked. */
struct region_past {
        char account[MODEL_ACCOUNT_SIZE]; /* known also where this run could not learn it, because nothing answered */
        usec_t good_at; /* the start of the newest run in which it worked, realtime; 0: none is known */
};

/* One call on one worker, for the gantt chart. */
struct task_timing {
        uint32_t worker; /* 0-based slot */
        char region[sizeof(((struct region *) NULL)->name)];
        char action[40];
        usec_t start_usec; /* since the run's start */
        usec_t duration_usec;
        enum error_kind outcome; /* ERROR_NONE when ok */
};

struct run {
        enum run_mode mode;
        enum run_status status;
        struct error error; /* why no region could even be tried (credentials, ...); else ERROR_NONE */
        uint32_t workers;   /* most that were alive at once */
        usec_t started_at;  /* realtime */
        usec_t wall_usec;   /* monotonic; without the memory measurement */
        uint64_t calls;     /* every signed call of the run, those of discovery included */
        uint64_t retries;
        uint64_t throttles;
        uint64_t peak_pss_kib; /* parent and workers together; 0 if unknown */
        usec_t cpu_usec;       /* parent and workers, user and system */
        bool regions_assumed;  /* DescribeRegions failed: the list is configured or cached, see notice */
        char notice[512];      /* a line for people about the run as a whole; "" if none */
        struct totals totals;  /* over the regions that worked */
        struct region_result *regions; /* owned; sorted by account, region */
        size_t n_regions;
        size_t n_failed;
        struct region_list listed; /* what DescribeRegions told, regions that are not asked included; empty: nothing */
        struct task_timing *timings; /* owned; by start */
        size_t n_timings;
};

/* Sums the regions' results into totals, status and counts of failures. -EOVERFLOW for impossible sizes. */
int run_summarize(struct run *r);

/* Frees what the run owns and zeroes it. */
void run_release(struct run *r);
void region_result_release(struct region_result *r);

/* The three runs of --compare over the same regions, in the order in which they are made. */
#define COMPARISON_RUNS 3
struct comparison {
        struct run sequential;
        struct run parallel;
        struct run sweep;
        double speedup; /* sequential wall / parallel wall; 0 if not known */
        bool agree;     /* all three worked and saw the same, region by region */
};

/* Works out speedup and agree from the three finished runs. A region that failed in one of them disagrees. */
void comparison_conclude(struct comparison *c);
void comparison_release(struct comparison *c);
