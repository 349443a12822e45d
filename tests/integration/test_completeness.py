# SPDX-License-Identifier: MIT
"""What every number lacks: each word of completeness, as the views have it after runs against ec2sim, and regions that the
account has not enabled."""
import sqlite3

import pytest

import ebsim
import ebsreportd
from canned_ec2 import CannedEc2, error, instances, regions, volumes
from ebsreportd import sqlite

HOUR = 3600


@pytest.fixture
def db(tmp_path):
    return tmp_path / "history.db"


@pytest.fixture
def impatient(tmp_path):
    """A configuration that does not try again."""
    path = tmp_path / "ebsreportd.conf"
    path.write_text("max_attempts = 1\n")
    return f"--config={path}"


def words(db, view):
    return {r["region"]: r["completeness"] for r in sqlite(db, f"SELECT region, completeness FROM {view}")}


def grow_old(db, seconds):
    """All that is stored becomes older."""
    with sqlite3.connect(db) as connection:
        for table in "run", "region_total", "listing":
            connection.execute(f"UPDATE {table} SET started_at = started_at - {seconds}")


def fault(region, kind):
    return f"region={region},action=DescribeVolumes,kind={kind}"


FAILURES = {"eu-west-1": ("denied", "error=UnauthorizedOperation,status=403"),
            "us-west-2": ("unreachable", "unavailable-html"),
            "ap-south-1": ("failed", "garbage"),
            "sa-east-1": ("not_opted_in", "error=OptInRequired,status=403")}
NO_LIST = "action=DescribeRegions,kind=error=UnauthorizedOperation"


def test_each_word_of_one_run(ec2sim, db, impatient):
    """A region that failed has no number and says why; before it worked it is not older numbers."""
    names = ["us-east-1", *FAILURES]
    ebsreportd.run(ec2sim(regions=",".join(names), instances=3, unattached=1), db=db, check=0)
    assert set(words(db, "v1_latest").values()) == {"ok"}
    assert {r["region"] for r in sqlite(db, "SELECT * FROM v1_type")} == set(names)
    broken = ec2sim(regions=",".join(names), instances=3, unattached=1,
                    fault=[fault(region, kind) for region, (_, kind) in FAILURES.items()])
    ebsreportd.run(broken, impatient, db=db, check=2)
    want = {"us-east-1": "ok", **{region: word for region, (word, _) in FAILURES.items()}}
    assert words(db, "v1_latest") == want
    assert words(db, "v1_region_total WHERE run_id = 2") == want
    assert {r: w for r, w in words(db, "v1_region").items() if r in want} == want
    for row in sqlite(db, "SELECT * FROM v1_latest WHERE status = 'failed'"):
        numbers = [n for n in row if n.endswith(("_gib", "_volumes", "_micros")) or n == "instances"]
        assert len(numbers) > 12 and all(row[n] is None for n in numbers)
        assert row["good_run_id"] == 1 and row["good_at"] and row["age_s"] is not None
    total = sqlite(db, "SELECT * FROM v1_latest_total")[0]
    assert total["at_least"] == 1 and set(total["regions_missing"].split()) == set(FAILURES)
    # What the inventory and the breakdown still have of them: the one with its age, the other nothing.
    assert {r["region"] for r in sqlite(db, "SELECT * FROM v1_type")} == {"us-east-1"}
    inventory = words(db, "v1_volume")
    assert inventory == want and words(db, "v1_instance") == want and words(db, "v1_unattached") == want
    seen = {r["region"]: (r["run_id"], r["newest_at"] >= r["seen_at"]) for r in sqlite(db, "SELECT * FROM v1_listing")}
    assert seen == {r: (2 if r == "us-east-1" else 1, True) for r in names}
    good = {r["region"]: (r["run_id"], r["is_newest"]) for r in sqlite(db, "SELECT * FROM v1_last_good")}
    assert good == {r: (2, 1) if r == "us-east-1" else (1, 0) for r in names}


def test_partial_is_what_a_mode_does_not_see(ec2sim, db):
    sim = ec2sim(regions="eu-west-1,us-east-1", instances=3, unattached=2)
    ebsreportd.run(sim, db=db, check=0)
    ebsreportd.run(sim, "--mode=parallel", "--region=us-east-1", db=db, check=0)
    assert words(db, "v1_latest") == {"eu-west-1": "ok", "us-east-1": "partial"}
    row = sqlite(db, "SELECT * FROM v1_latest WHERE region = 'us-east-1'")[0]
    assert row["unattached_gib"] is None and row["managed_gib"] is None and row["billed_gib"] is None
    # The inventory is the last sweep's.
    assert words(db, "v1_listing") == {"eu-west-1": "ok", "us-east-1": "stale"}
    total = sqlite(db, "SELECT * FROM v1_latest_total")[0]
    assert (total["regions_total"], total["regions_all_volumes"]) == (2, 1)


