# SPDX-License-Identifier: MIT
"""ebstop on a pseudo-terminal of the test's own, which sees every byte, where tmux would show the screen alone."""
import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

import pyte

import screen


class Pty:
    """ebstop on a pseudo-terminal, of which every byte is kept."""

    def __init__(self, *arguments, rows=24, columns=80, term="xterm-256color", **env):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.process = subprocess.Popen([screen.EBSTOP, *map(str, arguments)], stdin=slave, stdout=slave,
                                        stderr=subprocess.PIPE, env=screen.environment(TERM=term, **env),
                                        start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.slave = slave
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.bytes = b""
        self.keep = True  # else what comes is read and forgotten

    def read(self, timeout):
        """What comes within so many seconds, at once when something does."""
        if not select.select([self.master], [], [], timeout)[0]:
            return b""
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return b""
        if self.keep:
            self.bytes += data
            self.stream.feed(data)
        return data

    def wait(self, text):
        deadline = time.monotonic() + screen.PATIENCE
        while time.monotonic() < deadline:
            if text in "\n".join(self.screen.display):
                return
            self.read(0.1)
        raise AssertionError("\n".join(self.screen.display))

    def settle(self):
        """Reads until nothing comes for half a second."""
        while self.read(0.5):
            pass

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, data):
        os.write(self.master, data)

    def close(self):
        with contextlib.suppress(OSError):
            os.close(self.master)
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        with contextlib.suppress(OSError):
            os.close(self.slave)
