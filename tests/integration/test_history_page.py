# SPDX-License-Identifier: MIT
"""The history as ebsreportd-history(7) and the README promise it: everything has its place in the page, what is there to
be copied works as it stands, and everybody who may read the file can use every view."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile

import pytest

import ebsim
import ebsreportd
import year
from daemon import Daemon
from ebsreportd import sqlite

PAGE = ebsim.ROOT / "man/ebsreportd-history.7"
INSTALLED = "/var/lib/ebsreportd/history.db"
GROUP = 64999  # nobody's
STRANGER = ["setpriv", "--reuid=65534", f"--regid={GROUP}", "--clear-groups"]


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Runs of all modes with churn, in one region of which something is always wrong, and a daemon that has ended."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="history-"))
    db = directory / "history.db"
    options = dict(regions="eu-west-1,us-east-1,ap-south-1", instances=25, unattached=6, managed=3, multi_attach=2,
                   terminated=1, unknown_instance=2, churn=12, seed=8)
    fault = "region=ap-south-1,action=DescribeVolumes,kind=error=UnauthorizedOperation,skip=6"
    with ebsim.Ec2sim(fault=fault, **options) as sim:
        for _ in range(8):
            ebsreportd.run(sim, db=db)
            sim.tick()
        ebsreportd.run(sim, "--compare", "--region=eu-west-1", "--region=us-east-1", db=db, check=0)
        with Daemon(sim, tmp_path_factory.mktemp("daemon"), database=db) as daemon:
            daemon.wait_ready()
            assert daemon.stop() == 0
    yield db
    shutil.rmtree(directory)


@pytest.fixture(scope="module")
def long_history(tmp_path_factory):
    """What is known after more than a month."""
    return year.make(tmp_path_factory.mktemp("long") / "history.db", days=40, raw_days=1)


def names(db, kind):
    rows = sqlite(db, "SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")
    return [row["name"] for row in rows if row["type"] == kind]


def interface(db):
    return [name for name in names(db, "view") if name.startswith("v1_")]


def columns(db, name):
    return [row["name"] for row in sqlite(db, f"SELECT name FROM pragma_table_xinfo('{name}')")]


def unroff(text):
    """The text of a literal display: what a reader copies."""
    assert not re.search(r"^\.", text, re.M) and "'" not in text, "a quote has to be \\(aq, else another is printed"
    return text.replace("\\(aq", "'").replace("\\-", "-")


def displays(section):
    text = re.search(rf"^\.Sh {section}\n(.*?)^\.Sh ", PAGE.read_text(), re.M | re.S)[1]
    return [unroff(display) for display in re.findall(r"^\.Bd -literal -offset indent\n(.*?)^\.Ed$", text, re.M | re.S)]


def unknown(rows):
    """The columns that hold nothing."""
    return {name for name in rows[0] if all(row[name] is None for row in rows)}


def distrustful(db, query, *prefix):
    """The rows of a query where SQLite trusts the schema with nothing."""
    done = subprocess.run([*prefix, "sqlite3", "-readonly", "-safe", "-json", "-cmd", "PRAGMA trusted_schema = OFF",
                           str(db), query], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), (query, done.stderr)
    return json.loads(done.stdout or "[]")


# ---- the page ---------------------------------------------------------------------------------------------------

def test_the_page_is_what_the_schema_says():
    done = subprocess.run([ebsim.ROOT / "tools/update-history-page", "--check"], stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stderr


def test_every_table_view_and_column_is_in_the_page(history):
    sections = {}
    for section in re.split(r"^\.S[sh] ", PAGE.read_text(), flags=re.M):
        sections[section.split("\n")[0]] = set(re.findall(r"^\.(?:It )?Va (\w+)", section, re.M))
    for name in interface(history) + names(history, "table"):
        assert sections.get(name) == set(columns(history, name)), name


def test_the_page_says_how_long_everything_is_kept():
    """By default, as the configuration file has it."""
    config = (ebsim.ROOT / "data/ebsreportd.conf").read_text()
    defaults = dict(re.findall(r"^#(keep_\w+) = (\w+)$", config, re.M))
    del defaults["keep_tags"]
    section = re.search(r"^\.Sh RETENTION\n(.*?)^\.Sh ", PAGE.read_text(), re.M | re.S)[1]
    items = dict(re.findall(r"^\.It Sy (\w+)\n(.*?)(?=^\.It |^\.El)", section, re.M | re.S))
    assert items.keys() == defaults.keys()
    for key, default in defaults.items():
        assert re.search(rf"\b{re.sub('d$', ' days', default)}\b", items[key]), key


def test_mandoc_finds_nothing():
    done = subprocess.run(["mandoc", "-Tlint", "-Wall", PAGE], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    # Whether the others are installed here says nothing of the page.
    assert not [line for line in done.stdout.splitlines()
                if "referenced manual not found" not in line and "mandoc.db" not in line]


# ---- what is there to be copied ---------------------------------------------------------------------------------

def test_there_are_enough_queries():
    assert len(displays("QUERIES")) >= 10


@pytest.mark.parametrize("query", displays("QUERIES"), ids=lambda query: re.search(r"FROM (\w+)", query)[1])
def test_a_query_of_the_page(history, long_history, query):
    assert query.startswith("SELECT ") and query.endswith(";\n") and max(map(len, query.splitlines())) < 80
    assert set(re.findall(r"(?:FROM|JOIN) (\w+)", query)) <= set(interface(history))
    rows = distrustful(history, query)
    assert rows
    not_of_every_event = {"type_before", "type_after", "instance_before", "instance_after"}
    # And what a history of a minute cannot know.
    assert unknown(rows) - not_of_every_event <= {"change_24h", "change_7d", "change_30d", "percent_30d", "value",
                                                  "in_30d_low", "in_30d", "in_30d_high", "next_run", "problem"}
    rows = distrustful(long_history, query.replace("'now'", f"{year.END_SECONDS}, 'unixepoch'"))
    assert rows and unknown(rows) - not_of_every_event <= {"refused", "problem"}


@pytest.mark.parametrize("command", displays("COPYING"))
def test_a_copy_is_whole(history, tmp_path, command):
    """Made while a writer's newest transaction is in the log alone."""
    original, copy = tmp_path / "history.db", tmp_path / "copy.db"
    with contextlib.closing(sqlite3.connect(f"file:{history}?mode=ro", uri=True)) as old:
        old.backup(sqlite3.connect(original))
    writer = sqlite3.connect(original)
    writer.execute("PRAGMA journal_mode = wal")
    writer.execute("UPDATE run SET notice = 'in the log'")
    writer.commit()
    assert INSTALLED in command
    subprocess.run(["sh", "-ec", command.replace(INSTALLED, str(original))], check=True, cwd=tmp_path, timeout=60)
    writer.close()
    for name in names(history, "table"):
        assert sqlite(copy, f"SELECT * FROM {name}") == sqlite(original, f"SELECT * FROM {name}"), name
    assert sqlite(copy, "SELECT DISTINCT notice FROM v1_run") == [{"notice": "in the log"}]
    assert "in the log" in ebsreportd.read_history(copy, "--export=runs", check=0).out


