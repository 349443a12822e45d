# SPDX-License-Identifier: MIT
"""ebstop without a terminal: what it prints, and its exit status."""
import contextlib
import csv
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess

import pytest

import history
import screen


def run(*arguments, **env):
    return subprocess.run([screen.EBSTOP, *map(str, arguments)], env=screen.environment(**env), capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, timeout=screen.PATIENCE)


def test_links_no_network(golden):
    libraries = subprocess.run(["ldd", screen.EBSTOP], capture_output=True, text=True, check=True).stdout
    assert "sqlite3" in libraries and "ncursesw" in libraries
    for library in ("curl", "ssl", "crypto", "xml2", "jansson"):
        assert f"lib{library}" not in libraries


def test_json_adds_up(golden):
    r = run("--db", golden, "--json")
    assert (r.returncode, r.stderr) == (0, "")
    report = json.loads(r.stdout)
    assert report["format_version"] == 1 and report["data_age_s"] == 42 and report["stale"] is False
    assert report["errors"] == []
    totals, regions = report["totals"], report["regions"]
    assert (totals["regions"], totals["regions_old"], len(regions)) == (17, 1, 17)
    for name in ("gib", "volumes", "instances", "unattached_gib", "unattached_volumes"):
        assert totals[name] == sum(region[name] for region in regions), name
    assert totals["cost_micros"] == {"USD": sum(region["cost_micros"] for region in regions)}
    # The same from the fleet itself.
    h = sqlite3.connect(f"file:{golden}?immutable=1", uri=True)
    assert totals["gib"] == h.execute("SELECT sum(gib) FROM volume").fetchone()[0]
    assert totals["volumes"] == h.execute("SELECT count(*) FROM volume").fetchone()[0]


def test_csv_is_the_table(golden):
    r = run("--db", golden, "--csv", "--sort", "region:asc")
    rows = list(csv.DictReader(io.StringIO(r.stdout)))
    assert [row["region"] for row in rows] == sorted(name for name, *_ in history.REGIONS)
    assert rows[0]["currency"] == "USD"


def test_no_terminal_is_once(golden):
    assert run("--db", golden).stdout == run("--db", golden, "--once").stdout
    assert "us-east-1" in run("--db", golden).stdout


def test_the_head_of_text_says_what_it_is_about_and_how_current(golden):
    """On whatever width it is read."""
    first = run("--db", golden, "--once", "--view", "region", "--region", "eu-west-1").stdout.splitlines()[0]
    assert re.fullmatch(r" ebstop  Region > eu-west-1 +\[LIVE\] data 42s old  14:02 UTC", first) and len(first) <= 80


def test_digits_of_text_are_below_each_other(golden):
    lines = run("--db", golden, "--once", "--view", "volumes").stdout.splitlines()
    heading = next(i for i, line in enumerate(lines) if line.startswith("VOLUME"))
    end = lines[heading].index("$/MO") + len("$/MO")
    rows = lines[heading + 1:]
    # With cents there is a point, and without there is nothing, in the same place.
    assert len(rows) == 2480 and {line[end - 3] for line in rows} == {".", " "}
    assert all(line[end - 4].isdigit() for line in rows)


@pytest.mark.parametrize("view", ["overview", "instances"])
def test_text_says_which_part_of_the_sums_is_old(golden, tmp_path, view):
    lines = run("--db", golden, "--once", "--view", view).stdout.splitlines()
    assert lines[2] == " Regions: 16 fresh + 1 old, with the last numbers there were"
    whole = history.History(tmp_path / "whole.db")
    whole.make_fleet()
    whole.run(1, history.NOW - 60)
    whole.inventory(1, history.NOW - 60)
    text = run("--db", whole.finish(), "--once", "--view", view).stdout
    assert "Regions:" not in text and text.splitlines()[2] == ""


def test_a_region_that_is_no_longer_asked_is_not_fresh(tmp_path, show):
    h = history.History(tmp_path / "fewer.db")
    h.make_fleet()
    h.run(1, history.NOW - 5 * history.HOUR)
    h.inventory(1, history.NOW - 5 * history.HOUR)
    h.run(2, history.NOW - 60, regions=["us-east-1", "eu-west-1"])
    path = h.finish()
    report = json.loads(run("--db", path, "--json").stdout)
    assert report["totals"]["regions_stale"] == 15 and report["totals"]["regions_old"] == 0
    assert {row["region"] for row in report["regions"] if row["status"] == "ok"} == {"us-east-1", "eu-west-1"}
    assert {row["status"] for row in report["regions"]} == {"ok", "old"}
    assert run("--db", path, "--once").stdout.splitlines()[2] == " Regions: 2 fresh + 15 no longer asked"
    screen_text = show(40, 140, "--db", path).wait("TOTAL")
    assert "2 fresh + 15 no longer asked" in str(screen_text) and "!!" not in str(screen_text)


