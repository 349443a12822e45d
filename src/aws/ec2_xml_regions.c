/* SPDX-License-Identifier: MIT */
/* DescribeRegionsResponse */
#include <errno.h>

#include "aws/ec2_records.h"

enum {
        REGION_INFO = EC2_NODES,
        REGION,
        REGION_NAME,
        REGION_OPT_IN_STATUS,
};

static const struct xml_rule rules[] = {
        EC2_COMMON_RULES("DescribeRegionsResponse"),
        { EC2_ROOT, "regionInfo", REGION_INFO, false },
        { REGION_INFO, "item", REGION, false },
        { REGION, "regionName", REGION_NAME, true },
        { REGION, "optInStatus", REGION_OPT_IN_STATUS, true },
};

static int on_start(int node, void *userdata, struct error *reterr _unused_) {
        struct ec2_records *r = userdata;
        if (node == REGION)
                r->region = (struct region){ 0 };
        return 0;
}

static int on_end(int node, const char *text, void *userdata, struct error *reterr) {
        struct ec2_records *r = userdata;
        switch (node) {
        case REGION_NAME:
                return ec2_copy_id(r->region.name, sizeof(r->region.name), text, "a regionName", reterr);
        case REGION_OPT_IN_STATUS:
                return ec2_copy_word(r->region.opt_in_status, sizeof(r->region.opt_in_status), text, "an optInStatus",
                                     reterr);
        case REGION:
                if (r->region.name[0] == '\0')
                        return error_set(reterr, ERROR_PROTOCOL, EBADMSG, "unusable answer: a region without a name");
                return ec2_sink_error(r->sink->on_region(&r->region, r->sink->userdata), reterr);
        default:
                return ec2_common_end(r, node, text, reterr);
        }
}

const struct xml_schema ec2_regions_schema = {
        .rules = rules, .n_rules = ARRAY_SIZE(rules), .on_start = on_start, .on_end = on_end,
};
