# SPDX-License-Identifier: MIT
"""Which regions ebsreportd asks."""
import re

import awsclient
import ebsreportd
import expected


def test_regions_are_those_that_are_enabled(ec2sim):
    sim = ec2sim(instances=2)
    report = ebsreportd.run(sim, check=0).json
    enabled = {r["RegionName"] for r in awsclient.client(sim).describe_regions()["Regions"]}
    assert {r["region"] for r in report["regions"]} == enabled and len(enabled) == 17
    assert set(sim.stats()["by_region"]) == enabled, "no other region was asked"


def test_regions_that_are_not_opted_in(ec2sim):
    sim = ec2sim(regions="us-east-1,af-south-1", instances=2)
    assert [r["region"] for r in ebsreportd.run(sim, check=0).json["regions"]] == ["af-south-1", "us-east-1"]
    result = ebsreportd.run(sim, "--region=us-east-1", "--region=ap-east-1", check=2)
    failed = result.region("ap-east-1")
    assert failed["status"] == "failed" and failed["error"]["code"] == "AuthFailure" and failed["error"]["request_id"]
    assert set(expected.numbers(failed).values()) == {None} and failed["by_type"] is None
    assert result.json["status"] == "partial" and result.json["totals"]["complete"] is False
    truth = next(r for r in sim.truth()["regions"] if r["region"] == "us-east-1")
    assert expected.numbers(result.json["totals"]) == expected.totals(truth, "sweep"), "of the region that worked"


def test_named_regions_are_not_asked_for(ec2sim):
    sim = ec2sim(instances=2)
    report = ebsreportd.run(sim, "--region=us-west-2", "--region=eu-central-1", "--region=us-west-2", check=0).json
    assert [r["region"] for r in report["regions"]] == ["eu-central-1", "us-west-2"]
    assert not ebsreportd.calls(sim, "DescribeRegions")


def test_regions_by_configuration(ec2sim, tmp_path):
    sim = ec2sim(instances=1)
    config = tmp_path / "ebsreportd.conf"
    config.write_text("exclude_regions = us-* ap-southeast-[12],\n  eu-west-?\n")
    got = [r["region"] for r in ebsreportd.run(sim, f"--config={config}", check=0).json["regions"]]
    every = [r["region"] for r in sim.truth()["regions"]]
    out = re.compile(r"us-.*|ap-southeast-[12]|eu-west-.")
    assert got == sorted(r for r in every if not out.fullmatch(r)) and 0 < len(got) < len(every)
    config.write_text("regions = us-west-2, eu-central-1\nworkers = 3\nmode = parallel\n")
    report = ebsreportd.run(sim, f"--config={config}", check=0).json
    assert [r["region"] for r in report["regions"]] == ["eu-central-1", "us-west-2"] and report["mode"] == "parallel"
    report = ebsreportd.run(sim, f"--config={config}", "--region=sa-east-1", "--mode=sweep", check=0).json
    assert [r["region"] for r in report["regions"]] == ["sa-east-1"] and report["mode"] == "sweep", "options come first"
    config.write_text("exclude_regions = *\n")
    result = ebsreportd.run(sim, f"--config={config}", check=1)
    assert result.err.count("\n") == 1 and "exclude_regions" in result.err and not result.out
