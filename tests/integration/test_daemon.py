# SPDX-License-Identifier: MIT
"""The resident daemon from outside: what it does by itself, what it obeys, what it tells, what it survives."""
import json
import os
import pathlib
import re
import resource
import signal
import sqlite3
import subprocess

import pytest

import ebsim
import ebsreportd
import soak
from authority import Authority
from daemon import Daemon
from processes import adopt_orphans, children, descriptors, reap, wait_until

REGIONS = "eu-west-1,us-east-1"
FLEET = dict(regions=REGIONS, instances=4, unattached=2, seed=3)


@pytest.fixture
def begin(tmp_path):
    """begin(sim, **options) starts a daemon in a directory of its own, which ends with the test."""
    running = []

    def start(sim, *args, directory=tmp_path, **options):
        running.append(Daemon(sim, directory, *args, **options))
        return running[-1]

    yield start
    for daemon in running:
        daemon.__exit__()


# A run that cannot go on until go_on() says so.
HELD = ["kind=hang,action=DescribeRegions,count=1"]


def wait_held(sim):
    wait_until(lambda: sim.stats()["concurrent"] == 1 and "GetCallerIdentity" in {c["action"] for c in sim.log()})


def go_on(daemon):
    """The worker that would wait for ever is gone, and its call is made again."""
    for worker in children(daemon.pid):
        os.kill(worker, signal.SIGKILL)


# ---- by itself --------------------------------------------------------------------------------------------------

def test_from_start_to_end(ec2sim, begin):
    sim = ec2sim(**FLEET)
    daemon = begin(sim).wait_ready()
    assert int(daemon.notes[0]["EXTEND_TIMEOUT_USEC"]) > 0 and daemon.database.exists()
    daemon.wait_runs(1)
    daemon.wait_idle()
    run, = daemon.runs()
    truth = sim.truth()["totals"]
    assert (run["status"], run["mode"], run["attached_gib"]) == ("ok", "sweep", truth["attached_gib"])
    words = f"2/2 regions, {truth['attached_gib']:,} GiB attached, next run in 60 min"
    daemon.wait_status(words)
    state = daemon.state()
    assert (state["pid"], state["interval_s"], state["problem"]) == (daemon.pid, 3600, None)
    assert state["status"].startswith(words[:-6]) and abs(state["next_run_at"] - state["started_at"] - 3600) <= 2
    assert children(daemon.pid) == [] and not [n for n in daemon.notes if "STOPPING" in n]
    assert daemon.stop() == 0
    wait_until(lambda: any(n.get("STOPPING") == "1" for n in daemon.notes))
    state = daemon.state()
    assert (state["state"], state["status"], state["next_run_at"]) == ("stopped", "stopped", None)
    assert len(daemon.err.splitlines()) == 3 and "error" not in daemon.err, daemon.err


def test_it_needs_no_service_manager(ec2sim, begin):
    daemon = begin(ec2sim(**FLEET), env={"NOTIFY_SOCKET": ""})
    daemon.wait_runs(1)
    assert daemon.stop(signal.SIGINT) == 0 and daemon.notes == []
    assert all(line.startswith("ebsreportd: ") for line in daemon.err.splitlines())


def test_runs_follow_each_other_and_never_overlap(ec2sim, begin):
    sim = ec2sim(**FLEET, latency_ms=30)
    daemon = begin(sim, interval="20ms").wait_ready()
    daemon.wait_runs(5)
    assert daemon.stop() == 0
    actions = [call["action"] for call in sim.log()]
    begins = [i for i, action in enumerate(actions) if action == "DescribeRegions"]
    # Every run's calls lie between its own list of regions and the next one's.
    for first, last in zip(begins, begins[1:]):
        assert actions[first:last].count("DescribeVolumes") == 2, actions


def test_progress_is_told_and_shown(ec2sim, begin):
    sim = ec2sim(**FLEET, fault=["kind=hang,region=us-east-1"])
    daemon = begin(sim).wait_ready()
    daemon.wait(lambda: (daemon.state() or {}).get("state") == "running")
    state = daemon.state()
    assert state["run_mode"] == "sweep" and state["run_started_at"] and state["next_run_at"] is None
    daemon.wait_status("sweep: ")
    assert daemon.runs() == []


