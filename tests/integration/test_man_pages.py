# SPDX-License-Identifier: MIT
"""The manual pages are good mdoc and leave nothing out."""
import re
import subprocess

import pytest

import ebsim
import ebsreportd

PAGES = ("man/ebsreportd.8", "man/ebsreportd.conf.5")


def text(page):
    """The page as a reader has it, on lines that do not end within a word."""
    shown = subprocess.run(["mandoc", "-T", "ascii", "-O", "width=200", ebsim.program(page)], check=True,
                           stdout=subprocess.PIPE, text=True).stdout
    return re.sub(r".\x08", "", shown)


@pytest.mark.parametrize("page", PAGES)
def test_no_complaint(page):
    lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", ebsim.program(page)], stdout=subprocess.PIPE,
                          text=True)
    assert lint.returncode == 0, lint.stdout
    assert "@" not in text(page)


def test_every_option():
    page = text("man/ebsreportd.8")
    usage = subprocess.run([ebsreportd.path(), "--help"], check=True, stdout=subprocess.PIPE, text=True).stdout
    options = re.findall(r"^ +(?:-\S, )?(--[a-z-]+)", usage, re.M)
    assert len(options) > 15
    described = page[page.index("OPTIONS\n"):page.index("SIGNALS\n")]
    missing = [option for option in options if not re.search(rf"{option}(?![a-z-])", described)]
    assert missing == []


def test_every_key_with_its_default_and_words():
    page = text("man/ebsreportd.conf.5")
    documented = (ebsim.ROOT / "data/ebsreportd.conf").read_text()
    keys = re.findall(r"^#([a-z_]+) =(?: (.+))?$", documented, re.M)
    assert len(keys) > 20
    for key, default in keys:
        assert re.search(rf"^ +{key} = {re.escape(default)}$", page, re.M) if default else f"{key} =\n" in page, key
    words = " ".join(line[2:] for line in documented.split("\n# ----", 1)[1].splitlines()
                     if line.startswith("# ") and not line.startswith("# ----"))
    shown = set(re.findall(r"\w+", page))
    assert [word for word in re.findall(r"\w+", words) if word not in shown and not word.startswith("__")] == []


def test_every_exit_status():
    page = text("man/ebsreportd.8")
    statuses = re.findall(r"EXIT_\w+ = (\d),", (ebsim.ROOT / "src/daemon/once.h").read_text())
    assert statuses and re.findall(r"^     (\d)  ", page[page.index("EXIT STATUS\n"):], re.M) == statuses
