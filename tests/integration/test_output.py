# SPDX-License-Identifier: MIT
"""Reports as text and as CSV."""
import csv
import io
import re

import pytest

import ebsim
import ebsreportd
import expected
from ebsreportd import MODES
from expected import ODDITIES, REGIONS


SUMMARY = re.compile(
    r"^Total volume size: (?P<sum>\d+) GiB\n"
    r"Unique attached volume size: (?P<unique>\d+) GiB\n"
    r"(?P<mode>Sequential|Parallel|Sweep) execution time: (?P<wall>\d+\.\d{2,3}) s \((?P<workers>\d+) workers?, "
    r"(?P<calls>\d+) calls?, (?P<retries>\d+) retries, peak memory (?P<memory>\d+) MiB\)$", re.M)


@pytest.mark.parametrize("mode", MODES)
def test_text(ec2sim, mode):
    sim = ec2sim(regions=REGIONS, instances=12, **ODDITIES)
    truth = sim.truth()
    result = ebsreportd.run(sim, f"--mode={mode}", text=True, check=0)
    lines = list(SUMMARY.finditer(result.out))
    assert len(lines) == 1
    line, want = lines[0].groupdict(), expected.totals(truth["totals"], mode)
    assert line["mode"] == mode.capitalize()
    assert (int(line["sum"]), int(line["unique"])) == (want["instance_sum_gib"], want["attached_gib"])
    assert int(line["calls"]) == len(sim.log()) and line["retries"] == "0" and int(line["memory"]) > 0
    for region in truth["regions"]:
        w = expected.totals(region, mode)
        cells = [w[n] for n in ("instances", "attached_volumes", "attached_gib", "instance_sum_gib", "unattached_gib",
                                "managed_gib")]
        numbers = " +".join("-" if c is None else f"{c:,}" for c in cells)
        row = rf"^{region['region']} +ok +{numbers} +[\d,.]+ USD +\d+ +\d+\.\d\d$"
        assert re.search(row, result.out, re.M), row
    assert result.err == "", "no progress where no terminal is"
    assert all(line == line.rstrip() and "\033" not in line for line in result.out.splitlines())


def test_text_of_a_comparison(ec2sim):
    sim = ec2sim(regions=REGIONS, instances=12, **ODDITIES)
    truth = sim.truth()["totals"]
    out = ebsreportd.run(sim, "--compare", text=True, check=0).out
    found = [m.groupdict() for m in SUMMARY.finditer(out)]
    assert [m["mode"] for m in found] == ["Sequential", "Parallel", "Sweep"]
    assert {int(m["sum"]) for m in found} == {truth["instance_sum_gib"]}
    assert [int(m["unique"]) for m in found] == [expected.totals(truth, m)["attached_gib"] for m in MODES]
    assert re.search(r"^Speed-up: \d+\.\dx$", out, re.M)
    assert re.search(r"^Agreement: yes, all three saw the same in 2 regions$", out, re.M)


def csv_rows(out):
    assert out.endswith("\n")
    return list(csv.DictReader(io.StringIO(out, newline=""), strict=True))


@pytest.mark.parametrize("mode", MODES)
def test_csv(ec2sim, mode):
    sim = ec2sim(regions=REGIONS, instances=12, **ODDITIES)
    rows = csv_rows(ebsreportd.run(sim, f"--mode={mode}", "--csv", "--region=us-east-1", "--region=eu-west-1",
                                   "--region=ap-east-1", check=2).out)
    assert [row["region"] for row in rows] == ["ap-east-1", "eu-west-1", "us-east-1"]
    assert [row["status"] for row in rows] == ["failed", "ok", "ok"]
    truth = {r["region"]: r for r in sim.truth()["regions"]}
    for row in rows:
        assert None not in row and None not in row.values() and row["account"] == ebsim.ACCOUNT and row["mode"] == mode
        want = expected.totals(truth[row["region"]], mode) if row["status"] == "ok" else dict.fromkeys(expected.NUMBERS)
        assert {n: row[n] for n in expected.NUMBERS} == {n: "" if v is None else str(v) for n, v in want.items()}
    assert rows[0]["error_code"] == "AuthFailure" and rows[0]["error_message"] and not rows[1]["error_kind"]


def test_csv_of_a_comparison(ec2sim):
    sim = ec2sim(regions=REGIONS, instances=3)
    rows = csv_rows(ebsreportd.run(sim, "--compare", "--csv", check=0).out)
    assert [(row["mode"], row["region"]) for row in rows] == [(m, r) for m in MODES for r in REGIONS.split(",")]
