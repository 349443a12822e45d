# SPDX-License-Identifier: MIT
"""ebsreportd's totals are those that ec2sim holds, in every mode."""
import json
import re

import pytest

import awsclient
import ebsim
import ebsreportd
import expected
from ebsreportd import MODES, calls
from expected import ODDITIES, REGIONS, check_all_modes

FLEETS = {
    "nothing": dict(instances=0),
    "no instance": dict(instances=0, unattached=9, managed=4),
    "one instance": dict(instances=1),
    "one instance among oddities": dict(instances=1, **ODDITIES),
    "199": dict(instances=199, seed=3),
    "199 among oddities": dict(instances=199, **ODDITIES),
    "1,000 among oddities": dict(instances=1000, **ODDITIES),
    "managed only": dict(instances=0, managed=20, managed_instances=5),
    "many volumes each": dict(instances=6, volumes_per_instance=40),
    "all short ids": dict(instances=30, unattached=30, short_ids=100),
}


# ---- fleets -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("fleet", FLEETS.values(), ids=FLEETS.keys())
def test_totals(ec2sim, fleet):
    options = dict(regions=REGIONS, **fleet)
    sim = ec2sim(**options)
    assert sim.truth() == ebsim.truth(**options)
    check_all_modes(sim)


def test_the_demo_fleet_in_all_regions(ec2sim):
    sim = ec2sim(fleet="demo")
    report = ebsreportd.run(sim, check=0).json
    expected.check_run(report, sim.truth(), "sweep")
    assert report["regions_total"] == 17


def test_calls_are_those_of_the_mode(ec2sim):
    """Pages and per-instance calls, none twice, all in the report, none for terminated instances."""
    fleet = dict(regions=REGIONS, instances=25, **ODDITIES)
    for mode in MODES:
        sim = ec2sim(**fleet)
        report = ebsreportd.run(sim, f"--mode={mode}", check=0).json
        log = sim.log()
        assert report["calls"] == len(log) and report["retries"] == report["throttles"] == 0
        assert sum(r["calls"] for r in report["regions"]) == len(log) - 2, "one is for identity, one for regions"
        for region in REGIONS.split(","):
            volumes = [c for c in calls(sim, "DescribeVolumes") if c["region"] == region]
            asked = [c["filters"]["attachment.instance-id"] for c in volumes if "filters" in c]
            assert len(volumes) == (1 if mode == "sweep" else 28)
            assert len({one for one, in asked}) == len(asked) == (0 if mode == "sweep" else 28)


# ---- what may be hidden -----------------------------------------------------------------------------------------

def test_an_endpoint_without_include_managed(ec2sim):
    sim = ec2sim(regions=REGIONS, instances=9, reject_managed_parameter=True, **ODDITIES)
    check_all_modes(sim)
    assert sim.stats()["by_code"], "it was asked with the parameter first"


def test_hidden_ones_are_left_out_on_request(ec2sim, tmp_path):
    sim = ec2sim(regions="us-east-1", instances=9, **ODDITIES)
    config = tmp_path / "ebsreportd.conf"
    config.write_text("include_managed = no\n")
    ec2 = awsclient.client(sim, region="us-east-1")
    visible = awsclient.volumes(ec2)
    live = [i for i in awsclient.instances(ec2) if i["State"]["Name"] != "terminated"]
    truth = sim.truth()["totals"]
    report = ebsreportd.run(sim, f"--config={config}", check=0).json["totals"]
    assert report["instances"] == len(live) == truth["instances"] - 3
    assert report["attached_gib"] + report["unattached_gib"] + report["managed_gib"] == sum(v["Size"] for v in visible)
    assert 0 < report["managed_volumes"] < truth["managed_volumes"]
    assert not any("IncludeManagedResources" in call for call in sim.log()[:3])


# ---- pages ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("faults", [
    ["kind=short-page"],
    ["kind=empty-page,probability=0.5"],
    ["kind=last-token"],
    ["kind=duplicate"],
    ["kind=duplicate,probability=0.4", "kind=short-page,probability=0.5", "kind=empty-page,probability=0.5",
     "kind=last-token"],
], ids=["short", "empty", "last token", "duplicate", "all together"])
def test_odd_pages(ec2sim, faults):
    sim = ec2sim(regions=REGIONS, instances=60, volume_page_limit=20, fault=faults, **ODDITIES)
    check_all_modes(sim)
    assert sim.stats()["by_fault"]


