/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ec2.h"
#include "filter.h"
#include "regions.h"

/* A region that may be listed. */
struct candidate {
        const char *name;
        enum region_status status;
        char endpoint[96];
};

static struct candidate candidate_of(const struct call *c, const char *name) {
        struct candidate region = { .name = name, .status = region_status(&c->simulator->options->regions, name) };
        (void) snprintf(region.endpoint, sizeof(region.endpoint), "ec2.%.64s.amazonaws.com", name);
        return region;
}

static const char *attribute(const struct candidate *region, const char *name) {
        if (strcmp(name, "endpoint") == 0)
                return region->endpoint;
        if (strcmp(name, "opt-in-status") == 0)
                return region_status_name(region->status);
        return region->name;
}

static bool accepted(const struct candidate *region, const struct filters *filters, const struct string_list *names) {
        if (names->n > 0 && string_list_find(names, region->name) < 0)
                return false;
        for (size_t i = 0; i < filters->n; i++)
                if (!filter_accepts(&filters->items[i], attribute(region, filters->items[i].name)))
                        return false;
        return true;
}

static void write_region(struct xml *x, const struct candidate *region) {
        xml_raw(x, "<item>");
        xml_text(x, "regionName", region->name);
        xml_text(x, "regionEndpoint", region->endpoint);
        xml_text(x, "optInStatus", region_status_name(region->status));
        xml_raw(x, "</item>");
}

static int write_regions(struct call *c, bool all, const struct filters *filters, const struct string_list *names) {
        const struct string_list *enabled = &c->simulator->options->regions;
        struct xml x = { .out = &c->reply.body };
        ec2_open_response(&x, c, "DescribeRegionsResponse");
        xml_open(&x, "regionInfo");
        for (size_t i = 0; i < enabled->n; i++) {
                struct candidate region = candidate_of(c, enabled->items[i]);
                if (accepted(&region, filters, names)) {
                        write_region(&x, &region);
                        c->reply.items++;
                }
        }
        for (size_t i = 0; all && i < region_table_n; i++) {
                struct candidate region = candidate_of(c, region_table[i].name);
                if (region.status == REGION_NOT_OPTED_IN && accepted(&region, filters, names)) {
                        write_region(&x, &region);
                        c->reply.items++;
                }
        }
        xml_close(&x, "regionInfo");
        ec2_close_response(&x, "DescribeRegionsResponse");
        return x.r;
}

/* The attributes are looked up by name: no fleet is at hand. */
static bool never(const struct fleet *f _unused_, uint32_t slot _unused_, const struct filter *filter _unused_) {
        return false;
}

static const struct filter_rule region_filter_rules[] = {
        { "endpoint", never }, { "opt-in-status", never }, { "region-name", never }, { 0 }
};

int describe_regions(struct call *c) {
        struct filters filters = { 0 };
        struct string_list names = { 0 };
        bool all;
        if (params_get_bool(&c->request->params, "AllRegions", false, &all) < 0)
                return ec2_error(c, 400, "InvalidParameterValue", "Invalid value for the boolean parameter AllRegions");
        int r = filters_read(&c->request->params, region_filter_rules, &filters, &c->reply);
        if (r < 0)
                return r;
        r = params_get_list(&c->request->params, "RegionName", &names);
        for (size_t i = 0; i < names.n && r >= 0; i++) {
                enum region_status status = region_status(&c->simulator->options->regions, names.items[i]);
                if (string_list_find(&c->simulator->options->regions, names.items[i]) < 0 &&
                    !(all && status == REGION_NOT_OPTED_IN)) {
                        r = ec2_error(c, 400, "InvalidParameterValue", "Invalid region name provided: %s",
                                      names.items[i]);
                        r = r < 0 ? r : -EINVAL;
                }
        }
        if (r >= 0)
                r = write_regions(c, all, &filters, &names);
        filters_release(&filters);
        string_list_release(&names);
        return r;
}
