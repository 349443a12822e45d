# SPDX-License-Identifier: MIT
"""What is stored of the costs of single volumes, over runs that see changes, other prices, and sometimes nothing."""
import csv
import sqlite3
from decimal import Decimal

import pytest

import ebsim
import ebsreportd
import older
from ebsreportd import sqlite
from ledger import check_costs, check_rule

REGIONS = ["eu-west-1", "us-east-1", "ap-south-1"]
ODDITIES = dict(unattached=7, managed=6, multi_attach=3, terminated=2, unknown_instance=3, transient=3)


@pytest.fixture
def db(tmp_path):
    return tmp_path / "history.db"


def sqlite_write(db, script):
    with sqlite3.connect(db) as connection:
        connection.executescript("PRAGMA foreign_keys = ON; " + script)


@pytest.fixture
def prices(tmp_path):
    """Writes the price list that the configuration names: the built-in one with other prices, perhaps without a type."""
    path, config = tmp_path / "prices.csv", tmp_path / "ebsreportd.conf"
    config.write_text(f"prices = {path}\n")

    def write(factor, currency="USD", without=None):
        with open(ebsim.ROOT / "data" / "ebs-prices.csv", newline="", encoding="ascii") as file:
            rows = [row for row in csv.DictReader(file) if row["region"] in REGIONS and row["volume_type"] != without]
        with open(path, "w", newline="", encoding="ascii") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows({**row, "price": Decimal(row["price"]) * factor, "currency": currency} for row in rows)
        return f"--config={config}"
    return write


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_long_churn_with_other_prices_and_failures(ec2sim, db, prices, seed):
    """Between two whole listings of a region there are runs in which it is refused, at once or behind a page, and prices
    are others, lack a type or are in another currency."""
    refused = "action=DescribeVolumes,kind=error=UnauthorizedOperation,status=403"
    sim = ec2sim(regions=",".join(REGIONS), instances=12, churn=10, seed=seed, volume_page_limit=8, **ODDITIES,
                 fault=[f"region=us-east-1,probability=0.05,{refused}", f"region=ap-south-1,probability=0.02,{refused}"])
    lists = {5: (2,), 9: (1, "USD", "gp2"), 14: (1,), 18: (3, "EUR"), 24: (3, "EUR", "gp3"), 28: (1,)}
    option, exits = prices(1), set()
    for run in range(32):
        if run in lists:
            prices(*lists[run])
        exits.add(ebsreportd.run(sim, option, db=db).rc)
        sim.tick()
    assert exits == {0, 2}
    assert check_rule(db) > 60
    check_costs(db)
    repriced = {r["sign"] for r in sqlite(db, "SELECT DISTINCT sign(repriced_micros) AS sign FROM v1_region_total")}
    assert repriced == {-1, 0, 1, None}
    assert {r["currency"] for r in sqlite(db, "SELECT DISTINCT currency FROM v1_event")} == {"USD", "EUR", None}


def test_an_inventory_from_before_costs(ec2sim, db, tmp_path):
    """The first listing after the migration gives every row its costs, once, and finds nothing that did not happen."""
    sim = ec2sim(regions="eu-west-1,us-east-1", instances=15, seed=6, churn=10, **ODDITIES)
    ebsreportd.run(sim, db=tmp_path / "new.db", check=0)
    older.copy(tmp_path / "new.db", db, 3)
    ebsreportd.run(sim, db=db, check=0)
    check_costs(db)
    assert not sqlite(db, "SELECT * FROM v1_event")
    listings = sqlite(db, "SELECT * FROM v1_listing_total ORDER BY run_id")
    assert [r["run_id"] for r in listings] == [1, 1, 2, 2] and {r["repriced_micros"] for r in listings} == {None}
    assert {r["wasted_micros"] for r in sqlite(db, "SELECT wasted_micros FROM v1_unattached")} == {None}, "not what it was"
    tables = "SELECT * FROM volume ORDER BY volume_id", "SELECT * FROM instance ORDER BY instance_id"
    before = [sqlite(db, table) for table in tables]
    ebsreportd.run(sim, db=db, check=0)
    assert [sqlite(db, table) for table in tables] == before
    sim.tick()
    ebsreportd.run(sim, db=db, check=0)
    sqlite_write(db, "DELETE FROM run WHERE run_id = 1")  # what was before costs has no rule
    assert sqlite(db, "SELECT * FROM v1_event WHERE cost_change_micros <> 0") and check_rule(db) == 4
    check_costs(db)


def itemised(region, report):
    """A region's difference, put together from what the report says makes it."""
    causes = [c["cost_change_micros"] or 0 for c in report["causes"] if c["region"] == region["region"]]
    return sum(causes) + region["repriced_micros"] + region["unpriced_micros"]


