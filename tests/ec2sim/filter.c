/* SPDX-License-Identifier: MIT */
#include "filter.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "resource_id.h"

#define FILTER_VALUES_MAX 200 /* over all filters of a call */
#define FILTER_VALUE_LENGTH_MAX 255

/* The classic two-pointer match: on a mismatch the last star swallows one more character. */
bool wildcard_match(const char *pattern, const char *text) {
        const char *star = NULL, *resume = NULL;
        while (*text != '\0') {
                const char *p = pattern;
                if (*p == '*') {
                        star = ++pattern;
                        resume = text;
                        continue;
                }
                bool any = *p == '?';
                if (*p == '\\' && p[1] != '\0')
                        p++;
                if (*p != '\0' && (any || *p == *text)) {
                        pattern = p + 1;
                        text++;
                } else if (star != NULL) {
                        pattern = star;
                        text = ++resume;
                } else
                        return false;
        }
        while (*pattern == '*')
                pattern++;
        return *pattern == '\0';
}

bool filter_accepts(const struct filter *filter, const char *text) {
        for (size_t i = 0; i < filter->values.n; i++)
                if (wildcard_match(filter->values.items[i], text))
                        return true;
        return false;
}

bool filter_accepts_bool(const struct filter *filter, bool value) {
        return filter_accepts(filter, value ? "true" : "false");
}

bool filter_accepts_number(const struct filter *filter, uint64_t value) {
        char text[24];
        (void) snprintf(text, sizeof(text), "%" PRIu64, value);
        return filter_accepts(filter, text);
}

bool filter_accepts_id(const struct filter *filter, const char *prefix, uint64_t id) {
        char text[RESOURCE_ID_SIZE];
        return filter_accepts(filter, resource_id_format(prefix, id, text));
}

bool filter_accepts_time(const struct filter *filter, uint32_t seconds) {
        time_t t = (time_t) seconds;
        struct tm tm;
        char text[40];
        return gmtime_r(&t, &tm) != NULL && strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.000Z", &tm) > 0 &&
               filter_accepts(filter, text);
}

const struct filter *filters_find(const struct filters *filters, const char *name) {
        for (size_t i = 0; i < filters->n; i++)
                if (strcmp(filters->items[i].name, name) == 0)
                        return &filters->items[i];
        return NULL;
}

static const struct filter_rule *rule_of(const struct filter_rule *rules, const char *name) {
        for (; rules->name != NULL; rules++) {
                bool prefix = strcmp(rules->name, "tag:") == 0;
                if (prefix ? strncmp(name, "tag:", 4) == 0 && name[4] != '\0' : strcmp(rules->name, name) == 0)
                        return rules;
        }
        return NULL;
}

bool filters_match(const struct filters *filters, const struct fleet *f, uint32_t slot) {
        for (size_t i = 0; i < filters->n; i++)
                if (!filters->items[i].rule->matches(f, slot, &filters->items[i]))
                        return false;
        return true;
}

static struct filter *filter_at(struct filters *f, unsigned index) {
        for (size_t i = 0; i < f->n; i++)
                if (f->items[i].index == index)
                        return &f->items[i];
        struct filter *items = reallocarray(f->items, f->n + 1, sizeof(*items));
        if (items == NULL)
                return NULL;
        f->items = items;
        f->items[f->n] = (struct filter){ .index = index };
        return &f->items[f->n++];
}

/* Filter.N.Name and Filter.N.Value.M; values keep the order sent, which does not matter. */
static int gather(const struct params *params, struct filters *filters) {
        for (size_t i = 0; i < params->n; i++) {
                const char *rest;
                unsigned index = params_index(params->items[i].name, "Filter", &rest);
                if (index == 0)
                        continue;
                struct filter *filter = filter_at(filters, index);
                if (filter == NULL)
                        return -ENOMEM;
                if (strcmp(rest, ".Name") == 0)
                        filter->name = params->items[i].value;
                else if (params_index(rest, ".Value", NULL) > 0) {
                        int r = string_list_add(&filter->values, params->items[i].value);
                        if (r < 0)
                                return r;
                }
        }
        return 0;
}

/* what may be followed by a name in quotes. */
static int refuse(struct reply *reply, const char *code, const char *what, const char *name) {
        int r = name != NULL ? reply_error(reply, PROTOCOL_EC2, 400, code, "%s '%s'", what, name) :
                               reply_error(reply, PROTOCOL_EC2, 400, code, "%s", what);
        return r < 0 ? r : -EINVAL;
}

static int check(struct filters *filters, const struct filter_rule *rules, struct reply *reply) {
        size_t values = 0;
        for (size_t i = 0; i < filters->n; i++) {
                struct filter *f = &filters->items[i];
                if (f->name == NULL || f->name[0] == '\0')
                        return refuse(reply, "InvalidParameterValue", "A filter's name must not be null or empty",
                                      NULL);
                f->rule = rule_of(rules, f->name);
                if (f->rule == NULL)
                        return refuse(reply, "InvalidParameterValue", "There is no such filter as", f->name);
                if (f->values.n == 0)
                        return refuse(reply, "InvalidParameterValue", "No values were given for the filter", f->name);
                for (size_t k = 0; k < f->values.n; k++)
                        if (strlen(f->values.items[k]) > FILTER_VALUE_LENGTH_MAX)
                                return refuse(reply, "InvalidParameterValue", "Too long a value of the filter",
                                              f->name);
                values += f->values.n;
        }
        if (values > FILTER_VALUES_MAX)
                return refuse(reply, "FilterLimitExceeded",
                              "The maximum number of filter values specified on a single call is 200", NULL);
        return 0;
}

int filters_read(const struct params *params, const struct filter_rule *rules, struct filters *ret,
                 struct reply *reply) {
        struct filters filters = { 0 };
        int r = gather(params, &filters);
        if (r >= 0)
                r = check(&filters, rules, reply);
        if (r < 0) {
                filters_release(&filters);
                return r;
        }
        *ret = filters;
        return 0;
}

void filters_release(struct filters *f) {
        for (size_t i = 0; i < f->n; i++)
                string_list_release(&f->items[i].values);
        free(f->items);
        *f = (struct filters){ 0 };
}