def test_stale_is_what_newer_runs_did_not_ask(ec2sim, db):
    sim = ec2sim(regions="eu-west-1,us-east-1", instances=3)
    ebsreportd.run(sim, db=db, check=0)
    ebsreportd.run(sim, "--region=us-east-1", db=db, check=0)
    assert words(db, "v1_latest") == {"eu-west-1": "ok", "us-east-1": "ok"}, "not before an hour"
    grow_old(db, 2 * HOUR)
    assert words(db, "v1_latest") == {"eu-west-1": "ok", "us-east-1": "ok"}, "nor by its age alone, which is told"
    assert all(2 * HOUR <= r["age_s"] < 2 * HOUR + 600 for r in sqlite(db, "SELECT age_s FROM v1_latest"))
    ebsreportd.run(sim, "--region=us-east-1", db=db, check=0)
    assert words(db, "v1_latest") == {"eu-west-1": "stale", "us-east-1": "ok"}
    stale = sqlite(db, "SELECT * FROM v1_region WHERE region = 'eu-west-1'")[0]
    assert stale["completeness"] == "stale" and stale["run_id"] == 1 and stale["age_s"] >= 2 * HOUR


def test_a_slip_of_the_pen_is_forgotten(ec2sim, db):
    """A region that there is not fails, and does not make every later sum "at least"."""
    sim = ec2sim(regions="eu-west-1,us-east-1", instances=3)
    ebsreportd.run(sim, db=db, check=0)
    ebsreportd.run(sim, "--region=eu-wset-1", db=db, check=3)
    assert words(db, "v1_latest")["eu-wset-1"] != "ok", "it is told while it is new"
    assert sqlite(db, "SELECT at_least FROM v1_latest_total") == [{"at_least": 1}]
    grow_old(db, 2 * HOUR)
    ebsreportd.run(sim, db=db, check=0)
    assert words(db, "v1_latest") == {"eu-west-1": "ok", "us-east-1": "ok"}
    assert sqlite(db, "SELECT at_least, regions_missing FROM v1_latest_total") == [
        {"at_least": 0, "regions_missing": None}]
    assert words(db, "v1_region")["eu-wset-1"] == "unknown"


def test_a_known_region_that_never_worked_is_not(ec2sim, db, impatient):
    sim = ec2sim(regions="eu-west-1,us-east-1", instances=3, fault=[fault("eu-west-1", "error=UnauthorizedOperation,status=403")])
    ebsreportd.run(sim, impatient, db=db, check=2)
    grow_old(db, 2 * HOUR)
    ebsreportd.run(sim, "--region=us-east-1", db=db, check=0)
    assert words(db, "v1_latest") == {"eu-west-1": "denied", "us-east-1": "ok"}
    assert sqlite(db, "SELECT at_least FROM v1_latest_total") == [{"at_least": 1}]


# ---- regions that are not enabled -------------------------------------------------------------------------------

def test_regions_that_are_not_enabled_are_known(ec2sim, db, tmp_path):
    """They are listed, not asked; what was left out by configuration is unknown."""
    config = tmp_path / "ebsreportd.conf"
    config.write_text("exclude_regions = us-*\n")
    sim = ec2sim(regions="us-east-1,eu-west-1,af-south-1", instances=2)
    report = ebsreportd.run(sim, f"--config={config}", db=db, check=0).json
    assert {r["region"] for r in report["regions"]} == {"eu-west-1", "af-south-1"}
    assert set(sim.stats()["by_region"]) == {"us-east-1", "eu-west-1", "af-south-1"}, "the first one for the list"
    assert "ap-east-1" in report["regions_not_opted_in"] and "af-south-1" not in report["regions_not_opted_in"]
    rows = {r["region"]: (r["opt_in_status"], r["completeness"]) for r in sqlite(db, "SELECT * FROM v1_region")}
    assert {r for r, (_, word) in rows.items() if word == "not_opted_in"} == set(report["regions_not_opted_in"])
    assert rows["eu-west-1"] == ("opt-in-not-required", "ok") and rows["af-south-1"] == ("opted-in", "ok")
    assert rows["us-east-1"] == ("opt-in-not-required", "unknown")
    assert set(words(db, "v1_latest")) == {"eu-west-1", "af-south-1"}
    text = ebsreportd.run(sim, f"--config={config}", db=db, text=True, check=0).out
    assert f"\nNot asked: {len(report['regions_not_opted_in'])} regions that the account has not enabled\n" in text
    assert ebsreportd.run(sim, "--region=eu-west-1", db=db, check=0).json["regions_not_opted_in"] is None
    assert words(db, "v1_region")["ap-east-1"] == "not_opted_in", "one region alone does not take the list away"


def test_a_region_that_is_enabled_later(ec2sim, db):
    ebsreportd.run(ec2sim(regions="us-east-1", instances=1), db=db, check=0)
    assert words(db, "v1_region")["af-south-1"] == "not_opted_in"
    ebsreportd.run(ec2sim(regions="us-east-1,af-south-1", instances=1), db=db, check=0)
    assert words(db, "v1_region")["af-south-1"] == "ok"


