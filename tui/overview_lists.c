/* SPDX-License-Identifier: MIT */
#include "tui/overview_lists.h"

#include "tui/parts.h"

/* The last good run of a region stands in where its newest failed, with its age. A volume counts once (billed_gib),
 * where only a run that asks instance by instance is known, the attached ones do and the number is "at least". */
#define GIB "coalesce(g.billed_gib, g.attached_gib)"
/* None of a type is 0 %, and not unknown. */
#define GIB_BY_TYPE                                                                                                    \
        "(SELECT region, account, total(gib) FILTER (WHERE volume_type = 'gp3') AS gp3, "                              \
        "total(gib) FILTER (WHERE volume_type = 'gp2') AS gp2, "                                                       \
        "total(gib) FILTER (WHERE volume_type IN ('io1', 'io2')) AS io FROM " PARTS_VOLUMES " GROUP BY region, account)"
#define SHARE_OF(type) "y." type " / nullif(g.billed_gib, 0)"

static const struct column region_columns[] = {
        [OVERVIEW_REGION] = { "region", "REGION", "n.region", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0, NULL },
        [OVERVIEW_ACCOUNT] = { "account", "ACCOUNT", "n.account", COLUMN_TEXT,
                               COLUMN_SEARCHED | COLUMN_ASCENDING | COLUMN_IF_VARIED, 1, 0, NULL },
        [OVERVIEW_GIB] = { "gib", "GiB", GIB, COLUMN_GIB, 0, 0, 0, "gib_at_least" },
        [OVERVIEW_VOLUMES] = { "volumes", "VOL", "g.attached_volumes + coalesce(g.unattached_volumes + g.managed_volumes, 0)",
                               COLUMN_INTEGER, 0, 3, 0, "gib_at_least" },
        [OVERVIEW_INSTANCES] = { "instances", "INST", "g.instances", COLUMN_INTEGER, 0, 4, 0, NULL },
        [OVERVIEW_UNATTACHED_VOLUMES] = { "unattached_volumes", "UNATT VOL", "g.unattached_volumes", COLUMN_INTEGER, 0, 10, 0,
                                          NULL },
        [OVERVIEW_UNATTACHED_GIB] = { "unattached_gib", "UNATT GiB", "g.unattached_gib", COLUMN_GIB, 0, 2, 0, NULL },
        [OVERVIEW_UNATTACHED_SHARE] = { "unattached_share", "UNATT%", "g.unattached_gib * 1.0 / nullif(g.billed_gib, 0)",
                                        COLUMN_SMALL_SHARE, 0, 11, 0, NULL },
        [OVERVIEW_COST] = { "cost_micros", "$/MO", "coalesce(g.billed_cost_micros, g.attached_cost_micros)", COLUMN_MONEY, 0,
                            1, 0, "cost_at_least" },
        [OVERVIEW_CHANGE_1D] = { "change_1d_percent", "24h%", "w.percent_24h", COLUMN_PERCENT, 0, 5, 0, NULL },
        [OVERVIEW_CHANGE_7D] = { "change_7d_percent", "7d%", "w.percent_7d", COLUMN_PERCENT, 0, 12, 0, NULL },
        [OVERVIEW_GP3] = { "gp3_share", "gp3%", SHARE_OF("gp3"), COLUMN_SHARE, 0, 13, 0, NULL },
        [OVERVIEW_GP2] = { "gp2_share", "gp2%", SHARE_OF("gp2"), COLUMN_SHARE, 0, 14, 0, NULL },
        [OVERVIEW_IO] = { "io_share", "io%", SHARE_OF("io"), COLUMN_SHARE, 0, 15, 0, NULL },
        [OVERVIEW_TREND] = { "trend", "24h", "NULL", COLUMN_DRAWN, COLUMN_SCREEN_ONLY, 6, 9, NULL },
        [OVERVIEW_STATUS] = { "status", "ST", "CASE WHEN n.completeness = 'stale' THEN 'old' WHEN n.status = 'ok' THEN 'ok'"
                              " WHEN g.region IS NULL THEN '?' || '?' ELSE '!!' END", COLUMN_TEXT, COLUMN_ASCENDING, 0, 0, NULL },
        [OVERVIEW_AGE] = { "age", "AGE", "NULL", COLUMN_DRAWN, COLUMN_SCREEN_ONLY, 8, 4, NULL },
        [OVERVIEW_AT] = { "as_of", "AS OF", "g.started_at", COLUMN_TIME, COLUMN_HIDDEN, 0, 0, NULL },
        [OVERVIEW_CURRENCY] = { "currency", "CURRENCY", "g.currency", COLUMN_TEXT, COLUMN_HIDDEN, 0, 0, NULL },
        [OVERVIEW_GIB_AT_LEAST] = { "gib_at_least", "", "g.billed_gib IS NULL", COLUMN_INTEGER, COLUMN_HIDDEN, 0, 0, NULL },
        [OVERVIEW_COST_AT_LEAST] = { "cost_at_least", "", "g.billed_cost_micros IS NULL OR g.unpriced_volumes > 0",
                                     COLUMN_INTEGER, COLUMN_HIDDEN, 0, 0, NULL },
        [OVERVIEW_ERROR_CODE] = { "error_code", "CODE", "coalesce(n.error_code, n.error_kind)", COLUMN_TEXT, COLUMN_HIDDEN, 0,
                                  0, NULL },
        [OVERVIEW_ERROR_MESSAGE] = { "error_message", "MESSAGE", "n.error_message", COLUMN_TEXT, COLUMN_HIDDEN, 0, 0, NULL },
};

