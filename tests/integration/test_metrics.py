# SPDX-License-Identifier: MIT
"""The metrics file, as Debian's promtool and Prometheus's own Python parsers read it."""
import os
import stat
import subprocess

import pytest

import ebsim
import ebsreportd
from ebsreportd import sqlite
from expected import ODDITIES, REGIONS
from metrics_file import Place, read

GIB = 1 << 30
STATES = {"ok", "partial", "not_opted_in", "denied", "unreachable", "failed"}


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def value(found, name, **labels):
    return found.get((name, *sorted(labels.items())))


def state(found, name, **labels):
    """The one word of a state that is 1; the others are 0."""
    words = {dict(key[1:])["status"]: v for key, v in found.items()
             if key[0] == name and labels.items() <= dict(key[1:]).items()}
    assert sorted(words.values()) == [0] * (len(words) - 1) + [1]
    return next(word for word, v in words.items() if v == 1), set(words)


def check_region(found, region):
    """A region's samples are its numbers in the report."""
    labels = {"account": region["account"], "region": region["region"]}
    for name in ("instances", "attached_volumes", "unknown_instance_volumes", "unattached_volumes", "managed_volumes"):
        assert value(found, "ebs_" + name, **labels) == region[name], name
    for name in "instance_sum", "multi_attach_extra", "attached", "unknown_instance", "unattached", "managed":
        gib = region[name + "_gib"]
        assert value(found, f"ebs_{name}_bytes", **labels) == (None if gib is None else gib * GIB), name
    for name in "calls", "retries", "throttles":
        assert value(found, "ebsreportd_region_" + name, **labels) == region[name]
    assert value(found, "ebsreportd_region_duration_seconds", **labels) * 1000 // 1 == region["wall_ms"]
    cost = region["cost"] or {"unpriced_volumes": None, "currencies": []}
    assert value(found, "ebs_unpriced_volumes", **labels) == cost["unpriced_volumes"]
    for of in cost["currencies"]:
        for name in "attached", "unattached", "managed":
            micros = of[name + "_micros"]
            assert value(found, f"ebs_{name}_cost_per_month", currency=of["currency"], **labels) == (
                None if micros is None else micros / 1e6)
        assert value(found, "ebs_prices_info", currency=of["currency"], oldest=of["prices_oldest"],
                     newest=of["prices_newest"], **labels) == 1
    types = {}
    for row in region["by_type"] or []:
        key = row["type"], row["holder"]
        types[key] = types.get(key, 0) + row["gib"] * GIB
    assert types == {(dict(k[1:])["volume_type"], dict(k[1:])["holder"]): v for k, v in found.items()
                     if k[0] == "ebs_volume_type_bytes" and labels.items() <= dict(k[1:]).items()}


@pytest.mark.parametrize("mode", ["sweep", "parallel"])
def test_the_file_has_the_numbers_of_the_report_and_the_history(ec2sim, place, mode):
    sim = ec2sim(regions=REGIONS + ",cn-north-1,ap-southeast-4", instances=9, **ODDITIES)
    report = place.run(sim, f"--mode={mode}", "--workers=5", check=0).json
    found = read(place.file)
    for region in report["regions"]:
        check_region(found, region)
        labels = {"account": ebsim.ACCOUNT, "region": region["region"]}
        latest, = sqlite(place.db, f"SELECT * FROM v1_latest WHERE region = '{region['region']}'")
        assert state(found, "ebsreportd_region_status", **labels) == (latest["completeness"], STATES)
        assert value(found, "ebsreportd_region_last_success_timestamp_seconds", **labels) == latest["good_at"]
    currencies = {dict(key[1:])["currency"] for key in found if key[0] == "ebs_attached_cost_per_month"}
    assert currencies == {"CNY", "USD"}
    run, = sqlite(place.db, "SELECT * FROM v1_run")
    assert value(found, "ebsreportd_run_start_timestamp_seconds") == run["started_at"]
    assert value(found, "ebsreportd_run_duration_seconds") == run["wall_us"] / 1e6
    assert value(found, "ebsreportd_run_cpu_seconds") == run["cpu_us"] / 1e6
    assert value(found, "ebsreportd_run_peak_memory_bytes") == run["peak_pss_kib"] * 1024
    for name in "calls", "retries", "throttles", "workers", "regions_assumed":
        assert value(found, "ebsreportd_run_" + name) == run[name]
    assert value(found, "ebsreportd_run_info", mode=mode) == value(found, "ebsreportd_run_stored") == 1
    assert state(found, "ebsreportd_run_status") == ("ok", {"ok", "partial", "failed"})


