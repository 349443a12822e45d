# SPDX-License-Identifier: MIT
"""Every state that a database can be in, with its words on the screen, and that ebstop leaves no file beside it."""
import contextlib
import fcntl
import os
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import time

import pytest

import ebsim
import ebsreportd
import history
import processes
import screen
from nobody import NOBODY, as_root

# Of the shared memory beside a database in WAL mode: where its locks are.
WAL_WRITE_LOCK, WAL_LOCKS = 120, 8
WAL_INDEX_HEADERS = 2 * 48  # bytes at its beginning

STRANGER = [*NOBODY, screen.EBSTOP]


def once(*arguments, program=(screen.EBSTOP,), **env):
    return subprocess.run([*program, "--once", *map(str, arguments)], env=screen.environment(**env), capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, timeout=screen.PATIENCE)


def at(seconds):
    """EBSTOP_NOW, so long after the moment of the golden screens."""
    return dict(EBSTOP_NOW=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(history.NOW + seconds)))


def whole(s, pattern):
    """The screen that has it, once all of it is drawn."""
    s.wait(pattern)
    return s.stable()


def small(path, regions=2, age=10, **daemon):
    """A history of one run, so many seconds ago, with a row of the daemon unless that is None."""
    h = history.History(path)
    h.make_fleet(history.REGIONS[:regions])
    h.run(1, history.NOW - age)
    if daemon.get("state", "idle") is not None:
        h.daemon(**daemon)
    return h.finish()


def files(path):
    return sorted(os.listdir(path.parent))


