/* SPDX-License-Identifier: MIT */
#pragma once

#include "simulator.h"

/* Pagination as EC2 does it: MaxResults, NextToken, and opaque tokens that are good for the request they came from. */

struct page_rules {
        const char *ids_parameter; /* "InstanceId": excludes MaxResults */
        const char *ids_word;      /* as EC2 names it in that refusal: "instancesSet" */
        uint64_t most;             /* a greater MaxResults is refused */
        uint64_t cut;              /* a greater one is taken as this */
};

struct page {
        uint64_t size;   /* most items */
        uint32_t cursor; /* first slot to look at */
        const char *token; /* the one that was sent, or NULL */

        uint32_t *slots; /* owned: the items */
        size_t n;
        char *next_token; /* owned; NULL on the last page */
};

/* Reads the parameters. 0, -EINVAL with EC2's error in the reply, or -ENOMEM. */
int page_read(struct call *c, const struct page_rules *rules, struct page *ret);

/* What a page is filled from: those of the slots that match. */
struct page_source {
        uint32_t n_slots;
        const uint32_t *candidates; /* ascending; NULL: every slot */
        size_t n_candidates;
        bool (*matches)(uint32_t slot, const void *userdata);
        const void *userdata;
};

/* Fills slots and next_token, and does what the call's fault wants with them. */
int page_fill(struct call *c, const struct page_source *source, struct page *page);

void page_release(struct page *p);
