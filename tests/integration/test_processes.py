# SPDX-License-Identifier: MIT
"""Parent and workers as the system sees them: they die without harm, share nothing, and leave nothing behind."""
import os
import pathlib
import re
import shutil
import signal
import subprocess

import pytest

import ebsreportd
import expected
from ebsreportd import MODES
from processes import adopt_orphans, children, descriptors, reap, state, wait_until, writes_to

REGION = "eu-west-1"
FLEET = dict(regions=REGION, instances=6, unattached=3, volume_page_limit=7, seed=5)


@pytest.fixture(autouse=True)
def nothing_is_left():
    adopt_orphans()
    before = set(children(os.getpid()))
    yield
    assert set(children(os.getpid())) <= before


@pytest.fixture
def begin():
    """Starts a run of one region that asks nothing but EC2, so that calls can be counted."""
    running = []

    def start(sim, *args, **how):
        env = {"AWS_ENDPOINT_URL": None, "AWS_ENDPOINT_URL_EC2": sim.url, **how.pop("env", {})}
        running.append(ebsreportd.start(sim, f"--region={REGION}", *args, env=env, **how))
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
            process.communicate()


def wait_for_hang(sim, calls=0, held=1):
    """Until ec2sim holds so many calls and has answered the others."""
    wait_until(lambda: (lambda s: s["concurrent"] == held and s["calls"] == calls)(sim.stats()), "no call is held")


def write_config(tmp_path, **keys):
    path = tmp_path / "ebsreportd.conf"
    path.write_text("".join(f"{key} = {value}\n" for key, value in keys.items()))
    return f"--config={path}"


# ---- workers that die -------------------------------------------------------------------------------------------

@pytest.mark.parametrize("skip", [0, 3])
@pytest.mark.parametrize("mode", MODES)
def test_a_killed_worker_loses_one_call(ec2sim, begin, mode, skip):
    sim = ec2sim(fault=f"kind=hang,count=1,skip={skip}", **FLEET)
    process = begin(sim, f"--mode={mode}", "--workers=1")
    wait_for_hang(sim, calls=skip)
    [worker] = children(process.pid)
    os.kill(worker, signal.SIGKILL)
    result = ebsreportd.finish(process)
    assert result.rc == 0 and result.err == "", result
    expected.check_run(result.json, sim.truth(), mode)
    assert result.json["retries"] == 1 and result.json["calls"] == sim.stats()["calls"]


def test_all_workers_killed_at_once(ec2sim, begin):
    sim = ec2sim(fault="kind=hang,count=4,skip=1", **FLEET)
    process = begin(sim, "--mode=parallel", "--workers=4")
    wait_for_hang(sim, calls=1, held=4)
    workers = children(process.pid)
    assert len(workers) == 4
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    result = ebsreportd.finish(process)
    assert result.rc == 0, result
    expected.check_run(result.json, sim.truth(), "parallel")
    assert result.json["retries"] == 4
    # The kernel kills where memory is short: others in their place would go the same way.
    assert re.match("made do with [1-3] workers?, because others were killed, ", result.json["notice"]), result


@pytest.mark.parametrize("mode, number, how", [
    ("sequential", signal.SIGKILL, "was killed during the call, as the kernel does where memory is short"),
    ("parallel", signal.SIGSEGV, "died of SIGSEGV during the call"),
    ("sweep", signal.SIGTERM, "died of SIGTERM during the call")])
def test_a_call_that_kills_two_workers_fails_its_region(ec2sim, begin, mode, number, how):
    sim = ec2sim(fault="kind=hang", **FLEET)
    process = begin(sim, f"--mode={mode}", "--workers=1")
    killed = set()

    def kill_next():
        if sim.stats()["concurrent"] == 1:
            for worker in set(children(process.pid)) - killed:
                os.kill(worker, number)
                killed.add(worker)
        return process.poll() is not None

    wait_until(kill_next)
    result = ebsreportd.finish(process)
    error = result.region(REGION)["error"]
    assert result.rc == 3 and (error["kind"], error["message"]) == ("worker", f"the worker process {how}"), result
    assert set(expected.numbers(result.json["totals"]).values()) == {None}