def test_watchdog_is_fed(ec2sim, begin):
    daemon = begin(ec2sim(**FLEET), watchdog_usec=200000).wait_ready()
    daemon.wait_runs(1)
    daemon.wait(lambda: daemon.has("WATCHDOG") >= 5)
    assert all(note["WATCHDOG"] == "1" for note in daemon.notes if "WATCHDOG" in note)


def test_comparisons_in_small_regions(ec2sim, begin, tmp_path):
    fleet = tmp_path / "fleet.json"
    instances = {region: [{"id": f"i-0abc{i:013x}"} for i in range(1, n + 1)]
                 for region, n in {"eu-west-1": 3, "us-east-1": 9, "us-west-2": 0}.items()}
    fleet.write_text(json.dumps({"regions": {region: {"instances": some, "volumes": []}
                                             for region, some in instances.items()}}))
    daemon = begin(ec2sim(fleet_file=fleet), compare_interval="1h", compare_max_instances=5).wait_ready()
    daemon.wait(lambda: daemon.query("SELECT * FROM comparison"))
    comparison, = daemon.query("SELECT * FROM comparison")
    assert (comparison["regions"], comparison["instances"], comparison["agree"]) == (1, 3, 1)
    assert [run["mode"] for run in daemon.runs()] == ["sweep", "sequential", "parallel", "sweep"]
    known = daemon.query("SELECT * FROM known_region WHERE opt_in_status <> 'not-opted-in'")
    assert len(known) == 3, "the regions compared are not all there are"
    daemon.wait_idle()
    # It is not due again, not even for the next daemon.
    daemon.send(signal.SIGUSR1)
    daemon.wait_runs(5)
    daemon.wait_idle()
    assert daemon.stop() == 0
    again = begin(ec2sim(fleet_file=fleet), compare_interval="1h", compare_max_instances=5).wait_ready()
    again.wait_runs(6)
    again.wait_idle()
    assert len(again.query("SELECT * FROM comparison")) == 1


def test_a_comparison_does_not_hide_that_metrics_fail(ec2sim, begin):
    """It writes none itself, so that it tells nothing of them."""
    daemon = begin(ec2sim(**FLEET), compare_interval="1h", metrics_file="/nowhere/ebs.prom").wait_ready()
    daemon.wait(lambda: daemon.query("SELECT * FROM comparison"))
    daemon.wait_idle()
    assert "/nowhere/ebs.prom" in (daemon.state()["problem"] or "") and "/nowhere/ebs.prom" in daemon.status
    daemon.send(signal.SIGUSR1)
    daemon.wait_runs(5)
    daemon.wait_idle()
    assert daemon.err.count("cannot write /nowhere/ebs.prom") == 1, daemon.err


# ---- what it obeys ----------------------------------------------------------------------------------------------

def test_a_run_on_demand(ec2sim, begin):
    daemon = begin(ec2sim(**FLEET)).wait_ready()
    daemon.wait_runs(1)
    daemon.wait_idle()
    daemon.send(signal.SIGUSR1)
    daemon.wait_runs(2)


def test_runs_on_demand_during_a_run_are_one(ec2sim, begin):
    sim = ec2sim(**FLEET, fault=HELD)
    daemon = begin(sim).wait_ready()
    wait_held(sim)
    for _ in range(3):
        daemon.send(signal.SIGUSR1)
        daemon.reload()  # the signal before has arrived
    go_on(daemon)
    daemon.wait_runs(2)
    daemon.wait_idle()
    assert len(daemon.runs()) == 2


def test_reload(ec2sim, begin):
    daemon = begin(ec2sim(**FLEET)).wait_ready()
    daemon.wait_runs(1)
    daemon.wait_idle()
    daemon.configure(regions="us-east-1", interval="2h")
    daemon.reload()
    reloading = next(note for note in daemon.notes if "RELOADING" in note)
    assert reloading["RELOADING"] == "1" and int(reloading["MONOTONIC_USEC"]) > 0
    assert daemon.state()["interval_s"] == 7200 and len(daemon.runs()) == 1
    daemon.send(signal.SIGUSR1)
    daemon.wait_runs(2)
    assert [run["regions_total"] for run in daemon.runs()] == [2, 1]
    daemon.wait_status("us-east-1, ")


