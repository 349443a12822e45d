# SPDX-License-Identifier: MIT
"""What the resident daemon tells the journal, and what it tells nobody."""
import os
import pathlib
import re
import signal
import subprocess

import pytest

import ebsim
import ebsreportd
from processes import children, descriptors, wait_until

FLEET = dict(regions="eu-west-1,us-east-1", instances=4, unattached=2, seed=3)


# ---- secrets ----------------------------------------------------------------------------------------------------

def test_keys_are_nowhere(ec2sim, begin_daemon):
    session = "token-" + "q" * 40
    sim = ec2sim(**FLEET, key=f"AKIATELLTALE00000000:tell-tale-secret:{session}",
                 fault=["kind=expired-credentials,region=eu-west-1"])
    daemon = begin_daemon(sim, interval="200ms", env={"AWS_ACCESS_KEY_ID": "AKIATELLTALE00000000",
                                               "AWS_SECRET_ACCESS_KEY": "tell-tale-secret",
                                               "AWS_SESSION_TOKEN": session}).wait_ready()
    daemon.wait_runs(2)
    command_lines = pathlib.Path(f"/proc/{daemon.pid}/cmdline").read_bytes()
    limits = pathlib.Path(f"/proc/{daemon.pid}/limits").read_text()
    daemon.reload()
    daemon.send(signal.SIGABRT)
    _, status = os.waitpid(daemon.pid, 0)
    daemon.process.returncode = -signal.SIGABRT
    assert os.WTERMSIG(status) == signal.SIGABRT and not os.WCOREDUMP(status)
    # One byte is the limit that keeps cores from programs too, where core_pattern is a pipe.
    assert re.search(r"^Max core file size +1 +1 ", limits, re.M), limits
    told = daemon.err + repr(daemon.notes)
    assert "eu-west-1: the credentials have expired" in told
    files = b"".join(f.read_bytes() for f in daemon.directory.iterdir() if f.is_file())
    for secret in "tell-tale-secret", session:
        assert secret not in told and secret.encode() not in files + command_lines


def test_workers_have_nothing_of_the_daemons(ec2sim, begin_daemon):
    sim = ec2sim(**FLEET, fault=["kind=hang,action=DescribeVolumes"])
    daemon = begin_daemon(sim, watchdog_usec=200000).wait_ready()
    wait_until(lambda: sim.stats()["concurrent"] == 2)
    daemon.wait(lambda: daemon.has("WATCHDOG") >= 2)
    for worker in children(daemon.pid):
        found = descriptors(worker)
        assert [found.pop(fd) for fd in (0, 1, 2)] == ["/dev/null"] * 3
        assert found.pop(3).startswith("pipe:") and found.pop(4).startswith("pipe:")
        assert all(link.startswith(("socket:", "anon_inode:")) for link in found.values()), found
        status = pathlib.Path(f"/proc/{worker}/status").read_text()
        assert int(re.search(r"^SigBlk:\s*(\w+)$", status, re.M).group(1), 16) == 0
    parent = descriptors(daemon.pid)
    kept = [link for link in parent.values() if str(daemon.directory) in link and "daemon.err" not in link]
    assert kept == [f"{daemon.database}.lock"], parent


# ---- the journal ------------------------------------------------------------------------------------------------

CATALOG = ebsim.ROOT / "systemd" / "ebsreportd.catalog"


def test_what_many_regions_need_is_told_once(ec2sim, begin_daemon):
    """By the first of them; and the run, which failed for no other reason, does not repeat it."""
    daemon = begin_daemon(ec2sim(**FLEET, fault="action=DescribeVolumes,kind=error=UnauthorizedOperation")).wait_ready()
    daemon.wait_runs(1)
    daemon.wait_idle()
    daemon.wait(lambda: "no region could be read" in daemon.err)
    remedy = "; remedy: allow ec2:DescribeInstances and ec2:DescribeVolumes there, or add the region to exclude_regions"
    assert daemon.err.count("access denied (UnauthorizedOperation)") == 3 and daemon.err.count(remedy) == 1
    assert re.search(f"eu-west-1: access denied .*{remedy}$", daemon.err, re.M), daemon.err
    daemon.wait_status(" (and 1 more region)" + remedy)
    # Who reads of one region alone has it too.
    assert [e["error_message"].count(remedy) for e in daemon.query("SELECT * FROM v1_error")] == [1, 1]
    assert daemon.stop() == 0


def message_ids():
    source = (ebsim.ROOT / "src/daemon/journal.c").read_text()
    return re.findall(r'\[EVENT_\w+\] = \{ "([0-9a-f]{32})"', source)


