# SPDX-License-Identifier: MIT
"""The resident daemon from outside: what it does by itself, and what it obeys."""
import json
import os
import pathlib
import re
import signal

import pytest

import ebsreportd
from daemon import HELD, go_on, wait_held
from processes import adopt_orphans, children, reap, wait_until

FLEET = dict(regions="eu-west-1,us-east-1", instances=4, unattached=2, seed=3)


# ---- by itself --------------------------------------------------------------------------------------------------

def test_from_start_to_end(ec2sim, begin_daemon):
    sim = ec2sim(**FLEET)
    daemon = begin_daemon(sim).wait_ready()
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


def test_it_needs_no_service_manager(ec2sim, begin_daemon):
    daemon = begin_daemon(ec2sim(**FLEET), env={"NOTIFY_SOCKET": ""})
    daemon.wait_runs(1)
    assert daemon.stop(signal.SIGINT) == 0 and daemon.notes == []
    assert all(line.startswith("ebsreportd: ") for line in daemon.err.splitlines())


def test_runs_follow_each_other_and_never_overlap(ec2sim, begin_daemon):
    sim = ec2sim(**FLEET, latency_ms=30)
    daemon = begin_daemon(sim, interval="20ms").wait_ready()
    daemon.wait_runs(5)
    assert daemon.stop() == 0
    actions = [call["action"] for call in sim.log()]
    begins = [i for i, action in enumerate(actions) if action == "DescribeRegions"]
    # Every run's calls lie between its own list of regions and the next one's.
    for first, last in zip(begins, begins[1:]):
        assert actions[first:last].count("DescribeVolumes") == 2, actions


def test_progress_is_told_and_shown(ec2sim, begin_daemon):
    sim = ec2sim(**FLEET, fault=["kind=hang,region=us-east-1"])
    daemon = begin_daemon(sim).wait_ready()
    daemon.wait(lambda: (daemon.state() or {}).get("state") == "running")
    state = daemon.state()
    assert state["run_mode"] == "sweep" and state["run_started_at"] and state["next_run_at"] is None
    daemon.wait_status("sweep: ")
    assert daemon.runs() == []


def test_watchdog_is_fed(ec2sim, begin_daemon):
    daemon = begin_daemon(ec2sim(**FLEET), watchdog_usec=200000).wait_ready()
    daemon.wait_runs(1)
    daemon.wait(lambda: daemon.has("WATCHDOG") >= 5)
    assert all(note["WATCHDOG"] == "1" for note in daemon.notes if "WATCHDOG" in note)


def test_comparisons_in_small_regions(ec2sim, begin_daemon, tmp_path):
    fleet = tmp_path / "fleet.json"
    instances = {region: [{"id": f"i-0abc{i:013x}"} for i in range(1, n + 1)]
                 for region, n in {"eu-west-1": 3, "us-east-1": 9, "us-west-2": 0}.items()}
    fleet.write_text(json.dumps({"regions": {region: {"instances": some, "volumes": []}
                                             for region, some in instances.items()}}))
    daemon = begin_daemon(ec2sim(fleet_file=fleet), compare_interval="1h", compare_max_instances=5).wait_ready()
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
    again = begin_daemon(ec2sim(fleet_file=fleet), compare_interval="1h", compare_max_instances=5).wait_ready()
    again.wait_runs(6)
    again.wait_idle()
    assert len(again.query("SELECT * FROM comparison")) == 1


def test_a_comparison_does_not_hide_that_metrics_fail(ec2sim, begin_daemon):
    """It writes none itself, so that it tells nothing of them."""
    daemon = begin_daemon(ec2sim(**FLEET), compare_interval="1h", metrics_file="/nowhere/ebs.prom").wait_ready()
    daemon.wait(lambda: daemon.query("SELECT * FROM comparison"))
    daemon.wait_idle()
    assert "/nowhere/ebs.prom" in (daemon.state()["problem"] or "") and "/nowhere/ebs.prom" in daemon.status
    daemon.send(signal.SIGUSR1)
    daemon.wait_runs(5)
    daemon.wait_idle()
    assert daemon.err.count("cannot write /nowhere/ebs.prom") == 1, daemon.err


# ---- what it obeys ----------------------------------------------------------------------------------------------

def test_a_run_on_demand(ec2sim, begin_daemon):
    daemon = begin_daemon(ec2sim(**FLEET)).wait_ready()
    daemon.wait_runs(1)
    daemon.wait_idle()
    daemon.send(signal.SIGUSR1)
    daemon.wait_runs(2)


def test_runs_on_demand_during_a_run_are_one(ec2sim, begin_daemon):
    sim = ec2sim(**FLEET, fault=HELD)
    daemon = begin_daemon(sim).wait_ready()
    wait_held(sim)
    for _ in range(3):
        daemon.send(signal.SIGUSR1)
        daemon.reload()  # the signal before has arrived
    go_on(daemon)
    daemon.wait_runs(2)
    daemon.wait_idle()
    assert len(daemon.runs()) == 2


