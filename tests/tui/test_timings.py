# SPDX-License-Identifier: MIT
"""Timings: pairs over the same regions, what bounds them, and what the workers of the selected run did."""
import csv
import io
import json
import re
import sqlite3
import subprocess

import screen


def once(*arguments):
    return subprocess.run([screen.EBSTOP, "--view", "timings", *map(str, arguments)], env=screen.environment(), check=True,
                          capture_output=True, text=True).stdout


def test_the_selected_pair(show, golden):
    s = show(24, 80, "--db", golden, "--view", "timings")
    text = s.wait(r"Workers of run #48211 ")
    assert re.search(r"Sequential #48210 +81\.1s .*1,413 calls", text)
    assert re.search(r"Parallel +#48211 +12\.7s .*6\.39x, 8 workers, eff 80%", text)
    assert "slowest region us-east-1 12.7s = max 6.4x  API floor none" in text
    assert "p50 6.1x p95 6.4x n=8" in text and "memory 14.2 MiB" in text
    assert re.search(r"w7 .*\[a.*!", text)
    s.keys("j")
    text = s.wait("Workers: the run is no longer kept")
    assert "5.63x, 8 workers" in text and "Bound not known" in text
    # Of a pair that is not complete there is no speed-up.
    s.keys("j", "j", "j")
    s.wait("no speed-up: not both complete")


def test_all_runs(show, golden):
    s = show(24, 100, "--db", golden, "--view", "timings")
    s.wait("PAIR")
    s.keys("v")
    text = s.wait(r">#48213 .*sweep")
    assert "6.4 at once, 8 workers, 80% busy" in text and "max" not in text.split("Bound")[1].split("\n")[0]
    s.keys("j", "j")
    s.wait(r"Workers: calls of this run are not kept")
    s.keys("v")
    s.wait(r"> +#9 ")


def test_enter_shows_the_calls(show, golden):
    s = show(24, 80, "--db", golden, "--view", "timings")
    s.wait(r"Workers of run #48211")
    s.keys("Enter")
    s.wait(r"calls of #48211[^\n]*\n(.*\n)*.*DescribeVolumes")
    s.keys("\\", "worker=7", "Enter")
    text = s.wait("filter: worker=7")
    s.wait(r"1/4 ")
    assert "denied" in text
    s.keys("Escape", "Escape")
    s.wait("Workers of run #48211")


def test_the_api_limit_is_a_floor(show, golden):
    with sqlite3.connect(golden) as db:
        db.execute("UPDATE region_total SET instances = 1000 WHERE run_id = 48211 AND place_id ="
                   " (SELECT place_id FROM place WHERE region = 'us-west-2')")
        # Of a sweep's calls it is not known which are of one action.
        db.execute("UPDATE region_total SET calls = 1000 WHERE run_id = 48213 AND place_id ="
                   " (SELECT place_id FROM place WHERE region = 'us-west-2')")
    s = show(24, 100, "--db", golden, "--view", "timings")
    s.wait("API floor 45.0s us-west-2")
    s.keys("v")
    s.wait("API floor not known")


def test_a_range_is_of_all_that_is_shown(show, golden):
    s = show(24, 80, "--db", golden, "--view", "timings", "--range", "24h")
    s.wait(r"Speed-ups 24h p50 5\.6x p95 6\.4x n=2")
    s.wait(r"1/2 ")
    s.keys("]")
    s.wait(r"Speed-ups 7d .* n=7")
    s.wait(r"1/8 ")
    s.keys("[", "[")
    s.wait(r"Speed-ups 1h .* n=1")
    s.wait(r"1/1 ")
    s.keys("v")
    s.wait(r"1/4 ")
    s.keys("]")
    s.wait(r"1/5 ")


def test_a_range_is_of_what_is_exported(golden):
    for words, n in (("1h", 1), ("24h", 2), ("7d", 8), ("1y", 9)):
        assert len(once("--db", golden, "--csv", "--range", words).splitlines()) == n + 1
        assert len(json.loads(once("--db", golden, "--json", "--range", words))["comparisons"]) == n


def test_no_comparison_yet(show, golden):
    with sqlite3.connect(golden) as db:
        db.execute("DELETE FROM comparison")
    s = show(24, 160, "--db", golden, "--view", "timings")
    assert "Workers" not in s.wait(r"no comparison in the last 30d \(\] shows more\): .*v shows all runs")
    s.keys("]")
    s.wait("no comparison in the last 1y: the daemon")
    s.keys("v")
    s.wait(">#48213")


def test_once(golden):
    rows = list(csv.DictReader(io.StringIO(once("--db", golden, "--csv"))))
    assert len(rows) == 9 and rows[0]["parallel_run_id"] == "48211" and rows[0]["parallel_peak_pss_kib"] == "14540"
    answer = json.loads(once("--db", golden, "--json"))
    assert len(answer["comparisons"]) == 9 and len(answer["calls"]) == 17
    assert answer["comparisons"][4]["speedup"] is None and answer["calls"][-1]["outcome"] == "denied"
    text = once("--db", golden, "--once")
    assert "6.39x" in text and "null" not in text.lower()