@contextlib.contextmanager
def kept_open(path):
    """-wal and -shm are there, as while a daemon lives."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE daemon_state SET status = 'waiting'")
        yield db


# ---- none, or none for you -----------------------------------------------------------------------------------------

def test_no_file(show, tmp_path):
    text = whole(show(24, 200, "--db", tmp_path / "none.db"), "No database")
    assert f"{tmp_path}/none.db does not exist." in text and "systemctl status ebsreportd" in text


@as_root
def test_no_permission(show, place):
    path = small(place / "h.db")
    path.chmod(0o640)
    shutil.chown(path, "root", "daemon")
    s = show(24, 200, command=[*STRANGER, "--refresh", "0.5", "--db", str(path)])
    text = whole(s, "No permission")
    assert f"{path} may not be read." in text
    assert "belongs to root:daemon, mode 0640; you are nobody (uid 65534)" in text
    assert "sudo usermod -aG daemon nobody" in text and "systemctl status ebsreportd" in text
    path.chmod(0o644)
    s.wait("us-east-1")


@as_root
def test_no_permission_for_the_group_of_root(place):
    path = small(place / "h.db")
    path.chmod(0o640)
    r = once("--db", path, program=STRANGER)
    assert r.returncode == 2 and f"{path}: cannot be read: Permission denied" in r.stderr


@as_root
def test_a_directory_that_may_not_be_entered(show, place):
    (place / "closed").mkdir(mode=0o700)
    path = small(place / "closed" / "h.db")
    text = whole(show(24, 200, command=[*STRANGER, "--db", str(path)]), "No permission")
    assert "directory may not be entered by you (uid 65534, nobody)" in text and "us-east-1" not in text


# ---- nothing in it, or nothing that this ebstop can read ---------------------------------------------------------------

def test_first_run_in_progress(show, tmp_path):
    h = history.History(tmp_path / "h.db")
    h.daemon(state="running", regions_done=7, regions_total=17)
    text = whole(show(24, 100, "--db", h.finish()), "No numbers yet")
    assert "The first run is in progress: 7/17 regions." in text and "[NO DATA]" in text


@pytest.mark.parametrize("of_the_run, words", [
    ("the security token has expired", "The last one failed: the security token has expired"),
    (None, "The last one failed: us-east-1: not authorized to perform ec2:DescribeVolumes")])
def test_a_first_run_that_failed(show, tmp_path, of_the_run, words):
    h = history.History(tmp_path / "h.db")
    h.make_fleet(history.REGIONS[:2])
    h.run(1, history.NOW - 10, failed=list(h.fleet))
    h.db.execute("UPDATE run SET error_message = ?", [of_the_run])
    h.daemon()
    text = whole(show(24, 200, "--db", h.finish()), "No numbers yet")
    assert "has no run yet that worked" in text and words in text and "GiB" not in text


def test_what_to_do_about_a_long_message_is_shown(show, tmp_path):
    """It is at the end."""
    h = history.History(tmp_path / "h.db")
    h.make_fleet(history.REGIONS[:2])
    h.run(1, history.NOW - 10, failed=list(h.fleet))
    h.db.execute("UPDATE run SET error_message = ?", ["so it goes " * 46 + "; remedy: try again later"])
    h.daemon()
    assert "remedy: try again later" in " ".join(whole(show(40, 100, "--db", h.finish()), "No numbers yet").split())


def test_empty_file(show, tmp_path):
    (tmp_path / "h.db").touch()
    text = whole(show(24, 200, "--db", tmp_path / "h.db"), "No numbers yet")
    assert "Start the daemon (systemctl start ebsreportd) or make a run: ebsreportd --once" in text
    assert files(tmp_path / "h.db") == ["h.db"]


@pytest.mark.parametrize("version, title, words, status", [
    (999, "Database newer than this ebstop", "(schema 999, this ebstop knows", 3),
    (1, "Database older than this ebstop", "the next run of a present ebsreportd brings it up to date", 2)])
def test_other_schemas(show, tmp_path, version, title, words, status):
    path = history.make_golden(tmp_path / "h.db", version=version)
    assert words in " ".join(whole(show(24, 100, "--db", path), title).split())
    r = once("--db", path)
    assert r.returncode == status and words in r.stderr and "us-east-1" not in r.stdout


def test_another_programs_database(show, tmp_path):
    with contextlib.closing(sqlite3.connect(tmp_path / "h.db")) as db:
        db.execute("CREATE TABLE region_total (region TEXT)")
    assert "another program" in whole(show(24, 100, "--db", tmp_path / "h.db"), "Not a database of ebsreportd")


def damage(path):
    """Leaves the header and nothing else, as a disk might."""
    with open(path, "r+b") as f:
        f.seek(100)
        f.write(b"\xff" * (path.stat().st_size - 100))


def test_damaged(show, tmp_path):
    path = small(tmp_path / "h.db")
    damage(path)
    text = whole(show(24, 100, "--db", path), "Database damaged")
    assert str(path) in text and "us-east-1" not in text
    assert once("--db", path).returncode == 2


def test_damaged_while_it_is_shown(show, tmp_path):
    path = small(tmp_path / "h.db")
    s = show(24, 160, "--db", path, "--refresh", "0.5")
    s.wait("us-east-1")
    damage(path)
    assert "us-east-1" in s.wait("DB damaged, showing the last numbers")


def damage_table(path, table):
    """Its first page and its indices', and no other table's: what the head is read from stays whole."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        pages = [page for page, in db.execute("SELECT rootpage FROM sqlite_schema WHERE tbl_name = ?", [table])]
        size, = db.execute("PRAGMA page_size").fetchone()
    with open(path, "r+b") as f:
        for page in pages:
            f.seek((page - 1) * size)
            f.write(b"\xff" * size)


@pytest.mark.parametrize("columns", [80, 120])
def test_what_to_do_about_damage_fits_beside_it(show, golden, columns):
    s = show(24, columns, "--db", golden, "--refresh", "0.5")
    s.wait("us-east-1")
    damage(golden)
    assert "us-east-1" in s.wait("DB damaged, showing the last numbers: restore a copy of it")


@pytest.mark.parametrize("key, title", [("2", "Region"), ("3", "Instances"), ("4", "Trends"), ("5", "Timings"),
                                        ("6", "Runs")])
def test_a_view_that_damage_keeps_from_loading(show, golden, key, title):
    s = show(24, 80, "--db", golden, "--refresh", "0.5")
    s.wait("us-east-1")
    damage(golden)
    s.wait("DB damaged")
    s.keys(key)
    text = " ".join(s.wait(f"(?s) {title}.*Database damaged").split())
    assert "restore a copy, or move it away and a new one is made" in text and "loading" not in text
    s.keys("1")
    assert "us-east-1" in s.wait("Overview")


def test_a_pane_that_damage_keeps_from_loading(show, golden):
    damage_table(golden, "volume_event")
    text = show(40, 140, "--db", golden, "--view", "region").wait("not read: DB damaged")
    assert "gp3" in text and "restore a copy of it" in text and "loading" not in text


