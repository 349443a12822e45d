# SPDX-License-Identifier: MIT
"""A run is stored whole or not at all, wherever it is killed and whatever the disk does: strace makes the n-th system call
on the history's files the last one, or fail. Only the parent is traced, as it alone has the database."""
import os

import pytest

import durability
import ebsreportd
import ebsim
import older

CALLS = ("pwrite64", "fdatasync", "ftruncate", "unlink")


@pytest.fixture(scope="module")
def sim():
    with ebsim.Ec2sim(**durability.FLEET) as running:
        yield running


@pytest.fixture(scope="module")
def history(sim, tmp_path_factory):
    """A history of two runs, and another one is due that finds changes."""
    db = tmp_path_factory.mktemp("history") / "h.db"
    for _ in range(2):
        ebsreportd.run(sim, db=db, check=0)
        sim.tick()
    return db


@pytest.fixture(scope="module")
def starts(history, tmp_path_factory):
    """Where a run may start from: no file, a history, and one of the first version, which is migrated."""
    directory = tmp_path_factory.mktemp("starts")
    return {"nothing": directory / "none" / "h.db", "history": history, "old": older.make(directory / "old.db", 1)}


def some(n, most):
    """At most so many of the numbers from 1 to n, the ends among them."""
    step = max(1, -(-n // most))
    return sorted({*range(1, n + 1, step), n} - {0})


@pytest.mark.parametrize("start, args, new", [("nothing", [], 1), ("history", [], 1), ("old", [], 1), ("history", ["--compare"], 3)])
def test_killed_at_any_system_call(sim, starts, tmp_path, start, args, new):
    source = starts[start]
    before = len(durability.check(source)) if source.exists() else 0
    counts = durability.count_calls(sim, durability.copy(source, tmp_path / "count"), CALLS, tmp_path / "log")
    assert counts["pwrite64"] > 50 and counts["fdatasync"] >= 2
    stored = set()
    for call, n in counts.items():
        for when in some(n, 9):
            db = durability.copy(source, tmp_path / f"{call}-{when}")
            killed = ebsreportd.run(sim, *args, db=db, prefix=durability.inject(db, call, "signal=KILL", when))
            assert killed.rc == -9, killed
            runs = len(durability.check(db))
            stored.add(runs - before)
            assert runs in (before, before + new), (call, when)
            assert not killed.out or runs == before + new, "what was reported is stored"
            ebsreportd.run(sim, db=db, check=0)
            assert len(durability.check(db)) == runs + 1, (call, when)
    assert stored == {0, new}, "some before, some behind the commit"


REMEDIES = {
    "ENOSPC": {"free some on that file system or move the database"},
    "EIO": {"check the disk"},
    "EDQUOT": {"free some on that file system or move the database", "quotas"},  # SQLite does not always tell it
}


@pytest.mark.parametrize("error, call", [("ENOSPC", "pwrite64"), ("ENOSPC", "ftruncate"), ("EIO", "pwrite64"),
                                         ("EIO", "fdatasync"), ("EDQUOT", "pwrite64")])
def test_a_disk_that_fails_at_any_system_call(sim, history, tmp_path, error, call):
    counts = durability.count_calls(sim, durability.copy(history, tmp_path / "count"), CALLS, tmp_path / "log")
    outcomes = set()
    for when in some(counts[call], 10):
        for later in ("", "+"):
            db = durability.copy(history, tmp_path / f"{when}{later}")
            result = ebsreportd.run(sim, db=db, prefix=durability.inject(db, call, f"error={error}", f"{when}{later}"))
            runs = len(durability.check(db))
            if result.rc == 0:
                assert runs == 3 and not result.err, "what failed was of no importance: emptying the log"
            else:
                said = durability.complaint(result, db)
                assert any(remedy in said for remedy in REMEDIES[error]), said
                assert runs == (3 if "(this run is stored" in said else 2), said
            outcomes.add(result.rc)
            ebsreportd.run(sim, db=db, check=0)
            assert len(durability.check(db)) == runs + 1
    assert 4 in outcomes


@pytest.mark.parametrize("error, remedy", [("ENOSPC", "free some on that file system"),
                                           ("EMFILE", "allow it more open files"), ("EACCES", "run as its owner")])
def test_files_that_cannot_be_opened(sim, history, tmp_path, error, remedy):
    db = durability.copy(history, tmp_path / "w")
    result = ebsreportd.run(sim, db=db, prefix=durability.inject(db, "openat", f"error={error}", "1+"))
    assert remedy in durability.complaint(result, db)
    assert len(durability.check(db)) == 2


def test_a_write_ahead_log_that_cannot_be_shared(sim, history, tmp_path):
    db = durability.copy(history, tmp_path / "w")
    result = ebsreportd.run(sim, db=db, prefix=durability.inject(db, "mmap", "error=ENOMEM", "1+"))
    assert "Cannot allocate memory" in durability.complaint(result, db)
    assert len(durability.check(db)) == 2


def test_kills_do_not_pile_up(sim, history, tmp_path):
    """What a killed run had written to the log is written over by the next one."""
    db = durability.copy(history, tmp_path / "w")
    when = 40
    assert durability.count_calls(sim, durability.copy(history, tmp_path / "count"), ["pwrite64"], tmp_path / "log")["pwrite64"] > when
    sizes = []
    for _ in range(5):
        assert ebsreportd.run(sim, db=db, prefix=durability.inject(db, "pwrite64", "signal=KILL", when)).rc == -9
        sizes.append([os.path.getsize(f"{db}{suffix}") for suffix in ("", "-wal", "-shm")])
    assert sizes[0][1] > 20000 and sizes == sizes[:1] * 5, sizes
    assert durability.check(db) == [1, 2]
