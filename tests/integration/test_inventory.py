# SPDX-License-Identifier: MIT
"""The inventory and the churn ledger, as they come from ec2sim: every run's events add up to the difference of what is
billed, region by region, and the inventory is what ec2sim holds."""
import csv
import io
import json
import sqlite3

import pytest

import awsclient
import ebsreportd
from ebsreportd import read_history as changes, sqlite
from ledger import check_costs, check_rule

REGIONS = ["eu-west-1", "us-east-1", "ap-south-1"]
ODDITIES = dict(unattached=7, managed=6, multi_attach=3, terminated=2, unknown_instance=3, transient=3)


@pytest.fixture
def db(tmp_path):
    return tmp_path / "history.db"


def check_inventory(db, sim, region):
    """What the views have is what boto3 sees."""
    ec2 = awsclient.client(sim, "ec2", region)
    seen = {}
    awsclient.include_managed(ec2)
    for v in awsclient.volumes(ec2):
        held = {a.get("InstanceId") for a in v["Attachments"] if a["State"] != "detached"} - {None}
        tags = {t["Key"]: t["Value"] for t in v.get("Tags", [])}
        seen[v["VolumeId"]] = (v["Size"], v["VolumeType"], v["State"], v.get("Iops", 0), v.get("Throughput", 0),
                               v["Encrypted"], " ".join(sorted(held)) or None, tags.get("Name"),
                               int(v["CreateTime"].timestamp()))
    rows = sqlite(db, f"SELECT * FROM v1_volume WHERE region = '{region}'")
    assert {r["volume_id"]: (r["gib"], r["volume_type"], r["state"], r["iops"], r["throughput_mibps"],
                             bool(r["encrypted"]), r["instances"], r["name"], r["created_at"]) for r in rows} == seen


def test_long_churn_adds_up(ec2sim, db):
    sim = ec2sim(regions=",".join(REGIONS), instances=15, churn=8, seed=11, **ODDITIES)
    ebsreportd.run(sim, db=db, check=0)
    assert not sqlite(db, "SELECT * FROM v1_event")
    runs = 25
    for _ in range(runs):
        sim.tick()
        ebsreportd.run(sim, db=db, check=0)
    assert check_rule(db) == runs * len(REGIONS)
    check_costs(db)
    for region in REGIONS:
        check_inventory(db, sim, region)
    causes = {r["cause"] for r in sqlite(db, "SELECT DISTINCT cause FROM v1_event")}
    assert {"created", "deleted", "grown", "retyped", "attached", "detached", "moved"} <= causes
    # The inventory has the totals of the last run.
    for row in sqlite(db, "SELECT region, billed_gib, unattached_gib, attached_volumes + unattached_volumes + managed_volumes "
                          "AS volumes FROM v1_latest"):
        mine = sqlite(db, f"SELECT sum(gib) AS gib, count(*) AS n FROM v1_volume WHERE region = '{row['region']}'")[0]
        assert (mine["gib"], mine["n"]) == (row["billed_gib"], row["volumes"])
        free = sqlite(db, f"SELECT coalesce(sum(gib), 0) AS gib FROM v1_unattached WHERE region = '{row['region']}'")[0]
        assert free["gib"] == row["unattached_gib"]


def test_quiet_runs_write_no_inventory(ec2sim, db):
    sim = ec2sim(regions="eu-west-1", instances=20, **ODDITIES)
    ebsreportd.run(sim, db=db, check=0)
    dump = "SELECT * FROM volume ORDER BY 2", "SELECT * FROM instance ORDER BY 2"
    before = [sqlite(db, query) for query in dump]
    for _ in range(3):
        ebsreportd.run(sim, db=db, check=0)
    assert [sqlite(db, query) for query in dump] == before
    assert not sqlite(db, "SELECT * FROM v1_event")