@pytest.mark.parametrize("keys, named", [
    (dict(mode="fast"), "ebsreportd.conf:"),
    (dict(prices="/nowhere/prices.csv"), "/nowhere/prices.csv"),
    (dict(profile="nobody"), 'no profile "nobody"'),
    (dict(database="/nowhere/h.db"), "/nowhere/h.db"),
    (dict(endpoint_url="https://"), "endpoint URL")])
def test_a_bad_reload_is_refused(ec2sim, begin, keys, named):
    daemon = begin(ec2sim(**FLEET)).wait_ready()
    daemon.wait_runs(1)
    daemon.wait_idle()
    good = dict(daemon.keys)
    daemon.configure(regions="us-east-1", **keys)
    daemon.reload()
    assert "error: reload refused" in daemon.err and named in daemon.err
    assert named in daemon.state()["problem"] and "the last reload was refused" in daemon.status
    daemon.send(signal.SIGUSR1)
    daemon.wait_runs(2)
    assert daemon.runs()[1]["regions_total"] == 2, "the old configuration counts"
    daemon.config.write_text("".join(f"{k} = {v}\n" for k, v in good.items()))
    daemon.reload()
    assert daemon.state()["problem"] is None and "refused" not in daemon.status


def test_all_that_is_wrong_is_told(ec2sim, begin, tmp_path):
    """By a reload, and by a start, which has an entry for each mistake and a status for the first."""
    prices = tmp_path / "prices.csv"
    prices.write_text("region,volume_type,dimension,price,currency,as_of\na-1,gp9,gib_month,1,USD,2022-02-10\n")
    daemon = begin(ec2sim(**FLEET)).wait_ready()
    daemon.wait_runs(1)
    daemon.configure(worker=4, mode="fast", prices=prices)
    daemon.reload()
    assert daemon.err.count("error: reload refused, the configuration stays as it was: ") == 3
    for wrong in "unknown key 'worker'", "mode: 'fast' is not allowed", f"{prices}:2: volume_type 'gp9'":
        assert daemon.err.count(wrong) == 1
    daemon.wait_status("(and 2 more: ebsreportd --check-config tells all)")
    assert daemon.stop() == 0
    before = len(daemon.err.splitlines())
    again = begin(None, worker=4, mode="fast", prices=prices)
    assert again.process.wait(timeout=60) == 1
    assert len(again.err.splitlines()) == before + 3 and again.err.count(": error: ") == 6
    wait_until(lambda: any("(and 2 more" in note.get("STATUS", "") for note in again.notes))


def test_a_reload_during_a_run_waits_for_its_end(ec2sim, begin, tmp_path):
    sim = ec2sim(**FLEET, fault=HELD)
    daemon = begin(sim).wait_ready()
    wait_held(sim)
    daemon.configure(mode="parallel", database=tmp_path / "other.db")
    daemon.reload()
    assert "when the run in progress is over" in daemon.err
    # A further one that is refused does not take back what was accepted, nor does the same again.
    daemon.configure(workers=0)
    daemon.reload()
    daemon.configure(workers=None)
    daemon.reload()
    assert daemon.runs() == []
    go_on(daemon)
    daemon.wait_runs(1)
    assert daemon.runs()[0]["mode"] == "sweep"
    daemon.database = tmp_path / "other.db"
    daemon.send(signal.SIGUSR1)
    daemon.wait_runs(1)
    assert daemon.runs()[0]["mode"] == "parallel"


@pytest.mark.parametrize("stopped", [False, True])
def test_the_end_of_a_run_in_progress(ec2sim, begin, stopped):
    """Workers that do not hear SIGTERM are killed."""
    sim = ec2sim(**FLEET, fault=["kind=hang,action=DescribeVolumes"])
    daemon = begin(sim).wait_ready()
    wait_until(lambda: sim.stats()["concurrent"] == 2)
    workers = children(daemon.pid)
    assert len(workers) >= 2
    if stopped:
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
    assert daemon.stop() == 0
    assert not [worker for worker in workers if pathlib.Path(f"/proc/{worker}").exists()]
    assert daemon.runs() == [] and daemon.state()["state"] == "stopped"
    assert "nothing of the run in progress is stored" in daemon.err


