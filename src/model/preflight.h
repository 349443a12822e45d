/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/error.h"
#include "model/call_times.h"
#include "model/identity.h"
#include "model/region.h"

/* What a look at everything that a run needs has found, before there is a run. Nothing in here is secret. */

enum check_state {
        CHECK_NOT_MADE, /* it was not needed, or what comes before it failed */
        CHECK_OK,
        CHECK_FAILED,
};

/* A file, or a directory that files are made in. */
struct file_check {
        const char *what;   /* static: "configuration", ... */
        char *path;         /* owned; NULL: there is none and none is needed */
        const char *note;   /* static, for people; "" if none */
        enum check_state state;
        struct error error; /* why it cannot be used */
        uint32_t oldest;    /* of a price list: the dates of its prices, YYYYMMDD; 0: untold */
        uint32_t newest;
};

/* The history. What is not known is 0 or "". */
struct database_check {
        char *path;              /* owned; NULL: not looked at */
        enum check_state state;
        struct error error;
        bool exists;
        char owner[64]; /* of the file, or of the directory that it would be made in; a number where it has no name */
        char group[64];
        mode_t mode;
        uint64_t size;           /* bytes */
        bool free_known;
        uint64_t free_bytes;     /* that this user may fill on the file system */
        int64_t schema_version;  /* 0: none yet */
        int64_t schema_newest;   /* that this program writes */
        bool daemon_runs;        /* a resident daemon has its lock ... */
        pid_t daemon_pid;        /* ... which is this one; 0: in another container */
        int64_t run_id;          /* the last run; 0: none */
        usec_t run_at;           /* realtime */
        char run_status[16];
};

/* The keys, but for the keys. */
struct keys_check {
        enum check_state state;
        struct error error;
        char source[48];   /* which provider */
        char profile[64];
        char home_region[sizeof(((struct region *) NULL)->name)]; /* where the calls about the account went */
        usec_t expiration; /* realtime; 0: never */
};

/* One API call, that is one permission. */
struct call_check {
        enum check_state state;
        struct error error;
        struct call_times times; /* of its last attempt */
};

struct region_check {
        char name[sizeof(((struct region *) NULL)->name)];
        struct call_check instances; /* ec2:DescribeInstances */
        struct call_check volumes;   /* ec2:DescribeVolumes */
};

struct preflight {
        usec_t checked_at; /* realtime */
        char user[64];     /* who we run as */
        uid_t uid;
        struct file_check *files; /* owned */
        size_t n_files;
        struct error settings_error; /* what is wrong with the AWS environment and files; else ERROR_NONE */
        char proxies[160]; /* which proxy variables are set, not to what */
        struct database_check database;

        struct keys_check keys;
        struct call_check identity_call;
        struct identity identity;
        struct call_check regions_call;
        bool regions_named;     /* by configuration or command line: DescribeRegions is not needed */
        bool regions_assumed;   /* DescribeRegions failed: these are those of an earlier run */
        struct region_list listed; /* all that DescribeRegions told, also those that are not enabled */
        bool clock_known;
        int64_t clock_offset_s; /* the service's clock minus ours, to the second */
        struct error error;     /* why no region could be asked; else ERROR_NONE */
        char notice[512];       /* what a run would have to make do with, a line for people; "" if nothing */
        struct region_check *regions; /* owned; those that a run would ask */
        size_t n_regions;
};

/* What a run would come to: the exit statuses of one, and their order is that of gravity. */
enum preflight_verdict {
        PREFLIGHT_GOOD,
        PREFLIGHT_SETUP,    /* configuration or credentials */
        PREFLIGHT_SOME,     /* some regions or permissions would not work */
        PREFLIGHT_NOTHING,  /* no region would */
        PREFLIGHT_DATABASE, /* it could not be stored */
};

/* The gravest of what was found. */
enum preflight_verdict preflight_verdict(const struct preflight *p);
const char *preflight_verdict_name(enum preflight_verdict verdict);

/* A region's entry, made if there is none. NULL when out of memory. */
struct region_check *preflight_region(struct preflight *p, const char *name);

/* Both of its listings are allowed. */
bool region_check_works(const struct region_check *r);
size_t preflight_count_working(const struct preflight *p);

/* Of the one of its calls that got furthest. */
const struct call_times *region_check_times(const struct region_check *r);

/* AWS refused the keys themselves, not what was asked with them. A region that is not enabled refuses them in the same
 * words. */
bool error_refuses_keys(const struct error *e);

/* Adds one; what is static. NULL when out of memory. */
struct file_check *preflight_add_file(struct preflight *p, const char *what);

/* By name. */
void preflight_sort_regions(struct preflight *p);
void preflight_release(struct preflight *p);