@pytest.mark.parametrize("fault", ["kind=error=UnauthorizedOperation,status=403", "skip=1,kind=truncate"])
def test_a_failed_region_keeps_its_rows(ec2sim, db, fault):
    """Also one whose page chain broke behind the first page: what was not reached is not taken for deleted."""
    options = dict(regions="eu-west-1,us-east-1", instances=600, seed=3)
    ebsreportd.run(ec2sim(**options), db=db, check=0)
    before = sqlite(db, "SELECT * FROM volume WHERE volume_id IN (SELECT volume_id FROM v1_volume WHERE region = 'eu-west-1')")
    broken = ec2sim(fault=f"region=eu-west-1,action=DescribeVolumes,{fault}", **options)
    ebsreportd.run(broken, db=db, check=2)
    assert before == sqlite(db, "SELECT * FROM volume WHERE volume_id IN (SELECT volume_id FROM v1_volume "
                                "WHERE region = 'eu-west-1')")
    assert not sqlite(db, "SELECT * FROM v1_event")
    states = {r["region"]: (r["run_id"], r["completeness"]) for r in sqlite(db, "SELECT * FROM v1_listing")}
    assert states["us-east-1"] == (2, "ok")
    assert states["eu-west-1"][0] == 1 and states["eu-west-1"][1] != "ok"
    assert {r["completeness"] for r in sqlite(db, "SELECT completeness FROM v1_volume WHERE region = 'eu-west-1'")} == {
        states["eu-west-1"][1]}
    result = changes(db, "--diff", 1, 2, "--json", check=2)
    assert [r["is_behind"] for r in result.json["regions"]] == [True, False]
    assert "as of run 1, " in changes(db, "--diff", 1, 2, check=2).out


def test_modes_that_do_not_see_all_leave_the_inventory(ec2sim, db):
    sim = ec2sim(regions="eu-west-1", instances=5, unattached=2, churn=50)
    ebsreportd.run(sim, db=db, check=0)
    sim.tick()
    ebsreportd.run(sim, "--mode=parallel", db=db, check=0)
    assert not sqlite(db, "SELECT * FROM v1_event")
    assert {r["completeness"] for r in sqlite(db, "SELECT completeness FROM v1_instance")} == {"stale"}
    ebsreportd.run(sim, "--compare", db=db, check=0)
    assert {r["run_id"] for r in sqlite(db, "SELECT run_id FROM v1_event")} == {5}
    check_rule(db)


def test_diff_and_since(ec2sim, db):
    sim = ec2sim(regions=",".join(REGIONS), instances=15, churn=10, seed=5, **ODDITIES)
    for _ in range(4):
        ebsreportd.run(sim, db=db, check=0)
        sim.tick()
    report = changes(db, "--diff", 2, 4, "--json", check=0).json
    listings = {(r["run_id"], r["region"]): r["billed_gib"] for r in sqlite(db, "SELECT * FROM v1_listing_total")}
    assert report["format_version"] == 1 and (report["from_run"], report["to_run"]) == (2, 4)
    for region in report["regions"]:
        name = region["region"]
        assert region["before"]["billed_gib"] == listings[2, name] and region["after"]["billed_gib"] == listings[4, name]
        assert region["gib_change"] == listings[4, name] - listings[2, name]
        assert sum(c["gib_change"] for c in report["causes"] if c["region"] == name) == region["gib_change"]
    magnitudes = [(abs(v["cost_change_micros"]), abs(v["gib_change"])) for v in report["volumes"]]
    assert 0 < len(magnitudes) <= 20 and magnitudes == sorted(magnitudes, reverse=True)
    for v in report["volumes"]:
        assert v["gib_after"] - v["gib_before"] == v["gib_change"]

    rows = list(csv.DictReader(io.StringIO(changes(db, "--diff", 2, 4, "--csv", check=0).out)))
    assert [(r["region"], r["cause"], int(r["events"]), int(r["gib_change"]), int(r["cost_change_micros"])) for r in rows] == [
        (c["region"], c["cause"], c["events"], c["gib_change"], c["cost_change_micros"]) for c in report["causes"]]

    text = changes(db, "--diff", 2, 4, check=0).out
    assert text.startswith("Changes from run 2 (") and all(region in text for region in REGIONS)
    one = changes(db, "--diff", 2, 4, "--region=us-east-1", "--json", check=0).json
    assert [r["region"] for r in one["regions"]] == ["us-east-1"]
    assert {c["region"] for c in one["causes"] + one["volumes"]} == {"us-east-1"}

    since = changes(db, "--since=7d", "--json", check=0).json
    assert since["from_run"] is None and since["to_run"] == 4
    for region in since["regions"]:
        assert region["from_first_listing"] and region["before"]["run_id"] == 1
        assert region["gib_change"] == region["after"]["billed_gib"] - region["before"]["billed_gib"]
    assert "since its first listing, run 1" in changes(db, "--since", "7d", check=0).out
    assert changes(db, "--since=2026-01-01", "--json", check=0).json == since
    # Runs are no longer kept: events older than what is left do not count.
    with sqlite3.connect(db) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM run WHERE run_id < 3")
    for region in changes(db, "--since=7d", "--json", check=0).json["regions"]:
        assert region["from_oldest_listing"] and not region["from_first_listing"] and region["before"]["run_id"] == 3
        assert region["gib_change"] == listings[4, region["region"]] - listings[3, region["region"]]
        assert region["cost_change_micros"] == region["after"]["billed_cost_micros"] - region["before"]["billed_cost_micros"]
    assert "since run 3, " in changes(db, "--since", "7d", check=0).out


