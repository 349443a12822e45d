# SPDX-License-Identifier: MIT
"""Runs the resident ebsreportd for a test, which is its service manager.

    with Daemon(sim, tmp_path, interval="1h") as daemon:
        daemon.wait_ready()
        daemon.notes, daemon.status, daemon.runs(), daemon.state(), daemon.err

Keyword options are lines of its configuration file. What it sends to NOTIFY_SOCKET is in notes, a dictionary a message.
"""
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading

import ebsreportd
from processes import WAIT_SECONDS, children, wait_until


class Daemon:
    def __init__(self, sim, directory, *args, env=None, prefix=(), watchdog_usec=None, **keys):
        self.directory = pathlib.Path(directory)
        self.config = self.directory / "ebsreportd.conf"
        self.database = self.directory / "h.db"
        self.keys = {"interval": "1h", "compare_interval": 0, "database": self.database, "max_attempts": 2,
                     "endpoint_url": sim.url if sim else "http://127.0.0.1:1/"}
        self.configure(**keys)
        self.notes = []
        self._sockets = tempfile.TemporaryDirectory(prefix="notify-")  # a short path: sun_path holds 108 bytes
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self._sockets.name + "/socket")
        threading.Thread(target=self._listen, daemon=True).start()
        extra = {"NOTIFY_SOCKET": self._sockets.name + "/socket", **(env or {})}
        if watchdog_usec:
            extra["WATCHDOG_USEC"] = watchdog_usec
        self._err = self.directory / "daemon.err"
        with open(self._err, "ab") as err:
            self.process = subprocess.Popen([*map(str, prefix), ebsreportd.path(), f"--config={self.config}", *args],
                                            env=ebsreportd.environment(sim, extra), stdin=subprocess.DEVNULL,
                                            stdout=err, stderr=err, cwd="/")
        self.pid = self.process.pid

    def _listen(self):
        while message := self._socket.recv(65536):
            self.notes.append(dict(line.split("=", 1) for line in message.decode().split("\n") if line))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        # Ends the listener, behind all that the daemon has sent.
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._sockets.name + "/socket")
        self._sockets.cleanup()

    def configure(self, **keys):
        """Writes the configuration file anew, with these keys changed; None takes one away."""
        self.keys = {k: v for k, v in {**self.keys, **keys}.items() if v is not None}
        self.config.write_text("".join(f"{k} = {v}\n" for k, v in self.keys.items()))

    @property
    def err(self):
        return self._err.read_text()

    @property
    def status(self):
        return next((n["STATUS"] for n in reversed(self.notes) if "STATUS" in n), "")

    def has(self, name):
        """How many messages have that assignment."""
        return sum(name in note for note in self.notes)

    def wait(self, condition, what=None, seconds=WAIT_SECONDS):
        """Until condition() is true, as long as the daemon lives."""
        def met():
            assert self.process.poll() is None, f"it has ended: {self.process.returncode} {self.err}"
            return condition()
        try:
            return wait_until(met, seconds=seconds)
        except AssertionError as error:
            raise AssertionError(f"{what or error}: {self.err[-2000:]} {self.notes[-5:]}") from None

    def wait_ready(self):
        self.wait(lambda: self.has("READY"), "it never is ready")
        return self

    def wait_status(self, text):
        self.wait(lambda: text in self.status, f"no status with {text!r}")

    def wait_runs(self, n):
        """Until n runs are stored and it rests again, or makes another one."""
        self.wait(lambda: len(self.runs()) >= n, f"no {n} runs")

    def wait_idle(self):
        self.wait(lambda: (self.state() or {}).get("state") == "idle")

    def query(self, sql):
        """Rows of its database, none while it is not there."""
        if not self.database.exists():
            return []
        try:
            with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30) as db:
                db.row_factory = sqlite3.Row
                return [dict(row) for row in db.execute(sql)]
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return []
            raise

    def runs(self):
        return self.query("SELECT * FROM v1_run ORDER BY run_id")

    def state(self):
        return next(iter(self.query("SELECT * FROM v1_daemon")), None)

    def send(self, signo):
        self.process.send_signal(signo)

    def reload(self):
        """Asks for a reload and waits until it is over."""
        ready = self.has("READY")
        self.send(signal.SIGHUP)
        self.wait(lambda: self.has("READY") > ready, "the reload does not end")

    def stop(self, signo=signal.SIGTERM):
        """Ends it, and gives its exit status."""
        self.send(signo)
        return self.process.wait(timeout=60)


# A run that cannot go on until go_on() says so.
HELD = ["kind=hang,action=DescribeRegions,count=1"]


def wait_held(sim):
    wait_until(lambda: sim.stats()["concurrent"] == 1 and "GetCallerIdentity" in {c["action"] for c in sim.log()})


def go_on(daemon):
    """The worker that would wait for ever is gone, and its call is made again."""
    for worker in children(daemon.pid):
        os.kill(worker, signal.SIGKILL)
