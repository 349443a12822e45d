#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures ebsreportd's modes and the boto3 programs against ec2sim, in one run, and prints a table.

usage: bench.py [--build DIR] [--instances N] [--volumes K] [--latency-ms MS] [--repeat N] [--skip-boto3] [--json]

wall      the run as the program itself times it; the best of --repeat
ideal     the critical path of its calls times the latency: nothing can be faster
cpu/call  user and system time of all its processes, start-up included, divided by its calls
memory    PSS of all its processes together
Load goes to 127.0.0.1 only.
"""

import argparse
import contextlib
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
REGION = "eu-west-1"
KEY, SECRET = "AKIAEC2SIMBENCH00001", "ec2sim/bench/secret/key/of/no/worth/at/all"


class Failure(Exception):
    """A program that was to be measured did not work."""


def clean_environment(url, ca_bundle=None):
    env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    env.update(
        AWS_ACCESS_KEY_ID=KEY,
        AWS_SECRET_ACCESS_KEY=SECRET,
        AWS_DEFAULT_REGION=REGION,
        AWS_ENDPOINT_URL=url,
        AWS_CONFIG_FILE="/dev/null",
        AWS_SHARED_CREDENTIALS_FILE="/dev/null",
        AWS_EC2_METADATA_DISABLED="true",
        NO_PROXY="127.0.0.1",
    )
    if ca_bundle:
        env["AWS_CA_BUNDLE"] = str(ca_bundle)
    return env


@contextlib.contextmanager
def simulator(build, args, tls=None, keep_alive=True):
    """An ec2sim on a port of the kernel's choice; gives its URL."""
    command = [
        str(build / "tests/ec2sim/ec2sim"), "--port", "0", "--seed", "1", "--regions", REGION,
        "--instances", str(args.instances), "--volumes-per-instance", str(args.volumes),
        "--latency-ms", str(args.latency_ms), "--key", f"{KEY}:{SECRET}",
    ]  # fmt: skip
    if not keep_alive:
        command.append("--no-keep-alive")
    if tls:
        command += ["--tls-cert", str(tls / "cert.pem"), "--tls-key", str(tls / "key.pem")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            if " listening on " not in line:
                raise Failure(f"ec2sim did not start: {line!r}")
            yield line.split()[-1]
        finally:
            process.terminate()


def make_tls(directory):
    """A CA, a certificate for 127.0.0.1, and a bundle of Debian's CAs and ours."""
    run = lambda *command: subprocess.run(command, cwd=directory, check=True, capture_output=True)
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=bench CA",
        "-keyout", "ca.key", "-out", "ca.pem")  # fmt: skip
    run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", "key.pem", "-out", "csr.pem")
    (directory / "ext").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    run("openssl", "x509", "-req", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
        "-extfile", "ext", "-out", "cert.pem")  # fmt: skip
    debian = pathlib.Path("/etc/ssl/certs/ca-certificates.crt").read_bytes()
    (directory / "bundle.pem").write_bytes(debian + (directory / "ca.pem").read_bytes())


def measure(command, env):
    """Runs a program; gives what it printed as JSON and its CPU milliseconds, its children's included."""
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out = process.stdout.read()
    err = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failure(f"{' '.join(command)}: exit {process.returncode}: {err.decode(errors='replace').strip()}")
    return json.loads(out), (usage.ru_utime + usage.ru_stime) * 1000


def ours(build, mode, workers, env):
    command = [str(build / "src/ebsreportd"), "--once", "--json", "--no-store", "--config", "/dev/null",
               "--region", REGION, "--mode", mode, "--workers", str(workers)]  # fmt: skip
    report, cpu_ms = measure(command, env)
    if report["status"] != "ok":
        raise Failure(f"{mode}: {report}")
    return {
        "wall_ms": report["wall_ms"],
        "calls": report["calls"],
        "peak_pss_kib": report["peak_pss_kib"],
        "gib": report["totals"]["instance_sum_gib"],
        "cpu_ms": cpu_ms,
    }


