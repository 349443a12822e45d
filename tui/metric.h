/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The metrics of v1_metric, as people name them. */

enum metric_kind {
        METRIC_GIB,
        METRIC_COUNT,
        METRIC_MONEY, /* micros a month; has a currency */
};

struct metric {
        const char *name;  /* v1_metric's: "billed_gib" */
        const char *word;  /* in a list of all: "GiB" */
        const char *title; /* alone: "GiB of all volumes" */
        const char *unit;  /* of METRIC_COUNT: "volumes" */
        enum metric_kind kind;
        bool of_all_volumes; /* a run that asks instance by instance does not see it */
};

#define METRICS 9

/* In the order of the keys that go through them; i below METRICS. */
const struct metric *metric_at(size_t i);

/* Index by v1_metric's name, or -ENOENT. */
int metric_find(const char *name);
