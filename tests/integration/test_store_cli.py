# SPDX-License-Identifier: MIT
"""What a run leaves in the database is what it said, as sqlite3 and the v1_ views show it; and what the next run makes
of it."""
import os
import re
import stat
import subprocess
import time

import pytest

import ebsim
import ebsreportd
import expected
from ebsreportd import MODES, sqlite
from expected import ODDITIES, REGIONS


@pytest.fixture
def db(tmp_path):
    return tmp_path / "history.db"


def one(db, query):
    rows = sqlite(db, query)
    assert len(rows) == 1, rows
    return rows[0]


def stored_error(error):
    """A report's error as the views have it: the remedy is in the message."""
    words = [error["message"], *(["remedy: " + error["remedy"]] if error["remedy"] else [])]
    return {"error_message": "; ".join(words),
            **{"error_" + name: error[name] for name in ("kind", "code", "http_status", "request_id")}}


def check_stored(db, run_id, report):
    """The views have a run as its report has it."""
    row = one(db, f"SELECT * FROM v1_run WHERE run_id = {run_id}")
    for name in ("mode", "status", "workers", "calls", "retries", "throttles", "peak_pss_kib", "notice",
                 "regions_total", "regions_ok"):
        assert row[name] == report[name], name
    assert expected.numbers(row) == expected.numbers(report["totals"])
    assert row["regions_failed"] == report["regions_total"] - report["regions_ok"]
    assert row["wall_us"] // 1000 == report["wall_ms"] and row["cpu_us"] // 1000 == report["cpu_ms"]
    assert time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(row["started_at"])) == report["started_at"]
    if None not in (row["unattached_gib"], row["managed_gib"]):
        assert row["billed_gib"] == row["attached_gib"] + row["unattached_gib"] + row["managed_gib"]
    regions = sqlite(db, f"SELECT * FROM v1_region_total WHERE run_id = {run_id} ORDER BY account, region")
    assert len(regions) == len(report["regions"])
    for row, region in zip(regions, report["regions"]):
        for name in ("account", "region", "status", "calls", "retries", "throttles"):
            assert row[name] == region[name], name
        assert expected.numbers(row) == expected.numbers(region)
        assert row["wall_us"] // 1000 == region["wall_ms"]
        none = dict.fromkeys("error_" + n for n in ["kind", "code", "http_status", "message", "request_id"])
        error = stored_error(region["error"]) if "error" in region else none
        assert {n: row[n] for n in error} == error


def by_type(region):
    return {tuple(row[k] for k in expected.TYPE_KEYS): tuple(row[n] for n in expected.TYPE_NUMBERS)
            for row in region["by_type"]}


def type_rows(db, region):
    rows = sqlite(db, f"SELECT * FROM v1_type WHERE region = '{region}'")
    return {(r["zone"], r["volume_type"], r["state"], r["holder"]): tuple(r[n] for n in expected.TYPE_NUMBERS)
            for r in rows}


# ---- one run ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("mode", MODES)
def test_a_run(ec2sim, db, mode):
    sim = ec2sim(regions=REGIONS, instances=11, **ODDITIES)
    report = ebsreportd.run(sim, f"--mode={mode}", db=db, check=0).json
    check_stored(db, 1, report)
    for region in report["regions"]:
        assert type_rows(db, region["region"]) == by_type(region)
    assert not sqlite(db, "SELECT * FROM v1_error")
    latest = one(db, "SELECT * FROM v1_latest_total")
    assert expected.numbers(latest) == expected.numbers(report["totals"]) and latest["at_least"] == 0


def test_timings_are_those_of_the_calls(ec2sim, db):
    sim = ec2sim(regions=REGIONS, instances=11, fault="action=DescribeVolumes,kind=unavailable-html,count=1")
    report = ebsreportd.run(sim, "--mode=parallel", "--workers=5", db=db, check=0).json
    rows = sqlite(db, "SELECT * FROM v1_timing ORDER BY task")
    log = sim.log()
    assert len(rows) == len(log) == report["calls"] and report["retries"] == 1
    assert sorted((r["region"], r["action"]) for r in rows) == sorted((c["region"], c["action"]) for c in log)
    assert [r["outcome"] for r in rows if r["outcome"] != "ok"] == ["server"]
    assert {r["worker"] for r in rows} == set(range(report["workers"]))
    for worker in range(report["workers"]):
        own = [r for r in rows if r["worker"] == worker]
        assert all(a["start_us"] + a["duration_us"] <= b["start_us"] for a, b in zip(own, own[1:])), "one at a time"


