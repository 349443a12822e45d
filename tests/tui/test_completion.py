# SPDX-License-Identifier: MIT
"""What bash and zsh complete is what the programs take, with the words that their options say."""
import pathlib
import re
import sqlite3
import subprocess

import pytest

import history
import screen

COMPLETION = pathlib.Path(__file__).resolve().parents[2] / "data" / "completion"
PROGRAMS = {"ebstop": screen.EBSTOP, "ebsreportd": str((screen.BUILD / "src" / "ebsreportd").resolve())}

# How the programs name the words of an option: "--units x: it is gib, tib or auto".
CHOICES = [("ebstop", "--view"), ("ebstop", "--range"), ("ebstop", "--glyphs"), ("ebstop", "--units"),
           ("ebsreportd", "--mode"), ("ebsreportd", "--export"), ("ebsreportd", "--format")]


def run(*command):
    return subprocess.run(command, env=screen.environment(), capture_output=True, text=True, stdin=subprocess.DEVNULL)


def options(name):
    """Each option of the program: whether it takes a value, and its words."""
    found = {}
    for line in run(PROGRAMS[name], "--help").stdout.splitlines():
        start = re.match(r" +(?:-\S, )?(--[a-z-]+)(=\S+(?: [A-Z_]+)?)?(?: +(\S.*))?$", line)
        if start:
            last = start.group(1)
            found[last] = [start.group(2) is not None, start.group(3) or ""]
        elif found and re.match(r" {20,}\S", line):
            found[last][1] += " " + line.strip()
        elif not line:
            if found:
                break
    assert len(found) > 15
    return found


def bash(name, *words):
    """What is offered for the last of the words, parted as readline does."""
    script = (f'compopt() {{ :; }}; source "{COMPLETION}/bash/{name}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
              f'_{name} "$1" "${{@: -1}}" "${{@: -2:1}}"; printf "%s\\n" "${{COMPREPLY[@]}}"')
    done = run("bash", "--norc", "-uc", script, "bash", name, *words)
    assert done.stderr == ""
    return done.stdout.split()


def zsh(name):
    """The specifications of _arguments, by option: its words, and the words for its value."""
    done = run("zsh", "-fc", '_arguments() { print -rl -- "$@" }; source "$1"', "zsh", str(COMPLETION / "zsh" / f"_{name}"))
    assert done.stderr == ""
    found = {}
    for line in done.stdout.splitlines():
        option, words, value = re.fullmatch(r"(?:\*|\(- \*\))?(-[^=[]+)=?\[((?:[^]\\]|\\.)*)\](.*)", line).groups()
        found[option] = [bool(value), re.sub(r"\\(.)", r"\1", words), re.findall(r"[^ ()]+", value.rpartition(":")[2])]
    return found


def choices(name, option):
    """By what the program complains of a word that it does not know."""
    before = {"--format": ["--export", "runs"], "--mode": ["--once"]}.get(option, [])
    said = run(PROGRAMS[name], *before, option, "no-such-word").stderr.splitlines()[0]
    words = re.search(r"it is (?:one of )?(.*)$", said).group(1)
    return re.split(r", | or ", words)


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_option(name):
    expected = options(name)
    valued = {option for option, (value, _) in expected.items() if value} - {"--diff"}  # its values are two words
    assert sorted(bash(name, "--")) == sorted(option + ("=" if option in valued else "") for option in expected)
    shown = {option: entry for option, entry in zsh(name).items() if option.startswith("--")}
    assert {option: entry[:2] for option, entry in shown.items()} == expected


@pytest.mark.parametrize("name, option", CHOICES)
def test_every_word_of_a_choice(name, option):
    words = choices(name, option)
    assert len(words) > 1
    assert bash(name, option, "=") == words
    assert zsh(name)[option][2] == words
    # Some of the word, and parted by a blank instead.
    assert bash(name, option, "=", words[0][:2]) == [word for word in words if word.startswith(words[0][:2])]
    assert bash(name, option, words[-1]) == [words[-1]]


def test_every_metric():
    with sqlite3.connect(":memory:") as db:
        db.executescript(history.SCHEMA.read_text())
        names = [name for name, in db.execute("SELECT name FROM metric ORDER BY metric_id")]
    assert bash("ebstop", "--metric", "=") == names == zsh("ebstop")["--metric"][2]


def test_files_and_nothing(tmp_path):
    (tmp_path / "a file").touch()
    assert bash("ebstop", "--db", "=", f"{tmp_path}/a") == [f"{tmp_path}/a", "file"]
    assert bash("ebsreportd", "--config", f"{tmp_path}/b") == []
    assert bash("ebstop", "--region", "=") == [] and bash("ebsreportd", "--diff", "") == []