SUMS = ("gib", "volumes", "instances", "unattached_gib", "unattached_volumes")


def test_sums_are_of_the_region_that_is_asked_for(golden, tmp_path):
    of_all = json.loads(run("--db", golden, "--json").stdout)
    r = run("--db", golden, "--json", "--region", "us-east-1")
    report = json.loads(r.stdout)
    row, = report["regions"]
    assert (r.returncode, r.stderr, row["region"]) == (0, "", "us-east-1")
    assert report["region"] == "us-east-1" and of_all["region"] is None
    assert {name: report["totals"][name] for name in SUMS} == {name: row[name] for name in SUMS}
    assert report["totals"]["cost_micros"] == {"USD": row["cost_micros"]} and report["totals"]["regions"] == 1
    assert 0 < report["totals"]["gib"] < of_all["totals"]["gib"]
    # Of two accounts that have it, both count, and of a database that does not know it, nothing.
    other = history.make_golden(tmp_path / "other.db", account="999999999999")
    h = history.History(tmp_path / "west.db", account="888888888888")
    h.make_fleet([region for region in history.REGIONS if region[0] == "us-west-2"])
    h.run(1, history.NOW - 60)
    h.daemon()
    r = run("--db", golden, "--db", other, "--db", h.finish(), "--json", "--region", "us-east-1")
    totals = json.loads(r.stdout)["totals"]
    assert totals["regions"] == 2 and totals["gib"] == 2 * row["gib"] and totals["gib_at_least"] is False


def test_how_current_is_of_the_region_that_is_asked_for(golden):
    """Its newest numbers are of three hours ago, whatever the others' are."""
    r = run("--db", golden, "--json", "--fail-stale", "--region", history.FAILED_REGION)
    report = json.loads(r.stdout)
    assert r.returncode == 6 and report["stale"] is True and report["data_age_s"] == 3 * history.HOUR + 12 * 60
    assert report["totals"]["regions_old"] == 1 and report["databases"][0]["freshness"] == "STALE"


def test_the_head_names_the_region_of_its_sums(golden, show):
    gib = json.loads(run("--db", golden, "--json", "--region", "us-east-1").stdout)["totals"]["gib"]
    head = run("--db", golden, "--once", "--units", "gib", "--region", "us-east-1").stdout.splitlines()[1]
    assert head.startswith(f" us-east-1 {gib:,} GiB ")
    show(5, 50, "--db", golden, "--units", "gib", "--region", "us-east-1").wait(rf"us-east-1 {gib:,} GiB .* LIVE")
    for rows, columns in (24, 80), (40, 140):
        s = show(rows, columns, "--db", golden, "--units", "gib", "--region", "us-east-1")
        text = s.wait(r"TOTAL \(1\) ")
        assert f"\n us-east-1 {gib:,} GiB " in text and "eu-west-1" not in text
        # So it stays, wherever keys lead to.
        s.keys("3")
        text = s.wait("instances in us-east-1")
        assert f"\n us-east-1 {gib:,} GiB " in text
        s.keys("6")
        assert f"\n us-east-1 {gib:,} GiB " in s.wait("Runs > all regions")


@pytest.mark.parametrize("view", ["runs", "timings"])
def test_runs_are_of_all_regions_and_say_so(golden, view):
    whole = run("--db", golden, "--csv", "--view", view)
    r = run("--db", golden, "--csv", "--view", view, "--region", "us-east-1")
    assert whole.stderr == "" and r.stdout == whole.stdout and r.returncode == 0
    assert f"--region us-east-1: {view} is of all regions" in r.stderr and r.stderr.count("\n") == 1
    first = run("--db", golden, "--once", "--view", view, "--region", "us-east-1").stdout.splitlines()[0]
    assert f" {view.capitalize()} > all regions " in first


@pytest.mark.parametrize("output", ["--once", "--json", "--csv"])
@pytest.mark.parametrize("view", ["overview", "instances", "runs"])
def test_no_such_region(golden, output, view):
    r = run("--db", golden, output, "--view", view, "--region", "us-esat-1")
    assert (r.returncode, r.stdout) == (1, "") and r.stderr == (
        "ebstop: --region us-esat-1: no such region in the history; there are: " +
        ", ".join(sorted(name for name, *_ in history.REGIONS)) + "\n")