def test_nothing_is_stored_on_request(ec2sim, tmp_path):
    sim = ec2sim(regions=REGIONS, instances=2)
    config = tmp_path / "ebsreportd.conf"
    config.write_text(f"database = {tmp_path}/history.db\n")
    ebsreportd.run(sim, f"--config={config}", check=0)
    ebsreportd.run(sim, f"--config={config}", "--compare", check=0)
    assert os.listdir(tmp_path) == ["ebsreportd.conf"]


def test_the_database_of_the_configuration(ec2sim, tmp_path):
    sim = ec2sim(regions=REGIONS, instances=2)
    config = tmp_path / "ebsreportd.conf"
    config.write_text(f"database = {tmp_path}/configured.db\n")
    line = [a for a in ebsreportd.command(f"--config={config}") if a != "--no-store"]
    subprocess.run(line, env=sim.environment(), check=True, stdout=subprocess.DEVNULL, timeout=60)
    assert one(tmp_path / "configured.db", "SELECT count(*) AS n FROM v1_run") == {"n": 1}
    mode = stat.S_IMODE((tmp_path / "configured.db").stat().st_mode)
    assert mode == 0o640, "its group may read it, others may not"


# ---- many runs --------------------------------------------------------------------------------------------------

def test_history_grows(ec2sim, db):
    sim = ec2sim(regions=REGIONS, instances=6, churn=40, **ODDITIES)
    reports = []
    for mode in ("sweep", "parallel", "sweep"):
        reports.append(ebsreportd.run(sim, f"--mode={mode}", db=db, check=0).json)
        sim.tick()
    for run_id, report in enumerate(reports, 1):
        check_stored(db, run_id, report)
    assert expected.numbers(reports[0]["totals"]) != expected.numbers(reports[2]["totals"])
    for region in reports[2]["regions"]:
        row = one(db, f"SELECT * FROM v1_latest WHERE region = '{region['region']}'")
        assert row["run_id"] == row["good_run_id"] == 3 and expected.numbers(row) == expected.numbers(region)
        assert type_rows(db, region["region"]) == by_type(region), "of the newest run alone"


def test_a_region_that_fails_has_no_numbers(ec2sim, db):
    sim = ec2sim(regions=REGIONS, instances=6,
                 fault="region=us-east-1,action=DescribeInstances,kind=error=UnauthorizedOperation,skip=1")
    ebsreportd.run(sim, db=db, check=0)
    report = ebsreportd.run(sim, db=db, check=2).json
    check_stored(db, 2, report)
    error = next(r["error"] for r in report["regions"] if r["region"] == "us-east-1")
    assert error["code"] == "UnauthorizedOperation" and error["kind"] == "denied"
    row = one(db, "SELECT * FROM v1_error")
    assert (row["run_id"], row["account"], row["region"]) == (2, ebsim.ACCOUNT, "us-east-1")
    assert {n: row[n] for n in stored_error(error)} == stored_error(error)
    row = one(db, "SELECT * FROM v1_latest WHERE region = 'us-east-1'")
    assert (row["run_id"], row["good_run_id"], row["completeness"]) == (2, 1, "denied")
    assert set(expected.numbers(row).values()) == {None}, "no older value stands in"
    assert not type_rows(db, "us-east-1") and type_rows(db, "eu-west-1")
    row = one(db, "SELECT * FROM v1_latest_total")
    assert (row["at_least"], row["regions_missing"]) == (1, "us-east-1")
    assert expected.numbers(row) == expected.numbers(report["totals"])