def test_a_stuck_worker_is_killed_and_its_call_made_again(ec2sim, begin, tmp_path):
    sim = ec2sim(fault="kind=hang,count=1", **FLEET)
    process = begin(sim, write_config(tmp_path, call_timeout="500ms"), "--workers=1")
    wait_for_hang(sim)
    [worker] = children(process.pid)
    os.kill(worker, signal.SIGSTOP)
    result = ebsreportd.finish(process)
    assert result.rc == 0, result
    expected.check_run(result.json, sim.truth(), "sweep")
    assert result.json["retries"] == 1 and not pathlib.Path(f"/proc/{worker}").exists()


def test_idle_workers_may_die(ec2sim, begin):
    sim = ec2sim(fault="kind=hang,count=1,skip=4", latency_ms=60, **FLEET)
    process = begin(sim, "--mode=parallel", "--workers=4")
    wait_for_hang(sim, calls=6)
    workers = children(process.pid)
    assert len(workers) == 4, "one that waits for its answer, and three with nothing to do"
    # All at once, as far as the parent can see: it must not hand the call to one that dies next.
    process.send_signal(signal.SIGSTOP)
    wait_until(lambda: state(process.pid) == "T")
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    wait_until(lambda: all(state(worker) == "Z" for worker in workers))
    process.send_signal(signal.SIGCONT)
    result = ebsreportd.finish(process)
    assert result.rc == 0, result
    expected.check_run(result.json, sim.truth(), "parallel")
    assert result.json["retries"] == 1