def test_a_region_that_is_not_known_yet(tmp_path, golden):
    """Nothing says that it is none, where there was no run, or where a database cannot be read."""
    r = run("--db", history.History(tmp_path / "new.db").finish(), "--json", "--region", "us-esat-1")
    assert (r.returncode, r.stderr) == (0, "") and json.loads(r.stdout)["freshness"] == "NO DATA"
    r = run("--db", golden, "--db", tmp_path / "none.db", "--json", "--region", "us-esat-1")
    assert r.returncode == 2 and "none.db" in r.stderr and "no such region" not in r.stderr


def test_no_such_region_on_the_screen(golden, tmp_path, show):
    s = show(24, 80, "--db", golden, "--region", "us-esat-1")
    text = " ".join(s.wait("No such region").split())
    assert "--region us-esat-1: no such region in the history; there are: ap-northeast-1," in text
    assert "us-west-2" in text and "[NO DATA]" in text and "No numbers yet" not in text
    # What one that is missing has, nobody knows.
    s = show(24, 200, "--db", golden, "--db", tmp_path / "none.db", "--region", "us-esat-1")
    text = s.wait("none.db does not exist")
    assert "No such region" in text and "No numbers yet" not in text


def test_a_region_that_no_run_has_seen_is_shown_with_its_error(tmp_path, show):
    h = history.History(tmp_path / "h.db")
    h.make_fleet()
    h.run(1, history.NOW - 60, failed=["eu-west-1"])
    path = h.finish()
    report = json.loads(run("--db", path, "--json", "--region", "eu-west-1").stdout)
    assert report["totals"]["regions_none"] == 1 and report["totals"]["gib_at_least"] is True
    text = show(24, 100, "--db", path, "--region", "eu-west-1").wait(r"TOTAL \(1\)")
    assert re.search(r"eu-west-1 .* \?\?", text) and "[NO DATA]" in text


