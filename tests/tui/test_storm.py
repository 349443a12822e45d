# SPDX-License-Identifier: MIT
"""Random keys and sizes, as from a cat on the keyboard and a mouse on the window's edge; the sanitizers look on.

EBSTOP_STORM_SECONDS=60 goes on for so long, EBSTOP_STORM_SEED=7 is another storm.
"""
import os
import random
import time

import pytest

import screen

STEPS = 400
SEED = int(os.environ.get("EBSTOP_STORM_SEED", "1"))
SECONDS = float(os.environ.get("EBSTOP_STORM_SECONDS", "0"))

# All keys that do not end it: not q, ^C, ^\, F10; ^Z stops it.
LETTERS = [bytes([c]) for c in range(0x20, 0x7f) if c != ord("q")]
CONTROLS = [bytes([c]) for c in b"\x04\x07\x08\x09\x0c\x0d\x12\x15\x7f"]
SEQUENCES = [b"\x1b", b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1b[5~", b"\x1b[6~", b"\x1b[H", b"\x1b[F", b"\x1b[Z", b"\x1bOP",
             b"\x1bOQ", b"\x1bOR", b"\x1bOS", b"\x1b[15~", b"\x1b[17~", b"\x1b[18~", b"\x1b[19~", b"\x1b[M %(", b"\x1b[M#~~",
             b"\x1b[<0;5;9M", b"\x1b[200~", b"\x1b[99;99;99~"]
TEXTS = ["ü".encode(), "日本".encode(), b"\xff\xfe", b"\xc3", b"/prod\r", b"n", b"N", b"\\gib>100\r", b"\\'; DROP\r", b"sgib\r",
         b"\\" + b"x" * 300 + b"\r", b"\r", b"\r", b"j", b"j", b"G", b"1", b"2", b"3", b"4", b"5", b"6", b"7"]
SIZES = [(24, 80), (40, 140), (15, 60), (5, 20), (4, 19), (1, 1), (1, 300), (100, 1), (100, 300), (10, 60), (9, 59), (2, 80)]


def make_step(chance):
    keys = b"".join(chance.choice(chance.choice([LETTERS, CONTROLS, SEQUENCES, TEXTS])) for _ in range(chance.randrange(1, 12)))
    size = chance.choice(SIZES) if chance.random() < 0.3 else (chance.randrange(1, 60), chance.randrange(1, 200))
    return keys, size if chance.random() < 0.4 else None


@pytest.mark.parametrize("storm", range(2))
def test_storm(on_pty, golden, tmp_path, monkeypatch, storm):
    monkeypatch.chdir(tmp_path)  # of what is exported
    chance = random.Random(f"{SEED} {storm}")
    p = on_pty("--db", golden, "--refresh", "0.5", EBSTOP_NOW=None if storm else screen.NOW, XDG_CONFIG_HOME=str(tmp_path),
               LC_ALL="C.UTF-8" if storm else "C")
    p.wait("us-east-1")
    p.keep = False
    end = time.monotonic() + SECONDS
    step = 0
    while step < STEPS or time.monotonic() < end:
        keys, size = make_step(chance)
        p.send(keys)
        if size is not None:
            p.resize(*size)
        while p.read(0.01):
            pass
        assert p.process.poll() is None, f"step {step}, {keys!r} {size}: {p.process.returncode} {p.process.stderr.read()}"
        step += 1
    # It still does what it is told.
    p.resize(24, 80)
    p.keep = True
    p.send(b"\x1b")
    p.settle()
    p.send(b"\x1b")
    p.settle()
    p.send(b"?")
    p.wait("views, by number")
    p.settle()
    p.send(b"q")
    assert p.process.wait(screen.PATIENCE) == 0
    assert p.process.stderr.read() == b""
