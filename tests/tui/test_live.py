# SPDX-License-Identifier: MIT
"""ebstop follows a daemon that asks an EC2 in which volumes come and go."""
import re
import signal

import pytest

import daemon
import ebsim


@pytest.fixture
def ec2sim():
    with ebsim.Ec2sim(regions="us-east-1,eu-west-1,ap-south-1", instances=20, volumes_per_instance=3, churn=20) as sim:
        yield sim


def head(gib):
    """A size as the head says it."""
    return f"{gib / 1024:,.1f} TiB" if gib >= 10 * 1024 else f"{gib:,} GiB"


def test_shows_each_run_as_it_ends(show, ec2sim, tmp_path):
    with daemon.Daemon(ec2sim, tmp_path, interval="1h") as d:
        d.wait_ready()
        s = show(24, 80, "--db", d.database, "--refresh", "0.5", EBSTOP_NOW=None)
        runs = show(24, 80, "--db", d.database, "--refresh", "0.5", "--view", "runs", EBSTOP_NOW=None)
        for n in range(1, 6):
            d.wait_runs(n)
            run = d.runs()[-1]
            number, gib = run["run_id"], run["billed_gib"]
            # Head, run and total are of the same moment.
            s.wait(rf"(?s){re.escape(head(gib))}.*Run #{number} .* OK 3/3 .*TOTAL \(3\) +{gib:,} ")
            runs.wait(rf"#{number} .* {gib:,} ")
            d.wait_idle()
            s.wait("LIVE")
            ec2sim.tick()
            d.send(signal.SIGUSR1)
        d.stop()
        assert "us-east-1" in s.wait(r"\[STOPPED\]")