def test_cannot_print(golden):
    with open("/dev/full", "w") as full:
        r = subprocess.run([screen.EBSTOP, "--db", golden, "--json"], env=screen.environment(), stdout=full,
                           stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
    assert r.returncode == 1 and r.stderr == "ebstop: cannot write to standard output: No space left on device\n"


@pytest.mark.parametrize("filter, regions", [
    ("eu-w", {"eu-west-1", "eu-west-2", "eu-west-3"}),
    ("eu-w gib>100000", {"eu-west-1", "eu-west-2"}),
    ("region=us-east-1", {"us-east-1"}),
    ("status!=ok", {"ap-northeast-3"}),
    ("cost>=30000 region!=us-east-1", {"eu-west-1", "us-west-2"}),
    ("nothing-like-this", set()),
    ("%' OR 1 --", set()),
])
def test_filter(golden, filter, regions):
    rows = csv.DictReader(io.StringIO(run("--db", golden, "--csv", "--filter", filter).stdout))
    assert {row["region"] for row in rows} == regions


@pytest.mark.parametrize("filter, why", [
    ("gib>abc", 'gib: "abc" is not a size'), ("sizee>3", 'no column "sizee"'), ("a b c d e f g h i", "more than 8 words"),
    ("x" * 200, "longer than 127 bytes"),
])
def test_filters_that_mean_nothing_are_refused(golden, filter, why):
    r = run("--db", golden, "--csv", "--filter", filter)
    assert r.returncode == 1 and r.stdout == ""
    assert r.stderr.startswith(f"ebstop: --filter {filter[:100]}") and why in r.stderr


def test_a_refused_filter_changes_nothing(show, golden):
    s = show(24, 100, "--db", golden, "--view", "instances")
    s.wait("1/217")
    s.keys("\\", *"gib>x", "Enter")
    s.wait('not filtered: gib: "x" is not a size')
    s.keys("j")
    s.wait("2/217")
    s.keys("/", *"nowhere", "Enter")
    s.wait("not found")
    s.keys("\\", *"batch", "Enter")
    s.wait(r"1/\d+  filter: batch")


@pytest.mark.parametrize("arguments", [["--view", "nowhere"], ["--units", "kib"], ["--glyphs", "x"], ["--refresh", "0"],
                                       ["--json", "--csv"], ["argument"], ["--sort", "nothing"], ["--range", "2h"],
                                       ["--region", ""], ["--db", ""]])
def test_usage(golden, arguments):
    r = run("--db", golden, *arguments)
    assert r.returncode == 1 and r.stdout == "" and "ebstop: " in r.stderr


@pytest.mark.parametrize("view", ["overview", "region", "instances", "runs", "timings", "volumes", "events"])
def test_what_there_is_to_sort_by(golden, view):
    """--csv has more columns than the screen, so the message names those that would do."""
    message = run("--db", golden, "--view", view, "--sort", "currency").stderr
    assert message.startswith(f"ebstop: --sort currency: {view} can be sorted by ")
    for name in message.split("sorted by ")[1].rstrip().split(", "):
        assert run("--db", golden, "--view", view, "--csv", "--sort", name).returncode == 0, name


def test_missing_database(tmp_path):
    r = run("--db", tmp_path / "none.db", "--once")
    assert r.returncode == 2 and r.stderr == (
        f"ebstop: {tmp_path}/none.db: cannot be read: No such file or directory: ebsreportd makes it with its first run; "
        "another file is named with --db\n")


def foreign(path):
    """A database of another program."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE t (x)")
    return path


@pytest.mark.parametrize("make", [
    lambda path: path.write_text("no database at all, but long enough to be one" * 100), lambda path: path.mkdir(),
    lambda path: path.symlink_to(foreign(path.with_suffix(".other"))), lambda path: path.touch()])
def test_remedies_are_those_of_this_program(tmp_path, make):
    """It has no configuration file that would name a database."""
    make(tmp_path / "x.db")
    r = run("--db", tmp_path / "x.db", "--once")
    remedy = "ebsreportd --once" if (tmp_path / "x.db").stat().st_size == 0 else "with --db\n"
    assert r.returncode == 2 and remedy in r.stderr and '"database"' not in r.stderr and r.stderr.count("\n") == 1


def test_not_a_database(tmp_path):
    path = tmp_path / "x.db"
    path.write_text("no database at all, but long enough to be one" * 100)
    r = run("--db", path, "--once")
    assert r.returncode == 2 and "not a database" in r.stderr


def test_newer_schema(tmp_path):
    path = history.make_golden(tmp_path / "new.db", version=999)
    r = run("--db", path, "--once")
    assert r.returncode == 3 and "schema 999" in r.stderr and "upgrade ebstop" in r.stderr


def test_stale(golden):
    late = dict(EBSTOP_NOW="2026-11-23T16:02:00Z")
    assert run("--db", golden, "--fail-stale").returncode == 0
    assert run("--db", golden, "--once", **late).returncode == 0
    r = run("--db", golden, "--json", "--fail-stale", **late)
    assert r.returncode == 6 and json.loads(r.stdout)["stale"] is True


def test_makes_no_file(golden):
    before = sorted(os.listdir(golden.parent))
    run("--db", golden, "--once")
    assert sorted(os.listdir(golden.parent)) == before


def test_what_is_made_up_says_so(golden, show):
    assert " ebstop DEMO  Overview" in run("--db", golden, "--once", EBSTOP_MARK="DEMO").stdout
    show(24, 80, "--db", golden, EBSTOP_MARK="DEMO").wait("^ ebstop DEMO ")


def test_two_databases(golden, tmp_path):
    other = history.make_golden(tmp_path / "other.db", account="999999999999")
    one = json.loads(run("--db", golden, "--json").stdout)["totals"]
    both = json.loads(run("--db", golden, "--db", other, "--json").stdout)
    assert both["totals"]["gib"] == 2 * one["gib"] and both["totals"]["regions"] == 34
    assert [d["name"] for d in both["databases"]] == ["demo", "other"]
    assert {row["database"] for row in both["regions"]} == {"demo", "other"}


def test_the_same_account_twice_counts_once(golden, tmp_path):
    copy = shutil.copy(golden, tmp_path / "copy.db")
    one = json.loads(run("--db", golden, "--json").stdout)["totals"]
    assert json.loads(run("--db", golden, "--db", copy, "--json").stdout)["totals"] == one


def test_one_of_two_is_missing(golden, tmp_path):
    r = run("--db", golden, "--db", tmp_path / "none.db", "--json")
    report = json.loads(r.stdout)
    assert r.returncode == 2 and len(report["regions"]) == 17 and "none.db" in report["errors"][0]
    # What it holds is in none of the sums.
    assert report["totals"]["gib_at_least"] is True and report["totals"]["cost_at_least"] is True
    assert json.loads(run("--db", golden, "--json").stdout)["totals"]["gib_at_least"] is False


def test_settings(golden, tmp_path):
    rc = tmp_path / "rc"
    rc.write_text("[ebstop]\nunits = tib\n[sort]\noverview = region:asc\n")
    text = run("--db", golden, "--once", "--config", rc).stdout
    assert "TiB" in text.splitlines()[5] and text.splitlines()[6].startswith("ap-northeast-1")
    rc.write_text("[ebstop]\nunits = miles\n")
    r = run("--db", golden, "--once", "--config", rc)
    assert r.returncode == 1 and f"{rc}:2: units = miles" in r.stderr
