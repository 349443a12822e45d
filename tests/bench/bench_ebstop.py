#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures what a person feels of ebstop, on a long history and on a million instances, and prints a table.

usage: bench_ebstop.py [--build DIR] [--directory DIR] [--repeat N] [--idle-seconds S] [--no-limits]

first paint  wall time from the start of the process to the last byte of a whole first screen of 140x40, median and longest
trends       processor time of a key that reads another trend and draws it, of 51 regions in three accounts: the longest of
             all metrics
keys         wall time from a key to the first byte of its answer; "settled" to the last one, rows counted
bytes        that reach the terminal: while nothing changes for --idle-seconds, and for one number that changed
idle         processor time of those seconds, one look at the database every 2 s
The databases are made in --directory, a temporary one unless given, where they are found again.
A key's answer is the rows, or after 80 ms the word that they are searched for, which any key ends; when all is said it has
settled. The number of the row and the count of all come behind the rows. Ends with 1 if a limit is exceeded. On a busy machine,
wall times are others' too.
"""
import argparse
import contextlib
import fcntl
import os
import pathlib
import pty
import select
import signal
import sqlite3
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

END = "2026-11-23T14:01:00Z"
NOW = "2026-11-23T14:01:42Z"
ROWS, COLUMNS = 40, 140
LAST_WORD = b"Back"  # of the screen's last line
QUIET = 0.7          # seconds without a byte: it has said all
INSTANCES = 1_000_000
LIMIT_MS = 100       # that nobody feels
TREND_LIMIT_MS = 15
METRICS = 9
RANGES = ["1h", "24h", "7d", "30d", "1y"]

COLUMNS_SORTED = ["gib", "cost_micros", "volumes", "name", "instance_id", "zone", "instance_type", "state", "gp3_share",
                  "gp3_saving_micros", "first_seen_at"]
# Met by many, by some, by one or by none.
FILTERS = ["kafka", "stopped", "gib>1000", "region=us-east-1", "name=prod-api-8082", "no-such-thing", "kafka no-such-thing",
           "c6i.large"]


class Ebstop:
    """One on a pseudo-terminal. What it writes is counted and not interpreted."""

    def __init__(self, program, database, *arguments):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        env = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent",
               "EBSTOP_NOW": NOW}
        self.started = time.perf_counter()
        self.pid = os.posix_spawn(program, [program, "--db", str(database), *arguments], env,
                                  file_actions=[(os.POSIX_SPAWN_DUP2, slave, fd) for fd in (0, 1, 2)])
        os.close(slave)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGTERM)
        while self.read(1):
            pass
        os.waitpid(self.pid, 0)
        os.close(self.master)

    def read(self, timeout):
        if not select.select([self.master], [], [], timeout)[0]:
            return b""
        try:
            return os.read(self.master, 1 << 16)
        except OSError:
            return b""

    def first_paint(self):
        """Milliseconds."""
        seen = b""
        while LAST_WORD not in seen:
            data = self.read(30)
            if not data:
                raise RuntimeError(f"no screen: {seen!r}")
            seen += data
        return (time.perf_counter() - self.started) * 1000

    def settle(self):
        """Bytes until nothing comes any more, and the time of the last one."""
        n, last = 0, time.perf_counter()
        while data := self.read(QUIET):
            n, last = n + len(data), time.perf_counter()
        return n, last

    def key(self, data):
        """Milliseconds to the first byte of the answer, and to its last one."""
        start = time.perf_counter()
        os.write(self.master, data)
        if not self.read(30):
            raise RuntimeError(f"no answer to {data!r}")
        first = time.perf_counter()
        _, last = self.settle()
        return (first - start) * 1000, (max(first, last) - start) * 1000

    def processor_seconds(self):
        return int(pathlib.Path(f"/proc/{self.pid}/schedstat").read_text().split()[0]) / 1e9


def make(generator, path, *options):
    if not path.exists():
        print(f"making {path} ...", file=sys.stderr)
        unfinished = path.with_suffix(".unfinished")
        subprocess.run([generator, f"--end={END}", *options, unfinished], check=True)
        unfinished.rename(path)
    return path


def multiply_instances(path):
    """Copies of those that are there, under ids of their own, up to INSTANCES."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(instance)")]
        source = ", ".join(f"printf('i-%02x', :copy) || substr({c}, 5)" if c == "instance_id" else c for c in columns)
        have = db.execute("SELECT count(*) FROM instance").fetchone()[0]
        for copy in range(256):
            if db.execute("SELECT count(*) FROM instance").fetchone()[0] >= INSTANCES:
                break
            db.execute(f"INSERT OR IGNORE INTO instance SELECT {source} FROM (SELECT * FROM instance ORDER BY place_id, "
                       f"instance_id LIMIT :limit)", {"copy": copy, "limit": have})
        db.commit()


