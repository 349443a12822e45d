# SPDX-License-Identifier: MIT
"""ebstop and its terminal: what is written to it, what ends it, and that it is given back."""
import contextlib
import os
import pathlib
import signal
import sqlite3
import termios
import time

import pytest

import history
import screen


@contextlib.contextmanager
def writer(path):
    """A writer that keeps the database open, so that -wal and -shm are there, as with the daemon."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("UPDATE daemon_state SET status = 'idle'")
    try:
        yield db
    finally:
        db.close()


def test_no_bytes_while_nothing_changes(on_pty, golden):
    with writer(golden):
        p = on_pty("--db", golden, "--refresh", "0.5")
        p.wait("us-east-1")
        p.settle()
        # Four looks at the database.
        assert p.read(2) == b""


def test_few_bytes_for_a_change(on_pty, golden):
    with writer(golden) as db:
        p = on_pty("--db", golden, "--refresh", "0.5")
        p.wait("1,435")
        p.settle()
        before = len(p.bytes)
        db.execute("UPDATE region_total SET instances = 2 WHERE run_id = 48213 AND place_id = "
                   "(SELECT place_id FROM place WHERE region = 'eu-west-3')")
        p.wait("218 inst")
        p.settle()
        # Two numbers, each with its cursor movement.
        assert len(p.bytes) - before < 100, p.bytes[before:]


def test_keys_are_read_and_functions_end_it(on_pty, golden):
    p = on_pty("--db", golden)
    p.wait("us-east-1")
    p.send(b"\x1bOP")
    p.wait("views, by number")
    p.send(b"\x1b")
    p.wait("us-east-1")
    # Backspace and Escape never end it.
    p.send(b"\x7f\x7f\x1b")
    p.send(b"\\zzz\r")
    p.wait("nothing matches")
    p.send(b"q")
    assert p.process.wait(screen.PATIENCE) == 0


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"])
def test_signals_give_the_terminal_back(on_pty, golden, name):
    p = on_pty("--db", golden)
    p.wait("us-east-1")
    p.process.send_signal(getattr(signal, name))
    assert p.process.wait(screen.PATIENCE) == 0
    p.settle()
    assert b"\x1b[?1049l" in p.bytes and termios.tcgetattr(p.slave) == p.before


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT"])
def test_a_crash_gives_the_terminal_back(on_pty, golden, name):
    p = on_pty("--db", golden, ASAN_OPTIONS="handle_segv=0:handle_abort=0")
    p.wait("us-east-1")
    p.process.send_signal(getattr(signal, name))
    assert p.process.wait(screen.PATIENCE) != 0
    p.settle()
    assert b"\x1b[?1049l" in p.bytes and termios.tcgetattr(p.slave) == p.before


def test_ends_when_the_terminal_is_gone(on_pty, golden):
    p = on_pty("--db", golden)
    p.wait("us-east-1")
    os.close(p.slave)
    os.close(p.master)
    assert p.process.wait(screen.PATIENCE) is not None
    used = os.times()
    assert used.children_user + used.children_system < screen.PATIENCE / 2


def test_stops_and_goes_on(show, golden):
    script = f"{screen.EBSTOP} --db {golden}; echo it has stopped; read x; fg; echo it has ended $?"
    s = show(24, 80, command=["bash", "-m", "-c", script])
    s.wait("us-east-1")
    s.keys("C-z")
    text = s.wait("it has stopped")
    assert "us-east-1" not in text
    s.resize(30, 100)
    s.keys("Enter")
    text = s.wait("us-east-1")
    assert "UNATT VOL" in s.wait("UNATT VOL")
    s.keys("q")
    s.wait("it has ended 0")


def test_follows_the_size(show, golden):
    s = show(24, 80, "--db", golden)
    s.wait("us-east-1")
    for rows, columns, text in [(40, 140, "TOP MOVERS"), (15, 60, "us-east-1"), (1, 1, r"^\*\s*$"), (4, 19, "TiB"),
                                (100, 300, "TOP MOVERS")]:
        s.resize(rows, columns)
        s.wait(text)
    s.keys("q")
    s.wait("status 0")


@pytest.mark.parametrize("columns, live, stopped", [
    (1, "*", "X"), (2, "*", "X"), (3, "*", "X"), (4, "LIVE", "STOP"), (6, "LIVE", "STOP"), (7, "LIVE", "STOPPED"),
    (9, "!! LIVE", "STOPPED"), (10, "1 old LIVE", "!! STOPPED")])
def test_the_state_has_room_in_any_size(on_pty, golden, columns, live, stopped):
    """One region is old, and whatever else fits comes beside the state."""
    on_pty("--db", golden, rows=1, columns=columns).wait(live)
    with contextlib.closing(sqlite3.connect(golden)) as db, db:
        db.execute("UPDATE daemon_state SET state = 'stopped'")
    on_pty("--db", golden, rows=1, columns=columns).wait(stopped)


@pytest.mark.parametrize("state, mark, seconds", [("LATE", "L", 1300), ("STALE", "S", 4000),
                                                  ("CLOCK SKEW", "C", -3600)])
def test_every_state_has_a_character(on_pty, golden, state, mark, seconds):
    with contextlib.closing(sqlite3.connect(golden)) as db, db:
        db.execute("UPDATE daemon_state SET heartbeat_at = heartbeat_at + ?", [max(seconds, 0)])
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(history.NOW + seconds))
    on_pty("--db", golden, EBSTOP_NOW=now).wait(f"[{state}]")
    on_pty("--db", golden, rows=1, columns=1, EBSTOP_NOW=now).wait(mark)


def test_no_daemon_and_no_data_have_a_character(on_pty, golden, tmp_path):
    with contextlib.closing(sqlite3.connect(golden)) as db, db:
        db.execute("DELETE FROM daemon_state")
    on_pty("--db", golden, rows=1, columns=1).wait("N")
    on_pty("--db", tmp_path / "none.db", rows=1, columns=1).wait("?")


@pytest.mark.parametrize("term, words", [("dumb", "cannot place its cursor"), ("no-such-terminal", "is not known here"),
                                         ("", "TERM is not set")])
def test_refuses_other_terminals(show, golden, term, words):
    s = show(24, 200, "--db", golden, term=term)
    text = s.wait("status 5")
    assert words in text and "--once" in text


def test_shows_a_new_run(show, golden):
    with writer(golden) as db:
        s = show(24, 80, "--db", golden, "--refresh", "0.5")
        s.wait("Run #48213")
        db.execute("INSERT INTO run SELECT 48214, started_at, mode, 'ok', workers, 17, 0, 9900000, busy_us, cpu_us, "
                   "peak_pss_kib, calls, retries, throttles, 0, NULL, NULL, NULL, NULL, NULL, NULL, " +
                   ", ".join(c[1] for c in db.execute("PRAGMA table_info(run)") if c[0] >= 21) + " FROM run "
                   "WHERE run_id = 48213")
        assert "OK 17/17  9.9s" in s.wait("Run #48214")


def test_says_when_the_file_is_another_one(show, golden, tmp_path):
    s = show(24, 160, "--db", golden, "--refresh", "0.5")
    s.wait("us-east-1")
    other = history.History(tmp_path / "other.db")
    other.make_fleet(history.REGIONS[:2])
    other.run(1, history.NOW - 10)
    other.daemon()
    os.replace(other.finish(), golden)
    text = s.wait("is another file now")
    assert "eu-west-1" not in text and "Run #1 " in text


def test_waits_for_a_locked_database(show, golden):
    with writer(golden) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("UPDATE run SET workers = 99 WHERE run_id = 48213")
        s = show(24, 160, "--db", golden, "--refresh", "0.5")
        s.wait("has been locked by another process for [1-9] s")
        s.keys("?")
        s.wait("views, by number")
        s.keys("Escape")
        db.execute("PRAGMA locking_mode = NORMAL")
        db.execute("UPDATE run SET workers = 98 WHERE run_id = 48213")
        s.wait("x98")


def test_shows_a_database_as_soon_as_it_is_there(show, golden, tmp_path):
    path = tmp_path / "later.db"
    s = show(24, 200, "--db", path, "--refresh", "0.5")
    s.wait("later.db does not exist")
    os.replace(golden, path)
    s.wait("us-east-1")


def test_pause_keeps_what_is_shown(show, golden):
    with writer(golden) as db:
        s = show(24, 80, "--db", golden, "--refresh", "0.5")
        s.wait("Run #48213")
        s.keys(" ")
        s.wait("PAUSED")
        db.execute("UPDATE run SET workers = 99 WHERE run_id = 48213")
        s.keys("j", "k")
        assert "x8" in s.stable()
        s.keys(" ")
        s.wait("x99")


def test_saves_settings_when_told_to(show, golden, tmp_path):
    rc = tmp_path / "ebstop" / "ebstoprc"
    s = show(24, 80, "--db", golden, XDG_CONFIG_HOME=str(tmp_path))
    s.wait("us-east-1")
    s.keys(">", "F2")
    s.wait("ascii, block, braille")
    s.keys("Enter")
    s.wait("glyphs +braille")
    assert not rc.exists()
    s.keys("S")
    s.wait("saved to")
    assert "glyphs = braille" in rc.read_text() and "overview = volumes:desc" in rc.read_text()
    s.keys("q", "q")
    s.wait("status 0")


def test_exports_the_table(show, golden, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    s = show(24, 160, "--db", golden)
    s.wait("us-east-1")
    s.keys("x")
    s.wait("exported to ebstop-overview-20261123T140200Z.csv")
    rows = pathlib.Path("ebstop-overview-20261123T140200Z.csv").read_text().splitlines()
    assert len(rows) == 18 and rows[0].startswith("region,account,gib")
    s.keys("x")
    s.wait("File exists")


def test_mouse_selects_rows_only_when_on(show, golden):
    s = show(24, 80, "--db", golden)
    s.wait(">us-east-1")
    s.keys("M")
    s.wait("mouse on")
    s.run("send-keys", "-H", *[f"{b:02x}" for b in b"\x1b[M %(\x1b[M#%("])
    s.wait(">eu-central-1")
