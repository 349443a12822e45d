# SPDX-License-Identifier: MIT
"""ebstop(1) is good mdoc and leaves nothing out."""
import pathlib
import re
import subprocess

import screen

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = ROOT / "man" / "ebstop.1.in"


def text():
    """The page as a reader has it, on lines that do not end within a word."""
    shown = subprocess.run(["mandoc", "-T", "ascii", "-O", "width=200", SOURCE], check=True, stdout=subprocess.PIPE,
                           text=True).stdout
    return re.sub(r".\x08", "", shown)


def section(name):
    return re.search(rf"^{name}\n(.*?)^(?=\S)", text(), re.M | re.S).group(1)


def tags(name):
    """The entries of a section's list; what they are about is on the same line or on the next one."""
    return [re.split(r"  +", line.strip())[0] for line in section(name).splitlines() if re.match(r"     \S", line)]


def ebstop(*arguments):
    return subprocess.run([screen.EBSTOP, *arguments], env=screen.environment(), capture_output=True, text=True)


def test_no_complaint():
    lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", SOURCE], stdout=subprocess.PIPE, text=True)
    assert lint.returncode == 0, lint.stdout


def test_every_option_and_no_other():
    options = re.findall(r"^ +(?:-\S, )?(--[a-z-]+)", ebstop("--help").stdout, re.M)
    assert len(options) > 15
    described = {option for tag in tags("OPTIONS") for option in re.findall(r"--[a-z-]+", tag)}
    assert described == set(options)


def test_every_view_and_no_other():
    names = re.search(r"it is one of (.*)$", ebstop("--view", "nowhere").stderr, re.M).group(1).split(", ")
    assert len(names) > 6
    assert sorted(tag for tag in tags("VIEWS") if re.fullmatch("[a-z]+", tag)) == sorted(names)


def test_every_key_and_no_other(show, golden):
    """The help view is made from the table that the keys work by: its left half, then its right one."""
    s = show(60, 160, "--db", golden, "--view", "help")
    lines = s.wait("6 stale").splitlines()  # the last line of it
    first = next(i for i, line in enumerate(lines) if "views, by number" in line)
    last = next(i for i, line in enumerate(lines) if line.startswith(" ok fresh"))
    halves = [line[at:at + 80].strip() for at in (0, 80) for line in lines[first:last]]
    keys = [re.split(r"  +", half)[0] for half in halves if half]
    assert len(keys) > 25
    assert tags("KEYS") == keys


def test_every_state():
    words = re.findall(r'\[FRESHNESS_\w+\] = "([A-Z ]+)"', (ROOT / "tui" / "freshness.c").read_text())
    assert len(words) > 5 and set(words) < set(tags("STATES"))


def test_every_exit_status():
    statuses = re.findall(r"EXIT_\w+ = (\d),", (ROOT / "tui" / "options.h").read_text())
    assert len(statuses) > 5
    assert re.findall(r"^     (\d)  ", section("EXIT STATUS"), re.M) == ["0", *statuses]


def test_every_variable_of_the_environment():
    used = {name for path in (ROOT / "tui").glob("*.c") for name in re.findall(r'getenv\("(\w+)"\)', path.read_text())}
    assert "NO_COLOR" in used
    assert used <= set(re.findall(r"[A-Z_]{4,}", section("ENVIRONMENT")))
