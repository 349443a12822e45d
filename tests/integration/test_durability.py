# SPDX-License-Identifier: MIT
"""Other processes, older versions and a wrong clock: no run is lost or half, the files do not grow without bound, and the
next run works. What strace does to a run is in test_durability_strace.py."""
import os

import pytest

import durability
import ebsreportd
import older
import reader

WAL_LIMIT = 8 << 20  # to which the log is cut back


@pytest.fixture
def db(tmp_path):
    return tmp_path / "h.db"


def log_size(db):
    return os.path.getsize(f"{db}-wal")


def test_a_reader_for_an_hour(ec2sim, db):
    """It holds its transaction over twelve runs; the log grows by what they write, and is cut back after it."""
    sim = ec2sim(regions="us-east-1,eu-west-1", instances=300, volumes_per_instance=3, churn=30)
    ebsreportd.run(sim, db=db, check=0)
    with reader.Reader(db) as watching:
        assert watching.begin() == 1
        sizes = []
        for _ in range(12):
            sim.tick()
            ebsreportd.run(sim, db=db, check=0)
            sizes.append(log_size(db))
            assert watching.count() == 1, "it sees what it saw"
        growth = [later - earlier for earlier, later in zip(sizes, sizes[1:])]
        assert sizes[-1] > WAL_LIMIT, "else this proves nothing"
        assert max(growth) < 2 * min(growth), "each run adds what it writes"
        assert watching.end() == 13
        sim.tick()
        ebsreportd.run(sim, db=db, check=0)
        assert log_size(db) <= WAL_LIMIT
        assert watching.count() == 14
    assert durability.check(db) == list(range(1, 15))


def start_at_once(sim, db, n):
    for process in [ebsreportd.start(sim, "--json", db=db) for _ in range(n)]:
        result = ebsreportd.finish(process)
        assert result.rc == 0 and not result.err, result


def test_runs_at_once(ec2sim, db):
    """Each waits for the other's transaction."""
    sim = ec2sim(**durability.FLEET)
    for finished in 4, 8, 12:
        start_at_once(sim, db, 4)
        assert durability.check(db) == list(range(1, finished + 1))
        sim.tick()


def test_first_runs_at_once(ec2sim, tmp_path):
    """One of them makes the file, one the tables and one the log, and none takes away what another one uses."""
    sim = ec2sim(regions="us-east-1", instances=1)
    for number in range(6):
        start_at_once(sim, tmp_path / f"{number}.db", 6)
        assert len(durability.check(tmp_path / f"{number}.db")) == 6


def test_an_exclusive_lock(ec2sim, db):
    sim = ec2sim(**durability.FLEET)
    ebsreportd.run(sim, db=db, check=0)
    calls = sim.stats()["calls"]
    with reader.Reader(db) as other:
        assert other.lock_exclusively() == ("exclusive", "1")
        said = durability.complaint(ebsreportd.run(sim, db=db), db)
        assert said.startswith("locked by another process") and "Try again" in said
    assert sim.stats()["calls"] == calls, "nothing was asked that could not be stored"
    ebsreportd.run(sim, db=db, check=0)
    assert durability.check(db) == [1, 2]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_read_only_file_system(ec2sim, tmp_path, db):
    sim = ec2sim(**durability.FLEET)
    ebsreportd.run(sim, db=db, check=0)
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f"""mount -t tmpfs none {disk} && cp {db} {db}-wal {db}-shm {disk}/ && mount -o remount,ro {disk} || exit 77
                 "$@" """
    for name in "h.db", "new.db":
        result = ebsreportd.run(sim, db=disk / name, prefix=["unshare", "-m", "sh", "-c", script, "sh"])
        if result.rc in (1, 77) and "ebsreportd" not in result.err:
            pytest.skip("NOT TESTED on a read-only file system: this container may not mount: " + result.err)
        said = durability.complaint(result, disk / name)
        assert "the file system is read-only" in said and "name another file with --db" in said
    assert not result.out, "nothing was asked that could not be stored"


