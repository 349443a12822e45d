# SPDX-License-Identifier: MIT
"""Another process that has a history open. In the test's own, reading the file in any other way would drop its locks."""
import pathlib
import subprocess


class Reader:
    """Debian's sqlite3 on a history; it stays connected, and has a transaction open between begin() and end()."""

    def __init__(self, db, *options):
        self.process = subprocess.Popen(["sqlite3", *options, pathlib.Path(db)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def ask(self, query):
        """One row as one line."""
        print(query, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().rstrip("\n")

    def lock_exclusively(self):
        """Keeps everybody else out from now on."""
        return self.ask("PRAGMA locking_mode = EXCLUSIVE;"), self.ask("BEGIN EXCLUSIVE; SELECT count(*) FROM v1_run;")

    def count(self):
        return int(self.ask("SELECT count(*) FROM v1_run;"))

    def begin(self):
        """The transaction begins with what it reads first."""
        return int(self.ask("BEGIN; SELECT count(*) FROM v1_run;"))

    def end(self):
        return int(self.ask("COMMIT; SELECT count(*) FROM v1_run;"))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()
