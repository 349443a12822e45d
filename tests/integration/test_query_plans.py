# SPDX-License-Identifier: MIT
"""No view's typical query reads a table that grows with the history from end to end. bench_views.py times them."""
import contextlib
import sqlite3

import pytest

import typical_queries
import year


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    path = year.make(tmp_path_factory.mktemp("plans") / "history.db", days=3, raw_days=2)
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        yield db


def test_every_view_has_a_typical_query(history):
    views = {name for (name,) in history.execute("SELECT name FROM sqlite_schema WHERE type = 'view' AND name GLOB 'v1_*'")}
    assert views == {query.view for query in typical_queries.QUERIES}


@pytest.mark.parametrize("query", typical_queries.QUERIES, ids=lambda query: f"{query.view}: {query.what}")
def test_no_raw_table_is_scanned(history, query):
    assert f"FROM {query.view} " in query.sql + " "
    values = typical_queries.parameters(history)
    plan = [row[3] for row in history.execute("EXPLAIN QUERY PLAN " + query.sql, values)]
    assert not typical_queries.full_scans(history, query.sql, values), "\n".join(plan)
    history.execute(query.sql, values).fetchall()


@pytest.mark.parametrize("sql, tables", [
    ("SELECT sum(gib) FROM v1_volume", {"volume"}),
    ("SELECT * FROM v1_run WHERE wall_us > 1000", {"run"}),
    ("SELECT * FROM v1_run ORDER BY run_id DESC", {"run"}),
    ("SELECT max(attached_gib) FROM v1_region_total", {"region_total"}),
])
def test_scans_are_found(history, sql, tables):
    assert typical_queries.full_scans(history, sql, {}) >= tables