@pytest.mark.parametrize("version", older.VERSIONS)
def test_a_file_of_an_older_version(ec2sim, db, version):
    sim = ec2sim(**durability.FLEET)
    older.make(db, version)
    ebsreportd.run(sim, db=db, check=0)
    assert durability.check(db) == [1, 2]
    rows = ebsreportd.sqlite(db, "SELECT run_id, attached_gib FROM v1_region_total WHERE region = 'us-east-1' ORDER BY run_id")
    assert rows[0] == {"run_id": 1, "attached_gib": 42} and rows[1]["attached_gib"] != 42
    assert ebsreportd.sqlite(db, "SELECT region, run_id FROM v1_latest") == [
        {"region": "us-east-1", "run_id": 2}, {"region": "eu-west-1", "run_id": 2}]
    new = db.with_name("new.db")
    ebsreportd.run(sim, db=new, check=0)
    assert ebsreportd.sqlite(db, "PRAGMA user_version") == ebsreportd.sqlite(new, "PRAGMA user_version")


def test_a_clock_set_back_by_a_day(ec2sim, db):
    """Runs are ordered by their ids: the third is the newest, though it says that it was before the others."""
    sim = ec2sim(**durability.FLEET)
    for _ in range(2):
        ebsreportd.run(sim, db=db, check=0)
        sim.tick()
    durability.set_clock_back(db, 86400)
    report = ebsreportd.run(sim, db=db, check=0).json
    assert durability.check(db) == [1, 2, 3]
    started = [row["started_at"] for row in ebsreportd.sqlite(db, "SELECT started_at FROM v1_run ORDER BY run_id")]
    assert started[2] < started[0]
    latest = ebsreportd.sqlite(db, "SELECT run_id, completeness, age_s FROM v1_latest")
    assert {(row["run_id"], row["completeness"], row["age_s"] < 3600) for row in latest} == {(3, "ok", True)}
    volumes = ebsreportd.sqlite(db, "SELECT count(*) AS n, min(last_seen_at) AS at FROM v1_volume")[0]
    assert volumes == {"n": sum(report["totals"][key] for key in ("attached_volumes", "unattached_volumes", "managed_volumes")),
                       "at": started[2]}
    assert ebsreportd.sqlite(db, "SELECT count(*) AS n FROM v1_unattached WHERE age_s < 0 OR wasted_micros < 0") == [{"n": 0}]
    assert len(ebsreportd.sqlite(db, "SELECT DISTINCT day_at FROM v1_trend_day")) == 2

    durability.set_clock_back(db, -86400)
    sim.tick()
    ebsreportd.run(sim, db=db, check=0)
    assert durability.check(db) == [1, 2, 3, 4]
    assert {row["run_id"] for row in ebsreportd.sqlite(db, "SELECT run_id FROM v1_latest")} == {4}


def test_what_changed_while_the_clock_was_set_back(ec2sim, db):
    """--diff goes by runs, and --since by the newest one that says it was before: there is none, so by the first."""
    sim = ec2sim(**durability.FLEET)
    for _ in range(2):
        ebsreportd.run(sim, db=db, check=0)
        sim.tick()
    durability.set_clock_back(db, 86400)
    ebsreportd.run(sim, db=db, check=0)
    billed = {row["run_id"]: row["billed_gib"] for row in ebsreportd.sqlite(db, "SELECT run_id, billed_gib FROM v1_run")}
    for question in ("--diff", "1", "3"), ("--since", "2d"):
        answer = ebsreportd.read_history(db, *question, "--json", check=0).json
        assert len(answer["causes"]) > 2
        assert sum(cause["gib_change"] for cause in answer["causes"]) == billed[3] - billed[1], answer
        assert {region["after"]["run_id"] for region in answer["regions"]} == {3}
