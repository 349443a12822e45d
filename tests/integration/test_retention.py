# SPDX-License-Identifier: MIT
"""What runs take away of an old history, by keep_runs and the other keys; what is said of it; what others see."""
import sqlite3

import pytest

import ebsreportd
import year
from ebsreportd import sqlite

DAY = 86400
ROLLUPS = "rollup_hour", "rollup_day", "rollup_total_hour", "rollup_total_day"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Runs of two days that ended long before today."""
    return year.make(tmp_path_factory.mktemp("year") / "history.db", end="2026-01-23T14:01:00Z", days=4, raw_days=2,
                     accounts=1, regions=4, volumes=400, instances=100)


@pytest.fixture
def db(made, tmp_path):
    with sqlite3.connect(made) as source, sqlite3.connect(tmp_path / "history.db") as copy:
        source.backup(copy)
    ebsreportd.read_history(tmp_path / "history.db", "--rebuild-rollups", check=0)
    return tmp_path / "history.db"


@pytest.fixture
def once(ec2sim, db, tmp_path):
    """once(keep_runs="0"): a run by the present clock, which finds the history old."""
    sim = ec2sim(regions="us-east-1", instances=3)

    def run(prefix=(), check=0, **keys):
        config = tmp_path / "ebsreportd.conf"
        config.write_text("".join(f"{key} = {value}\n" for key, value in keys.items()))
        return ebsreportd.run(sim, f"--config={config}", db=db, check=check, prefix=prefix)
    return run


def value(db, query):
    with sqlite3.connect(db) as connection:
        return connection.execute(query).fetchone()[0]


def check_sound(db):
    assert value(db, "PRAGMA integrity_check") == "ok"
    assert sqlite(db, "PRAGMA foreign_key_check") == []
    with sqlite3.connect(db) as connection:
        before = [list(connection.execute(f"SELECT * FROM {table}")) for table in ROLLUPS]
    ebsreportd.read_history(db, "--rebuild-rollups", check=0)
    with sqlite3.connect(db) as connection:
        assert before == [list(connection.execute(f"SELECT * FROM {table}")) for table in ROLLUPS]


def test_a_little_after_each_run(once, db):
    runs, hours = value(db, "SELECT count(*) FROM run"), value(db, "SELECT count(*) FROM v1_trend_hour")
    before = sqlite(db, "SELECT * FROM v1_retention")
    once()  # with the defaults, by which two days are no age
    assert value(db, "SELECT count(*) FROM run") == runs + 1 and sqlite(db, "SELECT * FROM v1_retention") == before
    once(keep_runs="1h", keep_hours="2d")
    left = value(db, "SELECT count(*) FROM run")
    assert runs - 40 < left < runs
    assert value(db, "SELECT count(*) FROM v1_trend_hour") < hours
    kept = {row["what"]: row["kept_since"] for row in sqlite(db, "SELECT * FROM v1_retention")}
    assert set(kept) == {"runs", "hours"} and kept["hours"] % 3600 == 0
    once(keep_runs="forever", keep_hours="forever")
    assert value(db, "SELECT count(*) FROM run") == left + 1
    check_sound(db)


def test_none(once, db):
    """Nothing but the newest state, after as many runs as it takes."""
    keys = dict.fromkeys(["keep_runs", "keep_hours", "keep_days", "keep_events", "keep_task_timings"], 0)
    for _ in range(30):
        once(**keys)
    for view in "v1_trend_hour", "v1_trend_day", "v1_event", "v1_timing":
        assert sqlite(db, f"SELECT * FROM {view}") == [], view
    newest = {row["run_id"] for row in sqlite(db, "SELECT run_id FROM v1_latest UNION SELECT run_id FROM v1_last_good")}
    kept = {row["run_id"] for row in sqlite(db, "SELECT run_id FROM run")}
    assert newest <= kept and len(kept) <= len(newest) + 1
    assert value(db, "SELECT count(*) FROM v1_volume") > 0


def test_what_can_no_longer_be_compared(once, db):
    first, last = value(db, "SELECT min(run_id) FROM run"), value(db, "SELECT max(run_id) FROM run")
    config = db.parent / "ebsreportd.conf"

    def refused(*args):
        return ebsreportd.read_history(db, f"--config={config}", *args, check=1).err
    once(keep_runs="36h")
    kept_since = value(db, "SELECT kept_since FROM v1_retention WHERE what = 'runs'")
    oldest = value(db, f"SELECT min(run_id) FROM run WHERE started_at >= {kept_since}")
    assert first < oldest < last
    assert f"run {first} is no longer kept: keep_runs = 36h; the oldest kept is {oldest}" in refused("--diff", first, last)
    # It is there, because it is the newest before those that are kept; others between may not be.
    stays = value(db, f"SELECT max(run_id) FROM run WHERE started_at < {kept_since}")
    assert f"run {stays} is no longer kept" in refused("--diff", stays, last)
    assert f"what changed in all that time is no longer kept: keep_runs = 36h; the oldest kept is {oldest}" in refused(
        "--since=36500d")
    assert f"run {last + 9} is not in" in refused("--diff", oldest, last + 9)
    assert ebsreportd.read_history(db, "--diff", oldest, last).rc == 2  # other regions than the last run's
    once(keep_runs="forever", keep_events="1h")
    assert "not all that changed since then is no longer kept: keep_events = 1h; the oldest kept is" in refused(
        "--diff", oldest, last)
    assert ebsreportd.read_history(db, "--since=1h").rc in (0, 2)


def test_strace_killed_while_it_takes_away(once, db):
    """Every step is whole: what is left is sound, and the next run goes on."""
    for _ in range(2):
        once(keep_runs="1h", keep_hours="1h")
    runs = value(db, "SELECT count(*) FROM run")
    for calls in 30, 60, 90, 120:
        once(prefix=["strace", "-f", "-o", "/dev/null", "-e", "trace=pwrite64", "-e",
                     f"inject=pwrite64:signal=KILL:when={calls}"], check=None, keep_runs="1h", keep_hours="1h")
        assert value(db, "PRAGMA integrity_check") == "ok"
    check_sound(db)
    once(keep_runs="1h", keep_hours="1h")
    assert value(db, "SELECT count(*) FROM run") < runs


def test_a_reader_that_holds_a_snapshot(once, db):
    """The log grows with what the runs write, and stops growing with what is taken away; later it is cut back."""
    wal = db.with_name(db.name + "-wal")
    for _ in range(2):
        once(keep_runs="1h")
    reader = sqlite3.connect(db, isolation_level=None)
    reader.execute("BEGIN")
    before = reader.execute("SELECT count(*) FROM run").fetchone()[0]
    sizes = []
    for _ in range(12):
        once(keep_runs="1h")
        sizes.append(wal.stat().st_size)
    assert reader.execute("SELECT count(*) FROM run").fetchone()[0] == before
    assert value(db, "SELECT count(*) FROM run") > 12
    assert max(sizes) < 48 << 20
    reader.execute("ROLLBACK")
    reader.close()
    once(keep_runs="1h")
    once(keep_runs="1h")
    assert wal.stat().st_size <= 8 << 20
    check_sound(db)


def test_no_space(once, db, tmp_path):
    """A file system that is full: the run was stored or not, and it is said; nothing is half there."""
    for _ in range(2):
        once(keep_runs="1h")
    runs = value(db, "SELECT count(*) FROM run")
    result = once(prefix=["prlimit", f"--fsize={db.stat().st_size + 4096}"], check=None, keep_runs="1h")
    assert result.rc in (0, 4)
    if result.rc == 4:
        assert str(db) in result.err
    assert value(db, "PRAGMA integrity_check") == "ok"
    assert value(db, "SELECT count(*) FROM run") >= runs - 40
    once(keep_runs="1h")
