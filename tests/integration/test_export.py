# SPDX-License-Identifier: MIT
"""--export prints the rows of a view as they are, however many there are and whatever happens meanwhile."""
import csv
import fcntl
import io
import json
import os
import re
import signal
import sqlite3
import struct
import subprocess
import termios
import time

import pytest

import ebsim
import ebsreportd
from ebsreportd import read_history, sqlite
from processes import wait_until

# The rows of each export in their order.
EXPORTS = {
    "runs": "SELECT * FROM v1_run ORDER BY run_id",
    "regions": "SELECT * FROM v1_region_total ORDER BY run_id, account, region",
    "types": "SELECT * FROM v1_type_total ORDER BY run_id, account, region, zone, volume_type, state, holder",
    "instances": "SELECT * FROM v1_instance ORDER BY place_id, instance_id",
    "volumes": "SELECT * FROM v1_volume ORDER BY place_id, volume_id",
    "events": "SELECT * FROM v1_event ORDER BY event_id",
}
KINDS = list(EXPORTS)
F_SETPIPE_SZ, PIPE_SIZE = 1031, 4096


def export(db, what, *args, form="json", check=0, **how):
    return read_history(db, "--export", what, f"--format={form}", *args, check=check, **how)


def json_rows(db, what, *args):
    report = export(db, what, *args).json
    assert (report["format_version"], report["export"]) == (1, what)
    return report["rows"]


def csv_rows(out):
    assert out.endswith("\n")
    return list(csv.DictReader(io.StringIO(out, newline=""), strict=True))


