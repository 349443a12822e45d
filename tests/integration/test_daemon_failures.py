# SPDX-License-Identifier: MIT
"""What the resident daemon survives, and what is left of it."""
import re
import resource
import signal
import sqlite3

import pytest

import ebsim
import ebsreportd
import soak
from authority import Authority
from daemon import Daemon
from processes import children, descriptors, wait_until

REGIONS = "eu-west-1,us-east-1"
FLEET = dict(regions=REGIONS, instances=4, unattached=2, seed=3)


@pytest.mark.parametrize("keys, rc, named", [
    (dict(workers=0), 1, "ebsreportd.conf:"), (dict(prices="/nowhere/p.csv"), 1, "/nowhere/p.csv"),
    (dict(database="/nowhere/h.db"), 4, "/nowhere/h.db")])
def test_a_start_that_fails(ec2sim, begin_daemon, keys, rc, named):
    daemon = begin_daemon(ec2sim(**FLEET), **keys)
    assert daemon.process.wait(timeout=60) == rc
    assert named in daemon.err and len(daemon.err.splitlines()) == 1
    wait_until(lambda: daemon.has("ERRNO"))
    assert int(daemon.notes[-1]["ERRNO"]) > 0 and named in daemon.status and not daemon.has("READY")


def test_ec2_goes_away_and_comes_back(begin_daemon):
    with ebsim.Ec2sim(**FLEET) as sim:
        daemon = begin_daemon(sim, interval="100ms").wait_ready()
        daemon.wait_runs(1)
        port = sim.port
    daemon.wait_status("the last run failed, ")
    daemon.wait(lambda: "no connection" in (daemon.state()["problem"] or ""))
    failed = len(daemon.runs())
    daemon.wait_runs(failed + 3)
    with ebsim.Ec2sim(**FLEET, port=port):
        daemon.wait_status("2/2 regions, ")
        daemon.wait(lambda: daemon.state()["problem"] is None)
        assert daemon.stop() == 0
    for region in REGIONS.split(","):
        assert len(re.findall(f"warning: {region}: no connection", daemon.err)) == 1, daemon.err
        assert len(re.findall(f"notice: {region}: works again, after \\d+ failed run", daemon.err)) == 1, daemon.err


def test_regions_that_cannot_be_listed_any_more(ec2sim, begin_daemon):
    fault = "action=DescribeRegions,kind=error=UnauthorizedOperation,status=403,skip=1"
    daemon = begin_daemon(ec2sim(**FLEET, fault=[fault]), interval="100ms").wait_ready()
    daemon.wait_status("2/2 regions, ")
    daemon.wait_status("the regions could not be listed (UnauthorizedOperation)")
    assert daemon.status.startswith("2/2 regions, ")
    daemon.wait_runs(len(daemon.runs()) + 2)
    assert daemon.err.count("warning: the regions could not be listed") == 1
    assert "could not be listed" in daemon.state()["problem"]


def test_keys_that_are_renewed_in_their_file(ec2sim, begin_daemon, tmp_path):
    sim = ec2sim(**FLEET)
    keys = tmp_path / "credentials"
    keys.write_text(f"[default]\naws_access_key_id = {ebsim.ACCESS_KEY}\naws_secret_access_key = wrong\n")
    daemon = begin_daemon(sim, interval="100ms", env={"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None,
                                               "AWS_SHARED_CREDENTIALS_FILE": keys}).wait_ready()
    daemon.wait_status("access denied (")
    keys.write_text(keys.read_text().replace("wrong", ebsim.SECRET))
    daemon.wait_status("2/2 regions, ")
    # And the profile itself.
    keys.write_text("[default\n")
    daemon.wait_status(str(keys))
    keys.write_text(f"[default]\naws_access_key_id = {ebsim.ACCESS_KEY}\naws_secret_access_key = {ebsim.SECRET}\n")
    daemon.wait_status("2/2 regions, ")


def test_certificates_that_are_renewed_in_their_file(ec2sim, begin_daemon, tmp_path):
    own, other = Authority(tmp_path, "own"), Authority(tmp_path, "other")
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(other.pem.read_bytes())
    sim = ec2sim(**FLEET, **own.issue("server", "IP:127.0.0.1"))
    daemon = begin_daemon(sim, interval="100ms", env={"AWS_CA_BUNDLE": bundle}).wait_ready()
    daemon.wait_status("certificate is not trusted")
    bundle.write_bytes(own.pem.read_bytes())
    daemon.wait_status("2/2 regions, ")
    bundle.unlink()
    daemon.wait_status(str(bundle))
    bundle.write_bytes(own.pem.read_bytes())
    daemon.wait_status("2/2 regions, ")


def test_a_full_disk(ec2sim, begin_daemon):
    daemon = begin_daemon(ec2sim(**FLEET), interval="100ms").wait_ready()
    daemon.wait_runs(1)
    # As large as they are, files grow no more.
    limit = max(f.stat().st_size for f in daemon.directory.iterdir())
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (limit // 2, resource.RLIM_INFINITY))
    # Between two runs; the status of one in progress has no totals.
    daemon.wait(lambda: re.search(f" GiB attached, .*; not stored: {re.escape(str(daemon.database))}: ", daemon.status))
    stored = len(daemon.runs())
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    daemon.wait_runs(stored + 2)
    daemon.wait(lambda: "not stored" not in daemon.status)
    assert "error: the run is not stored: " in daemon.err and "notice: the history is stored again" in daemon.err
    assert daemon.stop() == 0
    assert daemon.query("PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def test_a_locked_database(ec2sim, begin_daemon):
    """What is missed is one run, not the daemon."""
    daemon = begin_daemon(ec2sim(**FLEET)).wait_ready()
    daemon.wait_runs(1)
    daemon.wait_idle()
    other = sqlite3.connect(daemon.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    daemon.send(signal.SIGUSR1)
    daemon.wait_status("locked by another process")
    other.execute("ROLLBACK")
    other.close()
    daemon.send(signal.SIGUSR1)
    daemon.wait_runs(2)
    daemon.wait(lambda: daemon.state()["problem"] is None)


@pytest.fixture(scope="module")
def soaked(tmp_path_factory):
    """Samples of a daemon behind 10 runs and behind 50, most of which failed."""
    with ebsim.Ec2sim(**FLEET, fault=soak.FAULTS) as sim:
        with Daemon(sim, tmp_path_factory.mktemp("soak"), max_attempts=1) as daemon:
            daemon.wait_ready()
            yield soak.soak(daemon, 10), soak.soak(daemon, 40), daemon.query("SELECT DISTINCT status FROM v1_run")


def test_nothing_is_left_of_failed_runs(soaked):
    early, late, statuses = soaked
    assert late.runs >= early.runs + 40 and {row["status"] for row in statuses} == {"ok", "partial", "failed"}
    assert late.descriptors == early.descriptors and early.children == late.children == 0


def test_no_memory_is_left_of_failed_runs(soaked):
    early, late, _ = soaked
    assert late.own_kib < early.own_kib + 512 and late.pss_kib < 8 * 1024, soaked
