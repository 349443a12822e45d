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
    "events": [("c", r"FOUND")],
    "trends": [("4", r"size of all|Metric"), ("]", r"\[7d\]|TiB 7d")],
    "trends-region": [("j", r">eu-west-1"), ("t", r"size of all|Metric"), ("]", r"\[7d\]|TiB 7d"), ("]", r"\[30d\]|TiB 30d"),
                      ("]", r"\[1y\]|TiB 1y"), ("m", r"cost of all|\[\$/mo\]")],
    "timings": [("5", r"PAIR")],
    "timings-runs": [("5", r"PAIR"), ("v", r"RUN")],
    "calls": [("5", r"PAIR"), ("Enter", r"WORKER")],
    "runs": [("6", r"RUN")],
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
    if glyphs == "ascii":
        assert text.isascii()
    if glyphs == "mono":
        # Bold, underlined and reverse, and no colour.
        assert not re.search(r"␛\[[0-9;]*(3[0-7]|4[0-7]|38|48|9[0-7])", text)