def test_anybody_may_read_the_file_and_it_is_replaced_as_a_whole(ec2sim, place):
    sim = ec2sim(regions=REGIONS, instances=2)
    before = os.umask(0o077)
    try:
        place.run(sim, check=0)
        with open(place.file) as old:
            place.run(sim, check=0)
            assert old.read().endswith("# EOF\n") and os.fstat(old.fileno()).st_nlink == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(place.file.stat().st_mode) == 0o644
    assert value(read(place.file), "ebsreportd_run_stored") == 1


def test_a_region_that_failed_has_no_numbers_but_the_time_of_its_last_success(ec2sim, place):
    sim = ec2sim(regions=REGIONS, instances=3, fault="region=eu-west-1,kind=error=UnauthorizedOperation,skip=2")
    first = place.run(sim, check=0).json
    report = place.run(sim, check=2).json
    found = read(place.file)
    for region in report["regions"]:
        check_region(found, region)
    labels = {"account": ebsim.ACCOUNT, "region": "eu-west-1"}
    assert first["regions"][0]["instances"] == 3 and value(found, "ebs_instances", **labels) is None
    assert not [key for key in found if key[0].startswith("ebs_") and ("region", "eu-west-1") in key]
    assert state(found, "ebsreportd_region_status", **labels)[0] == "denied"
    assert value(found, "ebsreportd_region_error", kind="denied", **labels) == 1
    good_at = sqlite(place.db, "SELECT started_at FROM v1_run WHERE run_id = 1")[0]["started_at"]
    assert value(found, "ebsreportd_region_last_success_timestamp_seconds", **labels) == good_at
    assert state(found, "ebsreportd_run_status")[0] == "partial"


def test_regions_are_the_same_ones_when_nothing_answers(ec2sim, place):
    """Then the run does not learn its account; the history knows it."""
    sim = ec2sim(regions=REGIONS, instances=3)
    place.run(sim, check=0)
    sim.stop()
    place.configure(max_attempts=1, regions="us-east-1")
    assert place.run(sim, check=3).json["regions"][0]["account"] is None
    found = read(place.file)
    labels = {"account": ebsim.ACCOUNT, "region": "us-east-1"}
    assert state(found, "ebsreportd_region_status", **labels)[0] == "unreachable"
    good_at = sqlite(place.db, "SELECT good_at FROM v1_latest WHERE region = 'us-east-1'")[0]["good_at"]
    assert value(found, "ebsreportd_region_last_success_timestamp_seconds", **labels) == good_at


