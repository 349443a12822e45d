# SPDX-License-Identifier: MIT
"""Trends: what is at the cursor, gaps and why, and where the keys lead."""
import csv
import io
import json
import re
import sqlite3
import subprocess

import pytest

import history
import screen


def once(*arguments, status=0):
    result = subprocess.run([screen.EBSTOP, "--view", "trends", *map(str, arguments)], env=screen.environment(),
                            capture_output=True, text=True)
    assert result.returncode == status, result.stderr
    return result.stdout if status == 0 else result.stderr


@pytest.fixture
def gaps(golden):
    """eu-west-1 was denied at 10:00, and nothing ran at 08:00."""
    with sqlite3.connect(golden) as db:
        at = history.NOW // 3600 * 3600
        db.execute("UPDATE rollup_hour SET samples = 0, first_value = NULL, first_at = NULL, last_value = NULL, last_at = NULL,"
                   " min_value = NULL, max_value = NULL, sum_value = NULL, lacking = 'denied' WHERE hour_at = ? AND place_id ="
                   " (SELECT place_id FROM place WHERE region = 'eu-west-1')", [at - 4 * 3600])
        db.execute("DELETE FROM rollup_hour WHERE hour_at = ?", [at - 6 * 3600])
        history.sum_up(db)
    return golden


