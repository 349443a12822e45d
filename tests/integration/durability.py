# SPDX-License-Identifier: MIT
"""Histories that something happens to: copies of them, what is wrong with one, and system calls that fail."""
import contextlib
import pathlib
import shutil
import sqlite3
import tempfile

import ebsreportd

SUFFIXES = ("", "-wal", "-shm", "-journal")

# Two small regions in which much changes from run to run.
FLEET = {"regions": "us-east-1,eu-west-1", "instances": 12, "volumes_per_instance": 3, "churn": 20}


def copy(db, directory):
    """Copies a history with its -wal and the like to a new directory; returns its path there."""
    directory = pathlib.Path(directory)
    directory.mkdir(exist_ok=True)
    for suffix in SUFFIXES:
        if pathlib.Path(f"{db}{suffix}").exists():
            shutil.copy(f"{db}{suffix}", directory / f"h.db{suffix}")
    return directory / "h.db"


# Each finds rows that no history may have.
NEVER = {
    "a run without all its regions":
        "SELECT run_id FROM run AS r WHERE regions_ok + regions_failed <> "
        "(SELECT count(*) FROM region_total AS t WHERE t.run_id = r.run_id)",
    "a region without its types":
        "SELECT run_id, place_id FROM region_total AS t WHERE attached_gib + coalesce(unattached_gib + managed_gib, 0) <> "
        "(SELECT sum(gib) FROM type_total AS c WHERE c.run_id = t.run_id AND c.place_id = t.place_id)",
    "an inventory that is not the newest listing's":
        "SELECT l.place_id FROM listing AS l JOIN region_total AS t USING (run_id, place_id) "
        "WHERE attached_gib + unattached_gib + managed_gib <> (SELECT sum(gib) FROM volume AS v WHERE v.place_id = l.place_id)",
    "a listing that is not the newest sweep's":
        "SELECT place_id FROM place AS p WHERE (SELECT run_id FROM listing AS l WHERE l.place_id = p.place_id) IS NOT "
        "(SELECT max(run_id) FROM region_total AS t WHERE t.place_id = p.place_id AND unattached_gib IS NOT NULL)",
    "events that do not add up":
        "SELECT l.place_id, l.run_id FROM (SELECT place_id, run_id, billed_gib - lag(billed_gib) OVER "
        "(PARTITION BY place_id ORDER BY run_id) AS change FROM v1_listing_total) AS l WHERE change <> "
        "(SELECT coalesce(sum(gib_after - gib_before), 0) FROM volume_event AS e "
        " WHERE e.place_id = l.place_id AND e.run_id = l.run_id)",
    "a run that is not in the rollups":
        "SELECT 1 FROM (SELECT count(*) AS n FROM region_total WHERE run_id NOT IN "
        " (SELECT sequential_run_id FROM comparison UNION SELECT parallel_run_id FROM comparison)) WHERE "
        "n <> (SELECT coalesce(sum(asked), 0) FROM rollup_hour WHERE metric_id = 1) OR "
        "n <> (SELECT coalesce(sum(asked), 0) FROM rollup_day WHERE metric_id = 1)",
    "sums that are not those of the regions":
        " UNION ALL ".join(f"SELECT 1 FROM (SELECT * FROM {a} EXCEPT SELECT * FROM {b})" for rows in ("hour", "day")
                           for a, b in ((f"total_{rows}", f"rollup_total_{rows}"), (f"rollup_total_{rows}", f"total_{rows}"))),
    "a comparison without its runs":
        "SELECT comparison_id FROM comparison WHERE (SELECT count(*) FROM run "
        "WHERE run_id IN (sequential_run_id, parallel_run_id, sweep_run_id)) <> 3",
    "a newest run that is not there":
        "SELECT place_id FROM place AS p WHERE newest_run_id IS NOT "
        "(SELECT max(run_id) FROM region_total AS t WHERE t.place_id = p.place_id)",
}


def check(db):
    """Opens a copy as after a crash, and fails if anything in it is half. Returns the ids of its runs."""
    with tempfile.TemporaryDirectory() as directory:
        path = copy(db, directory)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            if not tables:
                return []
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            for what, query in NEVER.items() if "rollup_hour" in tables else ():  # else not migrated yet
                assert connection.execute(query).fetchall() == [], what
            return [run for (run,) in connection.execute("SELECT run_id FROM run ORDER BY run_id")]


def set_clock_back(db, seconds):
    """As if the clock had been ahead by so much up to now: all that a history tells of the time is later by it."""
    with contextlib.closing(sqlite3.connect(db)) as connection:
        columns = connection.execute(
            "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND "
            "c.type = 'INTEGER' AND (c.name GLOB '*_at' OR c.name GLOB '*_since')").fetchall()
        assert ("run", "started_at") in columns and ("volume", "unattached_since") in columns
        for table, column in columns:
            connection.execute(f"UPDATE {table} SET {column} = {column} + ?", [seconds])
        connection.commit()


def strace(db, *options):
    """The command before a run that makes strace watch what the parent does to the history."""
    paths = [word for suffix in SUFFIXES for word in ("-P", f"{db}{suffix}")]
    return ["strace", "-o", "/dev/null", *paths, *options]


def inject(db, call, what, when):
    """The same, with something done to its system calls of that name: what is signal=KILL or error=EIO, when is 3 (the
    third) or 3+ (and all later ones)."""
    return strace(db, "-e", "signal=none", "-e", f"trace={call}", "-e", f"inject={call}:{what}:when={when}")


def count_calls(sim, db, calls, log):
    """How often a run on this history makes each of those system calls on its files, by name."""
    result = ebsreportd.run(sim, db=db, prefix=["strace", "-o", log, *strace(db, "-e", "signal=none")[3:],
                                                "-e", f"trace={','.join(calls)}"])
    assert result.rc == 0, result
    lines = pathlib.Path(log).read_text().splitlines()
    return {call: sum(line.startswith(f"{call}(") for line in lines) for call in calls}


def complaint(result, db):
    """What a run that could not use its database says of it, in its one line."""
    lines = result.err.splitlines()
    assert result.rc == 4 and len(lines) == 1, result
    start = f"ebsreportd: {db}: "
    assert lines[0].startswith(start), result
    return lines[0].removeprefix(start)