def test_diff_itemises_the_bill(ec2sim, db, prices):
    """By cause, what other prices made, and what has no price before or after; over any two runs."""
    sim = ec2sim(regions=",".join(REGIONS), instances=15, churn=10, seed=5, **ODDITIES)
    lists = {3: (2,), 4: (2, "USD", "gp2"), 6: (2,), 8: (1, "EUR")}
    option, runs = prices(1), 8
    for run in range(1, runs + 1):
        if run in lists:
            prices(*lists[run])
        ebsreportd.run(sim, option, db=db, check=0)
        sim.tick()
    bills = {(r["run_id"], r["region"]): r["billed_cost_micros"] for r in sqlite(db, "SELECT * FROM v1_listing_total")}
    unpriced = 0
    for first, last in [(1, 2), (2, 3), (1, 5), (3, 7), (1, 7), (4, 5)]:
        report = ebsreportd.read_history(db, "--diff", first, last, "--json", check=0).json
        for region in report["regions"]:
            name = region["region"]
            assert region["before"]["billed_cost_micros"] == bills[first, name]
            assert region["currency"] == region["after"]["currency"] == "USD"
            assert region["cost_change_micros"] == bills[last, name] - bills[first, name] == itemised(region, report)
            assert region["unpriced_events"] == sum(c["unpriced_events"] for c in report["causes"] if c["region"] == name)
            unpriced += region["unpriced_micros"] != 0
        assert report["volumes"] == sorted(report["volumes"], key=lambda v: -abs(v["cost_change_micros"] or 0))
    assert unpriced > 0
    csv_rows = list(csv.DictReader(ebsreportd.read_history(db, "--diff", 2, 3, "--csv", check=0).out.splitlines()))
    for region in REGIONS:
        change = sum(int(r["cost_change_micros"]) for r in csv_rows if r["region"] == region)
        assert change == bills[3, region] - bills[2, region]
    text = ebsreportd.read_history(db, "--diff", 2, 3, check=0).out
    assert text.count("other prices made +") == 3 and " a month" in text
    assert ">=" in ebsreportd.read_history(db, "--diff", 2, 4, check=0).out
    # What is no longer kept does not pass for nothing.
    sqlite_write(db, "DELETE FROM volume_event WHERE run_id = 3")
    for region in ebsreportd.read_history(db, "--diff", 2, 4, "--json", check=0).json["regions"]:
        assert region["lacks_events"] and region["repriced_micros"] is None and region["unpriced_micros"] is None
        assert region["gib_change"] == region["after"]["billed_gib"] - region["before"]["billed_gib"]
    assert ebsreportd.read_history(db, "--diff", 2, 4, check=0).out.count("events are not all kept") == 3
    sqlite_write(db, "DELETE FROM region_total WHERE run_id = 6")
    for region in ebsreportd.read_history(db, "--diff", 5, 7, "--json", check=0).json["regions"]:
        assert not region["lacks_events"] and region["repriced_micros"] is None, "run 6 had other prices"
    # Dollars and euros have no difference, nor has any event between them.
    report = ebsreportd.read_history(db, "--diff", 7, 8, "--json", check=0).json
    for item in report["regions"] + report["causes"] + report["volumes"]:
        assert item["cost_change_micros"] is None
    assert ebsreportd.read_history(db, "--diff", 7, 8, check=0).out.count("prices in several currencies") == 3


HALF_A_MONTH = 1296000


def test_waste_of_what_nobody_holds(ec2sim, db, prices):
    """It grows with the age of the volume, by each price as long as that was in force, and begins at nothing."""
    sim = ec2sim(regions="eu-west-1", instances=5, unattached=4, seed=2)
    for factor in 1, 2, 3:
        ebsreportd.run(sim, prices(factor), db=db, check=0)
        assert factor > 1 or not sqlite(db, "SELECT * FROM v1_unattached WHERE wasted_micros <> 0")
        sqlite_write(db, f"UPDATE listing SET started_at = started_at - {HALF_A_MONTH}; UPDATE volume SET "
                         f"unattached_since = unattached_since - {HALF_A_MONTH}, wasted_at = wasted_at - {HALF_A_MONTH}")
    rows = sqlite(db, "SELECT age_known, cost_micros, wasted_micros, currency FROM v1_unattached")
    assert len(rows) == 4
    for row in rows:
        # Half a month each at once and at twice the price; the runs themselves take a moment.
        once = row["cost_micros"] / 3
        assert row["age_known"] == 0 and row["currency"] == "USD"
        assert 1.5 * once <= row["wasted_micros"] <= 1.501 * once


def test_quiet_runs_write_no_cost(ec2sim, db, prices):
    """With other prices every volume once, with the same ones none."""
    sim = ec2sim(regions="eu-west-1", instances=20, **ODDITIES)
    tables = "SELECT * FROM volume ORDER BY volume_id", "SELECT * FROM instance ORDER BY instance_id"
    ebsreportd.run(sim, prices(1), db=db, check=0)
    first = [sqlite(db, table) for table in tables]
    ebsreportd.run(sim, prices(2), db=db, check=0)
    second = [sqlite(db, table) for table in tables]
    assert first != second
    ebsreportd.run(sim, prices(2), db=db, check=0)
    assert [sqlite(db, table) for table in tables] == second
    assert not sqlite(db, "SELECT * FROM v1_event")
    run = sqlite(db, "SELECT run_id, repriced_micros, billed_cost_micros FROM v1_listing_total ORDER BY run_id")
    assert [r["repriced_micros"] for r in run] == [None, run[1]["billed_cost_micros"] - run[0]["billed_cost_micros"], 0]
