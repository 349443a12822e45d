/* SPDX-License-Identifier: MIT */
#include "model/retention.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/macros.h"

const char *retention_format(usec_t keep, char buf[static RETENTION_TEXT_SIZE]) {
        static const struct {
                const char *unit;
                usec_t usec;
        } units[] = {
                { "d", 24 * 3600 * USEC_PER_SEC },
                { "h", 3600 * USEC_PER_SEC },
                { "min", 60 * USEC_PER_SEC },
                { "s", USEC_PER_SEC },
        };
        if (keep == KEEP_FOREVER || keep == 0)
                return keep == 0 ? "0" : "forever";
        for (size_t i = 0; i < ARRAY_SIZE(units); i++)
                if (keep % units[i].usec == 0) {
                        (void) snprintf(buf, RETENTION_TEXT_SIZE, "%" PRIu64 "%s", keep / units[i].usec, units[i].unit);
                        return buf;
                }
        (void) snprintf(buf, RETENTION_TEXT_SIZE, "%" PRIu64 "ms", keep / USEC_PER_MSEC);
        return buf;
}