def readme_commands():
    text = re.search(r"^## The history\n(.*?)^## ", (ebsim.ROOT / "README.md").read_text(), re.M | re.S)[1]
    return re.findall(r"^sqlite3 .*$", text, re.M)


@pytest.mark.parametrize("command", readme_commands(), ids=lambda command: re.search(r"FROM (\w+)", command)[1])
def test_a_command_of_the_readme(history, command):
    done = subprocess.run(["sh", "-ec", command], cwd=history.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "") and "│" in done.stdout, done
    assert len(done.stdout.splitlines()) > 4, "a head and a row"


# ---- who reads --------------------------------------------------------------------------------------------------

def check_views(db, *prefix):
    for name in interface(db):
        rows = distrustful(db, f"SELECT * FROM {name}", *prefix)
        # Nothing was taken away yet from what is only now made.
        assert rows or name == "v1_retention", name
        assert not rows or list(rows[0]) == columns(db, name)


def test_every_view_where_the_schema_is_not_trusted(history, long_history):
    check_views(history)
    check_views(long_history)
    assert distrustful(long_history, "SELECT * FROM v1_retention")


@pytest.fixture
def of_the_group(history):
    """A copy, with its log as the last run left it, in a directory that a group may read."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="history-"))
    directory.chmod(0o750)
    for path in history.parent.iterdir():
        shutil.copy2(path, directory)
    for path in (directory, *directory.iterdir()):
        shutil.chown(path, group=GROUP)
    yield directory / history.name
    shutil.rmtree(directory)


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT TESTED: becoming another user needs root")
@pytest.mark.parametrize("beside_a_writer", [False, True])
def test_every_view_for_a_user_who_may_only_read(of_the_group, beside_a_writer):
    db = of_the_group
    files = sorted(path.name for path in db.parent.iterdir())
    assert {"history.db", "history.db-shm", "history.db-wal"} <= set(files)
    with contextlib.ExitStack() as opened:
        if beside_a_writer:
            writer = opened.enter_context(contextlib.closing(sqlite3.connect(db, isolation_level=None)))
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("UPDATE run SET notice = 'not committed'")
        check_views(db, *STRANGER)
        exported = ebsreportd.read_history(db, "--export=volumes", "--config=/dev/null", prefix=STRANGER, check=0)
        assert len(exported.out.splitlines()) == 1 + len(sqlite(db, "SELECT 1 FROM v1_volume"))
        write = [*STRANGER, "sqlite3", str(db), "UPDATE run SET notice = 'x'"]
        assert subprocess.run(write, stderr=subprocess.DEVNULL).returncode != 0
        assert sorted(path.name for path in db.parent.iterdir()) == files