def test_small_pages_of_one_instance(ec2sim):
    """More volumes on an instance than a page holds."""
    sim = ec2sim(regions="us-east-1", instances=3, volumes_per_instance=40, volume_page_limit=11)
    check_all_modes(sim)
    by_instance = [c for c in calls(sim, "DescribeVolumes") if "attachment.instance-id" in c.get("filters", {})]
    assert any("NextToken" in c for c in by_instance)


# ---- a fleet by hand --------------------------------------------------------------------------------------------

def test_a_fleet_by_hand(ec2sim, tmp_path):
    """Sums that one can do in the head: no program of this project worked them out."""
    volume = lambda n, size, *attachments, **more: {
        "id": f"vol-0123456{n:010x}", "size": size, "attachments": [
            {"instance": a} if isinstance(a, str) else a for a in attachments], **more}
    one, two, ended, unknown = (f"i-0abcdef{n:010x}" for n in (1, 2, 3, 4))
    fleet = {"regions": {"us-east-1": {
        "instances": [{"id": one}, {"id": two, "state": "stopped"}, {"id": ended, "state": "terminated"}],
        "volumes": [
            volume(1, 8, one), volume(2, 30, two), volume(3, 100, one, two, type="io2", iops=100),  # 3 is shared
            volume(4, 1000, ended), volume(5, 2000, unknown), volume(6, 4000, one, unknown, type="io2"),
            volume(7, 10000, state="available"),
            volume(8, 20000, {"instance": one, "status": "detached"}, state="available"),
            volume(9, 40000, {"instance": two, "status": "detaching"}),
            volume(10, 100000, {"service": "workspaces"}, managed=True),
        ]}}}
    path = tmp_path / "fleet.json"
    path.write_text(json.dumps(fleet))
    sim = ec2sim(fleet_file=path, regions="us-east-1")
    reports = check_all_modes(sim)
    assert expected.numbers(reports["sweep"]["totals"]) == dict(
        instances=2, instance_sum_gib=8 + 30 + 200 + 4000 + 40000, multi_attach_extra_gib=100,
        attached_volumes=7, attached_gib=8 + 30 + 100 + 1000 + 2000 + 4000 + 40000,
        unknown_instance_volumes=2, unknown_instance_gib=3000, unattached_volumes=2, unattached_gib=30000,
        managed_volumes=1, managed_gib=100000)
    assert expected.numbers(reports["parallel"]["totals"]) == dict(
        instances=2, instance_sum_gib=44238, multi_attach_extra_gib=100, attached_volumes=5, attached_gib=44138,
        **dict.fromkeys(expected.SWEEP_ONLY))


# ---- comparison -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("fleet", [dict(instances=0), dict(instances=33, **ODDITIES)], ids=["nothing", "oddities"])
def test_comparison(ec2sim, fleet):
    sim = ec2sim(regions=REGIONS, **fleet)
    report = ebsreportd.run(sim, "--compare", "--workers=8", check=0).json
    assert set(report) == {"format_version", "sequential", "parallel", "sweep", "speedup", "agree"}
    expected.check_comparison(report, sim.truth())
    assert report["sequential"]["workers"] == 1
    walls = report["sequential"]["wall_ms"], report["parallel"]["wall_ms"]
    assert walls[0] / (walls[1] + 1) <= report["speedup"] <= (walls[0] + 1) / max(walls[1], 1e-9)
    assert len(calls(sim, "DescribeRegions")) == 1, "the regions are the same for all three"


def test_comparison_notices_a_disagreement(ec2sim):
    sim = ec2sim(regions="us-east-1", instances=30, churn=30, tick_every=40)
    result = ebsreportd.run(sim, "--compare", check=2)
    assert result.json["agree"] is False
    text = ebsreportd.run(sim, "--compare", text=True, check=2).out
    assert re.search(r"^Agreement: no, .*:\n  us-east-1: sequential \d+ instances, sum \d+ GiB", text, re.M)


def test_a_region_that_fails_in_one_of_them_disagrees(ec2sim):
    sim = ec2sim(regions=REGIONS, instances=5,
                 fault="region=us-east-1,action=DescribeVolumes,kind=error=UnauthorizedOperation,count=1")
    report = ebsreportd.run(sim, "--compare", check=2).json
    assert report["agree"] is False and report["sequential"]["status"] == "partial" and report["speedup"] is None
    assert report["parallel"]["status"] == report["sweep"]["status"] == "ok"
