# SPDX-License-Identifier: MIT
"""From a region to its instances, an instance's volumes, and what happened to a volume; and back with the selection."""
import csv
import io
import json
import sqlite3
import subprocess

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


def test_a_region_adds_up(golden):
    report = json.loads(run(golden, "--view", "region", "--json"))
    gib, = query(golden, "SELECT sum(gib) FROM v1_type")[0]
    for table in ("types", "zones"):
        assert sum(row["gib"] for row in report[table]) == gib
        assert abs(sum(row["share"] for row in report[table]) - 1) < 1e-9


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


def test_all_regions_say_what_they_lack(show, golden):
    s = show(30, 100, "--db", golden)
    s.wait(r">us-east-1 ")
    s.keys("2")
    s.wait(r"Region > all regions [^\n]*\n(.*\n)* types and zones lack 1 region whose newest run failed")