# ---- one daemon a database --------------------------------------------------------------------------------------

def test_a_second_daemon_is_refused(ec2sim, begin, tmp_path):
    sim = ec2sim(**FLEET)
    first = begin(sim).wait_ready()
    first.wait_runs(1)
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "link.db").symlink_to(first.database)
    second = begin(sim, directory=tmp_path / "second", database=tmp_path / "second" / "link.db")
    assert second.process.wait(timeout=60) == 4
    assert f"already running on it, process {first.pid}:" in second.err and len(second.err.splitlines()) == 1
    wait_until(lambda: second.has("ERRNO"))
    assert second.notes[-1]["ERRNO"] == "16" and not second.has("READY")
    # A single run beside it is welcome.
    ebsreportd.run(sim, db=first.database, check=0)
    assert len(first.runs()) == 2
    # What is refused to a new daemon is refused to a reload, until the first one is gone.
    other = begin(sim, directory=tmp_path / "second", database=tmp_path / "second" / "own.db").wait_ready()
    other.configure(database=first.database)
    other.reload()
    assert f"process {first.pid}:" in other.status
    assert first.stop() == 0
    other.reload()
    other.send(signal.SIGUSR1)
    other.database = first.database
    wait_until(lambda: len(other.runs()) == 3)
    assert other.state()["pid"] == other.pid


def test_killed_in_the_middle_of_a_run(ec2sim, begin):
    adopt_orphans()
    sim = ec2sim(**FLEET, fault=["kind=hang,action=DescribeVolumes,count=2"])
    daemon = begin(sim).wait_ready()
    wait_until(lambda: sim.stats()["concurrent"] == 2)
    workers = children(daemon.pid)
    daemon.process.kill()
    daemon.process.wait()
    for worker in workers:
        reap(worker)
    assert daemon.runs() == []
    again = begin(sim).wait_ready()
    again.wait_runs(1)
    assert again.runs()[0]["status"] == "ok"
    assert re.search(rf"^ebsreportd: warning: the ebsreportd before, process {daemon.pid}, was killed or crashed, .* at "
                     r"\d{4}-\d\d-\d\dT[\d:]+Z, in a sweep run, of which nothing is stored$",
                     again.err, re.M), again.err
    assert again.stop() == 0
    third = begin(sim).wait_ready()
    assert third.err.count("the ebsreportd before") == 1, "it says so of one that was told to end"


# ---- what goes wrong --------------------------------------------------------------------------------------------

@pytest.mark.parametrize("keys, rc, named", [
    (dict(workers=0), 1, "ebsreportd.conf:"), (dict(prices="/nowhere/p.csv"), 1, "/nowhere/p.csv"),
    (dict(database="/nowhere/h.db"), 4, "/nowhere/h.db")])
def test_a_start_that_fails(ec2sim, begin, keys, rc, named):
    daemon = begin(ec2sim(**FLEET), **keys)
    assert daemon.process.wait(timeout=60) == rc
    assert named in daemon.err and len(daemon.err.splitlines()) == 1
    wait_until(lambda: daemon.has("ERRNO"))
    assert int(daemon.notes[-1]["ERRNO"]) > 0 and named in daemon.status and not daemon.has("READY")


def test_ec2_goes_away_and_comes_back(begin):
    with ebsim.Ec2sim(**FLEET) as sim:
        daemon = begin(sim, interval="100ms").wait_ready()
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


def test_regions_that_cannot_be_listed_any_more(ec2sim, begin):
    fault = "action=DescribeRegions,kind=error=UnauthorizedOperation,status=403,skip=1"
    daemon = begin(ec2sim(**FLEET, fault=[fault]), interval="100ms").wait_ready()
    daemon.wait_status("2/2 regions, ")
    daemon.wait_status("the regions could not be listed (UnauthorizedOperation)")
    assert daemon.status.startswith("2/2 regions, ")
    daemon.wait_runs(len(daemon.runs()) + 2)
    assert daemon.err.count("warning: the regions could not be listed") == 1
    assert "could not be listed" in daemon.state()["problem"]