def test_gone_while_it_is_shown(show, tmp_path):
    path = small(tmp_path / "h.db")
    s = show(24, 160, "--db", path, "--refresh", "0.5")
    s.wait("us-east-1")
    path.unlink()
    assert "us-east-1" in s.wait("DB missing, showing the last numbers")


def test_another_that_never_was_there(show, golden, tmp_path):
    s = show(24, 80, "--db", golden, "--db", tmp_path / "none.db")
    text = s.wait("none: DB missing, nothing of it is shown")
    assert re.search(r"3,337\.9 TiB\+ .*\n demo LIVE .*\n none NO DATA", text)


# ---- locked ------------------------------------------------------------------------------------------------------------

@contextlib.contextmanager
def locked(path):
    """As by a process that hangs while it recovers the log: it has all locks, and the index is not there yet.

    In a process of its own, because closing a descriptor of the file would drop the locks of this one's SQLite."""
    ready, child = os.pipe()
    pid = os.fork()
    if pid == 0:
        with open(f"{path}-shm", "r+b") as shm:
            fcntl.lockf(shm, fcntl.LOCK_EX, WAL_LOCKS, WAL_WRITE_LOCK)
            os.pwrite(shm.fileno(), bytes(WAL_INDEX_HEADERS), 0)
            os.write(child, b"x")
            signal.pause()
    os.close(child)
    assert os.read(ready, 1) == b"x"
    os.close(ready)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_locked_while_it_is_shown(show, golden):
    with kept_open(golden) as db:
        s = show(24, 160, "--db", golden, "--refresh", "0.5")
        s.wait("us-east-1")
        db.execute("UPDATE run SET workers = 99 WHERE run_id = 48213")
        s.wait("x99")
        with locked(golden):
            text = whole(s, "DB busy [1-9][0-9]* s, retrying")
            assert "us-east-1" in text and "TOTAL" in text
            # It goes on to answer keys, and never says that there is no data.
            s.keys("?")
            s.wait("views, by number")
            s.keys("Escape")
            s.wait("(?s)us-east-1.*DB busy")
        db.execute("UPDATE run SET workers = 98 WHERE run_id = 48213")
        s.wait("x98")


def test_locked_for_too_long(golden):
    with kept_open(golden), locked(golden):
        r = once("--db", golden)
        assert r.returncode == 4 and str(golden) in r.stderr and "locked" in r.stderr and "us-east-1" not in r.stdout


# ---- numbers that are old ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("word, age, daemon, stale", [
    ("LIVE", 1199, {}, False),
    ("LATE", 1200, {}, False),
    ("LATE", 2999, {}, False),
    ("STALE", 3000, {}, True),
    ("LIVE", 10, dict(heartbeat_age=180), False),
    ("STALE", 10, dict(heartbeat_age=181), True),
    ("STOPPED", 10, dict(state="stopped", heartbeat_age=7200), True),
    ("NO DAEMON", 7200, dict(state=None), False),
    ("LIVE", -60, {}, False),
    ("CLOCK SKEW", -61, {}, True),
])
def test_how_old(tmp_path, word, age, daemon, stale):
    r = once("--fail-stale", "--db", small(tmp_path / "h.db", age=age, **daemon))
    assert f"[{word}]" in r.stdout and r.returncode == (6 if stale else 0)


@pytest.mark.parametrize("word, seconds", [("LATE", 1200), ("STALE", 4000), ("CLOCK SKEW", -3600)])
def test_how_old_on_the_screen(show, tmp_path, word, seconds):
    path = small(tmp_path / "h.db", heartbeat_age=-max(seconds, 0))
    if word == "STALE":
        show(4, 19, "--db", path, **at(seconds)).wait("STALE")
    text = whole(show(24, 80, "--db", path, **at(seconds)), rf"\[{word}\]")
    assert "us-east-1" in text


def test_a_daemon_that_ends(show, tmp_path):
    path = small(tmp_path / "h.db")
    with kept_open(path) as db:
        s = show(24, 80, "--db", path, "--refresh", "0.5")
        s.wait(r"\[LIVE\]")
        db.execute("UPDATE daemon_state SET state = 'stopped'")
        assert "us-east-1" in s.wait(r"\[STOPPED\]")


