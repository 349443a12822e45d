# SPDX-License-Identifier: MIT
"""The list of runs: what is selected, what is below it, and what f, F and Enter do."""
import json
import sqlite3
import subprocess

import history
import screen


def add_run(path, run_id, started_at, status="ok", **different):
    """A copy of an older run, with another number; its regions worked."""
    db = sqlite3.connect(path)
    columns = [row[1] for row in db.execute("PRAGMA table_info(run)")]
    values = dict(zip(columns, db.execute("SELECT * FROM run WHERE run_id = 48200").fetchone()))
    values.update(run_id=run_id, started_at=started_at, status=status, **different)
    db.execute(f"INSERT INTO run ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", list(values.values()))
    db.commit()
    db.close()


def test_a_new_run_is_followed_until_another_is_selected(show, golden):
    s = show(24, 80, "--db", golden, "--view", "runs", "--refresh", "0.5")
    s.wait(r">#48213 ")
    add_run(golden, 48214, history.NOW - 30)
    s.wait(r">#48214 .*\n #48213 ")
    s.wait(r"Run #48214  every call was answered the first time")
    s.keys("j")
    s.wait(r">#48213 ")
    s.wait(r"Run #48213  ap-northeast-3: not authorized")
    add_run(golden, 48215, history.NOW - 20)
    s.wait(r"\n #48215 .*\n #48214 .*\n>#48213 ")
    s.keys("g", "F")
    s.wait(r">#48215 .*\n #48214 ")
    s.wait(r"F follows it")
    add_run(golden, 48216, history.NOW - 10)
    s.wait(r"\n #48216 .*\n>#48215 ")


def test_change_is_that_of_the_same_regions(golden):
    """A run of one region alone shows no loss of the others, and the next one of all no growth."""
    db = sqlite3.connect(golden)
    asked = db.execute("SELECT count(*), min(place_id) FROM region_total WHERE run_id = 48200").fetchone()
    attached, = db.execute("SELECT attached_gib FROM run WHERE run_id = 48200").fetchone()
    one = {"regions_ok": 1, "regions_failed": 0}
    sizes = {48214: 100, 48215: attached + 7, 48216: 104, 48217: 104}
    place = {48214: asked[1], 48216: asked[1], 48217: asked[1] + 1}
    for run_id, gib in sizes.items():
        add_run(golden, run_id, history.NOW - 30, attached_gib=gib, **(one if run_id in place else {}))
        columns = ", ".join(row[1] for row in db.execute("PRAGMA table_info(region_total)"))
        copied = columns.replace("run_id", f"{run_id}", 1)
        db.execute(f"INSERT INTO region_total ({columns}) SELECT {copied} FROM region_total WHERE run_id = 48200 "
                   f"AND coalesce(place_id = ?, 1)", (place.get(run_id),))
        db.commit()
    db.close()
    r = subprocess.run([screen.EBSTOP, "--db", golden, "--view", "runs", "--json"], env=screen.environment(),
                       capture_output=True, check=True)
    changes = {run["run_id"]: run["gib_change"] for run in json.loads(r.stdout)["runs"]}
    assert asked[0] == 17 and {run_id: changes[run_id] for run_id in sizes} == {48214: None, 48215: 7, 48216: 4, 48217: None}


def test_failed_runs_alone(show, golden):
    s = show(24, 100, "--db", golden, "--view", "runs")
    s.wait(r" #48200 .*OK")
    s.keys("f")
    text = s.wait(r"failed and partial runs only")
    assert "48200" not in text and "48208" in text
    s.keys("f")
    s.wait(r" #48200 .*OK")


def test_enter_opens_the_run_whole(show, golden):
    s = show(40, 140, "--db", golden, "--view", "runs")
    s.wait(r">#48213 ")
    s.keys("G", "Enter")
    text = s.wait(r"Runs > #48200")
    text = s.wait(r"1/17 ")
    assert all(name in text for name, *_ in history.REGIONS)
    s.keys("Escape")
    s.wait(r">#48200 ")


def test_an_error_is_shown_whole(show, golden):
    """AWS's messages are longer than a column, and may be longer than a line."""
    message = ("You are not authorized to perform this operation. User: arn:aws:sts::123456789012:assumed-role/reader/i-0abc is "
               "not authorized to perform: ec2:DescribeVolumes because no identity-based policy allows it")
    db = sqlite3.connect(golden)
    db.execute("UPDATE region_total SET error_message = ? WHERE run_id = 48213 AND status = 'failed'", (message,))
    db.commit()
    db.close()
    s = show(24, 80, "--db", golden, "--view", "runs")
    s.wait(r">#48213 ")
    s.keys("Enter")
    text = s.wait(r"allows it")
    assert f"AccessDenied (HTTP 403, request req-48213-16): {message}" in " ".join(text.split())
    assert text.splitlines()[-3].rstrip().endswith("allows it")
    s.keys("j")
    s.wait(r">us-west-2 (?s:(?!allows it).)*$")