def count_rows(path):
    with contextlib.closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as db:
        tables = [name for name, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite*'")]
        return sum(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables)


class Table:
    def __init__(self, limits):
        self.limits, self.failed = limits, False

    def row(self, what, value, unit, limit=None, more=""):
        over = self.limits and limit is not None and value > limit
        self.failed |= over
        print(f"{what:<44}{value:>12,.3f} {unit:<6}{'' if limit is None else f'limit {limit:g}':<12}{more}{'  OVER' if over else ''}",
              flush=True)


def measure_paint(table, program, database, repeat, view):
    times = []
    for _ in range(repeat):
        with Ebstop(program, database, "--view", view) as e:
            times.append(e.first_paint())
    table.row(f"first paint of {view}", statistics.median(times), "ms", 50, f"longest {max(times):.1f} ms")


def measure_idle(table, program, database, seconds):
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("UPDATE daemon_state SET status = 'waiting'")  # -wal and -shm are there, as with the daemon
        with Ebstop(program, database) as e:
            e.first_paint()
            e.settle()
            used, start, n = e.processor_seconds(), time.perf_counter(), 0
            while (left := start + seconds - time.perf_counter()) > 0:
                n += len(e.read(left))
            used = e.processor_seconds() - used
            table.row(f"idle for {seconds:g} s", 100 * used / seconds, "%", 0.1)
            table.row("bytes while nothing changes", n, "", 0)
            writer.execute("UPDATE region_total SET instances = instances + 1 WHERE run_id = (SELECT max(run_id) FROM run) "
                           "AND place_id = (SELECT min(place_id) FROM place)")
            first = len(e.read(30))
            table.row("bytes for a changed region and its sum", first + e.settle()[0], "", 100)


def processor_ms_of_key(e, key):
    before = e.processor_seconds()
    e.key(key)
    return (e.processor_seconds() - before) * 1000


def measure_trends(table, program, database):
    """Of everything, of an account and of a region, which is one key further on each."""
    with Ebstop(program, database, "--view", "trends", "--range", "1h") as e:
        e.first_paint()
        e.settle()
        for words in RANGES:
            for scope, keys in (("all regions", b""), ("an account", b"j"), ("a region", b"jj")):
                for key in keys:
                    e.key(bytes([key]))
                times = [processor_ms_of_key(e, b"m") for _ in range(METRICS)]
                table.row(f"trend of {words} of {scope}", max(times), "ms", TREND_LIMIT_MS,
                          f"median {statistics.median(times):.1f} ms")
                for _ in keys:
                    e.key(b"k")
            if words != RANGES[-1]:
                e.key(b"]")


def type_in(e, key, text):
    """The answer to the Enter behind it."""
    e.key(key)
    for letter in text.encode():
        e.key(bytes([letter]))
    return e.key(b"\r")


def measure_keys(table, program, database):
    def row(what, limit, times):
        table.row(f"instances: {what}", max(first for first, _ in times), "ms", limit,
                  f"settled {max(last for _, last in times):.0f} ms")

    with Ebstop(program, database, "--view", "instances") as e:
        e.first_paint()
        e.settle()
        for what, keys in (("down", [b"j"] * 5), ("page down", [b"\x1b[6~"] * 10), ("last row", [b"G"]),
                           ("page up", [b"\x1b[5~"] * 5), ("first row", [b"g"])):
            row(what, LIMIT_MS, [e.key(key) for key in keys])
        for column in COLUMNS_SORTED:
            row(f"sort by {column}", LIMIT_MS, [type_in(e, b"s", column)])
            row("invert", LIMIT_MS, [e.key(b"I")])
        type_in(e, b"s", COLUMNS_SORTED[0])
        for text in FILTERS:
            row(f"filter {text}", LIMIT_MS, [type_in(e, b"\\", text)])
            e.key(b"\x1b")
        row("search no-such-thing", LIMIT_MS, [type_in(e, b"/", "no-such-thing")])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build")
    parser.add_argument("--directory")
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--idle-seconds", type=float, default=60)
    parser.add_argument("--no-limits", action="store_true")
    options = parser.parse_args()
    build = pathlib.Path(options.build).resolve()
    program, generator = str(build / "tui/ebstop"), build / "tests/tools/year-of-history"
    table = Table(not options.no_limits)
    with tempfile.TemporaryDirectory() as temporary:
        directory = pathlib.Path(options.directory or temporary)
        long = make(generator, directory / "long.db", "--accounts=1", "--raw-days=30", "--volumes=4000", "--instances=1000")
        accounts = make(generator, directory / "accounts.db", "--accounts=3", "--raw-days=3")
        many = make(generator, directory / "many.db", "--accounts=1", "--days=2", "--raw-days=1", "--interval=21600",
                    "--volumes=300000", "--instances=100000")
        multiply_instances(many)
        print(f"{count_rows(long):,} rows of history")
        for view in ("overview", "region", "instances", "trends", "timings", "runs"):
            measure_paint(table, program, long, options.repeat, view)
        measure_idle(table, program, long, options.idle_seconds)
        print(f"{count_rows(accounts):,} rows of history of three accounts")
        measure_trends(table, program, accounts)
        print(f"{INSTANCES:,} instances")
        measure_paint(table, program, many, options.repeat, "instances")
        measure_keys(table, program, many)
    return table.failed


if __name__ == "__main__":
    sys.exit(main())
