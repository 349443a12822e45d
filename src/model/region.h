/* SPDX-License-Identifier: MIT */
#pragma once

/* One region as DescribeRegions tells it. */
struct region {
        char name[32];
        char opt_in_status[24]; /* opt-in-not-required, opted-in, not-opted-in; "" if untold */
};
