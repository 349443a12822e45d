# SPDX-License-Identifier: MIT
"""Looks at processes from outside, through /proc."""
import ctypes
import os
import pathlib
import time

PR_SET_CHILD_SUBREAPER = 36
WAIT_SECONDS = 60


def wait_until(condition, what="it never happened", seconds=WAIT_SECONDS):
    """Polls condition until it is true and returns its value; what is said if it never is."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, what
        time.sleep(0.005)
    return value


def children(pid):
    """The pids of a process's children, zombies included."""
    try:
        return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def state(pid):
    """A process's state as ps shows it: R, S, T stopped, Z zombie."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def adopt_orphans():
    """Makes this process the one that orphans below it fall to, so that none can hide."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap(pid):
    """The signal that ended a child or an orphan of ours, 0 if it ended by itself."""
    end = {}

    def ended():
        done, status = os.waitpid(pid, os.WNOHANG)
        end["signal"] = os.WTERMSIG(status) if done and os.WIFSIGNALED(status) else 0
        return done

    wait_until(ended, f"{pid} lives on")
    return end["signal"]


def descriptors(pid):
    """What each descriptor of a process is, as /proc shows it."""
    found = {}
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            found[int(entry.name)] = os.readlink(entry)
        except FileNotFoundError:
            pass
    return found


def writes_to(pid, fd):
    """Whether the process is within a write to that descriptor."""
    words = pathlib.Path(f"/proc/{pid}/syscall").read_text().split()
    return len(words) > 1 and words[0] in ("1", "64") and words[1] == hex(fd)
