#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures whole runs over a large region, from the first call to the stored history, and prints a line for each.

usage: bench_cycle.py [--build DIR] [--instances N] [--volumes K] [--churn PERCENT] [--workers N] [--directory DIR]

The first run lists what was never seen, the second finds the same, and before each later one ec2sim changes PERCENT of the
volumes.

wall      as the program itself times it, to the last answer; store is what it takes from there to its end
parent    the most memory of the process that collects and stores (RSS); all: of it and the workers together (PSS)
changed   rows of the inventory and the ledger that are not what they were, by comparing the history with that before
log       what the run wrote: the write-ahead log, which a reader keeps from being emptied; not for the first run
Load goes to 127.0.0.1 only.
"""

import argparse
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "integration"))

REGION = "us-east-1"
INVENTORY = {"volume": "volume_id", "volume_attachment": "volume_id, instance_id", "instance": "instance_id",
             "volume_event": "event_id"}  # each with its key within the region


class Failure(Exception):
    """A program that was to be measured did not work."""


def run_once(ebsreportd, sim, db, workers):
    """One run: its report and what it took."""
    start = time.monotonic()
    process = subprocess.Popen(ebsreportd.command("--region", REGION, "--workers", workers, "--mode", "sweep", db=db),
                               env=ebsreportd.environment(sim), stdout=subprocess.PIPE, cwd="/")
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    whole = time.monotonic() - start
    if process.returncode != 0:
        raise Failure(f"ebsreportd ended with {process.returncode}")
    report = json.loads(out)
    return {"wall_s": report["wall_ms"] / 1000, "store_s": whole - report["wall_ms"] / 1000, "calls": report["calls"],
            "cpu_s": usage.ru_utime + usage.ru_stime, "parent_mib": usage.ru_maxrss / 1024,
            "all_mib": report["peak_pss_kib"] / 1024, "volumes": report["totals"]["attached_volumes"]}


def changed_rows(db, before):
    """Rows that the history before has not got like that, and those that it alone has, by their keys."""
    connection = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    connection.execute("ATTACH ? AS old", [str(before)])
    changed = 0
    for table, key in INVENTORY.items():
        changed += connection.execute(
            f"SELECT (SELECT count(*) FROM (SELECT * FROM main.{table} EXCEPT SELECT * FROM old.{table})) + "
            f"(SELECT count(*) FROM (SELECT {key} FROM old.{table} EXCEPT SELECT {key} FROM main.{table}))").fetchone()[0]
    connection.close()
    return changed


def print_run(what, r):
    log = "-" if r["log_mb"] is None else f"{r['log_mb']:.1f}"
    print(f"{what:<22}{r['volumes']:>11,}{r['calls']:>7}{r['wall_s']:>8.1f}{r['store_s']:>9.1f}{r['cpu_s']:>8.1f}"
          f"{r['parent_mib']:>12.0f}{r['all_mib']:>9.0f}{r['changed']:>12,}{log:>9}", flush=True)


def measure(args, directory):
    import ebsim
    import ebsreportd
    import reader

    db, before = directory / "h.db", directory / "before.db"
    print(f"{'run':<22}{'attached':>11}{'calls':>7}{'wall s':>8}{'store s':>9}{'cpu s':>8}{'parent MiB':>12}{'all MiB':>9}"
          f"{'changed':>12}{'log MB':>9}")
    with ebsim.Ec2sim(regions=REGION, instances=args.instances, volumes_per_instance=args.volumes, churn=args.churn) as sim:
        first = run_once(ebsreportd, sim, db, args.workers)
        counts = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
        first["changed"] = sum(counts.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in INVENTORY)
        counts.close()
        first["log_mb"] = None
        print_run("the first listing", first)
        for number, what in enumerate(["nothing changed", f"{args.churn} % changed", f"{args.churn} % changed"]):
            if number > 0:
                sim.tick()
            shutil.copy(db, before)
            with reader.Reader(db) as watching:
                watching.begin()
                result = run_once(ebsreportd, sim, db, args.workers)
                result["log_mb"] = os.path.getsize(f"{db}-wal") / 1e6
            # The reader is gone: reading once more, with the right to write, puts the log into the file.
            sqlite3.connect(db).execute("PRAGMA wal_checkpoint(TRUNCATE)").connection.close()
            result["changed"] = changed_rows(db, before)
            print_run(what, result)
    print(f"the history: {db.stat().st_size / 1e6:.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("--instances", type=int, default=250000)
    parser.add_argument("--volumes", type=int, default=4, help="of each instance")
    parser.add_argument("--churn", type=float, default=0.5)
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--directory", help="where the history is made; a temporary one by default")
    args = parser.parse_args()
    os.environ["EBS_BUILDDIR"] = str(args.build.resolve())
    with tempfile.TemporaryDirectory(dir=args.directory) as directory:
        measure(args, pathlib.Path(directory))


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"bench_cycle: {failure}")