def test_a_region_is_one_while_its_account_is_not_known(ec2sim, db):
    """A run that cannot learn whose keys it has, because nothing answers, is no other region's."""
    sim = ec2sim(regions="us-east-1", instances=6)
    outage = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    known = {"account": ebsim.ACCOUNT, "region": "us-east-1"}
    unknown = known | {"account": None}
    for env, rc, row in [(outage, 3, unknown | {"run_id": 1, "good_run_id": None, "status": "failed"}),
                         ({}, 0, known | {"run_id": 2, "good_run_id": 2, "status": "ok"}),
                         (outage, 3, known | {"run_id": 3, "good_run_id": 2, "status": "failed"}),
                         ({}, 0, known | {"run_id": 4, "good_run_id": 4, "status": "ok"})]:
        report = ebsreportd.run(sim, "--region=us-east-1", env=env, db=db, check=rc).json
        assert sqlite(db, "SELECT account, region, run_id, good_run_id, status FROM v1_latest") == [row]
        latest = one(db, "SELECT * FROM v1_latest_total")
        assert latest["at_least"] == (rc != 0) and expected.numbers(latest) == expected.numbers(report["totals"])
    assert [r["is_newest"] for r in sqlite(db, "SELECT * FROM v1_last_good")] == [1]
    assert len(sqlite(db, "SELECT * FROM v1_region_total")) == 4


def test_a_comparison(ec2sim, db):
    sim = ec2sim(regions=REGIONS, instances=11, **ODDITIES)
    report = ebsreportd.run(sim, "--compare", "--workers=6", db=db, check=0).json
    row = one(db, "SELECT * FROM v1_comparison")
    for mode in MODES:
        run_id = row[mode + "_run_id"]
        check_stored(db, run_id, report[mode])
        assert one(db, f"SELECT mode FROM v1_run WHERE run_id = {run_id}") == {"mode": mode}
        assert row[mode + "_calls"] == report[mode]["calls"]
        assert row[mode + "_wall_us"] // 1000 == report[mode]["wall_ms"]
    assert row["agree"] == 1 and row["regions"] == 2 and row["instances"] == report["sweep"]["totals"]["instances"]
    assert row["parallel_workers"] == report["parallel"]["workers"] and abs(row["speedup"] - report["speedup"]) < 1e-9
    assert len(sqlite(db, "SELECT * FROM v1_run")) == 3


