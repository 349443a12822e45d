/* SPDX-License-Identifier: MIT */
#include "tui/run_regions.h"

#include <stdio.h>
#include <string.h>

enum region_column {
        REGION_REGION,
        REGION_ACCOUNT,
        REGION_STATUS,
        REGION_GIB,
        REGION_VOLUMES,
        REGION_INSTANCES,
        REGION_UNATTACHED,
        REGION_COST,
        REGION_CALLS,
        REGION_RETRIES,
        REGION_THROTTLES,
        REGION_WALL,
        REGION_CODE,
        REGION_HTTP,
        REGION_MESSAGE,
        REGION_REQUEST_ID,
        REGION_CURRENCY,
        REGION_GIB_AT_LEAST,
        REGION_COST_AT_LEAST,
        REGION_TROUBLE,
};

/* Of a region that failed there are no numbers. */
static const struct column columns[] = {
        [REGION_REGION] = { "region", "REGION", "t.region", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0, NULL },
        [REGION_ACCOUNT] = { "account", "ACCOUNT", "t.account", COLUMN_TEXT,
                             COLUMN_SEARCHED | COLUMN_ASCENDING | COLUMN_IF_VARIED, 1, 0, NULL },
        [REGION_STATUS] = { "status", "STATUS", "iif(t.status = 'ok', t.completeness, upper(t.completeness))", COLUMN_TEXT,
                            COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0, NULL },
        [REGION_GIB] = { "gib", "GiB", "coalesce(t.billed_gib, t.attached_gib)", COLUMN_GIB, 0, 6, 0, "gib_at_least" },
        [REGION_VOLUMES] = { "volumes", "VOL", "t.attached_volumes + coalesce(t.unattached_volumes + t.managed_volumes, 0)",
                             COLUMN_INTEGER, 0, 12, 0, "gib_at_least" },
        [REGION_INSTANCES] = { "instances", "INST", "t.instances", COLUMN_INTEGER, 0, 13, 0, NULL },
        [REGION_UNATTACHED] = { "unattached_gib", "UNATT GiB", "t.unattached_gib", COLUMN_GIB, 0, 14, 0, NULL },
        [REGION_COST] = { "cost_micros", "$/MO", "coalesce(t.billed_cost_micros, t.attached_cost_micros)", COLUMN_MONEY, 0,
                          11, 0, "cost_at_least" },
        [REGION_CALLS] = { "calls", "CALLS", "t.calls", COLUMN_INTEGER, 0, 10, 0, NULL },
        [REGION_RETRIES] = { "retries", "RETRY", "t.retries", COLUMN_INTEGER, 0, 2, 0, NULL },
        [REGION_THROTTLES] = { "throttles", "THR", "t.throttles", COLUMN_INTEGER, 0, 3, 0, NULL },
        [REGION_WALL] = { "wall_us", "TIME", "t.wall_us", COLUMN_MICROSECONDS, 0, 4, 0, NULL },
        [REGION_CODE] = { "error_code", "CODE", "coalesce(t.error_code, t.error_kind)", COLUMN_TEXT,
                          COLUMN_SEARCHED | COLUMN_ASCENDING, 1, 21, NULL },
        [REGION_HTTP] = { "error_http_status", "HTTP", "t.error_http_status", COLUMN_INTEGER, 0, 9, 0, NULL },
        [REGION_MESSAGE] = { "error_message", "MESSAGE", "t.error_message", COLUMN_TEXT,
                             COLUMN_SEARCHED | COLUMN_ASCENDING | COLUMN_WORDS, 5, 60, NULL },
        [REGION_REQUEST_ID] = { "error_request_id", "REQUEST ID", "t.error_request_id", COLUMN_TEXT,
                                COLUMN_SEARCHED | COLUMN_ASCENDING, 7, 0, NULL },
        [REGION_CURRENCY] = { "currency", "CURRENCY", "t.currency", COLUMN_TEXT, COLUMN_HIDDEN, 0, 0, NULL },
        [REGION_GIB_AT_LEAST] = { "gib_at_least", "", "t.status = 'ok' AND t.billed_gib IS NULL", COLUMN_INTEGER,
                                  COLUMN_HIDDEN, 0, 0, NULL },
        [REGION_COST_AT_LEAST] = { "cost_at_least", "",
                                   "t.status = 'ok' AND (t.billed_cost_micros IS NULL OR t.unpriced_volumes > 0)",
                                   COLUMN_INTEGER, COLUMN_HIDDEN, 0, 0, NULL },
        [REGION_TROUBLE] = { "trouble", "", "(t.status <> 'ok') << 40 | min(t.throttles, 1048575) << 20 | "
                                            "min(t.retries, 1048575)",
                             COLUMN_INTEGER, COLUMN_HIDDEN | COLUMN_SCREEN_ONLY, 0, 0, NULL },
};

#define REGIONS                                                                                                        \
        .from = "v1_region_total AS t", .key = "t.region || ' ' || coalesce(t.account, '')", .columns = columns,       \
        .n_columns = ARRAY_SIZE(columns), .sort = REGION_TROUBLE, .descending = true

const struct listing_type run_regions = { REGIONS, .name = "regions", .where = "t.run_id = :run_id" };

const struct listing_type run_troubles = {
        REGIONS,
        .name = "troubles",
        .where = "t.run_id = :run_id AND (t.status <> 'ok' OR t.retries > 0 OR t.throttles > 0)",
};

const struct row *run_first_error(const struct listing *l, const char **ret_region, const char **ret_message) {
        for (size_t i = 0; i < l->rows.n; i++) {
                const struct row *row = &l->rows.items[i];
                const char *message = value_text(listing_value(row, REGION_MESSAGE));
                if (message[0] == '\0')
                        continue;
                *ret_region = value_text(listing_value(row, REGION_REGION));
                *ret_message = message;
                return row;
        }
        return NULL;
}

void run_error_text(const struct row *row, char *buf, size_t size) {
        const char *code = value_text(listing_value(row, REGION_CODE));
        const char *request = value_text(listing_value(row, REGION_REQUEST_ID));
        const char *message = value_text(listing_value(row, REGION_MESSAGE));
        const struct value *status = listing_value(row, REGION_HTTP);
        char http[32] = "";
        buf[0] = '\0';
        if (code[0] == '\0' && message[0] == '\0')
                return;
        if (status->type != VALUE_NULL)
                (void) snprintf(http, sizeof(http), "HTTP %lld", (long long) value_integer(status));
        bool both = http[0] != '\0' && request[0] != '\0', any = http[0] != '\0' || request[0] != '\0';
        (void) snprintf(buf, size, "%s%s%s%s%s%s%s%s%s", code, any ? " (" : "", http, both ? ", " : "",
                        request[0] != '\0' ? "request " : "", request, any ? ")" : "", message[0] != '\0' ? ": " : "",
                        message);
}

enum style run_region_style(const void *userdata, const struct row *row) {
        (void) userdata;
        const char *status = value_text(listing_value(row, REGION_STATUS));
        return strcmp(status, "ok") == 0 || strcmp(status, "partial") == 0 ? STYLE_PLAIN : STYLE_ALARM;
}