# ---- the parent that ends ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("number, status", [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.parametrize("args", [["--mode=sweep"], ["--mode=parallel"], ["--compare"]])
def test_a_signal_ends_it_cleanly(ec2sim, begin, tmp_path, number, status, args):
    sim = ec2sim(fault="kind=hang", **FLEET)
    process = begin(sim, *args, db=tmp_path / "h.db")
    wait_until(lambda: sim.stats()["concurrent"] >= 1)
    workers = children(process.pid)
    process.send_signal(number)
    result = ebsreportd.finish(process)
    assert (result.rc, result.out) == (status, ""), result
    assert result.err == (f"ebsreportd: interrupted by {number.name}: nothing of this run is stored; "
                          "remedy: run it again\n")
    assert workers and not any(pathlib.Path(f"/proc/{worker}").exists() for worker in workers)
    assert ebsreportd.sqlite(tmp_path / "h.db", "SELECT * FROM run") == []
    assert ebsreportd.sqlite(tmp_path / "h.db", "PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def test_control_c_on_a_terminal_reaches_workers_too(ec2sim, begin):
    sim = ec2sim(fault="kind=hang", **FLEET)
    process = begin(sim, "--workers=2", prefix=["setsid"])
    wait_until(lambda: sim.stats()["concurrent"] == 2)
    assert {os.getpgid(w) for w in children(process.pid)} == {os.getpgid(process.pid)} != {os.getpgid(0)}
    os.killpg(process.pid, signal.SIGINT)
    result = ebsreportd.finish(process)
    assert result.rc == 130 and result.err.count("\n") == 1, result


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
def test_workers_do_not_outlive_their_parent(ec2sim, begin, tmp_path, number):
    sim = ec2sim(fault="kind=hang", **FLEET)
    # Whoever runs the tests may ignore SIGHUP, as nohup does, and children inherit that.
    process = begin(sim, "--workers=2", db=tmp_path / "h.db", prefix=["env", "--default-signal"])
    wait_until(lambda: sim.stats()["concurrent"] == 2)
    workers = children(process.pid)
    assert len(workers) == 2
    process.send_signal(number)
    assert ebsreportd.finish(process).rc == -number
    assert [reap(worker) for worker in workers] == [signal.SIGKILL] * 2
    wait_until(lambda: sim.stats()["concurrent"] == 0)
    assert ebsreportd.sqlite(tmp_path / "h.db", "SELECT * FROM run") == []
    ebsreportd.run(ec2sim(**FLEET), db=tmp_path / "h.db", check=0)


def test_a_reader_that_never_reads_can_be_left_by_a_signal(ec2sim, begin):
    """Standard output is a full pipe: the report waits, with all workers gone and only its own descriptors open."""
    sim = ec2sim(**FLEET)
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        while True:
            os.write(writing, bytes(65536))
    except BlockingIOError:
        os.set_blocking(writing, True)
    process = subprocess.Popen(ebsreportd.command(f"--region={REGION}"), env=ebsreportd.environment(sim),
                               stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    try:
        wait_until(lambda: writes_to(process.pid, 1), "it never writes its report")
        assert children(process.pid) == []
        left = {fd: link for fd, link in descriptors(process.pid).items() if fd > 2}
        assert all(link.startswith("anon_inode:") for link in left.values()), f"besides the event loop's: {left}"
        process.terminate()
        assert reap(process.pid) == signal.SIGTERM
    finally:
        os.close(reading)
        process.kill()
        process.communicate()


# ---- what workers have ------------------------------------------------------------------------------------------

def test_a_worker_has_its_two_pipes_and_its_connection_only(ec2sim, begin, tmp_path):
    sim = ec2sim(fault="kind=hang", **FLEET)
    with open(tmp_path / "inherited", "w") as inherited:
        os.set_inheritable(inherited.fileno(), True)
        process = subprocess.Popen(
            ebsreportd.command(f"--region={REGION}", "--workers=2", db=tmp_path / "h.db"), close_fds=False,
            env=ebsreportd.environment(sim, {"NOTIFY_SOCKET": "/run/nowhere", "AWS_ENDPOINT_URL": None,
                                             "AWS_ENDPOINT_URL_EC2": sim.url}),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: sim.stats()["concurrent"] == 2)
        workers = children(process.pid)
        pipes = set()
        for worker in workers:
            found = descriptors(worker)
            assert [found.pop(fd) for fd in (0, 1, 2)] == ["/dev/null"] * 3
            own = {found.pop(fd) for fd in (3, 4)}
            assert all(link.startswith("pipe:") for link in own) and not own & pipes
            pipes |= own
            assert found and all(link.startswith(("socket:", "anon_inode:")) for link in found.values()), found
            blocked = re.search(r"^SigBlk:\s*(\w+)$", pathlib.Path(f"/proc/{worker}/status").read_text(), re.M)
            assert int(blocked.group(1), 16) == 0
            # Where memory is short, the kernel kills these first: the parent would cost the whole run.
            assert pathlib.Path(f"/proc/{worker}/oom_score_adj").read_text() == "1000\n"
        # The parent: no socket, no database while there are workers.
        parent = descriptors(process.pid)
        assert not [link for link in parent.values() if link.startswith("socket:") or "h.db" in link], parent
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_never_more_workers_than_calls(ec2sim):
    sim = ec2sim(**FLEET)
    result = ebsreportd.run(sim, "--mode=parallel", "--workers=256", check=0)
    assert result.json["workers"] <= result.json["calls"]
    assert ebsreportd.run(sim, "--mode=sequential", "--workers=16", check=0).json["workers"] == 1


def test_too_few_descriptors_for_a_single_worker(ec2sim, begin):
    sim = ec2sim(**{**FLEET, "instances": 60})
    process = begin(sim, "--mode=parallel", "--workers=60", prefix=["prlimit", "--nofile=8"])
    result = ebsreportd.finish(process)
    assert result.rc == 3, result
    assert "Too many open files" in result.err, result


# ---- system calls -----------------------------------------------------------------------------------------------

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def trace(sim, tmp_path, calls, *args, **how):
    """The run, its pid and its trace: (pid, system call and arguments) in order."""
    out = tmp_path / "trace"
    result = ebsreportd.run(sim, *args, prefix=["strace", "-f", "-qq", "-o", out, "-e", "trace=" + calls], **how)
    lines = [line.split(None, 1) for line in out.read_text().splitlines()]
    return result, lines[0][0], [(pid, text) for pid, text in lines]


@needs_strace
@pytest.mark.parametrize("mode", MODES)
def test_strace_no_shared_memory_and_no_parent_on_the_network(ec2sim, tmp_path, mode):
    sim = ec2sim(**FLEET)
    result, parent, calls = trace(
        sim, tmp_path, "execve,open,openat,creat,connect,socket,shmget,shmat,semget,semop,msgget,msgsnd,mq_open,"
        "memfd_create", f"--mode={mode}", db=tmp_path / "h.db")
    assert result.rc == 0, result
    names = {text.partition("(")[0] for _, text in calls}
    assert not names & {"shmget", "shmat", "semget", "semop", "msgget", "msgsnd", "mq_open", "memfd_create"}
    assert not [text for _, text in calls if "/dev/shm" in text]
    assert not [text for pid, text in calls if pid == parent and text.startswith(("connect(", "socket("))]
    workers = {pid for pid, text in calls if text.startswith("connect(")}
    assert workers and parent not in workers
    touched = {pid for pid, text in calls if "h.db" in text}
    assert touched == {parent}, "the database is the parent's alone"
    # What a worker execs or puts in its command line anyone can read.
    assert [pid for pid, text in calls if text.startswith("execve(")] == [parent]


@needs_strace
def test_strace_workers_ask_to_die_with_their_parent(ec2sim, tmp_path):
    sim = ec2sim(**FLEET)
    result, parent, calls = trace(sim, tmp_path, "prctl,clone,clone3,fork,vfork,close_range,getppid", "--workers=3",
                                  "--mode=parallel")
    assert result.rc == 0, result
    workers = {pid for pid, _ in calls} - {parent}
    assert len(workers) == result.json["workers"] == 3
    for worker in workers:
        own = [text for pid, text in calls if pid == worker]
        assert own[0].startswith("prctl(PR_SET_PDEATHSIG, SIGKILL)"), own
        assert [t for t in own if t.startswith("getppid(")] and [t for t in own if t.startswith("close_range(5, ")]
        assert not [t for t in own if t.startswith(("clone", "fork", "vfork"))], "a worker starts no process or thread"


@needs_strace
def test_strace_every_worker_is_waited_for_before_the_report(ec2sim, tmp_path):
    sim = ec2sim(**FLEET)
    result, parent, calls = trace(sim, tmp_path, "clone,clone3,fork,vfork,wait4,waitid,write", "--workers=4",
                                  "--mode=parallel")
    own = [text for pid, text in calls if pid == parent]
    waited = {int(m.group(1)) for text in own for m in [re.search(r"wait4\((\d+), .* = \1$", text)] if m}
    workers = {int(pid) for pid, _ in calls} - {int(parent)}
    assert result.rc == 0 and waited == workers and len(workers) == 4
    report = next(i for i, text in enumerate(own) if text.startswith("write(1, "))
    assert max(i for i, text in enumerate(own) if text.startswith("wait4(")) < report


@pytest.mark.parametrize("mount", ["mount -t tmpfs -o ro,size=4k none /dev/shm", "mount --bind /proc/1/ns /dev/shm"])
def test_without_dev_shm(ec2sim, tmp_path, mount):
    """As a file system that cannot be written, and as one without room for files."""
    script = f"{mount} 2>/dev/null || exit 77; ! touch /dev/shm/x 2>/dev/null || exit 78; exec \"$@\""
    prefix = ["unshare", "-m", "sh", "-c", script, "sh"]
    sim = ec2sim(**FLEET)
    result = ebsreportd.run(sim, "--mode=parallel", db=tmp_path / "h.db", prefix=prefix)
    if result.rc in (1, 77) and not result.out:
        pytest.skip("NOT TESTED without /dev/shm: this container may not mount: " + result.err)
    assert result.rc == 0 and result.err == "", result
    expected.check_run(result.json, sim.truth(), "parallel")
