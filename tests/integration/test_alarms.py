# SPDX-License-Identifier: MIT
"""A daemon that loses alarms: its loop turns, and its run gets on no more. Takes as long as a run in good health may be
silent, half a minute at least, in which nothing is computed."""
import os
import signal
import subprocess

import ebsim
from daemon import Daemon
from processes import children, wait_until


def build_preloaded(directory):
    library = directory / "lose_alarms.so"
    subprocess.run(["cc", "-D_GNU_SOURCE", "-shared", "-fPIC", "-o", library, ebsim.ROOT / "tests/tools/lose_alarms.c"],
                   check=True)
    return library


def test_preload_a_run_that_gets_on_no_more_feeds_no_watchdog(ec2sim, tmp_path):
    sim = ec2sim(regions="eu-west-1", instances=4, fault=["kind=hang,action=DescribeVolumes,count=1"])
    with Daemon(sim, tmp_path, watchdog_usec=200000, call_timeout="500ms",
                env={"LD_PRELOAD": build_preloaded(tmp_path)}) as daemon:
        wait_until(lambda: sim.stats()["concurrent"] == 1)
        workers = children(daemon.pid)
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        daemon.wait(lambda: "gets on no more" in daemon.err, seconds=90)
        daemon.reload()  # the loop turns, and what was sent before has come
        fed = daemon.has("WATCHDOG")
        daemon.reload()
        assert daemon.has("WATCHDOG") == fed > 0
        # It is no more than that nothing came: when something does, all is well.
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
        daemon.wait_runs(1)
        daemon.wait(lambda: daemon.has("WATCHDOG") > fed)
        assert daemon.err.count("gets on no more") == 1
        assert daemon.stop() == 0
