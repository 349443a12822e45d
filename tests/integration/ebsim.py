# SPDX-License-Identifier: MIT
"""Starts ec2sim for a test and talks to it.

    with Ec2sim(instances=3, fault=["kind=throttle,count=2"]) as sim:
        sim.url, sim.port, sim.environment(), sim.truth(), sim.stats(), sim.log()

Keyword options are ec2sim's own: latency_ms=50 is --latency-ms=50, True a bare option, a list the option repeated.
"""
import json
import os
import pathlib
import selectors
import signal
import ssl
import subprocess
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("EBS_BUILDDIR", ROOT)).resolve()

ACCOUNT = "123456789012"
ACCESS_KEY = "AKIASIM0" + ACCOUNT
SECRET = "secret-of-" + ACCESS_KEY

START_SECONDS = 60


def program(name):
    """The path of a built program, such as src/ebsreportd."""
    path = BUILD / name
    if not path.exists():
        raise FileNotFoundError(f"{path}: run make first, or set EBS_BUILDDIR to the build directory")
    return str(path)


def ec2sim_path():
    return program("tests/ec2sim/ec2sim")


def arguments(options):
    """Command line arguments from keyword options."""
    args = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is True:
                args.append(flag)
            elif one is not False and one is not None:
                args.append(f"{flag}={one}")
    return args


def clean_environment(**extra):
    """The environment without anything that would make an AWS client look elsewhere."""
    dropped = ("AWS_", "BOTO", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
    env = {k: v for k, v in os.environ.items() if not k.upper().startswith(dropped)}
    env.update({"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null",
                "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "LC_ALL": "C.UTF-8"})
    env.update({k: str(v) for k, v in extra.items()})
    return env


def truth(**options):
    """What ec2sim --truth prints for these options."""
    done = subprocess.run([ec2sim_path(), "--truth", *arguments(options)], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


class Ec2sim:
    def __init__(self, **options):
        self._directory = tempfile.TemporaryDirectory(prefix="ec2sim-")
        self.log_path = pathlib.Path(self._directory.name, "calls.log")
        self._stderr_path = pathlib.Path(self._directory.name, "stderr")
        with open(self._stderr_path, "wb") as stderr:
            self.process = subprocess.Popen([ec2sim_path(), f"--log={self.log_path}", *arguments(options)],
                                            stdout=subprocess.PIPE, stderr=stderr, text=True)
        try:
            self.url = self._wait_for_url()
        except BaseException:
            self.stop(check=False)
            raise
        self.port = int(self.url.rpartition(":")[2])

    def _wait_for_url(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            line = self.process.stdout.readline() if selector.select(START_SECONDS) else ""
        if not line.startswith("ec2sim: listening on "):
            raise RuntimeError(f"ec2sim did not start: {line!r} {self.stderr()}")
        return line.split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.stop()

    def stop(self, check=True):
        """Ends ec2sim; a second call does nothing. Raises if it ended badly or complained."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        self.process.stdout.close()
        complaints = self.stderr()
        self._lines = self.log()
        self._directory.cleanup()
        if check and (status != 0 or complaints):
            raise RuntimeError(f"ec2sim ended with {status}: {complaints}")

    def stderr(self):
        return self._stderr_path.read_text() if self._stderr_path.exists() else ""

    def log(self):
        """The calls so far, a dictionary each, in the order of their answers."""
        if self.log_path.exists():
            return [json.loads(line) for line in self.log_path.read_text().splitlines()]
        return getattr(self, "_lines", [])

    def _ask(self, name, method="GET"):
        request = urllib.request.Request(f"{self.url}/_ec2sim/{name}", method=method)
        # Our own child on loopback: whose certificate it shows does not matter here.
        trust = urllib.request.HTTPSHandler(context=ssl._create_unverified_context())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), trust)
        with opener.open(request, timeout=120) as answer:
            return json.load(answer)

    def truth(self):
        """The expected totals as they are now."""
        return self._ask("truth")

    def stats(self):
        return self._ask("stats")

    def tick(self):
        """One tick of churn."""
        return self._ask("tick", "POST")["tick"]

    def environment(self, **extra):
        """For a program that shall call this ec2sim with the default key."""
        own = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "us-east-1",
               "AWS_ENDPOINT_URL": self.url}
        return clean_environment(**{**own, **extra})