def as_csv(row):
    """A row as CSV has it, where no text needs to be made safe."""
    words = {type(None): lambda _: "", float: "{:.17g}".format}
    return {name: words.get(type(value), str)(value) for name, value in row.items()}


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Six runs with churn, one region of which fails once, a comparison, and names with commas and quotes."""
    db = tmp_path_factory.mktemp("export") / "history.db"
    options = dict(regions="eu-west-1,us-east-1", instances=12, unattached=4, managed=2, multi_attach=2, churn=15)
    fault = "region=eu-west-1,action=DescribeInstances,kind=error=Unauthorized\"Operation,skip=3,count=1"
    with ebsim.Ec2sim(fault=fault, seed=4, **options) as sim:
        for number in range(6):
            ebsreportd.run(sim, "--mode=parallel" if number == 4 else "--mode=sweep", db=db)
            sim.tick()
        ebsreportd.run(sim, "--compare", db=db)
    with sqlite3.connect(db) as connection:
        connection.execute("UPDATE volume SET name = 'a, \"b\" é' WHERE volume_id IN (SELECT min(volume_id) FROM volume)")
    return db


def changed_copy(history, tmp_path, script):
    """A copy of the history that the script, in SQL, has changed."""
    copy = tmp_path / "copy.db"
    with sqlite3.connect(history) as original, sqlite3.connect(copy) as changed:
        original.backup(changed)
        changed.executescript(script)
    return copy


# ---- what is printed --------------------------------------------------------------------------------------------

@pytest.mark.parametrize("what", KINDS)
def test_every_row_and_column_of_the_view(history, what):
    rows = sqlite(history, EXPORTS[what])
    assert rows
    exported = json_rows(history, what)
    assert exported == rows and list(exported[0]) == list(rows[0])
    assert csv_rows(export(history, what, form="csv").out) == [as_csv(row) for row in rows]
    assert export(history, what, form="csv").out == read_history(history, "--export", what, check=0).out, "the default"


def test_a_line_a_row(history):
    lines = export(history, "volumes").out.splitlines()
    assert [json.loads(line.rstrip(",")) for line in lines[1:-1]] == json_rows(history, "volumes")


@pytest.mark.parametrize("what", [kind for kind in KINDS if kind != "runs"])
def test_some_regions(history, what):
    rows = sqlite(history, EXPORTS[what])
    assert {row["region"] for row in rows} == {"eu-west-1", "us-east-1"}
    assert json_rows(history, what, "--region=us-east-1") == [row for row in rows if row["region"] == "us-east-1"]
    both = json_rows(history, what, "--region=us-east-1", "--region", "eu-west-1")
    assert both == rows


def test_a_column_added_to_a_view_appears(history, tmp_path):
    view = sqlite(history, "SELECT sql FROM sqlite_schema WHERE name = 'v1_run'")[0]["sql"]
    db = changed_copy(history, tmp_path,
                      "DROP VIEW v1_run;" + re.sub(r"\nFROM run\b", ", 0.5 AS newer\nFROM run", view))
    assert [row["newer"] for row in json_rows(db, "runs")] == [0.5] * len(sqlite(db, "SELECT 1 AS n FROM run"))
    assert export(db, "runs", form="csv").out.split("\n")[0].endswith(",newer")


def test_since(history, tmp_path):
    """Runs by their start, events by the run that found them, the inventory by its listing."""
    old = "= started_at - 86400"
    db = changed_copy(history, tmp_path, f"""
        UPDATE run SET started_at {old} WHERE run_id <= 3;
        UPDATE region_total SET started_at {old} WHERE run_id <= 3;
        UPDATE volume_event SET found_at = found_at - 86400 WHERE run_id <= 3;
        UPDATE listing SET started_at {old} WHERE place_id = (SELECT min(place_id) FROM listing);""")
    for what in KINDS:
        rows = sqlite(db, EXPORTS[what])
        at = {"events": "found_at", "volumes": "last_seen_at", "instances": "last_seen_at"}.get(what, "started_at")
        newest = max(row[at] for row in rows)
        recent = [row for row in rows if row[at] > newest - 43200]
        assert 0 < len(recent) < len(rows)
        assert json_rows(db, what, "--since=12h") == recent
        assert json_rows(db, what, "--since=7d") == rows
        assert csv_rows(export(db, what, "--since=12h", form="csv").out) == [as_csv(row) for row in recent]
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(newest - 43200))
        assert json_rows(db, what, f"--since={at}") == recent
        assert json_rows(db, what, "--since=2026-01-01") == rows


def test_nothing_to_export_is_still_a_table(history, tmp_path):
    db = changed_copy(history, tmp_path, "DELETE FROM volume_event;")
    assert json_rows(db, "events") == []
    columns = list(sqlite(history, EXPORTS["events"])[0])
    with open(tmp_path / "out", "w") as out:
        export(db, "events", form="csv", stdout=out)
    assert (tmp_path / "out").read_bytes() == (",".join(columns) + "\r\n").encode()


def test_texts_that_would_be_formulas(ec2sim, tmp_path):
    """A name is a stranger's text: CSV makes it safe to open, JSON has it as it is."""
    names = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "'quoted", "＝1", "plain", "a;b", "tab\there", "c1\u009b2J",
             "é\n2"]
    volumes = [{"id": f"vol-0123456789abcde{i:02x}", "size": 8, "tags": {"Name": name}} for i, name in enumerate(names)]
    fleet, db = tmp_path / "fleet.json", tmp_path / "history.db"
    fleet.write_text(json.dumps({"regions": {"eu-west-1": {"instances": [], "volumes": volumes}}}))
    ebsreportd.run(ec2sim(fleet_file=fleet), db=db, check=0)
    stored = [row["name"] for row in sqlite(db, EXPORTS["volumes"])]
    assert stored[:8] == names[:8]
    assert [row["name"] for row in json_rows(db, "volumes")] == stored
    out = export(db, "volumes", form="csv").out
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]", out) and out.count("\n") == len(names) + 1
    safe = [row["name"] for row in csv_rows(out)]
    assert safe[:8] == ["'" + name for name in names[:6]] + ["plain", "a;b"]
    assert not [text for text in safe if text[0] in "=+-@\t\r"]


# ---- any size ---------------------------------------------------------------------------------------------------

def copy_rows(connection, table, keys, n):
    """Adds n rows like the table's newest one, with other keys: SQL expressions of i, from 1 to n."""
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] not in keys]
    connection.execute(f"""
        INSERT INTO {table} ({", ".join([*keys, *columns])})
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n})
        SELECT {", ".join([*keys.values(), *columns])}
        FROM n, (SELECT * FROM {table} ORDER BY {", ".join(f"{key} DESC" for key in keys)} LIMIT 1)""")


# Leaves one run, the newest, and one row of everything.
REDUCE = """
    PRAGMA foreign_keys = off;
    DELETE FROM run WHERE run_id <> (SELECT max(run_id) FROM run);
    DELETE FROM region_total WHERE run_id NOT IN (SELECT run_id FROM run) OR place_id <> 1;
    DELETE FROM type_total WHERE run_id NOT IN (SELECT run_id FROM run) OR place_id <> 1
           OR class_id <> (SELECT class_id FROM type_total WHERE place_id = 1 ORDER BY run_id DESC LIMIT 1);
    DELETE FROM volume WHERE volume_id <> (SELECT max(volume_id) FROM volume);
    DELETE FROM instance WHERE instance_id <> (SELECT max(instance_id) FROM instance);
    DELETE FROM volume_event WHERE event_id <> (SELECT max(event_id) FROM volume_event);"""


