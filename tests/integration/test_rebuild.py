# SPDX-License-Identifier: MIT
"""ebsreportd --rebuild-rollups: hours and days made anew are the same to the byte, or nothing is touched."""
import os
import re
import sqlite3
import subprocess

import pytest

import ebsreportd
import year
from daemon import Daemon

TABLES = "rollup_hour", "rollup_day", "rollup_total_hour", "rollup_total_day"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    db = year.make(tmp_path_factory.mktemp("year") / "history.db", days=6, raw_days=2)
    rebuild(db, check=0)
    return db


@pytest.fixture
def db(made, tmp_path):
    with sqlite3.connect(made) as source, sqlite3.connect(tmp_path / "history.db") as copy:
        source.backup(copy)
    return tmp_path / "history.db"


def change(db, script):
    connection = sqlite3.connect(db, isolation_level=None)
    connection.executescript(script)
    connection.close()


def dump(db):
    return [list(sqlite3.connect(db).execute(f"SELECT * FROM {table}")) for table in TABLES]


def rebuild(db, **how):
    return ebsreportd.read_history(db, "--rebuild-rollups", **how)


def test_the_same_again(db):
    before = dump(db)
    result = rebuild(db, check=0)
    assert dump(db) == before
    hours, days = map(len, before[:2])
    pattern = r"(.*): (\d+) rows of hours and (\d+) of days made anew from (\d+) runs, (\d+) and (\d+) left as they were\n"
    path, *numbers = re.fullmatch(pattern, result.out).groups()
    made_hours, made_days, runs, left_hours, left_days = map(int, numbers)
    assert path == str(db)
    assert [runs] == [row[0] for row in sqlite3.connect(db).execute("SELECT count(*) FROM run")]
    assert (made_hours + left_hours, made_days + left_days) == (hours, days)
    assert min(made_hours, made_days, left_hours) > 0


def test_damage_is_mended(db):
    before = dump(db)
    change(db, "UPDATE rollup_hour SET max_value = max_value + 1, last_at = 7 WHERE hour_at >= (SELECT max(before_at) FROM "
               "pruned WHERE what = 'runs'); DELETE FROM rollup_day WHERE metric_id = 3; "
               "UPDATE rollup_total_hour SET regions = regions + 1; DELETE FROM rollup_total_day")
    assert dump(db) != before
    rebuild(db, check=0)
    assert dump(db) == before


def test_refusals(db, ec2sim, tmp_path):
    missing = rebuild(tmp_path / "missing.db", check=4)
    assert "missing.db: cannot be opened: No such file" in missing.err and not list(tmp_path.glob("missing*"))
    (tmp_path / "other.db").write_text("not a database" * 100)
    assert "not a database" in rebuild(tmp_path / "other.db", check=4).err

    before = dump(db)
    writer = sqlite3.connect(db, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    locked = rebuild(db, check=4)
    assert "locked by another process" in locked.err and locked.out == ""
    writer.execute("ROLLBACK")
    writer.close()

    with Daemon(ec2sim(regions="us-east-1"), tmp_path) as daemon:
        daemon.wait_ready()
        busy = rebuild(daemon.database, check=4)
        assert f"process {daemon.pid}" in busy.err
    assert dump(db) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone can become somebody else")
def test_read_only(db):
    before = dump(db)
    db.chmod(0o444)
    done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ebsreportd.path(),
                           "--rebuild-rollups", f"--db={db}"], capture_output=True, text=True, timeout=60,
                          env=ebsreportd.environment())
    assert done.returncode == 4 and "cannot be" in done.stderr and str(db) in done.stderr
    assert dump(db) == before


@pytest.mark.parametrize("args", [["--once"], ["--since=7d"], ["--export=runs"], ["--region=us-east-1"], ["--json"],
                                  ["--check-config"]])
def test_wrong_usage(db, args):
    result = ebsreportd.read_history(db, "--rebuild-rollups", *args, check=1)
    assert "--rebuild-rollups is about the whole history" in result.err


def test_strace_killed_at_any_moment(db):
    """One transaction: the old rows or the new ones, which are the same."""
    before = dump(db)
    for calls in range(1, 40, 6):
        subprocess.run(["strace", "-f", "-o", "/dev/null", "-e", "trace=pwrite64",
                        "-e", f"inject=pwrite64:signal=KILL:when={calls}", ebsreportd.path(), "--rebuild-rollups",
                        f"--db={db}"], env=ebsreportd.environment(), stdout=subprocess.DEVNULL, timeout=60)
        assert dump(db) == before, calls
    rebuild(db, check=0)
    assert dump(db) == before
    assert [row for row in sqlite3.connect(db).execute("PRAGMA integrity_check")] == [("ok",)]
