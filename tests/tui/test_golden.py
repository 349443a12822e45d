# SPDX-License-Identifier: MIT
"""Every view in every size and way to draw, as golden/VIEW.SIZE.GLYPHS.txt has it. EBSTOP_BLESS=1 writes these files anew:
look at them before you commit them."""
import os
import pathlib
import re

import pytest

GOLDEN = pathlib.Path(__file__).parent / "golden"

# A view's name and the keys that lead to it from the overview, each with text that is on every screen once it is obeyed.
VIEWS = {
    "overview": [],
    "region": [("Enter", r"TYPE")],
    "instances": [("3", r"INSTANCE")],
    "volumes": [("3", r"INSTANCE"), ("Enter", r"VOLUME")],
    "unattached": [("U", r"VOLUME")],
    "events": [("c", r"WHAT")],
    "trends": [("4", r"size of all|Metric"), ("]", r"\[7d\]|TiB 7d")],
    "trends-region": [("j", r">eu-west-1"), ("t", r"size of all|Metric"), ("]", r"\[7d\]|TiB 7d"), ("]", r"\[30d\]|TiB 30d"),
                      ("]", r"\[1y\]|TiB 1y"), ("m", r"cost of all|\[\$/mo\]")],
    "trends-30d": [("j", r">eu-west-1"), ("t", r"size of all|Metric"), ("]", r"\[7d\]|TiB 7d"), ("]", r"\[30d\]|TiB 30d")],
    "timings": [("5", r"PAIR")],
    "timings-runs": [("5", r"PAIR"), ("v", r"RUN")],
    "calls": [("5", r"PAIR"), ("Enter", r"WORKER")],
    "runs": [("6", r"RUN")],
    "run": [("6", r"RUN"), ("Enter", r"Runs > #48213|>ap-no")],
    "help": [("?", r"Tab S-Tab")],
}
SIZES = [(24, 80), (40, 140), (15, 60), (5, 20)]
GLYPHS = {"utf8": dict(locale="C.UTF-8"), "ascii": dict(locale="C"), "mono": dict(locale="C.UTF-8", NO_COLOR="1")}


def capture(show, database, view, size, glyphs):
    s = show(*size, "--db", database, **GLYPHS[glyphs])
    s.wait(r">us-east-1")
    for key, there in VIEWS[view]:
        s.keys(key)
        s.wait(there)
    text = s.stable(*(["-e"] if glyphs == "mono" else []))
    return re.sub(r"[ ]+$", "", text.replace("\x1b", "␛"), flags=re.M).replace(str(database), "DEMO.db")


@pytest.mark.parametrize("glyphs", GLYPHS)
@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[1]}x{s[0]}")
@pytest.mark.parametrize("view", VIEWS)
def test_screen(show, golden, view, size, glyphs, monkeypatch):
    monkeypatch.chdir(golden.parent)
    text = capture(show, golden.name, view, size, glyphs)
    if size[0] >= 10:
        # The bar of keys names all views there are, in every screen: it is checked here, and not kept.
        text, bar = text.rstrip("\n").rsplit("\n", 1)
        assert re.sub("␛[^m]*m", "", bar).startswith(" F1Help F2Setup F3Search")
        text += "\n"
    path = GOLDEN / f"{view}.{size[1]}x{size[0]}.{glyphs}.txt"
    if os.environ.get("EBSTOP_BLESS"):
        path.write_text(text)
    assert text == path.read_text(), f"{path} differs; EBSTOP_BLESS=1 writes it anew"


# ---- what is true of all of them -----------------------------------------------------------------------------------

def kept(glyphs):
    """Path, rows, columns and text of every screen that is kept."""
    for path in sorted(GOLDEN.glob(f"*.{glyphs}.txt")):
        columns, rows = map(int, path.name.split(".")[1].split("x"))
        yield path, rows, columns, path.read_text()


def plain(text):
    return re.sub("␛[^m]*m", "", text)


def test_no_screen_is_left_over():
    names = {f"{view}.{columns}x{rows}.{glyphs}.txt" for view in VIEWS for rows, columns in SIZES for glyphs in GLYPHS}
    assert {path.name for path in GOLDEN.iterdir()} == names


@pytest.mark.parametrize("glyphs", GLYPHS)
def test_all_is_on_the_screen(glyphs):
    for path, rows, columns, text in kept(glyphs):
        lines = plain(text).splitlines()
        # The bar of keys is not kept.
        assert len(lines) <= (rows - 1 if rows >= 10 else rows), path
        assert max(map(len, lines)) <= columns, path


def test_ascii_is_ascii():
    for path, _, _, text in kept("ascii"):
        assert text.isascii(), path


def test_without_colours_it_says_the_same():
    """Bold, underlined and reverse there may be."""
    for path, _, _, text in kept("mono"):
        assert not re.search(r"␛\[([0-9;]*;)?(3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]", text), path
        lines = [line.rstrip() for line in plain(text).splitlines()]
        assert lines == path.with_name(path.name.replace("mono", "utf8")).read_text().splitlines(), path


@pytest.mark.parametrize("glyphs", GLYPHS)
def test_every_size_says_that_a_region_is_old(glyphs):
    """And how current the rest is: one region's numbers in the sums are of hours ago."""
    for path, _, _, text in kept(glyphs):
        assert re.search(r"\b1 old\b|\b1 of 17 regions old\b|!! LIVE", text), path
        assert re.search(r"\bLIVE\b", text), path


# Columns of amounts, in whose cells no blank is.
AMOUNTS = ["UNATT GiB", "UNATT VOL", "UNATT%", "GiB TOTAL", "CHANGE GiB", "BEFORE GiB", "AFTER GiB", "CHANGE $/MO", "EST $/MO",
           "gp3 SAVES $", "SO FAR $", "VOLUMES", "INSTANCES", "GiB", "VOL", "INST", "$/MO", "IOPS", "MiB/s", "CALLS", "ERR"]


def amounts_below(lines, heading):
    """The cells below each heading of an amount: where the digit of its units is, seen from the heading's end."""
    for column in re.finditer("|".join(rf"(?<! ){re.escape(name)}(?! )|(?<=\s){re.escape(name)}(?=\s|$)" for name in AMOUNTS),
                              lines[heading]):
        cells = []
        for line in lines[heading + 1:]:
            cell = next((c for c in re.finditer(r"\S+", line) if c.start() < column.end() and c.end() > column.start()), None)
            if cell is None or not re.fullmatch(r"[-+]?[\d,]+(\.\d+)?%?\+?|-", cell.group()):
                break
            units = re.match(r"-$|[-+]?[\d,]+", cell.group()).end() + cell.start()
            cells.append((units - column.end(), cell.end() - column.end(), cell.group()))
        yield column.group(), cells


@pytest.mark.parametrize("glyphs", ["utf8", "ascii"])
@pytest.mark.parametrize("view,heading", [("overview", "REGION"), ("instances", "INSTANCE"), ("volumes", "VOLUME"),
                                          ("unattached", "VOLUME"), ("events", "WHAT"), ("runs", " RUN")])
def test_digits_of_the_same_value_are_below_each_other(view, heading, glyphs):
    seen = 0
    for path, _, _, text in kept(glyphs):
        if path.name.split(".")[0] != view:
            continue
        lines = plain(text).splitlines()
        for name, cells in amounts_below(lines, next(i for i, line in enumerate(lines) if heading in line)):
            assert len({units for units, _, _ in cells}) == 1, (path, name, cells)
            assert max(end for _, end, _ in cells) <= 0, (path, name, cells)
            seen += len(cells)
    assert seen > 20
