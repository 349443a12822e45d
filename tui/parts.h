/* SPDX-License-Identifier: MIT */
#pragma once

#include "tui/scope.h"

/* SQL for lists that part the volumes of regions by what v1_type knows of them: type, zone. */

/* Every region's volumes as its last good run saw them, which is the newest one but where that failed. Those are found run
 * by run, of which there are few however many regions failed. */
#define PARTS_VOLUMES                                                                                                  \
        "(SELECT account, region, zone, volume_type, volumes, gib, currency, cost_micros, unpriced_volumes "           \
        "FROM v1_type UNION ALL SELECT * FROM "                                                                        \
        "(WITH o AS MATERIALIZED (SELECT run_id, region, account FROM v1_last_good WHERE NOT is_newest) "              \
        "SELECT t.account, t.region, t.zone, t.volume_type, t.volumes, t.gib, t.currency, t.cost_micros, "             \
        "t.unpriced_volumes FROM (SELECT DISTINCT run_id FROM o) AS r "                                                \
        "CROSS JOIN v1_type_total AS t ON t.run_id = r.run_id "                                                        \
        "JOIN o ON o.run_id = t.run_id AND o.region = t.region AND o.account IS t.account))"

#define PARTS_SUMS(unpriced)                                                                                           \
        "sum(gib) AS gib, sum(volumes) AS volumes, sum(cost_micros) AS cost_micros, sum(" unpriced ") AS unpriced "

/* Rows of part, currency, gib, volumes, cost_micros and unpriced, of the scope's region or of all. Volumes that have no
 * price count among those of their region's currency, and where that has none among those of the last one there is: else a
 * part of which some have a price would stand there twice. */
#define PARTS(column)                                                                                                  \
        "(SELECT part, currency, " PARTS_SUMS("unpriced") "FROM "                                                     \
        "(SELECT part, coalesce(currency, max(currency) OVER ()) AS currency, gib, volumes, cost_micros, unpriced "    \
        "FROM "                                                                                                        \
        "(SELECT v." column " AS part, coalesce(v.currency, (SELECT g.currency FROM v1_last_good AS g "                \
        "WHERE g.region = v.region AND g.account IS v.account)) AS currency, "                                         \
        PARTS_SUMS("coalesce(unpriced_volumes, volumes)") "FROM " PARTS_VOLUMES " AS v "                              \
        "WHERE :region IS NULL OR (v.region = :region AND " SCOPE_OF_ACCOUNT("v.account") ") GROUP BY 1, 2)) "         \
        "GROUP BY 1, 2)"
