#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Lets the resident daemon make run after run against a simulated EC2 that fails half of the time, and one that is
gone, and prints what it holds at rest: descriptors, children, memory. Fails if it holds more of them at the end.

usage: soak.py --build DIRECTORY [--runs 1000]
"""
import argparse
import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))

GROWTH_MAX_KIB = 512


def watch(name, daemon, runs):
    import soak  # needs EBS_BUILDDIR

    daemon.wait_ready()
    first = soak.soak(daemon, 20)
    print(f"{name:<8}{'runs':>6}{'descriptors':>13}{'children':>10}{'KiB PSS':>9}{'own':>7}{'cpu ms/run':>12}")
    last = first
    for _ in range(4):
        now = soak.soak(daemon, runs // 4)
        cpu_ms = (now.cpu_s - last.cpu_s) / (now.runs - last.runs) * 1000
        print(f"{'':<8}{now.runs:>6}{now.descriptors:>13}{now.children:>10}{now.pss_kib:>9}{now.own_kib:>7}"
              f"{cpu_ms:>12.1f}", flush=True)
        last = now
    if daemon.stop() != 0:
        sys.exit(f"soak: the daemon ended badly: {daemon.err[-1000:]}")
    if last.descriptors > first.descriptors or last.children > 0 or last.own_kib > first.own_kib + GROWTH_MAX_KIB:
        sys.exit(f"soak: it has grown from {first}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("--runs", type=int, default=1000)
    args = parser.parse_args()
    os.environ["EBS_BUILDDIR"] = str(args.build.resolve())
    import ebsim
    import soak
    from daemon import Daemon

    fleet = dict(regions="eu-west-1,us-east-1", instances=5, churn=20, tick_every=20)
    for name, url, faults in (("failing", None, soak.FAULTS), ("gone", "http://127.0.0.1:1/", [])):
        with ebsim.Ec2sim(**fleet, fault=faults) as sim, tempfile.TemporaryDirectory() as directory:
            with Daemon(sim, directory, endpoint_url=url or sim.url, max_attempts=1) as daemon:
                watch(name, daemon, args.runs)


if __name__ == "__main__":
    main()
