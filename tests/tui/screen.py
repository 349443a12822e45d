# SPDX-License-Identifier: MIT
"""ebstop in a tmux of its own, with a size, a clock and a locale that never change."""
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import time

import history

BUILD = pathlib.Path(os.environ.get("EBS_BUILDDIR", "build"))
EBSTOP = str((BUILD / "tui" / "ebstop").resolve())
PATIENCE = 30  # seconds; only a broken program needs them
NOW = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(history.NOW))


def environment(locale="C.UTF-8", **more):
    """Nothing of the caller's but the path, so that a screen is the same everywhere."""
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": locale, "TZ": "UTC", "EBSTOP_NOW": NOW,
           "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""), "UBSAN_OPTIONS": os.environ.get("UBSAN_OPTIONS", "")}
    env.update(more)
    return {name: value for name, value in env.items() if value is not None}


class Screen:
    """Screen(rows, columns, *arguments) runs ebstop; with-statement ends it. command: instead of ebstop."""

    def __init__(self, rows, columns, *arguments, locale="C.UTF-8", command=None, term="tmux-256color", **env):
        self.directory = tempfile.TemporaryDirectory(prefix="ebstop-tmux-")
        # The path of a socket may not be long.
        self.tmux = ["tmux", "-S", f"{self.directory.name}/s", "-f", "/dev/null", "-u"]
        line = " ".join(map(shlex.quote, command or [EBSTOP, *map(str, arguments)]))
        exports = " ".join(f"{k}={shlex.quote(v)}" for k, v in environment(locale, TERM=term, **env).items())
        self.run("new-session", "-d", "-x", str(columns), "-y", str(rows), "env", "-i", "sh", "-c",
                 f"stty -g; env -i {exports} {line}; echo status $?; stty -g; exec sleep 1000")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run([*self.tmux, "kill-server"], capture_output=True)
        self.directory.cleanup()

    def run(self, *arguments):
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        return subprocess.run([*self.tmux, *arguments], env=env, check=True, capture_output=True, text=True).stdout

    def text(self, *options):
        return self.run("capture-pane", "-p", *options)

    def keys(self, *keys):
        """Keys by tmux's names (Enter, F5, C-l), or text."""
        for key in keys:
            self.run("send-keys", key)

    def pid(self):
        """Of the program in it, once it runs."""
        shell = self.run("display-message", "-p", "#{pane_pid}").strip()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            children = pathlib.Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
            if children:
                return int(children[-1])
            time.sleep(0.01)
        raise AssertionError("nothing runs")

    def resize(self, rows, columns):
        self.run("resize-window", "-x", str(columns), "-y", str(rows))

    def wait(self, pattern, *options):
        """Until the screen has it; returns the screen."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            text = self.text(*options)
            if re.search(pattern, text):
                return text
            time.sleep(0.02)
        raise AssertionError(f"no {pattern!r} on the screen:\n{text}")

    def stable(self, *options):
        """The screen once it has stayed the same for five looks, and is not what was there before ebstop drew."""
        last, same = None, 0
        deadline = time.monotonic() + PATIENCE
        while same < 5 and time.monotonic() < deadline:
            text = self.text(*options)
            same = same + 1 if text == last and "loading" not in text and text.strip() else 0
            last = text
            time.sleep(0.03)
        return last
