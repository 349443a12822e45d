/* SPDX-License-Identifier: MIT */
#include "tui/metric.h"

#include <errno.h>
#include <string.h>

static const struct metric metrics[METRICS] = {
        { "billed_gib", "GiB", "size of all volumes", NULL, METRIC_GIB, true },
        { "billed_cost_micros", "$/mo", "cost of all volumes", NULL, METRIC_MONEY, true },
        { "attached_volumes", "volumes", "attached volumes", "volumes", METRIC_COUNT, false },
        { "instances", "instances", "instances", "instances", METRIC_COUNT, false },
        { "unattached_gib", "unattached", "size of unattached volumes", NULL, METRIC_GIB, true },
        { "unattached_cost_micros", "unattached-$", "cost of unattached volumes", NULL, METRIC_MONEY, true },
        { "attached_gib", "attached", "size of attached volumes", NULL, METRIC_GIB, false },
        { "attached_cost_micros", "attached-$", "cost of attached volumes", NULL, METRIC_MONEY, false },
        { "instance_sum_gib", "instance-sum", "size summed by instance", NULL, METRIC_GIB, false },
};

const struct metric *metric_at(size_t i) {
        return &metrics[i];
}

int metric_find(const char *name) {
        for (size_t i = 0; i < METRICS; i++)
                if (strcmp(metrics[i].name, name) == 0)
                        return (int) i;
        return -ENOENT;
}
