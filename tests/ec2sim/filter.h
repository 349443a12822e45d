/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "fleet.h"
#include "params.h"
#include "reply.h"

/* EC2's Filter.N: values are alternatives, filters must all match. */
struct filter {
        unsigned index; /* N */
        const char *name;
        const struct filter_rule *rule;
        struct string_list values;
};

struct filters {
        struct filter *items; /* owned; names point into the parameters */
        size_t n;
};

/* Whether an item, by its slot, has an attribute that the filter accepts. */
struct filter_rule {
        const char *name; /* NULL ends a table; "tag:" is followed by the tag's key */
        bool (*matches)(const struct fleet *f, uint32_t slot, const struct filter *filter);
};

/* Reads and checks the filters. 0, -EINVAL with *reply holding EC2's error, or -ENOMEM. */
int filters_read(const struct params *params, const struct filter_rule *rules, struct filters *ret,
                 struct reply *reply);

bool filters_match(const struct filters *filters, const struct fleet *f, uint32_t slot);

/* "*" any text, "?" one character, a backslash takes the next one literally. */
bool wildcard_match(const char *pattern, const char *text);

/* Whether one of the filter's values matches. */
bool filter_accepts(const struct filter *filter, const char *text);
bool filter_accepts_bool(const struct filter *filter, bool value);
bool filter_accepts_number(const struct filter *filter, uint64_t value);
bool filter_accepts_id(const struct filter *filter, const char *prefix, uint64_t id);
bool filter_accepts_time(const struct filter *filter, uint32_t seconds);

const struct filter *filters_find(const struct filters *filters, const char *name);
void filters_release(struct filters *f);

extern const struct filter_rule volume_filter_rules[];
extern const struct filter_rule instance_filter_rules[];