def test_the_list_stands_in_without_those_that_are_not_enabled(ec2sim, db):
    """DescribeRegions is denied: nothing new is known, and no region is asked that would refuse."""
    sim = ec2sim(regions="us-east-1,eu-west-1", instances=1, fault=NO_LIST + ",skip=1")
    ebsreportd.run(sim, db=db, check=0)
    report = ebsreportd.run(sim, db=db, check=0).json
    assert report["regions_assumed"] and report["regions_not_opted_in"] is None
    assert [r["region"] for r in report["regions"]] == ["eu-west-1", "us-east-1"]
    assert words(db, "v1_region")["ap-east-1"] == "not_opted_in"
    result = ebsreportd.run(ec2sim(regions="us-east-1", fault=NO_LIST), text=True, check=3)
    assert "allow ec2:DescribeRegions, or name the regions in" in result.out


def test_a_comparison_remembers_them_too(ec2sim, db):
    report = ebsreportd.run(ec2sim(regions="us-east-1", instances=1), "--compare", db=db, check=0).json
    assert report["sweep"]["regions_not_opted_in"] and words(db, "v1_region")["ap-east-1"] == "not_opted_in"


def test_an_endpoint_that_does_not_know_all_regions(db):
    """Not every EC2 is Amazon's: then the regions that are not enabled are not known."""
    def answer(call):
        if call["Action"] == "DescribeRegions":
            unknown = error("UnknownParameter", "The parameter AllRegions is not recognized")
            return unknown if "AllRegions" in call else regions("us-east-1")
        return instances() if call["Action"] == "DescribeInstances" else volumes()
    with CannedEc2(answer) as ec2:
        report = ebsreportd.run(None, env=ec2.environment(), db=db, check=0).json
    assert [r["region"] for r in report["regions"]] == ["us-east-1"] and report["regions_not_opted_in"] == []
    assert sum(c["Action"] == "DescribeRegions" for c in ec2.calls) == 2


# ---- AuthFailure: the keys, or the region? ----------------------------------------------------------------------

def test_a_region_known_not_to_be_enabled(ec2sim, db):
    """EC2 refuses as if the keys were wrong; the list says what it is."""
    sim = ec2sim(regions="us-east-1", instances=1)
    ebsreportd.run(sim, db=db, check=0)
    result = ebsreportd.run(sim, "--region=us-east-1", "--region=ap-east-1", db=db, check=2)
    failed = result.region("ap-east-1")["error"]
    assert failed["code"] == "OptInRequired" and failed["request_id"] and "has not enabled the region" in failed["message"]
    assert words(db, "v1_latest") == {"us-east-1": "ok", "ap-east-1": "not_opted_in"}
    text = ebsreportd.run(sim, "--region=us-east-1", "--region=ap-east-1", db=db, text=True, check=2).out
    assert "remedy: enable the region for the account, or add it to exclude_regions" in text
    # The list is another account's.
    other = "210987654321"
    env = {"AWS_ACCESS_KEY_ID": "AKIASIM0" + other, "AWS_SECRET_ACCESS_KEY": "secret-of-AKIASIM0" + other}
    failed = ebsreportd.run(sim, "--region=us-east-1", "--region=ap-east-1", db=db, env=env, check=2).region("ap-east-1")
    assert failed["error"]["code"] == "AuthFailure" and "probably not enabled" in failed["error"]["message"]


def test_a_region_that_nothing_is_known_of(ec2sim, db):
    """The same keys work elsewhere, so that they are not what is wrong."""
    sim = ec2sim(regions="us-east-1", instances=1)
    failed = ebsreportd.run(sim, "--region=us-east-1", "--region=ap-east-1", db=db, check=2).region("ap-east-1")["error"]
    assert failed["code"] == "AuthFailure"
    assert failed["message"] == "the same keys work in other regions: the account has probably not enabled this one"
    assert words(db, "v1_latest")["ap-east-1"] == "denied"


def test_keys_that_work_nowhere(ec2sim, db):
    """Then it may be the keys, and every region says so."""
    sim = ec2sim(regions="us-east-1,eu-west-1", instances=1,
                 fault="action=DescribeVolumes,kind=error=AuthFailure,status=401")
    report = ebsreportd.run(sim, db=db, check=3).json
    assert len(report["regions"]) == 2
    for region in report["regions"]:
        assert region["error"]["code"] == "AuthFailure" and "check the credentials" in region["error"]["remedy"]


def test_session_tokens_of_the_global_endpoint(ec2sim, db):
    """Are refused where regions had to be enabled, though the keys are good and the region is enabled."""
    key = "AKIA" + "T" * 16
    sim = ec2sim(regions="us-east-1,af-south-1", instances=1, key=f"{key}:secret:token:{ebsim.ACCOUNT}",
                 fault="region=af-south-1,kind=error=AuthFailure,status=401")
    env = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}
    failed = ebsreportd.run(sim, db=db, env=env, check=2).region("af-south-1")["error"]
    assert failed["code"] == "AuthFailure" and "session tokens of the global STS endpoint" in failed["message"]
    assert words(db, "v1_latest")["af-south-1"] == "denied"
