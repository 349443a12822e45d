# SPDX-License-Identifier: MIT
"""From a region to its instances, an instance's volumes, and what happened to a volume; and back with the selection."""
import csv
import io
import json
import re
import sqlite3
import subprocess

import history
import screen


def query(path, sql, *values):
    db = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    try:
        return db.execute(sql, values).fetchall()
    finally:
        db.close()


def run(golden, *arguments):
    return subprocess.run([screen.EBSTOP, "--db", str(golden), *arguments], env=screen.environment(), check=True,
                          capture_output=True, text=True, timeout=screen.PATIENCE).stdout


def rows(golden, *arguments):
    return list(csv.DictReader(io.StringIO(run(golden, "--csv", *arguments))))


def test_down_to_a_volume_and_back(show, golden):
    s = show(30, 140, "--db", golden)
    s.wait(r">us-east-1 ")
    s.keys("j")
    s.wait(r">eu-west-1 ")
    s.keys("Enter")
    s.wait(r"> eu-west-1 [^\n]*\n(.*\n)*.*BY TYPE")
    s.keys("v")
    mine = query(golden, "SELECT instance_id FROM v1_instance WHERE region = 'eu-west-1' ORDER BY gib DESC LIMIT 2")
    s.wait(rf"> instances in eu-west-1[^\n]*\n(.*\n)*>{mine[0][0]}")
    s.wait(r"1/32 ")
    s.keys("j", "Enter")
    s.wait(rf"instances in eu-west-1 > {mine[1][0]}")
    held = query(golden, "SELECT count(*) FROM v1_attachment WHERE instance_id = ?", mine[1][0])[0][0]
    s.wait(rf"1/{held} ")
    s.keys("Enter")
    s.wait(r"> vol-[0-9a-f]{17} ")
    s.keys("Escape", "Escape")
    s.wait(rf">{mine[1][0]}")
    s.keys("Escape", "Escape")
    s.wait(r">eu-west-1 .*ok")


def test_panes_of_a_region_lead_on(show, golden):
    s = show(40, 140, "--db", golden)
    s.wait(r">us-east-1 ")
    s.keys("Enter")
    s.wait(r">gp3 ")
    s.keys("Tab", "Tab")
    s.wait(r">i-[0-9a-f]{17}")
    s.keys("Enter")
    s.wait(r"> us-east-1 > i-[0-9a-f]{17} [^\n]*\n(.*\n)*.*VOLUME")
    s.keys("Escape")
    s.wait(r">i-[0-9a-f]{17}")
    s.keys("Tab")
    s.wait(r">vol-[0-9a-f]{17} .*available")
    s.keys("Tab", "Enter")
    s.wait(r"> us-east-1 > vol-[0-9a-f]{17} ")


def test_all_regions_add_up_with_the_one_that_failed(golden):
    report = json.loads(run(golden, "--view", "region", "--json"))
    for table in ("types", "zones"):
        assert sum(row["gib"] for row in report[table]) == report["totals"]["gib"]
        assert sum(row["volumes"] for row in report[table]) == report["totals"]["volumes"]
        assert sum(row["cost_micros"] for row in report[table]) == report["totals"]["cost_micros"]["USD"]
        assert abs(sum(row["share"] for row in report[table]) - 1) < 1e-9
    overview = json.loads(run(golden, "--json"))
    assert sum(row["cost_micros"] for row in overview["types"]) == overview["totals"]["cost_micros"]["USD"]
    failed = next(row for row in overview["regions"] if row["status"] == "!!")
    assert 0 < failed["gp3_share"] < 1


def test_a_type_that_a_region_has_none_of_is_nothing(golden):
    db = sqlite3.connect(golden)
    db.execute("UPDATE volume_class SET volume_type = 'a-new-' || volume_type WHERE zone LIKE 'eu-west-3_'")
    db.commit()
    db.close()
    region = next(row for row in json.loads(run(golden, "--json"))["regions"] if row["region"] == "eu-west-3")
    assert (region["gp3_share"], region["gp2_share"], region["io_share"]) == (0, 0, 0)


def without_prices(golden, condition):
    """Takes the prices of all volumes away whose class meets a condition."""
    db = sqlite3.connect(golden)
    db.execute(f"UPDATE type_total SET cost_micros = NULL, unpriced_volumes = volumes"
               f" WHERE class_id IN (SELECT class_id FROM volume_class WHERE {condition})")
    db.commit()
    db.close()