@pytest.fixture(scope="module")
def grown(history, tmp_path_factory):
    """grown(n): a history with n rows of everything, and one."""
    made = {}

    def grow(n):
        if n not in made:
            directory = tmp_path_factory.mktemp("grown")
            made[n] = changed_copy(history, directory, REDUCE)
            with sqlite3.connect(made[n]) as connection:
                copy_rows(connection, "run", {"run_id": "100 + i"}, n)
                copy_rows(connection, "region_total", {"run_id": "100 + i"}, n)
                copy_rows(connection, "type_total", {"run_id": "100 + i"}, n)
                copy_rows(connection, "volume", {"volume_id": "printf('vol-f%016x', i)"}, n)
                copy_rows(connection, "instance", {"instance_id": "printf('i-f%016x', i)"}, n)
                copy_rows(connection, "volume_event", {"event_id": "1000 + i", "run_id": "100 + i / 50"}, n)
        return made[n]

    return grow


def start(db, what, form):
    """Starts an export into a pipe as small as can be."""
    read_end, write_end = os.pipe()
    fcntl.fcntl(read_end, F_SETPIPE_SZ, PIPE_SIZE)
    process = subprocess.Popen([ebsreportd.path(), f"--export={what}", f"--format={form}", f"--db={db}"],
                               env=ebsreportd.environment(), stdin=subprocess.DEVNULL, stdout=write_end,
                               stderr=subprocess.PIPE)
    os.close(write_end)
    process.stdout = open(read_end, "rb")
    return process


def is_stuck(process):
    """True once it has filled its pipe."""
    waiting = struct.unpack("i", fcntl.ioctl(process.stdout, termios.FIONREAD, b"\0\0\0\0"))[0]
    return waiting == PIPE_SIZE