def test_keys_that_are_renewed_in_their_file(ec2sim, begin, tmp_path):
    sim = ec2sim(**FLEET)
    keys = tmp_path / "credentials"
    keys.write_text(f"[default]\naws_access_key_id = {ebsim.ACCESS_KEY}\naws_secret_access_key = wrong\n")
    daemon = begin(sim, interval="100ms", env={"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None,
                                               "AWS_SHARED_CREDENTIALS_FILE": keys}).wait_ready()
    daemon.wait_status("access denied (")
    keys.write_text(keys.read_text().replace("wrong", ebsim.SECRET))
    daemon.wait_status("2/2 regions, ")
    # And the profile itself.
    keys.write_text("[default\n")
    daemon.wait_status(str(keys))
    keys.write_text(f"[default]\naws_access_key_id = {ebsim.ACCESS_KEY}\naws_secret_access_key = {ebsim.SECRET}\n")
    daemon.wait_status("2/2 regions, ")


def test_certificates_that_are_renewed_in_their_file(ec2sim, begin, tmp_path):
    own, other = Authority(tmp_path, "own"), Authority(tmp_path, "other")
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(other.pem.read_bytes())
    sim = ec2sim(**FLEET, **own.issue("server", "IP:127.0.0.1"))
    daemon = begin(sim, interval="100ms", env={"AWS_CA_BUNDLE": bundle}).wait_ready()
    daemon.wait_status("certificate is not trusted")
    bundle.write_bytes(own.pem.read_bytes())
    daemon.wait_status("2/2 regions, ")
    bundle.unlink()
    daemon.wait_status(str(bundle))
    bundle.write_bytes(own.pem.read_bytes())
    daemon.wait_status("2/2 regions, ")