def test_what_has_no_price_is_listed_with_what_has_one(golden):
    """A type or a zone stands there once, with all of its GiB, and its cost is "at least"."""
    without_prices(golden, "volume_type = 'sc1' OR zone = 'us-east-1b' AND volume_type = 'gp3' OR zone LIKE 'eu-north-1_'")
    overview = json.loads(run(golden, "--json"))
    region = json.loads(run(golden, "--view", "region", "--json"))
    for key, table in (("volume_type", overview["types"]), ("volume_type", region["types"]), ("zone", region["zones"])):
        names = [row[key] for row in table]
        assert sorted(names) == sorted(set(names))
        assert sum(row["gib"] for row in table) == overview["totals"]["gib"]
    types = {row["volume_type"]: row for row in overview["types"]}
    assert types["gp3"]["cost_at_least"] == 1 and types["gp3"]["cost_micros"] > 0
    assert types["sc1"]["cost_micros"] is None
    zones = {row["zone"]: row for row in region["zones"]}
    assert zones["us-east-1b"]["cost_at_least"] == 1 and zones["eu-west-1d"]["cost_at_least"] == 0
    assert re.search(r"^ *gp3 +[0-9,]+\+", run(golden, "--once"), re.M)


def test_currencies_are_never_added_up(golden):
    db = sqlite3.connect(golden)
    db.execute("UPDATE region_total SET currency = 'CNY' WHERE place_id ="
               " (SELECT place_id FROM place WHERE region = 'eu-west-1') AND currency IS NOT NULL")
    db.commit()
    db.close()
    without_prices(golden, "zone = 'eu-west-1d' AND volume_type = 'gp3'")
    report = json.loads(run(golden, "--json"))
    gp3 = {row["currency"]: row for row in report["types"] if row["volume_type"] == "gp3"}
    assert set(gp3) == {"USD", "CNY"}
    assert (gp3["USD"]["cost_at_least"], gp3["CNY"]["cost_at_least"]) == (0, 1)
    gib = dict(query(golden, "SELECT region = 'eu-west-1', sum(gib) FROM v1_type WHERE volume_type = 'gp3' GROUP BY 1"))
    assert gp3["CNY"]["gib"] == gib[1]


def test_a_region_of_the_command_line_is_that_of_all_accounts(tmp_path, show):
    """Where no account is named, and only of the one whose row was opened else."""
    h = history.History(tmp_path / "history.db")
    h.make_fleet([("us-east-1", 3, 100, 0), ("eu-west-1", 2, 50, 0)])
    h.run(1, history.NOW - 60)
    h.inventory(1, history.NOW - 60)
    h.account, h.places = "999999999999", {}
    h.fleet = {"us-east-1": history.make_region("us-east-1 of another account", 2, 30)}
    h.run(2, history.NOW - 50)
    h.inventory(2, history.NOW - 50)
    h.daemon()
    path = h.finish()
    report = json.loads(run(path, "--view", "region", "--region", "us-east-1", "--json"))
    expected, = query(path, "SELECT sum(billed_gib) FROM v1_last_good WHERE region = 'us-east-1'")[0]
    assert sum(row["gib"] for row in report["types"]) == expected
    assert {row["account"] for row in report["instances"]} == {"123456789012", "999999999999"}
    assert len(rows(path, "--view", "instances", "--region", "us-east-1")) == 5
    assert len(rows(path, "--view", "volumes", "--region", "eu-west-1")) == len(query(
        path, "SELECT 1 FROM v1_volume WHERE region = 'eu-west-1'"))
    s = show(24, 80, "--db", path, "--view", "region", "--region", "us-east-1")
    s.wait(rf"\n 2 accounts  {expected:,} GiB  .* vol  5 inst  est \$")
    s = show(40, 140, "--db", path)
    s.wait(r">us-east-1 +123456789012")
    s.keys("Enter")
    mine, = query(path, "SELECT billed_gib FROM v1_last_good WHERE region = 'us-east-1' AND account = '123456789012'")[0]
    s.wait(rf"\n 123456789012  {mine:,} GiB  .* vol  3 inst  est \$")
    s.keys("v")
    s.wait(r"1/3 ")


