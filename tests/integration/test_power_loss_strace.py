# SPDX-License-Identifier: MIT
"""After a power failure at any moment the history opens, is sound, and has every run that had ended before."""
import contextlib
import random
import shutil

import pytest

import durability
import ebsim
import ebsreportd
import power_loss
import reader

RUNS = 4
CUTS = 40  # of each run


def record(directory, with_reader):
    """Some runs one after the other, from the first on; the history's files before each, and what it did to them."""
    db = directory / "h.db"
    recorded = []
    with ebsim.Ec2sim(**durability.FLEET) as sim, contextlib.ExitStack() as readers:
        for number in range(RUNS):
            files = [f"{db}{suffix}" for suffix in durability.SUFFIXES]
            disk = power_loss.Disk(files)
            log = directory / f"{number}.log"
            result = ebsreportd.run(sim, db=db, prefix=power_loss.recorder(db, log))
            assert result.rc == 0, result
            recorded.append((disk, power_loss.read(log)))
            sim.tick()
            if with_reader and number == 0:
                # As ebstop does: then the log is not emptied at the end of each run.
                assert readers.enter_context(reader.Reader(db)).count() == 1
    return recorded


@pytest.mark.parametrize("with_reader", [False, True])
def test_power_lost_at_any_moment(tmp_path, with_reader):
    chance = random.Random(1)
    before_commit, after_commit, changed = 0, 0, 0
    for run, (disk, operations) in enumerate(record(tmp_path, with_reader)):
        cuts = set(chance.sample(range(len(operations)), min(CUTS, len(operations)))) | {len(operations)}
        for done in range(len(operations) + 1):
            if done in cuts:
                changed += any(disk.pending.values())
                left = disk.lose_power(chance, tmp_path / "left")
                runs = durability.check(left) if left.exists() else []
                assert runs in (list(range(1, run + 1)), list(range(1, run + 2))), (run, done)
                before_commit += len(runs) == run
                after_commit += len(runs) == run + 1
                assert done < len(operations) or len(runs) == run + 1, "a run that has ended is there"
                shutil.rmtree(tmp_path / "left")
            if done < len(operations):
                disk.do(operations[done])
    assert before_commit > 50 and after_commit > 8 and changed > 50
