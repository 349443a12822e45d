# SPDX-License-Identifier: MIT
"""How many workers ebsreportd has, and what change between their calls does."""
import pytest

import awsclient
import ebsreportd
import expected
from ebsreportd import MODES
from expected import REGIONS


# ---- workers ----------------------------------------------------------------------------------------------------

def connections(sim):
    """Connections so far; the question itself is one."""
    return sim.stats()["connections"] - 1


def test_sequential_is_one_worker_on_one_connection(ec2sim):
    sim = ec2sim(regions=REGIONS, instances=30)
    report = ebsreportd.run(sim, "--mode=sequential", "--workers=64", check=0).json
    assert report["workers"] == 1 and connections(sim) == 1 and sim.stats()["peak_concurrent"] <= 1
    per_region = [c["region"] for c in sim.log() if c["action"] in ("DescribeInstances", "DescribeVolumes")]
    assert per_region == sorted(per_region), "one region after the other"


@pytest.mark.parametrize("mode, workers, fleet, most", [
    ("parallel", 64, dict(instances=0), 1),
    ("parallel", 64, dict(instances=1), 1),
    ("parallel", 64, dict(instances=5), 5),
    ("parallel", 3, dict(instances=50), 3),
    ("parallel", 1, dict(instances=50), 1),
    ("sweep", 64, dict(instances=50), 2),
    ("sweep", 1, dict(instances=50), 1),
])
def test_never_more_workers_than_calls(ec2sim, mode, workers, fleet, most):
    sim = ec2sim(regions="us-east-1", **fleet)
    env = {"AWS_ENDPOINT_URL": None, "AWS_ENDPOINT_URL_EC2": sim.url}  # STS is not asked
    report = ebsreportd.run(sim, f"--mode={mode}", f"--workers={workers}", "--region=us-east-1", env=env, check=0).json
    assert 1 <= connections(sim) <= report["workers"] <= most
    expected.check_run(report, sim.truth(), mode)


def test_workers_work_at_once(ec2sim):
    sim = ec2sim(regions="us-east-1", instances=60, latency_ms=200)
    report = ebsreportd.run(sim, "--mode=parallel", "--workers=20", check=0).json
    assert report["workers"] == 20 and sim.stats()["peak_concurrent"] > 10


# ---- change ------------------------------------------------------------------------------------------------------

def snapshot(sim):
    """Every volume's size, and the live instances that hold it."""
    ec2 = awsclient.include_managed(awsclient.client(sim, region="us-east-1"))
    live = {i["InstanceId"] for i in awsclient.instances(ec2, 1000) if i["State"]["Name"] != "terminated"}
    return {v["VolumeId"]: (v["Size"], {a["InstanceId"] for a in v["Attachments"] if a.get("InstanceId") in live})
            for v in awsclient.volumes(ec2, 1000)}


@pytest.mark.parametrize("mode", MODES)
def test_change_between_calls_gives_no_impossible_number(ec2sim, mode):
    """Volumes that come, go, grow and change hands while they are listed: each counts once, as it was at some time."""
    fleet = dict(regions="us-east-1", instances=40, volumes_per_instance=3, unattached=20, multi_attach=4, churn=8,
                 seed=11, volume_page_limit=10)
    report = ebsreportd.run(ec2sim(tick_every=6, **fleet), f"--mode={mode}", "--workers=4", check=0).json["totals"]
    still = ec2sim(**fleet)
    times = [snapshot(still)]
    for _ in range(50 // 6 + 1):  # more ticks than calls could make
        still.tick()
        times.append(snapshot(still))
    low, high = bounds(times)
    for name in "attached_volumes", "attached_gib", "instance_sum_gib":
        assert report[name] <= high[name], name
        # Of a volume that moves to an instance that was asked before, a mode that asks instances knows nothing.
        assert report[name] >= low[name] or mode != "sweep", name
    expected.check_sums(report)
    assert report["instances"] == 40


def bounds(times):
    """The least and the most that a listing can show that sees each volume as it was at one of these times."""
    low = dict.fromkeys(["attached_volumes", "attached_gib", "instance_sum_gib"], 0)
    high = dict(low)
    for volume in set().union(*times):
        seen = [t.get(volume, (0, set())) for t in times]
        attached = [size if held else 0 for size, held in seen]
        summed = [size * len(held) for size, held in seen]
        for sums, pick in (low, min), (high, max):
            sums["attached_volumes"] += pick(map(bool, attached))
            sums["attached_gib"] += pick(attached)
            sums["instance_sum_gib"] += pick(summed)
    return low, high