def test_a_run_without_credentials_or_regions(ec2sim, db):
    """What could not even be tried is no run."""
    sim = ec2sim(regions=REGIONS)
    result = ebsreportd.run(sim, env={"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}, db=db, check=1)
    assert result.err.count("\n") == 1 and "AWS_ACCESS_KEY_ID" in result.err and not result.out
    assert not sqlite(db, "SELECT * FROM v1_run") and not sim.log()


def test_a_run_that_finds_no_region(ec2sim, db):
    sim = ec2sim(regions=REGIONS, fault="action=DescribeRegions,kind=error=UnauthorizedOperation")
    report = ebsreportd.run(sim, db=db, check=3).json
    assert report["status"] == "failed" and report["regions"] == []
    check_stored(db, 1, report)
    row = one(db, "SELECT * FROM v1_error")
    assert (row["region"], row["error_code"]) == (None, "UnauthorizedOperation")
    error = stored_error(report["error"])
    assert {n: row[n] for n in error} == error


def test_regions_of_an_earlier_run_stand_in(ec2sim, db):
    """Where DescribeRegions is denied the last list serves, and the report says so."""
    sim = ec2sim(regions=REGIONS, instances=2, fault="action=DescribeRegions,kind=error=UnauthorizedOperation,skip=1")
    ebsreportd.run(sim, db=db, check=0)
    report = ebsreportd.run(sim, db=db, check=0).json
    assert report["regions_assumed"] is True and "UnauthorizedOperation" in report["notice"]
    expected.check_run(report, sim.truth(), "sweep")
    check_stored(db, 2, report)
    text = ebsreportd.run(sim, db=db, text=True, check=0).out
    assert re.search(r"^Note: the regions could not be listed \(UnauthorizedOperation\): these are the 2 .*; remedy: allow ec2:Desc", text, re.M)
    result = ebsreportd.run(sim, check=3)
    assert result.json["error"]["code"] == "UnauthorizedOperation", "without a database there is none"


# ---- page chains ------------------------------------------------------------------------------------------------

def patterns(log):
    """The volume-id filters of the calls that begin a chain."""
    return [c["filters"]["volume-id"] for c in log if "volume-id" in c.get("filters", {}) and "NextToken" not in c]


@pytest.mark.parametrize("short_ids", [0, 35, 100])
def test_a_large_region_is_cut_in_16(ec2sim, db, short_ids):
    sim = ec2sim(regions="us-east-1,eu-west-1", instances=30, unattached=8200, short_ids=short_ids, multi_attach=9,
                 managed=8)
    truth = sim.truth()
    expected.check_run(ebsreportd.run(sim, db=db, check=0).json, truth, "sweep")
    first = sim.log()
    assert not patterns(first)
    ebsreportd.run(sim, "--mode=parallel", db=db, check=0)
    before = len(sim.log())
    expected.check_run(ebsreportd.run(sim, db=db, check=0).json, truth, "sweep")
    second = sim.log()[before:]
    cut = [f"vol-0{k:x}*" for k in range(16)] + [f"vol-{k:x}*" for k in range(1, 16)]
    assert sorted(v for values in patterns(second) for v in values) == sorted(cut * 2)
    assert len(patterns(second)) == 32, "16 a region"
    listed = lambda log: sum(c["items"] for c in log if c["action"] == "DescribeVolumes")
    assert listed(second) == listed(first) == truth["totals"]["volumes"], "none twice, none left out"
    before = len(sim.log())
    expected.check_run(ebsreportd.run(sim, check=0).json, truth, "sweep")
    assert not patterns(sim.log()[before:]), "without the database nothing is known"


def test_a_region_below_is_not_cut(ec2sim, db):
    sim = ec2sim(regions="us-east-1", instances=0, unattached=7999)
    for _ in range(2):
        ebsreportd.run(sim, db=db, check=0)
    assert not patterns(sim.log())


@pytest.mark.parametrize("listed, chains", [(255999, 16), (256000, 256)])
def test_a_huge_region_is_cut_in_256(ec2sim, db, listed, chains):
    """The size is that of the last run: here it is made up, the region itself is small."""
    sim = ec2sim(regions="us-east-1", instances=200, unattached=800, short_ids=35, multi_attach=9, managed=8)
    truth = sim.truth()
    ebsreportd.run(sim, db=db, check=0)
    subprocess.run(["sqlite3", str(db), f"UPDATE place SET listed_volumes = {listed}"], check=True, timeout=60)
    before = len(sim.log())
    expected.check_run(ebsreportd.run(sim, "--workers=32", db=db, check=0).json, truth, "sweep")
    second = sim.log()[before:]
    found = [v for values in patterns(second) for v in values]
    digits = 2 if chains == 256 else 1
    assert len(patterns(second)) == chains and len(found) == len(set(found))
    for prefix in ("vol-0" + "%0*x*", "vol-" + "%0*x*"):
        for k in range(chains):
            assert prefix % (digits, k) in found or (prefix == "vol-%0*x*" and k < chains // 16)
    assert sum(c["items"] for c in second if c["action"] == "DescribeVolumes") == truth["totals"]["volumes"]
    before = len(sim.log())
    ebsreportd.run(sim, db=db, check=0)
    assert not patterns(sim.log()[before:]), "and the size is what that run saw"


def test_whoever_may_only_read_can_copy_it(ec2sim, db, tmp_path):
    ebsreportd.run(ec2sim(), db=db, check=0)
    for command in (f".backup {tmp_path}/backup.db", f"VACUUM INTO '{tmp_path}/vacuum.db'"):
        subprocess.run(["sqlite3", "-readonly", str(db), command], check=True, timeout=60)
    for copy in ("backup.db", "vacuum.db"):
        assert sqlite(tmp_path / copy, "SELECT * FROM v1_region_total") == sqlite(db, "SELECT * FROM v1_region_total")