def test_reload(ec2sim, begin_daemon):
    daemon = begin_daemon(ec2sim(**FLEET)).wait_ready()
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
def test_a_bad_reload_is_refused(ec2sim, begin_daemon, keys, named):
    daemon = begin_daemon(ec2sim(**FLEET)).wait_ready()
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


def test_all_that_is_wrong_is_told(ec2sim, begin_daemon, tmp_path):
    """By a reload, and by a start, which has an entry for each mistake and a status for the first."""
    prices = tmp_path / "prices.csv"
    prices.write_text("region,volume_type,dimension,price,currency,as_of\na-1,gp9,gib_month,1,USD,2022-02-10\n")
    daemon = begin_daemon(ec2sim(**FLEET)).wait_ready()
    daemon.wait_runs(1)
    daemon.configure(worker=4, mode="fast", prices=prices)
    daemon.reload()
    assert daemon.err.count("error: reload refused, the configuration stays as it was: ") == 3
    for wrong in "unknown key 'worker'", "mode: 'fast' is not allowed", f"{prices}:2: volume_type 'gp9'":
        assert daemon.err.count(wrong) == 1
    daemon.wait_status("(and 2 more: ebsreportd --check-config tells all)")
    assert daemon.stop() == 0
    before = len(daemon.err.splitlines())
    again = begin_daemon(None, worker=4, mode="fast", prices=prices)
    assert again.process.wait(timeout=60) == 1
    assert len(again.err.splitlines()) == before + 3 and again.err.count(": error: ") == 6
    wait_until(lambda: any("(and 2 more" in note.get("STATUS", "") for note in again.notes))


def test_a_reload_during_a_run_waits_for_its_end(ec2sim, begin_daemon, tmp_path):
    sim = ec2sim(**FLEET, fault=HELD)
    daemon = begin_daemon(sim).wait_ready()
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
def test_the_end_of_a_run_in_progress(ec2sim, begin_daemon, stopped):
    """Workers that do not hear SIGTERM are killed."""
    sim = ec2sim(**FLEET, fault=["kind=hang,action=DescribeVolumes"])
    daemon = begin_daemon(sim).wait_ready()
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

def test_a_second_daemon_is_refused(ec2sim, begin_daemon, tmp_path):
    sim = ec2sim(**FLEET)
    first = begin_daemon(sim).wait_ready()
    first.wait_runs(1)
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "link.db").symlink_to(first.database)
    second = begin_daemon(sim, directory=tmp_path / "second", database=tmp_path / "second" / "link.db")
    assert second.process.wait(timeout=60) == 4
    assert f"already running on it, process {first.pid}:" in second.err and len(second.err.splitlines()) == 1
    wait_until(lambda: second.has("ERRNO"))
    assert second.notes[-1]["ERRNO"] == "16" and not second.has("READY")
    # A single run beside it is welcome.
    ebsreportd.run(sim, db=first.database, check=0)
    assert len(first.runs()) == 2
    # What is refused to a new daemon is refused to a reload, until the first one is gone.
    other = begin_daemon(sim, directory=tmp_path / "second", database=tmp_path / "second" / "own.db").wait_ready()
    other.configure(database=first.database)
    other.reload()
    assert f"process {first.pid}:" in other.status
    assert first.stop() == 0
    other.reload()
    other.send(signal.SIGUSR1)
    other.database = first.database
    wait_until(lambda: len(other.runs()) == 3)
    assert other.state()["pid"] == other.pid


def test_killed_in_the_middle_of_a_run(ec2sim, begin_daemon):
    adopt_orphans()
    sim = ec2sim(**FLEET, fault=["kind=hang,action=DescribeVolumes,count=2"])
    daemon = begin_daemon(sim).wait_ready()
    wait_until(lambda: sim.stats()["concurrent"] == 2)
    workers = children(daemon.pid)
    daemon.process.kill()
    daemon.process.wait()
    for worker in workers:
        reap(worker)
    assert daemon.runs() == []
    again = begin_daemon(sim).wait_ready()
    again.wait_runs(1)
    assert again.runs()[0]["status"] == "ok"
    assert re.search(rf"^ebsreportd: warning: the ebsreportd before, process {daemon.pid}, was killed or crashed, .* at "
                     r"\d{4}-\d\d-\d\dT[\d:]+Z, in a sweep run, of which nothing is stored$",
                     again.err, re.M), again.err
    assert again.stop() == 0
    third = begin_daemon(sim).wait_ready()
    assert third.err.count("the ebsreportd before") == 1, "it says so of one that was told to end"
