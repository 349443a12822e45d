/* SPDX-License-Identifier: MIT */
#pragma once

#include "ec2.h"
#include "filter.h"
#include "page.h"

/* What DescribeInstances and DescribeVolumes have in common: they list those things of a fleet that ids and filters
 * choose, page by page. */

/* One call's question to the fleet. */
struct describe_query {
        const struct describe_rules *rules;
        const struct fleet *fleet; /* locked */
        struct filters filters;
        bool include_hidden;
        uint32_t *candidates; /* owned, ascending slots; NULL: all */
        size_t n_candidates;
};

struct describe_rules {
        struct page_rules page;
        struct id_rules ids;
        const struct filter_rule *filters;
        const char *response; /* the answer's element */
        const char *set;      /* the list's in it */
        /* How many slots the fleet has for such things, and where each id is; both borrowed. */
        uint32_t (*slots)(const struct fleet *f, const struct id_map **ret_ids);
        bool (*is_listed)(const struct fleet *f, uint32_t slot, bool include_hidden);
        /* Finds the candidates where the filters name them; NULL: they never do. 0 or -ENOMEM. */
        int (*narrow)(struct describe_query *q);
        void (*write)(struct xml *x, const struct fleet *f, const struct page *page);
};

/* Answers the call: 0 (EC2's error perhaps), -EINVAL with EC2's error in the reply, or another negative errno. */
int describe(struct call *c, const struct describe_rules *rules);
