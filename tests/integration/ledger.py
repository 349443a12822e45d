# SPDX-License-Identifier: MIT
"""What must hold of the inventory and the churn ledger in any database."""
from ebsreportd import sqlite


def check_rule(db):
    """The events of a run add up to the difference from the whole listing before, in GiB, and with what other prices made
    in money: exactly, with what has no price taken as nothing. Returns how many pairs of listings there are."""
    rows = sqlite(db, "SELECT * FROM v1_listing_total ORDER BY place_id, run_id")
    churn = {(r["run_id"], r["region"]): r for r in
             sqlite(db, "SELECT run_id, region, sum(gib_change) AS gib, sum(cost_change_micros) AS cost FROM v1_churn "
                        "GROUP BY 1, 2")}
    pairs = 0
    for before, after in zip([{"place_id": None}] + rows, rows):
        if before["place_id"] != after["place_id"]:
            assert after["repriced_micros"] is None
            continue
        pairs += 1
        change = churn.get((after["run_id"], after["region"]), {"gib": 0, "cost": 0})
        assert after["billed_gib"] - before["billed_gib"] == change["gib"], after
        if len({before["currency"], after["currency"]} - {None}) == 2:
            assert after["repriced_micros"] is None
        else:
            difference = (after["billed_cost_micros"] or 0) - (before["billed_cost_micros"] or 0)
            assert difference == change["cost"] + after["repriced_micros"], after
    return pairs


def check_costs(db):
    """The volumes cost what their region was said to cost when it was listed, and instances what they hold."""
    for row in sqlite(db, "SELECT t.* FROM v1_listing AS l JOIN v1_listing_total AS t USING (place_id, run_id)"):
        mine = sqlite(db, "SELECT coalesce(sum(cost_micros), 0) AS cost, count(*) - count(cost_micros) AS unpriced, "
                          f"max(currency) AS currency FROM v1_volume WHERE place_id = {row['place_id']}")[0]
        assert mine == {"cost": row["billed_cost_micros"] or 0, "unpriced": row["unpriced_volumes"],
                        "currency": row["currency"]}, row
    assert not sqlite(db, "SELECT i.instance_id FROM v1_instance AS i LEFT JOIN (SELECT instance_id, sum(cost_micros) AS cost, "
                          "sum(cost_micros IS NULL) AS unpriced FROM v1_attachment GROUP BY 1) AS a USING (instance_id) "
                          "WHERE coalesce(i.cost_micros, 0) <> coalesce(a.cost, 0) "
                          "OR i.unpriced_volumes <> coalesce(a.unpriced, 0)")