def test_what_diff_refuses(ec2sim, db, tmp_path):
    missing = changes(db, "--diff", 1, 2, check=4)
    assert missing.err.count("\n") == 1 and str(db) in missing.err and not missing.out
    assert not db.exists()
    ebsreportd.run(ec2sim(regions="eu-west-1", instances=1), "--mode=parallel", db=db, check=0)
    assert "run 7 is not in" in changes(db, "--diff", 1, 7, check=1).err
    assert "sweep" in changes(db, "--since=1h", check=4).err
    for args in (["--diff", "1"], ["--diff", "2", "1"], ["--diff", "x", "2"], ["--since=soon"], ["--since=0"], ["--since=2999-01-01"],
                 ["--since=1h", "--diff", "1", "2"], ["--since=1h", "--once"], ["--since=1h", "--no-store"]):
        refused = changes(db, *args, check=1)
        assert refused.err and not refused.out
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    assert "another program" in changes(other, "--diff", 1, 2, check=4).err


def test_reading_makes_no_files(ec2sim, db):
    """Neither beside a file that has no log, nor anything else."""
    ebsreportd.run(ec2sim(regions="eu-west-1", instances=2), db=db, check=0)
    for name in ("history.db-wal", "history.db-shm"):
        (db.parent / name).unlink()
    changes(db, "--since=1h", check=0)
    assert [p.name for p in db.parent.iterdir()] == ["history.db"]


def test_kept_tags(ec2sim, db, tmp_path):
    volumes = [{"id": "vol-0123456789abcdef1", "size": 8, "tags": {"Name": "a \"b\" é\\", "Cost Center": "42", "team": "x"}},
               {"id": "vol-0123456789abcdef2", "size": 9, "tags": {"team": "y"}},
               {"id": "vol-0123456789abcdef3", "size": 9, "managed": True, "tags": {},
                "attachments": [{"service": "workspaces.amazonaws.com", "resource": "arn:x"}]}]
    fleet = tmp_path / "fleet.json"
    fleet.write_text(json.dumps({"regions": {"eu-west-1": {"instances": [], "volumes": volumes}}}))
    config = tmp_path / "ebsreportd.conf"
    config.write_text("keep_tags = Name, Cost Center\n")
    sim = ec2sim(fleet_file=fleet)
    ebsreportd.run(sim, f"--config={config}", db=db, check=0)
    rows = {r["volume_id"]: r for r in sqlite(db, "SELECT volume_id, name, tags, managed_by FROM v1_volume")}
    assert json.loads(rows["vol-0123456789abcdef1"]["tags"]) == {"Name": "a \"b\" é\\", "Cost Center": "42"}
    assert rows["vol-0123456789abcdef1"]["name"] == "a \"b\" é\\"
    assert rows["vol-0123456789abcdef2"]["tags"] is None and rows["vol-0123456789abcdef2"]["name"] is None
    assert rows["vol-0123456789abcdef3"]["managed_by"]
    # Tags alone are no churn.
    config.write_text("keep_tags = team\n")
    ebsreportd.run(sim, f"--config={config}", db=db, check=0)
    rows = sqlite(db, "SELECT name, tags FROM v1_volume ORDER BY volume_id")
    assert [(r["name"], r["tags"]) for r in rows] == [(None, '{"team":"x"}'), (None, '{"team":"y"}'), (None, None)]
    assert not sqlite(db, "SELECT * FROM v1_event")