def test_a_region_that_failed_shows_what_it_had(show, golden):
    text = whole(show(40, 140, "--db", golden), f"(?m)^ ?{history.FAILED_REGION} .* !!")
    line = next(line for line in text.splitlines() if history.FAILED_REGION in line)
    with contextlib.closing(sqlite3.connect(golden)) as db:
        gib, at = db.execute("SELECT billed_gib, started_at FROM v1_last_good WHERE region = ?",
                             [history.FAILED_REGION]).fetchone()
    assert f" {gib:,} " in line and gib > 0
    assert line.endswith(f"!! {(history.NOW - at) // 3600}h") and "16 fresh + 1 old" in text


# ---- rules for the database: who may write what, and what is beside it ---------------------------------------------------

def test_makes_no_file_where_it_could(show, tmp_path):
    path = small(tmp_path / "h.db")
    s = show(24, 80, "--db", path, "--refresh", "0.5")
    s.wait("us-east-1")
    for key in ("3", "6", "1", "r"):
        s.keys(key)
        s.stable()
    assert files(path) == ["h.db"]
    s.keys("q")
    s.wait("status 0")
    assert files(path) == ["h.db"]


@as_root
def test_a_stranger_reads_what_was_closed_without_a_log(show, place):
    path = small(place / "h.db")
    path.chmod(0o644)
    s = show(24, 80, command=[*STRANGER, "--refresh", "0.5", "--db", str(path)])
    s.wait("us-east-1")
    assert files(path) == ["h.db"]
    # What a writer does is seen although an immutable file never changes.
    with kept_open(path) as db:
        db.execute("UPDATE run SET workers = 99")
        s.wait("x99")
        db.execute("UPDATE run SET workers = 97")
        s.wait("x97")
    # That was the last one, and it took its files along.
    s.keys("r")
    assert "x97" in s.stable()
    once_again = once("--db", path, program=STRANGER)
    assert once_again.returncode == 0 and "us-east-1" in once_again.stdout


@pytest.fixture
def ec2sim():
    with ebsim.Ec2sim(regions="us-east-1,eu-west-1", instances=1500, volumes_per_instance=3, churn=30) as sim:
        yield sim


def writer_of(shm):
    """The process within a transaction; 0: none."""
    try:
        with open(shm, "rb") as f:
            lock = fcntl.fcntl(f, fcntl.F_GETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, WAL_WRITE_LOCK, 1, 0))
    except FileNotFoundError:
        return 0
    kind, _, _, _, pid = struct.unpack("hhqqi4x", lock)
    return pid if kind != fcntl.F_UNLCK else 0


def size_of(path):
    return path.stat().st_size if path.exists() else 0


def kill_while_it_writes(sim, path):
    """A run that is killed within its transaction, after it has written pages of it; what it left is not cleaned up."""
    log = path.with_name(path.name + "-wal")
    before = size_of(log)
    process = ebsreportd.start(sim, db=path)
    try:
        processes.wait_until(lambda: process.poll() is not None or
                             (size_of(log) > before and writer_of(f"{path}-shm") == process.pid))
    finally:
        process.kill()
        process.communicate()
    return process.returncode == -signal.SIGKILL


@as_root
def test_a_writer_that_was_killed_while_it_wrote(show, ec2sim, place):
    """As the daemon leaves the file: root and a stranger see the last whole run, then the next one."""
    path = place / "h.db"
    ebsreportd.run(ec2sim, db=path, check=0)
    # Closed in order, with the log left for readers.
    assert files(path) == ["h.db", "h.db-shm", "h.db-wal"]
    for name in files(path):
        (place / name).chmod(0o644)
    assert once("--db", path, program=STRANGER).returncode == 0
    whole = 1
    ec2sim.tick()
    while not kill_while_it_writes(ec2sim, path): # it was through before it could be killed
        whole += 1
        assert whole < 100
        ec2sim.tick()
    beside = files(path)
    clock = dict(EBSTOP_NOW=None)
    screens = [show(24, 80, "--db", path, "--refresh", "0.5", **clock),
               show(24, 80, command=[*STRANGER, "--refresh", "0.5", "--db", str(path)], **clock)]
    for s in screens:
        # Whether it was killed before or behind the commit is not to be seen from here.
        assert "us-east-1" in s.wait(f"Run #({whole}|{whole + 1}) ")
    assert files(path) == beside
    ebsreportd.run(ec2sim, db=path, check=0)
    for s in screens:
        s.wait(f"Run #({whole + 1}|{whole + 2}) ")