def test_gaps_say_why(show, gaps):
    s = show(24, 80, "--db", gaps, "--view", "trends", "--region", "eu-west-1")
    s.wait(r"At 11-23 14:00 427\.\d TiB \(")
    s.keys("h", "h", "h", "h")
    s.wait(r"At 11-23 10:00 no data: access denied")
    s.keys("h", "h")
    s.wait(r"At 11-23 08:00 no run *\n")
    with sqlite3.connect(gaps) as db:
        db.execute("INSERT INTO pruned VALUES ('hours', ?)", [history.NOW // 3600 * 3600 - 5 * 3600])
    s.wait(r"At 11-23 08:00 no longer kept")
    s.keys("l")
    text = s.wait(r"At 11-23 09:00 42\d\.\d TiB")
    assert "~ no data (2)" in text and re.search(r"│.*~.*~", text)


@pytest.mark.parametrize("metric", ["billed_gib", "billed_cost_micros", "attached_cost_micros", "instances"])
def test_sums_of_nothing_say_why(show, golden, metric):
    """At 12:00 every region was denied, at 10:00 runs asked instance by instance, and at 08:00 nothing ran."""
    with sqlite3.connect(golden) as db:
        at = history.NOW // 3600 * 3600
        db.execute("UPDATE rollup_hour SET samples = 0, first_value = NULL, first_at = NULL, last_value = NULL, last_at = NULL,"
                   " min_value = NULL, max_value = NULL, sum_value = NULL, currency = NULL, lacking = 'denied' WHERE hour_at = ?",
                   [at - 2 * 3600])
        db.execute("DELETE FROM rollup_hour WHERE hour_at = ? AND metric_id IN (SELECT metric_id FROM metric WHERE of_all_volumes)",
                   [at - 4 * 3600])
        db.execute("DELETE FROM rollup_hour WHERE hour_at = ?", [at - 6 * 3600])
        history.sum_up(db)
    s = show(24, 80, "--db", golden, "--view", "trends", "--metric", metric)
    s.wait(r"At 11-23 14:00 \d")
    s.keys("h", "h")
    s.wait(r"At 11-23 12:00 no data: access denied *\n")
    s.keys("h", "h")
    s.wait(r"At 11-23 10:00 no data: the run did not see all volumes *\n" if metric.startswith("billed") else r"At 11-23 10:00 \d")
    s.keys("h", "h")
    s.wait(r"At 11-23 08:00 no run *\n")
    # A region's words are the same.
    s.keys("j")
    s.wait(r"Scope ap-northeast-1 (?s:.*)At 11-23 08:00 no run *\n")
    s.keys("l", "l", "l", "l")
    s.wait(r"At 11-23 12:00 no data: access denied *\n")


def test_a_sum_without_a_region_is_at_least(show, gaps):
    s = show(24, 100, "--db", gaps, "--view", "trends")
    s.wait(r"At 11-23 14:00 [\d,.]+\+ TiB .*16 of 17 regions")
    s.keys("h", "h", "h", "h")
    s.wait(r"At 11-23 10:00 2,\d\d\d\.\d\+ TiB .*16 of 17 regions")
    # The whole sums before and behind it make the change, and not what lacks a region.
    assert re.search(r"First 3,3\d\d\.\d  11-23 11:00 3,3\d\d\.\d TiB  \+0\.\d+%", s.text())


def test_keys_lead_around(show, golden):
    s = show(40, 140, "--db", golden)
    s.wait(">us-east-1")
    s.keys("j", "t")
    s.wait(r"Scope eu-west-1 of 123456789012 .*bucket 1h")
    s.keys("]")
    s.wait(r"1h 24h \[7d\].*\n.*bucket 2h")
    s.keys("]", "]")
    s.wait(r"\[1y\].*\n.*bucket 7d|bucket 1w")
    s.keys("m")
    s.wait(r"\[\$/mo\]")
    s.keys("y")
    s.wait(r"y: from zero")
    s.keys("0", "k")
    s.wait(r"Scope eu-north-1 ")
    s.keys("Escape")
    s.wait(">eu-west-1")
    s.keys("Enter")
    s.wait("TYPE")
    s.keys("t")
    s.wait("Scope eu-west-1 of 123456789012")


@pytest.mark.parametrize("arguments", [["--metric", "instances"], ["--units", "tib"], ["--units", "gib"]])
def test_no_label_is_there_twice(show, golden, arguments):
    with sqlite3.connect(golden) as db:
        db.execute("UPDATE rollup_hour SET first_value = 1536, last_value = 1536, min_value = 1536, max_value = 1537, "
                   "sum_value = 1536.5 * samples WHERE samples > 0")
    for scale in [], ["y"]:
        s = show(40, 140, "--db", golden, "--view", "trends", "--region", "us-east-1", *arguments)
        s.keys(*scale)
        s.wait(r"y: from zero" if scale else r"y: auto")
        text = s.stable()
        labels = re.findall(r"^ +([\d,.]+) │", text, re.M)
        assert len(labels) > 5 and len(set(labels)) == len(labels)


def test_panning_and_now(show, golden):
    s = show(24, 80, "--db", golden, "--view", "trends", "--range", "24h")
    s.wait(r"At 11-23 14:00")
    s.keys("{", "{")
    s.wait(r"At 11-22 14:00")
    s.keys("}")
    s.wait(r"At 11-23 02:00")
    s.keys("0")
    s.wait(r"At 11-23 14:00")


def test_exports_what_the_chart_shows(show, golden, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    s = show(24, 80, "--db", golden, "--view", "trends", "--region", "us-east-1")
    s.wait("Scope us-east-1")
    s.keys("]")
    s.wait(r"\[7d\]")
    s.keys("x")
    s.wait("exported to ebstop-trends-")
    rows = next(tmp_path.glob("ebstop-trends-*.csv")).read_text().splitlines()
    assert len(rows) == 169 and ",us-east-1,," in rows[1]


def test_single_runs_of_the_last_hour(show, golden):
    s = show(24, 80, "--db", golden, "--view", "trends", "--range", "1h")
    s.wait(r"bucket 10m")
    # A run in which nothing worked, and none at all; sequential and parallel ones cannot see unattached volumes.
    text = s.wait(r"At 11-23 13:56 [\d,.]+\+ TiB")
    assert "no data" in text
    s.keys("m", "m", "m")
    s.wait(r"Metric instances")


def test_the_changes_at_the_cursor(show, golden):
    s = show(24, 100, "--db", golden, "--view", "trends")
    s.wait(r"At 11-23 14:00")
    s.keys("c")
    text = s.wait(r"found from 11-23 14:00:00 to 11-23 15:00:00")
    assert "created" in text and "grown" not in text
    s.keys("Escape", "h", "Enter")
    text = s.wait(r"found from 11-23 13:00:00 to 11-23 14:00:00")
    assert "grown" in text and "created" not in text


def test_currencies_are_shown_one_by_one(show, golden):
    with sqlite3.connect(golden) as db:
        db.execute("UPDATE rollup_day SET currency = 'CNY' WHERE currency IS NOT NULL AND place_id = "
                   "(SELECT place_id FROM place WHERE region = 'us-east-1')")
        history.sum_up(db)
    s = show(24, 80, "--db", golden, "--view", "trends", "--range", "1y", "--metric", "billed_cost_micros")
    s.wait(r"At 11-17 43,\d\d\d CNY/mo")
    s.keys("m")
    s.wait(r"At 11-17 23\d,\d\d\d \$/mo")
    s.keys("m")
    s.wait("Metric attached volumes")


def test_a_forecast_or_why_there_is_none(show, golden):
    s = show(24, 80, "--db", golden, "--view", "trends", "--region", "us-east-1")
    s.wait(r"In 30 days \d\d\d\.\d TiB \(\d\d\d\.\d\.\.\d\d\d\.\d, 95 %\)")
    with sqlite3.connect(golden) as db:
        db.execute("DELETE FROM rollup_day WHERE day_at < ?", [history.NOW - 10 * history.DAY])
    s.wait(r"no forecast: fewer than 14 days")


FORECAST_MARKS = {"block": "◦", "braille": "◦", "ascii": "o"}


@pytest.mark.parametrize("glyphs", FORECAST_MARKS)
@pytest.mark.parametrize("words, ahead", [("30d", "\\+7d"), ("1y", "\\+91d")])
def test_a_forecast_is_drawn_behind_now(show, golden, glyphs, words, ahead):
    mark = FORECAST_MARKS[glyphs]
    s = show(24, 80, "--db", golden, "--view", "trends", "--region", "eu-west-1", "--range", words, "--glyphs", glyphs)
    s.wait(f" now +{ahead} *\n")
    text = s.stable()
    assert f"   {mark} forecast" in text
    now = text.split(" now ")[0].rsplit("\n", 1)[1]
    rows = [line.ljust(80) for line in text.splitlines()[4:17]]
    # Everything measured is before now, and everything behind it is the forecast's.
    assert any(mark in row[len(now) + 4:] for row in rows) and not any(mark in row[8:len(now) + 3] for row in rows)
    measured = "~" + "*:•░" + "".join(map(chr, range(0x2800, 0x2810)))
    assert not any(c in row[len(now) + 4:] for row in rows for c in measured)


def test_the_cursor_on_a_forecast(show, golden):
    s = show(24, 100, "--db", golden, "--view", "trends", "--region", "eu-west-1", "--range", "30d")
    newest = float(re.search(r"At 11-2\d[ \d:]* ([\d.]+) TiB", s.wait(r"At 11-2\d[ \d:]* \d+\.\d TiB"))[1])
    s.keys("l")
    pattern = r"At 11-2\d[ \d:]* forecast ([\d.]+) TiB \(([\d.]+)\.\.([\d.]+), 95 %\)"
    value, low, high = map(float, re.search(pattern, s.wait(pattern)).groups())
    assert newest < value < newest * 1.02 and low <= value <= high
    # Nothing has changed there yet, and the newest is where one comes back to.
    s.keys("Enter", *["l"] * 40)
    s.wait(r"At 11-30[ \d:]* forecast")
    text = s.stable()
    at_end = float(re.search(r"forecast ([\d.]+)", text)[1])
    in_30_days = float(re.search(r"In 30 days ([\d.]+)", text)[1])
    assert value < at_end < in_30_days and "WHAT" not in text
    # A straight line leads there.
    assert abs((at_end - value) / (in_30_days - value) - 6.5 / 29.5) < 0.04
    s.keys("G")
    s.wait(r"At 11-2\d[ \d:]* \d+\.\d TiB")


def test_no_forecast_is_made_up(show, golden):
    s = show(24, 100, "--db", golden, "--view", "trends", "--region", "us-east-1", "--range", "30d")
    s.wait(r"now +\+7d")
    assert "◦" in s.stable()
    s.keys("{")
    s.wait(r"At 11-08")
    assert "◦" not in s.stable()
    s.keys("0")
    s.wait(r"now +\+7d")
    s.keys("[")
    s.wait(r"\[7d\](?s:.*)now *\n")
    assert "◦" not in s.stable()
    s.keys("]")
    s.wait(r"now +\+7d")
    with sqlite3.connect(golden) as db:
        db.execute("DELETE FROM rollup_day WHERE day_at < ?", [history.NOW - 10 * history.DAY])
    s.wait(r"no forecast: fewer than 14 days")
    text = s.stable()
    assert "◦" not in text and re.search(r"now *\n", text)


def test_two_databases_that_know_the_same_regions(show, golden, tmp_path):
    other = history.make_golden(tmp_path / "other.db")
    total = once("--db", golden, "--csv")
    s = show(24, 80, "--db", golden, "--db", other, "--view", "trends")
    s.wait(r"At 11-23 14:00 (3,3\d\d\.\d\+) TiB .*16 of 17")
    at = s.stable()
    assert "no forecast: of several databases together" in at
    assert len(total.splitlines()) == 25


@pytest.fixture
def accounts(golden):
    """The Asian regions are of an account of their own."""
    with sqlite3.connect(golden) as db:
        db.execute("UPDATE place SET account = '210987654321' WHERE region GLOB 'ap-*'")
        history.sum_up(db)
    return golden


def test_an_account_among_several(show, accounts):
    rows = list(csv.DictReader(io.StringIO(once("--db", accounts, "--csv", "--range", "1y"))))
    s = show(24, 100, "--db", accounts, "--view", "trends", "--range", "1y")
    s.wait(r"Scope ALL regions \(17\).*")
    s.keys("j")
    s.wait(r"Scope account 210987654321 ")
    text = s.stable()
    first = re.search(r"In 30 days ([\d,.]+) TiB \(", text)[1]
    s.keys("j")
    s.wait(r"Scope account 123456789012 ")
    text = s.stable()
    second = re.search(r"In 30 days ([\d,.]+) TiB \(", text)[1]
    s.keys("k", "k")
    s.wait(r"Scope ALL")
    text = s.stable()
    both = re.search(r"In 30 days ([\d,.]+) TiB \(", text)[1]
    assert len(rows) == 365 and {r["account"] for r in rows} == {""}
    numbers = [float(n.replace(",", "")) for n in (first, second, both)]
    # The median of sums is not the sum of medians, but these regions change evenly.
    assert abs(numbers[0] + numbers[1] - numbers[2]) < numbers[2] / 100 and min(numbers) > 100


def test_a_region_of_an_account_that_is_not_known(show, golden):
    """It is not that of all accounts, of which one has such a region too."""
    with sqlite3.connect(golden) as db:
        db.execute("UPDATE place SET account = '', region = 'us-east-1' WHERE region = 'eu-west-1'")
        history.sum_up(db)
    s = show(24, 100, "--db", golden, "--view", "trends", "--region", "us-east-1")
    s.wait(r"Scope us-east-1   ")
    both = s.stable()
    assert "In 30 days no forecast: of several accounts together" in both
    s.keys("k")
    s.wait(r"Scope us-east-1 of an unknown account ")
    unknown = s.stable()
    assert "no forecast" not in unknown and re.search(r"In 30 days 5\d\d\.\d TiB", unknown)
    s.keys("j")
    s.wait(r"Scope us-east-1 of 123456789012 ")
    known = s.stable()
    both, known, unknown = (float(re.search(r"At 11-23 14:00 ([\d,.]+)", text)[1].replace(",", "")) for text in (both, known, unknown))
    assert abs(known + unknown - both) < 0.2 and min(known, unknown) > 100


def test_databases_of_different_accounts_add_up(show, golden, tmp_path):
    """Each has its own sums, which are read instead of every region's."""
    other = history.make_golden(tmp_path / "other.db", account="210987654321")
    s = show(24, 100, "--db", golden, "--db", other, "--view", "trends")
    s.wait(r"At 11-23 14:00 6,6\d\d\.\d\+ TiB .*32 of 34 regions")
    at = s.stable()
    assert "no forecast: of several databases together" in at
    s.keys("j")
    s.wait(r"Scope account 123456789012 .*\n(?s:.*)At 11-23 14:00 3,3\d\d\.\d\+ TiB .*16 of 17 regions")
    s.wait(r"In 30 days [\d,.]+ TiB")
    both, one = (list(csv.DictReader(io.StringIO(once("--csv", *arguments))))
                 for arguments in (("--db", golden, "--db", other), ("--db", golden)))
    assert len(both) == 2 * len(one) == 48
    assert sum(int(r["last_value"]) for r in both) == 2 * sum(int(r["last_value"]) for r in one)


def test_a_database_that_is_gone_keeps_no_other_metric(show, golden, tmp_path):
    """What it last said was of what was shown then."""
    other = history.make_golden(tmp_path / "other.db", account="210987654321")
    s = show(24, 100, "--db", golden, "--db", other, "--view", "trends", "--refresh", "0.5")
    s.wait(r"At 11-23 14:00 6,6\d\d\.\d\+ TiB .*32 of 34 regions")
    other.unlink()
    s.wait(r"At 11-23 14:00 6,6\d\d\.\d\+ TiB .*32 of 34 regions(?s:.*)other: DB missing")
    s.keys("m", "m", "m")
    s.wait(r"Metric instances(?s:.*)At 11-23 14:00 21[67]\+ instances .*16 of 17 regions")


def test_old_numbers_answer_nothing_else(show, golden):
    """Neither another metric's name nor another region's may stand over them while the file cannot be read."""
    s = show(24, 100, "--db", golden, "--view", "trends", "--refresh", "0.5")
    s.wait(r"At 11-23 14:00 3,3\d\d\.\d\+ TiB")
    hidden = golden.with_suffix(".hidden")
    golden.rename(hidden)
    s.wait(r"At 11-23 14:00 3,3\d\d\.\d\+ TiB(?s:.*)DB missing")
    s.keys("m", "j")
    s.wait(r"Reading cost of all volumes, 24h \.\.\.")
    assert "At 11-23" not in s.stable() and "DB missing" in s.text()
    hidden.rename(golden)
    s.wait(r"Scope \S+ of 123456789012 (?s:.*)At 11-23 14:00 ")


def test_once(golden):
    rows = list(csv.DictReader(io.StringIO(once("--db", golden, "--csv", "--range", "7d", "--region", "us-east-1"))))
    assert len(rows) == 168 and {r["region"] for r in rows} == {"us-east-1"}
    assert int(rows[-1]["min_value"]) < int(rows[-1]["last_value"]) < int(rows[-1]["max_value"])
    answer = json.loads(once("--db", golden, "--json", "--range", "1y", "--metric", "instances"))
    assert answer["view"] == "trends" and len(answer["trend"]) == 365 and answer["trend"][-1]["unit"] == "instances"
    assert answer["trend"][-1]["last_value"] == 217 and answer["trend"][-1]["regions"] == 17
    text = once("--db", golden, "--once", "--range", "1h")
    assert "unreachable" not in text and "denied" in text and "null" not in text.lower()


def test_an_unknown_metric_is_refused(golden):
    assert "--metric gib: " in once("--db", golden, "--metric", "gib", status=1)