/* A region that the account has not enabled has nothing in it. */
const struct listing_type overview_regions = {
        .name = "regions",
        .from = "v1_latest AS n LEFT JOIN v1_last_good AS g ON g.region = n.region AND g.account IS n.account"
                " LEFT JOIN v1_growth AS w ON w.metric = 'billed_gib' AND w.region = n.region AND w.account IS n.account"
                " LEFT JOIN " GIB_BY_TYPE " AS y ON y.region = n.region AND y.account IS n.account",
        .where = "n.completeness <> 'not_opted_in' AND (:region IS NULL OR n.region = :region)",
        .key = "n.region || ' ' || coalesce(n.account, '')",
        .columns = region_columns,
        .n_columns = ARRAY_SIZE(region_columns),
        .sort = OVERVIEW_GIB,
        .descending = true,
};

static const struct column type_columns[] = {
        { "volume_type", "COST BY TYPE", "t.part", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0, NULL },
        { "currency", "CURRENCY", "t.currency", COLUMN_TEXT, COLUMN_HIDDEN, 0, 0, NULL },
        { "cost_micros", "$/MO", "t.cost_micros", COLUMN_MONEY, 0, 0, 0, "cost_at_least" },
        { "gib", "GiB", "t.gib", COLUMN_GIB, 0, 2, 0, NULL },
        { "volumes", "VOL", "t.volumes", COLUMN_INTEGER, 0, 3, 0, NULL },
        { "share", "SHARE", "t.share", COLUMN_SHARE, 0, 0, 0, NULL },
        { "bar", "", "t.share", COLUMN_BAR, COLUMN_UNSORTED | COLUMN_SCREEN_ONLY, 1, 12, NULL },
        { "cost_at_least", "", "t.unpriced > 0", COLUMN_INTEGER, COLUMN_HIDDEN, 0, 0, NULL },
};

const struct listing_type overview_types = {
        .name = "types",
        .from = "(SELECT *, cost_micros * 1.0 / nullif(sum(cost_micros) OVER (PARTITION BY currency), 0) AS share FROM "
                PARTS("volume_type") ") AS t",
        .key = "t.part || ' ' || coalesce(t.currency, '')",
        .columns = type_columns,
        .n_columns = ARRAY_SIZE(type_columns),
        .sort = 2,
        .descending = true,
};

enum mover_column { MOVER_REGION, MOVER_ACCOUNT, MOVER_CHANGE, MOVER_MAGNITUDE };

static const struct column mover_columns[] = {
        [MOVER_REGION] = { "region", "TOP MOVERS 24h", "m.region", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0,
                           0, NULL },
        [MOVER_ACCOUNT] = { "account", "ACCOUNT", "m.account", COLUMN_TEXT,
                            COLUMN_SEARCHED | COLUMN_ASCENDING | COLUMN_IF_VARIED, 1, 0, NULL },
        [MOVER_CHANGE] = { "gib_change", "GiB", "m.change_24h", COLUMN_GIB_CHANGE, 0, 0, 0, NULL },
        [MOVER_MAGNITUDE] = { "magnitude", "", "abs(m.change_24h)", COLUMN_GIB, COLUMN_HIDDEN, 0, 0, NULL },
};

const struct listing_type overview_movers = {
        .name = "movers",
        .from = "v1_growth AS m",
        .where = "m.metric = 'billed_gib' AND m.change_24h <> 0 AND (:region IS NULL OR m.region = :region)",
        .key = "m.region || ' ' || coalesce(m.account, '')",
        .columns = mover_columns,
        .n_columns = ARRAY_SIZE(mover_columns),
        .sort = MOVER_MAGNITUDE,
        .descending = true,
};

static const struct column unattached_columns[] = {
        { "region", "MOST UNATTACHED", "g.region", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING, 0, 0, NULL },
        { "account", "ACCOUNT", "g.account", COLUMN_TEXT, COLUMN_SEARCHED | COLUMN_ASCENDING | COLUMN_IF_VARIED, 1, 0,
          NULL },
        { "unattached_gib", "GiB", "g.unattached_gib", COLUMN_GIB, 0, 0, 0, NULL },
        { "currency", "CURRENCY", "g.currency", COLUMN_TEXT, COLUMN_HIDDEN, 0, 0, NULL },
        { "unattached_cost_micros", "$/MO", "g.unattached_cost_micros", COLUMN_MONEY, 0, 1, 0, "cost_at_least" },
        /* Which volumes have no price, attached ones or others, is not known here. */
        { "cost_at_least", "", "g.unpriced_volumes > 0", COLUMN_INTEGER, COLUMN_HIDDEN | COLUMN_SCREEN_ONLY, 0, 0, NULL },
};

const struct listing_type overview_unattached = {
        .name = "most_unattached",
        .from = "v1_last_good AS g",
        .where = "g.unattached_gib > 0 AND (:region IS NULL OR g.region = :region)",
        .key = "g.region || ' ' || coalesce(g.account, '')",
        .columns = unattached_columns,
        .n_columns = ARRAY_SIZE(unattached_columns),
        .sort = 2,
        .descending = true,
};