def test_only_where_some_may_be_unattached_is_a_key_for_them(show, golden):
    s = show(24, 100, "--db", golden, "--view", "instances")
    s.wait("INSTANCE")
    s.keys("Enter")
    text = s.wait("Enter events")
    assert "unattached only" not in text
    show(24, 100, "--db", golden, "--view", "volumes").wait("Enter events  U unattached only")


def test_unattached_volumes_of_a_region(show, golden):
    s = show(30, 140, "--db", golden)
    s.wait(r">us-east-1 ")
    s.keys("U")
    n, = query(golden, "SELECT count(*) FROM v1_unattached WHERE region = 'us-east-1'")[0]
    s.wait(rf"1/{n} ")
    s.keys("U")
    n, = query(golden, "SELECT count(*) FROM v1_volume WHERE region = 'us-east-1'")[0]
    s.wait(rf"1/{n} ")


def test_changes_of_a_region_and_of_one_volume(show, golden):
    s = show(30, 140, "--db", golden)
    s.wait(r">us-east-1 ")
    s.keys("c")
    n, = query(golden, "SELECT count(*) FROM v1_event WHERE region = 'us-east-1'")[0]
    s.wait(rf"1/{n} ")
    s.keys("G", "Enter")
    s.wait(r"> vol-[0-9a-f]{17} [^\n]*\n(.*\n)*.* 1/1 ")


def test_every_volume_is_printed(golden):
    volumes = rows(golden, "--view", "volumes")
    assert {row["volume_id"] for row in volumes} == {i for i, in query(golden, "SELECT volume_id FROM volume")}
    assert sum(int(row["gib"]) for row in volumes) == query(golden, "SELECT sum(gib) FROM volume")[0][0]
    instances = rows(golden, "--view", "instances")
    assert sum(int(row["gib"]) for row in instances) == query(golden, "SELECT sum(gib) FROM instance")[0][0]
    events = rows(golden, "--view", "events")
    assert len(events) == query(golden, "SELECT count(*) FROM volume_event")[0][0]


def test_hostile_names_stay_in_their_cells(show, golden):
    db = sqlite3.connect(golden)
    instance, = db.execute("SELECT instance_id FROM instance ORDER BY gib DESC LIMIT 1").fetchone()
    for name in ("\x1b[31mred\x07\r\nnext", "雪" * 100, "\u202eright to left", "a" * 200, "e\u0301" * 40):
        db.execute("UPDATE instance SET name = ? WHERE instance_id = ?", (name, instance))
        db.commit()
        s = show(24, 80, "--db", golden, "--view", "instances")
        s.wait(rf">{instance} ")
        text = s.stable()
        for line in text.splitlines()[3:10]:
            assert line[1:3] == "i-", text
        assert "\x1b" not in text and "\u202e" not in text
        s.run("kill-server")


def test_a_region_that_failed_says_how_old_its_numbers_are(show, golden):
    s = show(30, 100, "--db", golden)
    s.wait(r">us-east-1 ")
    s.keys("G", "Enter")
    s.wait(r"> ap-northeast-3 [^\n]*\n(.*\n)*>gp3 +[0-9,]+ (.*\n)* !! not authorized [^\n]*: data of 3h12m ago")


def test_rows_of_a_region_that_was_not_listed_are_marked(show, golden):
    """By a word, and not by a colour alone; where all are listed there is no column for it."""
    text = show(24, 100, "--db", golden, "--view", "instances").wait(r">i-")
    assert not re.search(r" ST\b", text)
    db = sqlite3.connect(golden)
    db.execute("UPDATE listing SET run_id = 48200, started_at = (SELECT started_at FROM run WHERE run_id = 48200)"
               " WHERE place_id = (SELECT place_id FROM place WHERE region = 'ap-northeast-3')")
    db.commit()
    db.close()
    for view, row in (("instances", r"i-[0-9a-f]+ +"), ("volumes", r"vol-[0-9a-f]+ +")):
        s = show(24, 100, "--db", golden, "--view", view, "--region", "ap-northeast-3", NO_COLOR="1")
        s.wait(rf" ST\b(.*\n)*>{row}.* !!")
    s = show(24, 100, "--db", golden, "--view", "instances")
    s.wait(r" ST\b(.*\n)*>i-.* ok")
