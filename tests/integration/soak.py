# SPDX-License-Identifier: MIT
"""What a resident daemon leaves behind, run after run: descriptors, children, memory."""
import pathlib
import re
from typing import NamedTuple

from processes import children, descriptors

# Every other call fails, in ways that end workers, connections, calls, regions and runs.
FAULTS = ["kind=reset,probability=0.2", "kind=truncate,probability=0.1", "kind=unavailable-html,probability=0.1",
          "kind=error=UnauthorizedOperation,probability=0.1", "kind=expired-credentials,probability=0.05"]


class Sample(NamedTuple):
    runs: int
    descriptors: int
    children: int
    pss_kib: int  # with a share of the libraries, whose size depends on who else runs
    own_kib: int  # anonymous memory
    cpu_s: float


def sample(daemon):
    """Of the daemon at rest, which a reload brings about: it then makes no run for an hour."""
    daemon.configure(interval="1h")
    daemon.reload()
    daemon.wait_idle()
    daemon.reload()  # answered behind everything that the last run left to do
    daemon.wait(lambda: not any(link.startswith("socket:") for link in descriptors(daemon.pid).values()),
                "the socket of its last message is not closed")
    rollup = pathlib.Path(f"/proc/{daemon.pid}/smaps_rollup").read_text()
    kib = {name: int(n) for name, n in re.findall(r"^(\w+):\s+(\d+) kB", rollup, re.M)}
    # Of itself and the children that it has waited for; fields 14 to 17 of proc(5).
    stat = pathlib.Path(f"/proc/{daemon.pid}/stat").read_text().rpartition(")")[2].split()
    return Sample(len(daemon.runs()), len(descriptors(daemon.pid)), len(children(daemon.pid)),
                  kib["Pss"], kib["Anonymous"], sum(map(int, stat[11:15])) / 100)


def soak(daemon, runs):
    """Makes so many more runs, one right behind the other, and gives what it looks like then."""
    target = len(daemon.runs()) + runs
    daemon.configure(interval="1ms")
    daemon.reload()
    daemon.wait(lambda: daemon.query("SELECT count(*) AS n FROM v1_run")[0]["n"] >= target, "no more runs", 3600)
    return sample(daemon)
