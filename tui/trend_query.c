/* SPDX-License-Identifier: MIT */
#include "tui/trend_query.h"

#define IN_SCOPE "(:region IS NULL OR t.region = :region) AND " SCOPE_OF_ACCOUNT("t.account")
#define IN_RANGE(column) "t." column " >= :from_at AND t." column " < :until_at"

#define OF_REGIONS(view, column)                                                                                       \
        "(SELECT t." column " AS at, t.last_at, t.account, t.region, t.currency, t.samples > 0 AS regions,"            \
        " 1 AS regions_asked, t.first_value, t.last_value, t.min_value, t.max_value, t.avg_value, t.at_least,"         \
        " t.completeness, t.metric, t.unit FROM " view " AS t WHERE t.metric = :metric AND " IN_RANGE(column)          \
        " AND " IN_SCOPE ") AS t"

#define OF_SUMS(view, column, account, which)                                                                          \
        "(SELECT t." column " AS at, t." column " AS last_at, " account " AS account, NULL AS region, t.currency,"     \
        " t.regions, t.regions_asked, t.first_value, t.last_value, t.min_value, t.max_value, t.avg_value, t.at_least," \
        " t.completeness, t.metric, t.unit FROM " view " AS t WHERE t.metric = :metric AND " IN_RANGE(column) which    \
        ") AS t"
#define OF_ACCOUNT(view, column) OF_SUMS(view, column, "t.account", " AND t.account = :account")
#define OF_TOTAL(view, column) OF_SUMS(view, column, "NULL", "")

/* A run that cannot see a metric is no sample of it; one that failed is one without a value. */
#define OF_RUNS                                                                                                        \
        "(SELECT t.started_at AS at, iif(t.value IS NULL, NULL, t.started_at) AS last_at, t.account, t.region,"        \
        " iif(m.unit = 'micros' AND t.value IS NOT NULL, t.currency, NULL) AS currency, t.value IS NOT NULL AS regions," \
        " 1 AS regions_asked, t.value AS first_value, t.value AS last_value, t.value AS min_value,"                    \
        " t.value AS max_value, t.value AS avg_value,"                                                                 \
        " m.unit = 'micros' AND t.value IS NOT NULL AND coalesce(t.unpriced_volumes, 1) > 0 AS at_least,"              \
        " iif(t.value IS NULL, t.completeness, 'ok') AS completeness, m.metric, m.unit, t.run_id"                      \
        " FROM v1_metric AS m CROSS JOIN (SELECT t.*, CASE :metric WHEN 'attached_gib' THEN t.attached_gib"            \
        " WHEN 'instance_sum_gib' THEN t.instance_sum_gib WHEN 'unattached_gib' THEN t.unattached_gib"                 \
        " WHEN 'billed_gib' THEN t.billed_gib WHEN 'attached_volumes' THEN t.attached_volumes"                         \
        " WHEN 'instances' THEN t.instances WHEN 'attached_cost_micros' THEN t.attached_cost_micros"                   \
        " WHEN 'unattached_cost_micros' THEN t.unattached_cost_micros"                                                 \
        " WHEN 'billed_cost_micros' THEN t.billed_cost_micros END AS value"                                            \
        " FROM v1_run AS r CROSS JOIN v1_region_total AS t ON t.run_id = r.run_id"                                     \
        " WHERE r.started_at >= :from_at AND r.started_at < :until_at AND " IN_SCOPE ") AS t"                          \
        " WHERE m.metric = :metric AND (t.value IS NOT NULL OR t.status = 'failed')) AS t"

/* In the order of the columns. */
enum trend_column {
        TREND_AT,
        TREND_LAST_AT,
        TREND_ACCOUNT,
        TREND_REGION,
        TREND_CURRENCY,
        TREND_REGIONS,
        TREND_REGIONS_ASKED,
        TREND_FIRST,
        TREND_LAST,
        TREND_MIN,
        TREND_MAX,
        TREND_AVERAGE,
        TREND_AT_LEAST,
        TREND_COMPLETENESS,
        TREND_METRIC,
        TREND_UNIT,
};

