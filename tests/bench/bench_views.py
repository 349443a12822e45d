#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Times the typical query of every view on a year of history, and prints a table.

usage: bench_views.py [--build DIR] [--database FILE] [--repeat N] [--limit-ms MS] [generator options]

median    processor time of preparing the statement, running it and fetching its rows, of --repeat times
cold      wall time of the same on a connection that has read nothing yet; what the system has in its cache stays there
scans     raw tables that the query reads from end to end: there must be none
Without --database, one is made by tests/tools/year-of-history, with the options that are not this program's own.
Ends with 1 if a query takes longer than --limit-ms or scans a raw table.
"""

import argparse
import contextlib
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "integration"))

import typical_queries  # noqa: E402


def connect(path):
    """A reader as ebstop is one, that keeps no statement."""
    return contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, cached_statements=0))


def milliseconds(db, sql, values, clock):
    start = clock()
    rows = len(db.execute(sql, values).fetchall())
    return (clock() - start) * 1000, rows


def measure(path, query, values, repeat):
    with connect(path) as db:
        cold, rows = milliseconds(db, query.sql, values, time.perf_counter)
        warm = [milliseconds(db, query.sql, values, time.thread_time)[0] for _ in range(repeat)]
        scans = typical_queries.full_scans(db, query.sql, values)
    return {"median": statistics.median(warm), "cold": cold, "rows": rows, "scans": scans}


def print_table(path, results):
    with connect(path) as db:
        counts = {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                  for table in ("region_total", "type_total", "rollup_hour", "rollup_day", "volume_event", "volume", "instance")}
    print(f"{path.stat().st_size / 1e6:.0f} MB: " + ", ".join(f"{n:,} {table}" for table, n in counts.items()))
    head = f"{'view':<21}{'question':<34}{'rows':>7}{'median ms':>11}{'cold ms':>9}  scans"
    print(head)
    print("-" * len(head))
    for query, r in results:
        print(f"{query.view:<21}{query.what:<34}{r['rows']:>7}{r['median']:>11.2f}{r['cold']:>9.2f}  {' '.join(sorted(r['scans']))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("--database", type=pathlib.Path)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--limit-ms", type=float, default=15)
    args, of_generator = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as directory:
        path = args.database
        if path is None:
            path = pathlib.Path(directory, "year.db")
            subprocess.run([args.build.resolve() / "tests/tools/year-of-history", *of_generator, path], check=True)
        with connect(path) as db:
            values = typical_queries.parameters(db)
        results = [(query, measure(path, query, values, args.repeat)) for query in typical_queries.QUERIES]
        print_table(path, results)
    bad = [f"{q.view}, {q.what}" for q, r in results if r["median"] > args.limit_ms or r["scans"]]
    if bad:
        sys.exit("bench_views: too slow, or a raw table is scanned: " + "; ".join(bad))


if __name__ == "__main__":
    main()
