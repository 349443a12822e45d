# SPDX-License-Identifier: MIT
"""The made-up history fits together: what tests and benchmarks prove on it is worth something then."""
import contextlib
import sqlite3
import subprocess

import pytest

import ebsim
import ebsreportd
import year


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    path = year.make(tmp_path_factory.mktemp("year") / "history.db")
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        yield db


def dump(path):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return list(db.iterdump())


def value(db, query):
    return db.execute(query).fetchone()[0]


def test_the_same_seed_gives_the_same_rows(tmp_path):
    small = {"days": 3, "raw_days": 1, "regions": 3, "accounts": 1, "volumes": 60, "instances": 15}
    first = dump(year.make(tmp_path / "1.db", **small))
    assert first == dump(year.make(tmp_path / "2.db", **small))
    assert first != dump(year.make(tmp_path / "3.db", seed=2, **small))


def test_it_is_sound(history):
    assert value(history, "PRAGMA integrity_check") == "ok"
    assert history.execute("PRAGMA foreign_key_check").fetchall() == []
    assert value(history, "SELECT max(started_at) FROM v1_run") == year.END_SECONDS
    assert value(history, "SELECT count(DISTINCT volume_type) FROM v1_type_total") == 8
    assert {cause for (cause,) in history.execute("SELECT DISTINCT cause FROM v1_event")} == {
        "created", "deleted", "grown", "retyped", "reprovisioned", "attached", "detached", "moved", "orphaned"}


def test_the_inventory_is_what_the_newest_listings_saw(history):
    rows = history.execute("""
        SELECT g.billed_gib, sum(v.gib), g.attached_gib, sum(v.gib) FILTER (WHERE v.holder IN ('instance', 'unknown_instance')),
               g.unattached_volumes, count(*) FILTER (WHERE v.holder = 'none'), g.billed_cost_micros, sum(v.cost_micros),
               g.instance_sum_gib, (SELECT sum(gib) FROM v1_instance AS i WHERE i.account = g.account AND i.region = g.region)
        FROM v1_last_good AS g JOIN v1_volume AS v ON v.account = g.account AND v.region = g.region GROUP BY v.place_id""")
    for row in (checked := rows.fetchall()):
        assert row[0::2] == tuple(n or 0 for n in row[1::2]), row
    assert len(checked) == 16
    assert value(history, "SELECT count(*) FROM v1_instance AS i WHERE gib <> (SELECT coalesce(sum(gib), 0) "
                          "FROM v1_attachment AS a WHERE a.place_id = i.place_id AND a.instance_id = i.instance_id)") == 0


def test_types_add_up_to_totals(history):
    differing, all_rows = history.execute("""
        SELECT count(*) FILTER (WHERE t.attached_gib + coalesce(t.unattached_gib + t.managed_gib, 0) <> c.gib), count(*)
        FROM v1_region_total AS t JOIN
             (SELECT run_id, account, region, sum(gib) AS gib FROM v1_type_total WHERE mode = 'sweep' GROUP BY 1, 2, 3) AS c
             USING (run_id, account, region)""").fetchone()
    assert all_rows > 10000 and differing == 0


def test_events_add_up_to_what_changed(history):
    differing, changes = history.execute("""
        SELECT count(*) FILTER (WHERE l.change <> coalesce(e.change, 0)), sum(l.change <> 0)
        FROM (SELECT place_id, run_id, billed_gib - lag(billed_gib) OVER (PARTITION BY place_id ORDER BY run_id) AS change
              FROM v1_listing_total) AS l
             LEFT JOIN (SELECT place_id, run_id, sum(gib_after - gib_before) AS change FROM volume_event GROUP BY 1, 2) AS e
                       USING (place_id, run_id)""").fetchone()
    assert changes > 50 and differing == 0


def test_its_rollups_are_those_of_the_program(tmp_path):
    """The generator folds by code of its own, and ebsreportd rebuilds what it still has the runs of."""
    path = year.make(tmp_path / "history.db", days=8, raw_days=3, accounts=1, regions=6)
    with contextlib.closing(sqlite3.connect(path)) as db:
        tables = [f"SELECT * FROM {table} ORDER BY 1, 2, 3" for table in ("rollup_hour", "rollup_day", "rollup_total_hour", "rollup_total_day")]
        before = [db.execute(query).fetchall() for query in tables]
        db.execute("DELETE FROM rollup_total_day WHERE metric_id = 4")
        db.execute("UPDATE rollup_hour SET last_value = -1, asked = asked + 1 WHERE samples > 0 AND hour_at >= ? - 86400",
                   [year.END_SECONDS])
        db.commit()
        assert [db.execute(query).fetchall() for query in tables] != before
    rebuilt = ebsreportd.read_history(path, "--rebuild-rollups", check=0)
    assert "runs" in rebuilt.out, rebuilt
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert [db.execute(query).fetchall() for query in tables] == before


def test_it_refuses_to_write_over_a_file(tmp_path):
    there = tmp_path / "there.db"
    there.write_text("mine")
    done = subprocess.run([ebsim.program("tests/tools/year-of-history"), there], stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "there already" in done.stderr
    assert there.read_text() == "mine"