def boto3(mode, calls, env):
    report, cpu_ms = measure(["/usr/bin/python3", str(HERE / "boto3_totals.py"), mode], env)
    return {**report, "calls": calls, "cpu_ms": cpu_ms}


def ideal_calls(args, mode, workers, calls):
    """The calls that nothing can make shorter: one after the other, or page, then rounds of the pool."""
    if mode == "sequential" or workers == 1:
        return calls
    instance_pages = max(1, math.ceil(args.instances / 1000))
    if mode == "sweep":
        return max(instance_pages, math.ceil(args.instances * args.volumes / 500))
    return 1 + math.ceil((args.instances + instance_pages - 1) / workers)


def best(repeat, function):
    return min((function() for _ in range(repeat)), key=lambda result: result["wall_ms"])


def run_table(build, args, directory):
    rows = []

    def add(name, transport, mode, workers, result):
        ideal = ideal_calls(args, mode, workers, result["calls"]) * args.latency_ms
        rows.append({"program": name, "transport": transport, "mode": mode, "workers": workers, "ideal_ms": ideal, **result})

    with simulator(build, args) as url:
        env = clean_environment(url)
        for mode, workers in [("sequential", 1), ("parallel", 1), ("parallel", 4), ("parallel", 16), ("parallel", 64), ("sweep", 16)]:
            add("ebsreportd", "http", mode, workers, best(args.repeat, lambda m=mode, w=workers: ours(build, m, w, env)))
    if not args.skip_boto3:
        # Over kept-alive connections its parallel program reads wrong totals, see boto3_totals.py.
        with simulator(build, args, keep_alive=False) as url:
            env = clean_environment(url)
            for mode, workers in [("sequential", 1), ("parallel", args.instances)]:
                add("boto3", "http", mode, workers, boto3(mode, args.instances + 1, env))
    make_tls(directory)
    with simulator(build, args, tls=directory) as url:
        env = clean_environment(url, directory / "bundle.pem")
        for mode, workers in [("parallel", 16), ("parallel", 64), ("sweep", 16)]:
            add("ebsreportd", "https", mode, workers, best(args.repeat, lambda m=mode, w=workers: ours(build, m, w, env)))
    return rows


def print_table(rows, args):
    print(f"{args.instances} instances x {args.volumes} volumes, one region, {args.latency_ms} ms a call, "
          f"{os.cpu_count()} cores; best of {args.repeat} (boto3: one run)")  # fmt: skip
    head = f"{'program':<11}{'over':<7}{'mode':<12}{'workers':>7}{'wall ms':>9}{'calls':>7}{'ideal ms':>10}{'wall/ideal':>12}{'cpu ms/call':>13}{'MiB PSS':>9}{'GiB':>9}"
    print(head)
    print("-" * len(head))
    for r in rows:
        print(f"{r['program']:<11}{r['transport']:<7}{r['mode']:<12}{r['workers']:>7}{r['wall_ms']:>9}{r['calls']:>7}"
              f"{r['ideal_ms']:>10}{r['wall_ms'] / r['ideal_ms']:>12.2f}{r['cpu_ms'] / r['calls']:>13.2f}"
              f"{r['peak_pss_kib'] / 1024:>9.1f}{r['gib']:>9}")  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("--instances", type=int, default=200)
    parser.add_argument("--volumes", type=int, default=2)
    parser.add_argument("--latency-ms", type=int, default=50)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--skip-boto3", action="store_true")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        rows = run_table(args.build.resolve(), args, pathlib.Path(directory))
    if args.json:
        json.dump(rows, sys.stdout, indent=1)
        print()
    else:
        print_table(rows, args)
    if len({r["gib"] for r in rows}) != 1:
        sys.exit("bench: the programs do not agree on the total")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"bench: {failure}")