def test_a_run_without_credentials_leaves_no_numbers_of_the_one_before(ec2sim, place):
    sim = ec2sim(regions=REGIONS, instances=3)
    place.run(sim, check=0)
    result = place.run(sim, env={"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}, check=1)
    assert result.err.count("\n") == 1 and not result.out
    found = read(place.file)
    assert state(found, "ebsreportd_run_status")[0] == "failed"
    assert value(found, "ebsreportd_run_error", kind="credentials") == 1
    assert value(found, "ebsreportd_run_stored") == 0
    assert not [key for key in found if key[0].startswith("ebs_") or "region" in dict(key[1:])]
    assert len(sqlite(place.db, "SELECT * FROM v1_run")) == 1


def test_a_comparison_leaves_the_metrics_of_its_sweep(ec2sim, place):
    report = place.run(ec2sim(regions=REGIONS, instances=3, **ODDITIES), "--compare", check=0).json
    found = read(place.file)
    assert value(found, "ebsreportd_run_info", mode="sweep") == 1
    for region in report["sweep"]["regions"]:
        check_region(found, region)


def test_no_store_leaves_the_file_alone(ec2sim, place):
    sim = ec2sim(regions=REGIONS, instances=3)
    place.run(sim, db=False, check=0)
    assert not place.file.exists() and not place.db.exists()


# ---- a file that cannot be written ------------------------------------------------------------------------------

def test_a_file_that_cannot_be_written_is_told_and_the_rest_is_done(ec2sim, place):
    sim = ec2sim(regions=REGIONS, instances=3, fault="region=eu-west-1,kind=error=UnauthorizedOperation,skip=2")
    place.file.parent.rmdir()
    for rc in 1, 2:
        result = place.run(sim, check=rc)
        assert result.err == (f"ebsreportd: cannot write {place.file}: No such file or directory: no metrics of this "
                              "run: see to the file's directory, or change metrics_file\n")
        assert result.json["regions"][1]["status"] == "ok"
        assert len(sqlite(place.db, "SELECT * FROM v1_run")) == rc


def strace(place, sim, *options):
    """Runs under strace; the calls that concern the file, each as "name(arguments) = result"."""
    out = place.config.with_name("strace")
    ebsreportd.finish(ebsreportd.start(sim, f"--config={place.config}", db=place.db, prefix=[
        "strace", "-qq", "-y", "-o", out, "-e", "trace=openat,write,fchmod,fsync,close,rename", *options]))
    return [line for line in out.read_text().splitlines() if str(place.file) in line]


def test_strace_the_bytes_are_on_the_disk_before_the_name(ec2sim, place):
    calls = strace(place, ec2sim(regions=REGIONS, instances=3))
    assert [line.split("(")[0] for line in calls] == ["openat", "write", "fchmod", "fsync", "close", "rename"]
    assert all("= -1" not in line for line in calls)


def test_strace_a_kill_before_the_rename_leaves_the_old_file(ec2sim, place):
    sim = ec2sim(regions=REGIONS, instances=3)
    place.run(sim, check=0)
    before = place.file.read_bytes()
    assert strace(place, sim, "-e", "inject=rename:signal=KILL")[-1].startswith("rename(")
    assert place.file.read_bytes() == before
    other, = set(place.file.parent.iterdir()) - {place.file}
    assert other.suffix != ".prom", "node_exporter does not read what is left"
    other.unlink()
    place.run(sim, check=0)
    assert value(read(place.file), "ebsreportd_run_stored") == 1


def test_what_is_no_file_is_not_replaced(ec2sim, place):
    os.mkfifo(place.file)
    result = place.run(ec2sim(regions=REGIONS, instances=3), check=1)
    assert "it is no regular file" in result.err and stat.S_ISFIFO(place.file.stat().st_mode)


def test_a_history_that_fails_too_is_told_as_well(ec2sim, place):
    sim = ec2sim(regions=REGIONS, instances=3)
    place.run(sim, check=0)
    subprocess.run(["sqlite3", str(place.db), "CREATE TRIGGER full BEFORE INSERT ON run BEGIN "
                    "SELECT raise(ABORT, 'no room'); END"], check=True, timeout=60)
    result = place.run(sim, check=4)
    assert str(place.db) in result.err and value(read(place.file), "ebsreportd_run_stored") == 0
    place.configure(metrics_file="/nowhere/ebs.prom")
    result = place.run(sim, check=4)
    assert result.err.count("\n") == 1 and str(place.db) in result.err, result
    assert "; cannot write /nowhere/ebs.prom: No such file or directory: " in result.err