def test_a_full_disk(ec2sim, begin):
    daemon = begin(ec2sim(**FLEET), interval="100ms").wait_ready()
    daemon.wait_runs(1)
    # As large as they are, files grow no more.
    limit = max(f.stat().st_size for f in daemon.directory.iterdir())
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (limit // 2, resource.RLIM_INFINITY))
    daemon.wait_status("not stored: ")
    assert str(daemon.database) in daemon.status and "GiB attached" in daemon.status
    stored = len(daemon.runs())
    resource.prlimit(daemon.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    daemon.wait_runs(stored + 2)
    daemon.wait(lambda: "not stored" not in daemon.status)
    assert "error: the run is not stored: " in daemon.err and "notice: the history is stored again" in daemon.err
    assert daemon.stop() == 0
    assert daemon.query("PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def test_a_locked_database(ec2sim, begin):
    """What is missed is one run, not the daemon."""
    daemon = begin(ec2sim(**FLEET)).wait_ready()
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


# ---- secrets ----------------------------------------------------------------------------------------------------

def test_keys_are_nowhere(ec2sim, begin):
    session = "token-" + "q" * 40
    sim = ec2sim(**FLEET, key=f"AKIATELLTALE00000000:tell-tale-secret:{session}",
                 fault=["kind=expired-credentials,region=eu-west-1"])
    daemon = begin(sim, interval="200ms", env={"AWS_ACCESS_KEY_ID": "AKIATELLTALE00000000",
                                               "AWS_SECRET_ACCESS_KEY": "tell-tale-secret",
                                               "AWS_SESSION_TOKEN": session}).wait_ready()
    daemon.wait_runs(2)
    command_lines = pathlib.Path(f"/proc/{daemon.pid}/cmdline").read_bytes()
    limits = pathlib.Path(f"/proc/{daemon.pid}/limits").read_text()
    daemon.reload()
    daemon.send(signal.SIGABRT)
    _, status = os.waitpid(daemon.pid, 0)
    daemon.process.returncode = -signal.SIGABRT
    assert os.WTERMSIG(status) == signal.SIGABRT and not os.WCOREDUMP(status)
    # One byte is the limit that keeps cores from programs too, where core_pattern is a pipe.
    assert re.search(r"^Max core file size +1 +1 ", limits, re.M), limits
    told = daemon.err + repr(daemon.notes)
    assert "eu-west-1: the credentials have expired" in told
    files = b"".join(f.read_bytes() for f in daemon.directory.iterdir() if f.is_file())
    for secret in "tell-tale-secret", session:
        assert secret not in told and secret.encode() not in files + command_lines


def test_workers_have_nothing_of_the_daemons(ec2sim, begin):
    sim = ec2sim(**FLEET, fault=["kind=hang,action=DescribeVolumes"])
    daemon = begin(sim, watchdog_usec=200000).wait_ready()
    wait_until(lambda: sim.stats()["concurrent"] == 2)
    daemon.wait(lambda: daemon.has("WATCHDOG") >= 2)
    for worker in children(daemon.pid):
        found = descriptors(worker)
        assert [found.pop(fd) for fd in (0, 1, 2)] == ["/dev/null"] * 3
        assert found.pop(3).startswith("pipe:") and found.pop(4).startswith("pipe:")
        assert all(link.startswith(("socket:", "anon_inode:")) for link in found.values()), found
        status = pathlib.Path(f"/proc/{worker}/status").read_text()
        assert int(re.search(r"^SigBlk:\s*(\w+)$", status, re.M).group(1), 16) == 0
    parent = descriptors(daemon.pid)
    kept = [link for link in parent.values() if str(daemon.directory) in link and "daemon.err" not in link]
    assert kept == [f"{daemon.database}.lock"], parent


# ---- the journal ------------------------------------------------------------------------------------------------

CATALOG = ebsim.ROOT / "systemd" / "ebsreportd.catalog"


def test_what_many_regions_need_is_told_once(ec2sim, begin):
    """By the first of them; and the run, which failed for no other reason, does not repeat it."""
    daemon = begin(ec2sim(**FLEET, fault="action=DescribeVolumes,kind=error=UnauthorizedOperation")).wait_ready()
    daemon.wait_runs(1)
    daemon.wait_idle()
    daemon.wait(lambda: "no region could be read" in daemon.err)
    remedy = "; remedy: allow ec2:DescribeInstances and ec2:DescribeVolumes there, or add the region to exclude_regions"
    assert daemon.err.count("access denied (UnauthorizedOperation)") == 3 and daemon.err.count(remedy) == 1
    assert re.search(f"eu-west-1: access denied .*{remedy}$", daemon.err, re.M), daemon.err
    daemon.wait_status(" (and 1 more region)" + remedy)
    # Who reads of one region alone has it too.
    assert [e["error_message"].count(remedy) for e in daemon.query("SELECT * FROM v1_error")] == [1, 1]
    assert daemon.stop() == 0


def message_ids():
    source = (ebsim.ROOT / "src/daemon/journal.c").read_text()
    return re.findall(r'\[EVENT_\w+\] = \{ "([0-9a-f]{32})"', source)


def test_the_catalog_explains_every_event(tmp_path):
    ids = message_ids()
    assert len(ids) == len(set(ids)) > 10
    assert re.findall(r"^-- ([0-9a-f]{32})$", CATALOG.read_text(), re.M) == ids
    root = tmp_path / "usr/lib/systemd/catalog"
    root.mkdir(parents=True)
    (root / CATALOG.name).write_bytes(CATALOG.read_bytes())
    (tmp_path / "var/lib/systemd/catalog").mkdir(parents=True)
    subprocess.run(["journalctl", f"--root={tmp_path}", "--update-catalog"], check=True)
    listed = subprocess.run(["journalctl", f"--root={tmp_path}", "--list-catalog"], check=True, stdout=subprocess.PIPE,
                            text=True).stdout
    assert len(listed.splitlines()) == len(ids)


class Entries(list):
    """The entries that came to a journal's socket, by its native protocol: of each, a list of values for each field."""

    def __init__(self, path):
        for entry in path.read_bytes().split(b"\n\0\n") if path.exists() else []:
            fields = [line.split("=", 1) for line in entry.decode().splitlines() if "=" in line]
            if fields:
                self.append({name: [v for n, v in fields if n == name] for name, _ in fields})


@pytest.fixture
def begin_with_journal(begin, tmp_path):
    """A daemon with a journal of our own, which takes a file system of our own, and a function for what came to it."""
    journal = tmp_path / "journal"
    journal.mkdir()
    reader = tmp_path / "reader.py"
    reader.write_text("import socket, sys\n"
                      "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
                      "s.bind('/run/systemd/journal/socket')\n"
                      "print('listening', flush=True)\n"
                      "while True:\n"
                      "    with open(sys.argv[1], 'ab') as f:\n"
                      "        f.write(s.recv(1 << 20) + b'\\0\\n')\n")
    script = (f"mkdir -p /run/systemd/journal && mount --bind {journal} /run/systemd/journal || exit 77; "
              f"setpriv --pdeathsig KILL /usr/bin/python3 {reader} {tmp_path}/entries >{tmp_path}/listening & "
              f"until [ -s {tmp_path}/listening ]; do sleep 0.01; done; "
              "export JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2); exec \"$@\"")

    def start(sim, **keys):
        daemon = begin(sim, prefix=["unshare", "-m", "sh", "-c", script, "sh"], **keys)
        if daemon.process.poll() == 77:
            pytest.skip("NOT TESTED: the journal, because this container may not mount")
        return daemon.wait_ready(), lambda: Entries(tmp_path / "entries")

    return start


def test_structured_entries(ec2sim, begin_with_journal):
    sim = ec2sim(**FLEET, fault=["region=eu-west-1,kind=error=UnauthorizedOperation,status=403"])
    daemon, entries = begin_with_journal(sim)
    daemon.wait_runs(1)
    wait_until(lambda: len(entries()) == 3)
    ready, failed, run = [{name: value for name, (value,) in entry.items()} for entry in entries()]
    assert ready["SYSLOG_IDENTIFIER"] == "ebsreportd" and ready["PRIORITY"] == "6"
    assert failed["EBS_REGION"] == "eu-west-1" and failed["EBS_ACCOUNT"] == ebsim.ACCOUNT
    assert failed["EBS_AWS_CODE"] == "UnauthorizedOperation" and failed["PRIORITY"] == "4"
    assert failed["EBS_REMEDY"].startswith("allow ") and failed["MESSAGE"].endswith("; remedy: " + failed["EBS_REMEDY"])
    assert failed["EBS_HTTP_STATUS"] == "403" and failed["EBS_REQUEST_ID"] and failed["EBS_ERROR_KIND"] == "denied"
    assert run["EBS_RUN"] == failed["EBS_RUN"] == "1" and run["EBS_MODE"] == "sweep"
    assert {e["MESSAGE_ID"] for e in (ready, failed, run)} < set(message_ids())
    assert daemon.stop() == 0 and daemon.err == ""


@pytest.mark.parametrize("fault", [None, "action=DescribeInstances,region=eu-west-1,kind=error=InvalidAction,skip=2"])
def test_a_structured_comparison(ec2sim, begin_with_journal, fault):
    """It has three runs, and tells which of them failed. What is skipped are the run's own call and the sequential one's."""
    daemon, entries = begin_with_journal(ec2sim(**FLEET, **({"fault": fault} if fault else {})), compare_interval="1h")
    wait_until(lambda: len(entries()) == 3)
    _, run, comparison = entries()
    assert run["EBS_RUN"] == ["1"] and comparison["EBS_RUN"] == ["2", "3", "4"]
    assert comparison["EBS_MODE"] == ["sequential", "parallel", "sweep"] and comparison["EBS_ACCOUNT"] == [ebsim.ACCOUNT]
    message, = comparison["MESSAGE"]
    if fault is None:
        assert message.endswith(": they agree") and comparison["PRIORITY"] == ["6"] and "EBS_REGION" not in comparison
    else:
        assert ": parallel failed in eu-west-1: the request was refused (InvalidAction): " in message
        assert comparison["EBS_REGION"] == ["eu-west-1"] and comparison["EBS_ERROR_KIND"] == ["refused"]
        assert comparison["PRIORITY"] == ["4"] and message.endswith("; remedy: " + comparison["EBS_REMEDY"][0])
    assert daemon.stop() == 0
