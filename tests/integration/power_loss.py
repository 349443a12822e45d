# SPDX-License-Identifier: MIT
"""What is left of files when the power fails: the writes of a program, recorded by strace, and what a disk may have kept of
them at any moment. What was synced is there; of what was written since, each write may be there, or not, or a part of it."""
import collections
import pathlib
import re

import durability

SECTOR = 512

Operation = collections.namedtuple("Operation", "call path data number")  # number: an offset, or a size

HEX = r"((?:\\x[0-9a-f]{2})*)"
LINES = {
    "pwrite64": re.compile(rf'pwrite64\(\d+<{HEX}>, "{HEX}", \d+, (\d+)\) += (\d+)'),
    "ftruncate": re.compile(rf"ftruncate\(\d+<{HEX}>()?, (\d+)\) += (0)"),
    "fdatasync": re.compile(rf"fdatasync\(\d+<{HEX}>()()\) += (0)"),
    "fsync": re.compile(rf"fsync\(\d+<{HEX}>()()\) += (0)"),
    "unlink": re.compile(rf'unlink\("{HEX}"()()\) += (0)'),
}


def unescape(text):
    return bytes.fromhex((text or "").replace("\\x", ""))


def recorder(db, log):
    """The command before a run whose writes are to be recorded."""
    directory = pathlib.Path(db).parent
    return [*durability.strace(db, "-P", directory), "-o", log, "-y", "-xx", "-s", "100000", "-e", "signal=none",
            "-e", "trace=pwrite64,ftruncate,fsync,fdatasync,unlink"]


def read(log):
    """The operations of a recorded run, in their order."""
    *lines, end = pathlib.Path(log).read_text().splitlines()
    assert end == "+++ exited with 0 +++"
    operations = []
    for line in lines:
        call = line.partition("(")[0]
        path, data, number, result = LINES[call].fullmatch(line).groups()
        operations.append(Operation(call, unescape(path).decode(), unescape(data), int(number or 0)))
        assert call != "pwrite64" or len(operations[-1].data) == int(result)
    return operations


class Disk:
    """Files, what was done to each since it was synced last, and to their names since the directory was."""

    def __init__(self, files):
        self.files = {str(path): bytearray(pathlib.Path(path).read_bytes()) for path in files if pathlib.Path(path).exists()}
        self.pending = collections.defaultdict(list)
        self.created = set()
        self.removed = {}

    def do(self, operation):
        path = operation.path
        if operation.call == "unlink":
            self.removed[path] = self.files.pop(path)
            self.pending.pop(path, None)
            self.created.discard(path)
        elif operation.call in ("pwrite64", "ftruncate"):
            if path not in self.files:
                self.files[path] = bytearray()
                self.created.add(path)
            self.pending[path].append(operation)
        elif path in self.files:
            for earlier in self.pending.pop(path, []):
                apply(self.files[path], earlier, len(earlier.data))
        else:  # the directory
            self.created.clear()
            self.removed.clear()

    def lose_power(self, random, directory):
        """Writes what may be left to a directory, the -shm aside, which is of no use then. Returns the history there."""
        left = {path: bytearray(data) for path, data in self.files.items()}
        for path, operations in self.pending.items():
            for operation in operations:
                size = len(operation.data)
                kept = random.choice([None, size, size, SECTOR * random.randint(0, size // SECTOR)])
                if kept is not None:
                    apply(left[path], operation, kept)
        for path in {*self.created, *self.removed}:
            if random.random() < 0.5:
                left.pop(path, None)
                if path in self.removed:
                    left[path] = self.removed[path]
        directory.mkdir()
        for path, data in left.items():
            if not path.endswith("-shm"):
                (directory / pathlib.Path(path).name).write_bytes(data)
        return directory / "h.db"


def apply(data, operation, kept):
    """One write of so many of its bytes, or a truncation."""
    end = operation.number + kept
    data.extend(bytes(max(0, end - len(data))))
    if operation.call == "pwrite64":
        data[operation.number:end] = operation.data[:kept]
    else:
        del data[end:]