/* "+": a bound of the listing on it would be taken for the index instead of the range's own. */
static const struct column columns[] = {
        [TREND_AT] = { "at", "AT", "+t.at", COLUMN_TIME, COLUMN_ASCENDING, 0, 0, NULL },
        [TREND_LAST_AT] = { "last_at", "NEWEST", "t.last_at", COLUMN_TIME, COLUMN_HIDDEN, 0, 0, NULL },
        [TREND_ACCOUNT] = { "account", "ACCOUNT", "t.account", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0, NULL },
        [TREND_REGION] = { "region", "REGION", "t.region", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0, NULL },
        [TREND_CURRENCY] = { "currency", "CURRENCY", "t.currency", COLUMN_TEXT, COLUMN_ASCENDING, 0, 0, NULL },
        [TREND_REGIONS] = { "regions", "REGIONS", "t.regions", COLUMN_INTEGER, 0, 0, 0, NULL },
        [TREND_REGIONS_ASKED] = { "regions_asked", "ASKED", "t.regions_asked", COLUMN_INTEGER, 0, 0, 0, NULL },
        [TREND_FIRST] = { "first_value", "FIRST", "t.first_value", COLUMN_INTEGER, 0, 0, 0, NULL },
        [TREND_LAST] = { "last_value", "LAST", "t.last_value", COLUMN_INTEGER, 0, 0, 0, NULL },
        [TREND_MIN] = { "min_value", "MIN", "t.min_value", COLUMN_INTEGER, 0, 0, 0, NULL },
        [TREND_MAX] = { "max_value", "MAX", "t.max_value", COLUMN_INTEGER, 0, 0, 0, NULL },
        [TREND_AVERAGE] = { "avg_value", "AVERAGE", "t.avg_value", COLUMN_INTEGER, 0, 0, 0, NULL },
        [TREND_AT_LEAST] = { "at_least", "AT LEAST", "t.at_least", COLUMN_INTEGER, COLUMN_HIDDEN, 0, 0, NULL },
        [TREND_COMPLETENESS] = { "completeness", "COMPLETENESS", "t.completeness", COLUMN_TEXT, COLUMN_ASCENDING, 0, 0, NULL },
        [TREND_METRIC] = { "metric", "METRIC", "t.metric", COLUMN_TEXT, COLUMN_HIDDEN, 0, 0, NULL },
        [TREND_UNIT] = { "unit", "UNIT", "t.unit", COLUMN_TEXT, COLUMN_ASCENDING, 0, 0, NULL },
};

#define KEY "coalesce(t.region, '') || ' ' || coalesce(t.account, '') || ' ' || coalesce(t.currency, '')"

#define TREND(source, unique)                                                                                          \
        { .name = "trend", .from = source, .key = unique " || ' ' || " KEY, .columns = columns,                        \
          .n_columns = ARRAY_SIZE(columns), .sort = TREND_AT }

static const struct listing_type listings[_TREND_SOURCE_MAX] = {
        [TREND_RUNS] = TREND(OF_RUNS, "t.run_id"),
        [TREND_HOURS] = TREND(OF_REGIONS("v1_trend_hour", "hour_at"), "t.at"),
        [TREND_DAYS] = TREND(OF_REGIONS("v1_trend_day", "day_at"), "t.at"),
        [TREND_ACCOUNT_HOURS] = TREND(OF_ACCOUNT("v1_trend_account_hour", "hour_at"), "t.at"),
        [TREND_ACCOUNT_DAYS] = TREND(OF_ACCOUNT("v1_trend_account_day", "day_at"), "t.at"),
        [TREND_TOTAL_HOURS] = TREND(OF_TOTAL("v1_trend_total_hour", "hour_at"), "t.at"),
        [TREND_TOTAL_DAYS] = TREND(OF_TOTAL("v1_trend_total_day", "day_at"), "t.at"),
};

static const char *const queries[_TREND_SOURCE_MAX] = {
        [TREND_RUNS] = "SELECT * FROM " OF_RUNS,
        [TREND_HOURS] = "SELECT * FROM " OF_REGIONS("v1_trend_hour", "hour_at"),
        [TREND_DAYS] = "SELECT * FROM " OF_REGIONS("v1_trend_day", "day_at"),
        [TREND_ACCOUNT_HOURS] = "SELECT * FROM " OF_ACCOUNT("v1_trend_account_hour", "hour_at"),
        [TREND_ACCOUNT_DAYS] = "SELECT * FROM " OF_ACCOUNT("v1_trend_account_day", "day_at"),
        [TREND_TOTAL_HOURS] = "SELECT * FROM " OF_TOTAL("v1_trend_total_hour", "hour_at"),
        [TREND_TOTAL_DAYS] = "SELECT * FROM " OF_TOTAL("v1_trend_total_day", "day_at"),
};

const struct listing_type *trend_listing(enum trend_source source) {
        return &listings[source];
}

int trend_read(enum trend_source source, const struct database_set *databases, const struct scope *scope,
               struct rows *rows) {
        return rows_refresh(rows, databases, queries[source], scope);
}

struct trend_sample trend_sample_of(const struct row *row) {
        const struct value *v = row->values;
        bool is_sum = v[TREND_REGION].type == VALUE_NULL;
        return (struct trend_sample){
                .at = value_integer(&v[TREND_AT]),
                .newest_at = value_integer(&v[TREND_LAST_AT]),
                .database = row->database,
                .account = is_sum ? "" : value_text(&v[TREND_ACCOUNT]),
                .region = value_text(&v[TREND_REGION]),
                .currency = value_text(&v[TREND_CURRENCY]),
                .regions = (size_t) value_integer(&v[TREND_REGIONS]),
                .regions_asked = (size_t) value_integer(&v[TREND_REGIONS_ASKED]),
                .first = value_number(&v[TREND_FIRST]),
                .last = value_number(&v[TREND_LAST]),
                .min = value_number(&v[TREND_MIN]),
                .max = value_number(&v[TREND_MAX]),
                .average = value_number(&v[TREND_AVERAGE]),
                .at_least = value_integer(&v[TREND_AT_LEAST]) != 0,
                .lacks = value_text(&v[TREND_COMPLETENESS]),
        };
}