def test_the_catalog_explains_every_event(tmp_path):
    ids = message_ids()
    assert len(ids) == len(set(ids)) > 10
    assert re.findall(r"^-- ([0-9a-f]{32})$", CATALOG.read_text(), re.M) == ids
    root = tmp_path / "usr/lib/systemd/catalog"
    root.mkdir(parents=True)
    (root / CATALOG.name).write_bytes(CATALOG.read_bytes())
    (tmp_path / "var/lib/systemd/catalog").mkdir(parents=True)
    subprocess.run(["journalctl", f"--root={tmp_path}", "--update-catalog"], check=True)
    listed = subprocess.run(["journalctl", f"--root={tmp_path}", "--list-catalog"], check=True, stdout=subprocess.PIPE,
                            text=True).stdout
    assert len(listed.splitlines()) == len(ids)


class Entries(list):
    """The entries that came to a journal's socket, by its native protocol: of each, a list of values for each field."""

    def __init__(self, path):
        for entry in path.read_bytes().split(b"\n\0\n") if path.exists() else []:
            fields = [line.split("=", 1) for line in entry.decode().splitlines() if "=" in line]
            if fields:
                self.append({name: [v for n, v in fields if n == name] for name, _ in fields})


@pytest.fixture
def begin_with_journal(begin_daemon, tmp_path):
    """A daemon with a journal of our own, which takes a file system of our own, and a function for what came to it."""
    journal = tmp_path / "journal"
    journal.mkdir()
    reader = tmp_path / "reader.py"
    reader.write_text("import socket, sys\n"
                      "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
                      "s.bind('/run/systemd/journal/socket')\n"
                      "print('listening', flush=True)\n"
                      "while True:\n"
                      "    with open(sys.argv[1], 'ab') as f:\n"
                      "        f.write(s.recv(1 << 20) + b'\\0\\n')\n")
    script = (f"mkdir -p /run/systemd/journal && mount --bind {journal} /run/systemd/journal || exit 77; "
              f"setpriv --pdeathsig KILL /usr/bin/python3 {reader} {tmp_path}/entries >{tmp_path}/listening & "
              f"until [ -s {tmp_path}/listening ]; do sleep 0.01; done; "
              "export JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2); exec \"$@\"")

    def start(sim, **keys):
        daemon = begin_daemon(sim, prefix=["unshare", "-m", "sh", "-c", script, "sh"], **keys)
        if daemon.process.poll() == 77:
            pytest.skip("NOT TESTED: the journal, because this container may not mount")
        return daemon.wait_ready(), lambda: Entries(tmp_path / "entries")

    return start


def test_structured_entries(ec2sim, begin_with_journal):
    sim = ec2sim(**FLEET, fault=["region=eu-west-1,kind=error=UnauthorizedOperation,status=403"])
    daemon, entries = begin_with_journal(sim)
    daemon.wait_runs(1)
    wait_until(lambda: len(entries()) == 3)
    ready, failed, run = [{name: value for name, (value,) in entry.items()} for entry in entries()]
    assert ready["SYSLOG_IDENTIFIER"] == "ebsreportd" and ready["PRIORITY"] == "6"
    assert failed["EBS_REGION"] == "eu-west-1" and failed["EBS_ACCOUNT"] == ebsim.ACCOUNT
    assert failed["EBS_AWS_CODE"] == "UnauthorizedOperation" and failed["PRIORITY"] == "4"
    assert failed["EBS_REMEDY"].startswith("allow ") and failed["MESSAGE"].endswith("; remedy: " + failed["EBS_REMEDY"])
    assert failed["EBS_HTTP_STATUS"] == "403" and failed["EBS_REQUEST_ID"] and failed["EBS_ERROR_KIND"] == "denied"
    assert run["EBS_RUN"] == failed["EBS_RUN"] == "1" and run["EBS_MODE"] == "sweep"
    assert {e["MESSAGE_ID"] for e in (ready, failed, run)} < set(message_ids())
    assert daemon.stop() == 0 and daemon.err == ""


@pytest.mark.parametrize("fault", [None, "action=DescribeInstances,region=eu-west-1,kind=error=InvalidAction,skip=2"])
def test_a_structured_comparison(ec2sim, begin_with_journal, fault):
    """It has three runs, and tells which of them failed. What is skipped are the run's own call and the sequential one's."""
    daemon, entries = begin_with_journal(ec2sim(**FLEET, **({"fault": fault} if fault else {})), compare_interval="1h")
    wait_until(lambda: len(entries()) == 3)
    _, run, comparison = entries()
    assert run["EBS_RUN"] == ["1"] and comparison["EBS_RUN"] == ["2", "3", "4"]
    assert comparison["EBS_MODE"] == ["sequential", "parallel", "sweep"] and comparison["EBS_ACCOUNT"] == [ebsim.ACCOUNT]
    message, = comparison["MESSAGE"]
    if fault is None:
        assert message.endswith(": they agree") and comparison["PRIORITY"] == ["6"] and "EBS_REGION" not in comparison
    else:
        assert ": parallel failed in eu-west-1: the request was refused (InvalidAction): " in message
        assert comparison["EBS_REGION"] == ["eu-west-1"] and comparison["EBS_ERROR_KIND"] == ["refused"]
        assert comparison["PRIORITY"] == ["4"] and message.endswith("; remedy: " + comparison["EBS_REMEDY"][0])
    assert daemon.stop() == 0
