# SPDX-License-Identifier: MIT
"""ebsreportd over TLS: right totals, from servers that a CA vouches for, over connections that no two workers share.

Processes forked from one that has a connection open read each other's answers: totals are then wrong without an error.
"""
import collections
import re

import pytest

import ebsreportd
import expected
from authority import Authority
from ebsreportd import MODES
from expected import ODDITIES, REGIONS


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"), "own-ca")


@pytest.fixture(scope="module")
def server(authority):
    return authority.issue("server", "DNS:localhost", "IP:127.0.0.1")


def trusting(authority):
    return {"AWS_CA_BUNDLE": authority.pem}


# ---- totals -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("instances", [0, 1, 199])
def test_totals(ec2sim, authority, server, instances):
    sim = ec2sim(regions=REGIONS, instances=instances, **ODDITIES, **server)
    assert sim.url.startswith("https://")
    expected.check_all_modes(sim, env=trusting(authority))


def test_a_large_region(ec2sim, authority, server):
    sim = ec2sim(regions="us-east-1", instances=1000, **ODDITIES, **server)
    report = ebsreportd.run(sim, "--compare", "--workers=32", env=trusting(authority), check=0).json
    expected.check_comparison(report, sim.truth())


def test_64_workers_on_kept_connections(ec2sim, authority, server):
    """Again and again the exact total: each worker has a connection of its own, keeps it, and gets its own answers."""
    sim = ec2sim(regions="us-east-1", instances=220, volumes_per_instance=3, multi_attach=10, seed=5, latency_ms=25,
                 **server)
    truth = sim.truth()
    sizes = []
    for turn in range(6):
        connections, done = sim.stats()["connections"], len(sim.log())
        report = ebsreportd.run(sim, "--mode=parallel", "--workers=64", env=trusting(authority), check=0).json
        expected.check_run(report, truth, "parallel")
        assert report["workers"] > 32 and report["retries"] == 0
        # One connection a worker, and one of the question itself.
        assert sim.stats()["connections"] - connections - 1 <= report["workers"]
        run = sim.log()[done:]
        assert report["calls"] == len(run) == 223 and all(c["status"] == 200 for c in run)
        asked = collections.Counter(i for c in run for i in c.get("filters", {}).get("attachment.instance-id", []))
        assert len(asked) == 220 and set(asked.values()) == {1}
        sizes.append(sorted(c["items"] for c in run if "filters" in c))
    assert all(s == sizes[0] for s in sizes) and len(set(sizes[0])) > 1


def test_sweeps_on_kept_connections(ec2sim, authority, server):
    """Chains of pages of 17 regions side by side."""
    sim = ec2sim(instances=40, volume_page_limit=15, unattached=20, **server)
    truth = sim.truth()
    for turn in range(3):
        connections = sim.stats()["connections"]
        report = ebsreportd.run(sim, "--workers=64", env=trusting(authority), check=0).json
        expected.check_run(report, truth, "sweep")
        # Two chains a region, and identity.
        assert sim.stats()["connections"] - connections - 1 <= report["workers"] <= 35
        assert report["calls"] > 2 * report["workers"], "so each connection is used again"


# ---- processes --------------------------------------------------------------------------------------------------

def network_calls(trace):
    """By process: what it connected to, and the same for sockets; in the order of their first line."""
    processes = collections.OrderedDict()
    for line in trace.read_text(errors="replace").splitlines():
        found = re.match(r"(\d+)\s+(\w+)\((.*)", line)
        if found:
            processes.setdefault(found[1], []).append((found[2], found[3]))
    return list(processes.values())


@pytest.mark.parametrize("mode", MODES)
def test_strace_shows_no_connection_but_the_workers_own(ec2sim, authority, server, tmp_path, mode):
    sim = ec2sim(regions=REGIONS, instances=25, **server)
    trace = tmp_path / "trace"
    strace = ["strace", "-f", "-qq", "-e", "trace=execve,socket,connect,sendmsg,recvmsg", "-e", "signal=none", "-o",
              trace]
    report = ebsreportd.run(sim, f"--mode={mode}", "--workers=8", env=trusting(authority), prefix=strace, check=0).json
    parent, *workers = network_calls(trace)
    assert parent[0][0] == "execve" and all(name != "execve" for w in workers for name, _ in w)
    assert not [c for c in parent if "AF_INET" in c[1]], "the parent makes no network call"
    connects = [[a for name, a in w if name == "connect" and f"htons({sim.port})" in a] for w in workers]
    assert [len(c) for c in connects if c] == [1] * len([c for c in connects if c]), "each keeps the connection it has"
    assert 1 <= len([c for c in connects if c]) <= report["workers"] <= 8


# ---- trust ------------------------------------------------------------------------------------------------------

def check_untrusted(sim, env, *reasons):
    """No number, and one line that says why, without trying again."""
    result = ebsreportd.run(sim, env=env, check=1)
    assert result.err.count("\n") == 1 and not result.out
    region = ebsreportd.run(sim, "--region=us-east-1", env=env, check=3).region("us-east-1")
    assert set(expected.numbers(region).values()) == {None}
    assert (region["error"]["kind"], region["retries"]) == ("config", 0)
    for message in result.err, region["error"]["message"] + str(region["error"]["remedy"]):
        for reason in (sim.url, "certificate", *reasons):
            assert reason in message
    assert not sim.log(), "nothing was sent to such a server"


def test_an_unknown_authority_is_refused(ec2sim, server):
    check_untrusted(ec2sim(regions="us-east-1", **server), {}, "AWS_CA_BUNDLE")


def test_another_authority_is_refused(ec2sim, server, tmp_path):
    check_untrusted(ec2sim(regions="us-east-1", **server), {"AWS_CA_BUNDLE": Authority(tmp_path, "other-ca").pem})


def test_another_servers_certificate_is_refused(ec2sim, authority):
    sim = ec2sim(regions="us-east-1", **authority.issue("elsewhere", "DNS:ec2.us-east-1.amazonaws.com"))
    check_untrusted(sim, trusting(authority), "127.0.0.1")


def test_the_servers_name_counts(ec2sim, authority):
    sim = ec2sim(regions="us-east-1", instances=2, **authority.issue("named", "DNS:localhost"))
    report = ebsreportd.run(sim, f"--endpoint-url=https://localhost:{sim.port}", env=trusting(authority), check=0).json
    expected.check_run(report, sim.truth(), "sweep")


def test_the_bundle_may_come_from_the_profile(ec2sim, authority, server, tmp_path):
    sim = ec2sim(regions="us-east-1", instances=2, **server)
    config = tmp_path / "config"
    config.write_text(f"[default]\nca_bundle = {authority.pem}\n")
    ebsreportd.run(sim, env={"AWS_CONFIG_FILE": config}, check=0)


@pytest.mark.parametrize("content", [None, "", "no certificate\n", "directory"])
def test_a_bundle_that_cannot_be_used(ec2sim, server, tmp_path, content):
    bundle = tmp_path / "bundle.pem"
    if content == "directory":
        bundle.mkdir()
    elif content is not None:
        bundle.write_text(content)
    sim = ec2sim(regions="us-east-1", **server)
    result = ebsreportd.run(sim, env={"AWS_CA_BUNDLE": bundle}, check=1)
    assert result.err.count("\n") == 1 and str(bundle) in result.err and not result.out
    assert sim.stats()["connections"] == 1, "that of the question itself"
