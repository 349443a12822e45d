/* SPDX-License-Identifier: MIT */
#pragma once

/* SQL for lists that part the volumes of all regions by what v1_type knows of them: type, zone. */

/* Every region's volumes as its last good run saw them, which is the newest one but where that failed. Volumes that
 * have no price count among those of their region's currency: else a type, of which some have one, would stand there
 * twice. */
#define PARTS_OF_REGIONS                                                                                               \
        "(SELECT *, coalesce(own_currency, max(own_currency) OVER (PARTITION BY region, account), "                    \
        "max(own_currency) OVER ()) AS currency FROM "                                                                 \
        "(SELECT account, region, zone, volume_type, volumes, gib, currency AS own_currency, cost_micros, "            \
        "unpriced_volumes FROM v1_type "                                                                               \
        "UNION ALL SELECT g.account, g.region, t.zone, t.volume_type, t.volumes, t.gib, t.currency, t.cost_micros, "   \
        "t.unpriced_volumes FROM v1_last_good AS g CROSS JOIN v1_type_total AS t ON t.run_id = g.run_id "              \
        "AND t.region = g.region AND t.account IS g.account WHERE NOT g.is_newest))"

/* Of a group of them. */
#define PARTS_SUMS                                                                                                     \
        "currency, sum(gib) AS gib, sum(volumes) AS volumes, sum(cost_micros) AS cost_micros, "                        \
        "sum(coalesce(unpriced_volumes, volumes)) AS unpriced"
