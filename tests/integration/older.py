# SPDX-License-Identifier: MIT
"""Histories as earlier versions of ebsreportd made them."""
import contextlib
import sqlite3

import ebsim

APPLICATION_ID = 0x45425352
VERSIONS = range(1, 1 + len(list((ebsim.ROOT / "tests/unit").glob("schema-*.sql"))))


def make(path, version):
    """Makes one of that version with a run over one region, in WAL mode. Returns its path."""
    schema = (ebsim.ROOT / f"tests/unit/schema-{version}.sql").read_text()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(f"""
            PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;
            {schema};
            INSERT INTO run (started_at, mode, status, workers, regions_ok, regions_failed, wall_us, busy_us, cpu_us, calls,
                             retries, throttles, regions_assumed, instances, instance_sum_gib, attached_volumes, attached_gib,
                             multi_attach_extra_gib)
                   VALUES (1700000000, 'parallel', 'ok', 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 1, 42, 2, 42, 0);
            INSERT INTO place (account, region, newest_run_id, good_run_id) VALUES ('{ebsim.ACCOUNT}', 'us-east-1', 1, 1);
            INSERT INTO region_total (run_id, place_id, started_at, status, start_us, wall_us, busy_us, calls, retries,
                                      throttles, instances, instance_sum_gib, attached_volumes, attached_gib,
                                      multi_attach_extra_gib)
                   VALUES (1, 1, 1700000000, 'ok', 0, 1, 1, 1, 0, 0, 1, 42, 2, 42, 0);
            INSERT INTO volume_class (zone, volume_type, state, holder) VALUES ('us-east-1a', 'gp3', 'in-use', 'instance');
            INSERT INTO type_total (run_id, place_id, class_id, volumes, gib, iops, throughput_mibps)
                   VALUES (1, 1, 1, 2, 42, 6000, 250);
            PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {version};""")
    return path


def copy(current, path, version):
    """Makes one of that version with all that a history of the current version has and that it knew. Returns its path."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;")
        db.executescript((ebsim.ROOT / f"tests/unit/schema-{version}.sql").read_text())
        db.execute("ATTACH ? AS now", (str(current),))
        for table, in db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'").fetchall():
            columns = [name for _, name, *_ in db.execute(f"PRAGMA main.table_info({table})")]
            db.execute(f"INSERT INTO main.{table} ({', '.join(columns)}) SELECT {', '.join(columns)} FROM now.{table}")
        db.executescript(f"PRAGMA main.application_id = {APPLICATION_ID}; PRAGMA main.user_version = {version};")
    return path