def peak_memory_kib(db, what, form):
    """The peak of an export, looked at before its last bytes are read, and the length of it all."""
    length = len(export(db, what, form=form).out.encode())
    process = start(db, what, form)
    rest = length - 2 * PIPE_SIZE
    while rest > 0:
        rest -= len(os.read(process.stdout.fileno(), min(rest, 65536)))
    with open(f"/proc/{process.pid}/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    assert process.poll() is None
    process.communicate(timeout=60)
    assert process.returncode == 0
    return peak, length


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("what", KINDS)
def test_memory_does_not_grow(grown, what, form):
    few, short = peak_memory_kib(grown(100), what, form)
    many, long = peak_memory_kib(grown(100000), what, form)
    assert long > 900 * short, "a thousand times the rows"
    # SQLite's page cache, 2 MiB, is not full at first.
    assert many < few + 4096, (few, many)


# ---- what happens meanwhile -------------------------------------------------------------------------------------

def rest_of(process):
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    return json.loads(out)["rows"]


@pytest.mark.parametrize("what", ["runs", "regions", "types", "events"])
def test_a_reader_that_waits_keeps_nobody_from_a_checkpoint(grown, tmp_path, what):
    """And what is written meanwhile is not part of the export."""
    db = changed_copy(grown(5000), tmp_path, "PRAGMA journal_mode = wal;")
    writer = sqlite3.connect(db, isolation_level=None)
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("UPDATE run SET notice = 'x' WHERE run_id = 1")
    expected = len(sqlite(db, EXPORTS[what]))
    process = start(db, what, "json")
    wait_until(lambda: is_stuck(process))
    copy_rows(writer, "run", {"run_id": "1000000 + i"}, 5)
    copy_rows(writer, "region_total", {"run_id": "1000000 + i"}, 5)
    copy_rows(writer, "type_total", {"run_id": "1000000 + i"}, 5)
    copy_rows(writer, "volume_event", {"event_id": "5000000 + i", "run_id": "1000000 + i"}, 5)
    assert writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
    assert len(rest_of(process)) == expected
    writer.close()


def test_a_regions_inventory_is_of_one_listing(grown, tmp_path):
    db = changed_copy(grown(5000), tmp_path, "PRAGMA journal_mode = wal; UPDATE volume SET gib = 1;")
    with sqlite3.connect(db) as writer:
        writer.execute("UPDATE volume SET gib = 1 WHERE 0")
        process = start(db, "volumes", "json")
        wait_until(lambda: is_stuck(process))
        writer.execute("UPDATE volume SET gib = 2")
        writer.commit()
        assert {row["gib"] for row in rest_of(process)} == {1}


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("what", ["runs", "volumes"])
def test_a_signal_ends_it(grown, number, status, what):
    process = start(grown(5000), what, "json")
    wait_until(lambda: is_stuck(process))
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == status
    assert err.decode() == f"ebsreportd: interrupted by {number.name}: the export is not whole\n"
    with pytest.raises(json.JSONDecodeError):
        json.loads(out)


def test_a_reader_that_left(grown):
    process = start(grown(5000), "runs", "csv")
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 1
    assert err == b"ebsreportd: cannot write the export to standard output: Broken pipe\n"


def test_a_full_disk_behind_standard_output(history):
    with open("/dev/full", "w") as full:
        result = export(history, "runs", check=1, stdout=full)
    assert result.err == "ebsreportd: cannot write the export to standard output: No space left on device\n"


def test_closed_standard_output(history):
    done = subprocess.run(["sh", "-c", f'exec "$0" --export=runs --db={history} >&-', ebsreportd.path()],
                          env=ebsreportd.environment(), stderr=subprocess.PIPE, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (
        1, "ebsreportd: cannot write the export to standard output: Bad file descriptor\n")


def test_a_database_that_is_damaged_in_its_middle(grown, tmp_path):
    """What was printed before the damage is not taken for all of it."""
    db = changed_copy(grown(5000), tmp_path, "PRAGMA journal_mode = delete;")
    with sqlite3.connect(db) as connection:
        page_size = connection.execute("PRAGMA page_size").fetchone()[0]
        pages = connection.execute("SELECT pageno FROM dbstat WHERE name = 'volume' AND pagetype = 'leaf' "
                                   "ORDER BY path").fetchall()
    with open(db, "r+b") as file:
        file.seek((pages[-3][0] - 1) * page_size)
        file.write(b"\xa5" * page_size)
    result = read_history(db, "--export=volumes", "--format=json", check=4, stdout=open(tmp_path / "out", "w"))
    assert result.err.startswith(f"ebsreportd: {db}: damaged (") and result.err.count("\n") == 1
    with pytest.raises(json.JSONDecodeError):
        json.loads((tmp_path / "out").read_text())
    assert (tmp_path / "out").read_text().count("\n") > 1000


# ---- what is refused --------------------------------------------------------------------------------------------

@pytest.mark.parametrize("args, named", [
    (["--export"], "--export"), (["--export=costs"], "runs, regions, types, instances, volumes or events"),
    (["--export=runs", "--export=types"], "once"), (["--export=runs", "--format=xml"], "csv or json"),
    (["--format=csv"], "--export"), (["--once", "--format=csv"], "--export"),
    (["--export=runs", "--json"], "--format json"),
    (["--export=runs", "--once"], "--export"), (["--export=runs", "--diff", "1", "2"], "--export"),
    (["--export=runs", "--no-store"], "--export"), (["--export=runs", "--workers=2"], "--export"),
    (["--export=runs", "--region=eu-west-1"], "--export regions"),
    (["--export=runs", "--since=soon"], "7d"), (["--export=runs", "--since=2026-02-30"], "2026-11-01T12:00:00Z"),
    (["--export=runs", "--since=2999-01-01"], "a time in the past"), (["--export=runs", "more"], "more")])
def test_wrong_usage(history, args, named):
    result = read_history(history, *args, check=1)
    line, hint = result.err.splitlines()
    assert named in line and "--help" in hint and not result.out


def test_what_is_not_there(history, tmp_path):
    result = export(history, "volumes", "--region=eu-wets-1", check=1)
    assert result.err == f"ebsreportd: the region eu-wets-1 is not in {history}: v1_region has those that are\n"
    assert not result.out
    missing = export(tmp_path / "none.db", "volumes", check=4)
    assert missing.err.count("\n") == 1 and "none.db" in missing.err and not missing.out
    assert not list(tmp_path.iterdir())


def test_the_configuration_names_the_database_and_hides_nothing(history, tmp_path):
    config = tmp_path / "ebsreportd.conf"
    config.write_text(f"database = {history}\nregions = us-east-1\n")
    done = subprocess.run([ebsreportd.path(), "--export=regions", "--format=json", f"--config={config}"],
                          env=ebsreportd.environment(), stdout=subprocess.PIPE, check=True, timeout=60)
    assert {row["region"] for row in json.loads(done.stdout)["rows"]} == {"eu-west-1", "us-east-1"}
