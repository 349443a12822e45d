/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/error_list.h"
#include "model/retention.h"
#include "model/run.h"

/* ebsreportd's own configuration: data/ebsreportd.conf documents every key. Strings are owned. */
struct config {
        enum run_mode mode;         /* mode = sweep */
        unsigned workers;           /* workers = 16, 1 to 256 */
        char **regions;             /* regions = names separated by blanks or commas; NULL: ask DescribeRegions */
        char **exclude_regions;     /* exclude_regions = globs */
        char *profile;              /* profile; NULL: the AWS environment decides */
        char *endpoint_url;         /* endpoint_url; NULL: built from partition and region */
        bool allow_plain_http;      /* allow_plain_http = no: http endpoints only on loopback */
        bool include_managed;       /* include_managed = yes */
        char *prices;               /* prices; NULL: the built-in list */
        char **keep_tags;           /* keep_tags = keys separated by commas; NULL: no tag of a volume is kept */
        char *database;             /* database = /var/lib/ebsreportd/history.db */
        usec_t connect_timeout;     /* connect_timeout = 3s */
        usec_t call_timeout;        /* call_timeout = 30s */
        usec_t stall_timeout;       /* stall_timeout = 10s: no byte for so long */
        usec_t region_timeout;      /* region_timeout = 5min: then the region is stored as failed */
        unsigned max_attempts;      /* max_attempts = 6 a call, throttling not counted; 1 to 20 */
        bool api_rate_auto;         /* api_rate = auto: EC2's documented 20/s behind AWS endpoints; behind others
                                     * no limit until the first throttling */
        double api_rate;            /* else calls a second and (account, region, action); 0.1 to 10000 */
        unsigned api_burst;         /* api_burst = 100 calls at once; 1 to 10000 */
        usec_t interval;            /* interval = 5min, start to start */
        usec_t start_jitter;        /* start_jitter = 0: the first run waits a random part of it */
        usec_t compare_interval;    /* compare_interval = 24h; 0: never */
        unsigned compare_max_instances; /* compare_max_instances = 200: in regions of at most so many */
        struct retention keep;      /* keep_runs = 14d, keep_hours = 400d, keep_days = forever, keep_events = 400d */
        unsigned timings_keep_runs; /* keep_task_timings = 50: runs whose single calls are kept */
        char *metrics_file;         /* metrics_file; NULL: none is written */
};

/* Where the file is looked for unless --config names another. */
#define CONFIG_DEFAULT_PATH SYSCONFDIR "/ebsreportd/ebsreportd.conf"

/* Fills *ret with the defaults. -ENOMEM. */
int config_init(struct config *ret, struct error *reterr);

/* Reads the file over what *config holds. Unknown keys and bad values are ERROR_CONFIG in errors, with file, line, key
 * and what is allowed, and leave *config as it is. 0, or the negative errno of the first error: -ENOENT when the file
 * is missing. */
int config_load(struct config *config, const char *path, struct error_list *errors);

/* Adds one region name to config->regions (the first call with replace drops the file's list). ERROR_CONFIG for a
 * name that is not of the form [a-z0-9-]. */
int config_add_region(struct config *config, const char *name, bool replace, struct error *reterr);

/* Checks and sets "workers" from text, for the command line too; what names the origin in the message. */
int config_set_workers(struct config *config, const char *text, const char *what, struct error *reterr);

/* Sets "database" from the command line. */
int config_set_database(struct config *config, const char *path, struct error *reterr);

/* The names of the file's keys in the order of data/ebsreportd.conf; NULL behind the last. */
const char *config_key_name(size_t i);

/* True if the region's name matches one of exclude_regions. */
bool config_excludes_region(const struct config *config, const char *name);

void config_release(struct config *config);
