# SPDX-License-Identifier: MIT
"""Runs that must come to an end, with the right numbers, when something around them is short: keys, processes, time."""
import re
import socket
import time

import pytest

import ebsreportd
from canned_ec2 import CannedEc2, element, instances, response, volumes


def test_keys_that_expire_soon_are_used_while_they_last(ec2sim):
    """Asking again yields the same keys: that must not be all the run does."""
    sim = ec2sim(regions="eu-west-1", instances=30)
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 30))
    result = ebsreportd.run(sim, "--mode=parallel", env={"AWS_CREDENTIAL_EXPIRATION": soon}, check=0)
    assert result.json["totals"]["instance_sum_gib"] == sim.truth()["totals"]["instance_sum_gib"]


def test_keys_that_have_expired_fail_the_run_once(ec2sim):
    sim = ec2sim(regions="eu-west-1,eu-west-2", instances=3, fault=["kind=expired-credentials"])
    result = ebsreportd.run(sim, env={"AWS_CREDENTIAL_EXPIRATION": "2020-01-01T00:00:00Z"})
    assert result.rc == 3, result
    assert len(sim.log()) <= 8, sim.log()


def test_a_region_that_is_listed_twice_counts_once(ec2sim):
    def answer(call):
        item = element("item", element("regionName", "eu-west-1") + element("optInStatus", "opted-in"))
        if call["Action"] == "DescribeRegions":
            return response("DescribeRegions", element("regionInfo", item + item))
        return instances() if call["Action"] == "DescribeInstances" else volumes()

    with CannedEc2(answer) as ec2:
        result = ebsreportd.run(None, env=ec2.environment(), check=0)
    assert [r["region"] for r in result.json["regions"]] == ["eu-west-1"]


def test_a_region_that_is_asked_for_twice_counts_once(ec2sim):
    sim = ec2sim(regions="eu-west-1", instances=3)
    result = ebsreportd.run(sim, "--region=eu-west-1", "--region=eu-west-1", check=0)
    assert result.json["totals"]["instance_sum_gib"] == sim.truth()["totals"]["instance_sum_gib"]
    assert len(result.json["regions"]) == 1


@pytest.mark.parametrize("descriptors", [16, 24])
def test_fewer_workers_where_the_system_gives_no_more(ec2sim, descriptors):
    """Each worker takes two descriptors: the run makes do with those that there is room for."""
    sim = ec2sim(regions="eu-west-1", instances=60)
    prefix = ["prlimit", f"--nofile={descriptors}"]
    result = ebsreportd.run(sim, "--mode=parallel", "--workers=16", prefix=prefix, check=0)
    assert 1 <= result.json["workers"] < 16
    assert re.fullmatch(rf"made do with {result.json['workers']} workers?, because the system refused more "
                        r"\(Too many open files\): allow it more memory and descriptors, or lower workers",
                        result.json["notice"]), result.json["notice"]
    assert result.json["totals"]["instance_sum_gib"] == sim.truth()["totals"]["instance_sum_gib"]


def test_discovery_has_a_deadline_too(ec2sim, config):
    sim = ec2sim(regions="eu-west-1", fault=["action=DescribeRegions,kind=throttle"])
    result = ebsreportd.run(sim, config(region_timeout="3s"))
    assert result.rc == 3, result
    assert result.json["error"]["kind"] == "throttled"


def test_metadata_that_stays_silent_is_told_as_missing_keys(config):
    """The metadata service takes several tries: the worker that makes them is not stuck."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        env = {"AWS_EC2_METADATA_DISABLED": None, "AWS_METADATA_SERVICE_TIMEOUT": 2, "AWS_METADATA_SERVICE_NUM_ATTEMPTS": 2,
               "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{silent.getsockname()[1]}/"}
        result = ebsreportd.run(None, config(call_timeout="1s", stall_timeout="1s", connect_timeout="1s"), env=env)
    assert result.rc == 1, result
    assert "no credentials" in result.err


def test_keys_are_renewed_though_metadata_stumbles(ec2sim):
    """While new keys are under way no call goes out with the old ones."""
    sim = ec2sim(regions="us-east-1", instances=40, volume_page_limit=5, session_seconds=2, latency_ms=150,
                 fault=["action=GetMetadata,kind=unavailable-html,skip=3,count=1"])
    env = {"AWS_EC2_METADATA_DISABLED": None, "AWS_EC2_METADATA_SERVICE_ENDPOINT": sim.url,
           "AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
    result = ebsreportd.run(sim, env=env, check=0)
    assert result.json["totals"]["instance_sum_gib"] == sim.truth()["totals"]["instance_sum_gib"]


def test_journal_stream_of_somebody_else(ec2sim):
    """The variable alone does not make standard error the journal."""
    result = ebsreportd.run(None, env={"JOURNAL_STREAM": "8:1"})
    assert result.rc == 1
    assert result.err.startswith("ebsreportd: "), result
