# SPDX-License-Identifier: MIT
"""Runs ebsreportd for a test.

    result = ebsreportd.run(sim, "--mode=parallel", "--workers=4", check=0)
    result.json["totals"]["instance_sum_gib"], result.rc, result.out, result.err

Without db nothing is stored. Unless the arguments ask for another format, or text=True does, the report is JSON.
"""
import json
import pathlib
import signal
import subprocess

import ebsim

TIMEOUT_SECONDS = 120

MODES = ("sequential", "parallel", "sweep")


class Result:
    """How a run ended. json is the report, None where the output is none."""

    def __init__(self, rc, out, err):
        self.rc, self.out, self.err = rc, out, err
        self.json = json.loads(out) if out.startswith("{") else None

    def region(self, name):
        """The report's entry for a region."""
        return next(r for r in self.json["regions"] if r["region"] == name)

    def __repr__(self):
        return f"exit status {self.rc}\n{self.out[:4000]}\n{self.err[:4000]}"


def path():
    return ebsim.program("src/ebsreportd")


def command(*args, db=None, text=False, action="--once"):
    """The command line of one run, or of another action."""
    formats = {"--json", "--csv", "--check-config", "--version", "--help"}
    line = [path(), action, *map(str, args)]
    if not text and not formats.intersection(line):
        line.append("--json")
    return line + [f"--db={db}" if db else "--no-store"]


def environment(sim=None, env=None):
    """A clean environment that leads to sim, changed by env: a value of None takes a variable away."""
    base = sim.environment() if sim is not None else ebsim.clean_environment()
    base.update({k: str(v) for k, v in (env or {}).items()})
    return {k: v for k, v in base.items() if (env or {}).get(k, "") is not None}


def finish(process, timeout=TIMEOUT_SECONDS):
    """Waits for a process of start(), which is killed if it never ends."""
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        out, err = process.communicate()
        raise AssertionError(f"ebsreportd hangs; so far: {out[:2000]} {err[:2000]}") from None
    return Result(process.returncode, out, err)


def start(sim, *args, prefix=(), env=None, **how):
    """Starts a run that the test goes on beside; prefix is a command that runs it, such as strace. how: of command()."""
    return subprocess.Popen([*map(str, prefix), *command(*args, **how)], env=environment(sim, env),
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            cwd="/", errors="surrogateescape")


def run(sim, *args, check=None, timeout=TIMEOUT_SECONDS, **how):
    """One run to its end. check: the exit status that it must have; with 0 it must not complain either. how: of start()."""
    result = finish(start(sim, *args, **how), timeout)
    if check is not None:
        assert result.rc == check, result
        assert check != 0 or not result.err, result
    return result


def read_history(db, *args, check=None, stdout=subprocess.PIPE, prefix=()):
    """The program with exactly these arguments and --db: it reads the history and asks nobody. check, prefix: as in
    run()."""
    done = subprocess.run([*prefix, path(), *map(str, args), f"--db={db}"], env=environment(), stdin=subprocess.DEVNULL,
                          stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=TIMEOUT_SECONDS)
    result = Result(done.returncode, done.stdout or "", done.stderr)
    assert check is None or result.rc == check, result
    assert check != 0 or not result.err, result
    return result


def calls(sim, action):
    """The log's lines of one action."""
    return [call for call in sim.log() if call.get("action") == action]


def sqlite(db, query):
    """The rows of a query as Debian's own sqlite3 shows them, a dictionary each."""
    done = subprocess.run(["sqlite3", "-readonly", "-json", str(pathlib.Path(db)), query], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    return json.loads(done.stdout or "[]")
