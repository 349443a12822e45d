/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "report/output.h"
#include "report/report.h"

/* A line a region and cause. Accounts, regions and causes hold nothing that would need quotes. */
int report_csv_changes(const struct changes *c, FILE *out) {
        struct buffer b = BUFFER_INIT(REPORT_MAX);
        int r = buffer_append_string(&b, "from_run,to_run,account,region,cause,events,gib_change\r\n");
        for (size_t i = 0; r == 0 && i < c->n_causes; i++) {
                const struct changes_cause *cause = &c->causes[i];
                if (c->from > 0)
                        r = buffer_printf(&b, "%" PRId64, c->from);
                if (r == 0)
                        r = buffer_printf(&b, ",%" PRId64 ",%s,%s,%s,%" PRIu64 ",%" PRId64 "\r\n", c->to, cause->account,
                                          cause->region, cause->cause, cause->events, cause->gib_change);
        }
        return report_write(&b, r, out);
}
