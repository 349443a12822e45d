#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The sum of all instances' volume sizes in one region with boto3, in the two ways that started this project.

Sequential asks for one instance's volumes after the other's. Parallel starts a process and a pipe an instance, all at
once, and reads one number from each pipe. Endpoint, region and keys come from the AWS_* environment variables.

usage: boto3_totals.py {sequential|parallel} [--workers N]

Prints one JSON object: gib, instances, wall_ms, peak_pss_kib. --workers bounds the processes that run at once, which the
original does not; 0 (the default) is unbounded as there.

As in the original, a child inherits the parent's client and with it the connection that the listing left open. Over
kept-alive connections the children then read each other's answers, and the total is wrong without an error:
--fresh-clients gives every child its own client.
"""

import argparse
import json
import multiprocessing
import os
import sys
import time

import boto3


def make_resource():
    """The EC2 resource; Debian 12's boto3 does not know AWS_ENDPOINT_URL itself."""
    return boto3.session.Session().resource("ec2", endpoint_url=os.environ.get("AWS_ENDPOINT_URL"))


def volume_gib(ec2, instance_id):
    """The sizes of the volumes attached to one instance, added up."""
    attached = [{"Name": "attachment.instance-id", "Values": [instance_id]}]
    return sum(volume.size for volume in ec2.volumes.filter(Filters=attached))


def pss_kib(pid):
    """A process's proportional set size; 0 when it has left."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0


class SequentialTotal:
    """One instance after the other."""

    def __init__(self):
        self.ec2 = make_resource()
        self.peak_pss_kib = 0

    def run(self):
        ids = [instance.id for instance in self.ec2.instances.all()]
        gib = sum(volume_gib(self.ec2, instance_id) for instance_id in ids)
        return gib, len(ids)

    def measure(self):
        self.peak_pss_kib = pss_kib(os.getpid())


class ParallelTotal:
    """One process and one pipe an instance."""

    def __init__(self, workers=0, fresh_clients=False):
        self.ec2 = make_resource()
        self.workers = workers
        self.fresh_clients = fresh_clients
        self.peak_pss_kib = 0

    def child(self, instance_id, pipe):
        ec2 = make_resource() if self.fresh_clients else self.ec2
        pipe.send(volume_gib(ec2, instance_id))
        pipe.close()

    def run(self):
        ids = [instance.id for instance in self.ec2.instances.all()]
        size = self.workers or len(ids) or 1
        gib = 0
        for first in range(0, len(ids), size):
            gib += self.batch(ids[first : first + size])
        return gib, len(ids)

    def batch(self, ids):
        children = []
        for instance_id in ids:
            reader, writer = multiprocessing.Pipe(duplex=False)
            process = multiprocessing.Process(target=self.child, args=(instance_id, writer))
            children.append((process, reader, writer))
        for process, _, writer in children:
            process.start()
            writer.close()
        self.peak_pss_kib = max(self.peak_pss_kib, pss_kib(os.getpid()) + sum(pss_kib(p.pid) for p, _, _ in children))
        for process, _, _ in children:
            process.join()
        return sum(reader.recv() for _, reader, _ in children)

    def measure(self):
        """The processes are gone: what they took together was measured when all had started."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("mode", choices=["sequential", "parallel"])
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--fresh-clients", action="store_true")
    args = parser.parse_args()
    if args.mode == "sequential":
        program = SequentialTotal()
    else:
        multiprocessing.set_start_method("fork")
        program = ParallelTotal(args.workers, args.fresh_clients)
    started = time.monotonic()
    gib, instances = program.run()
    wall_ms = (time.monotonic() - started) * 1000
    program.measure()
    json.dump({"gib": gib, "instances": instances, "wall_ms": round(wall_ms), "peak_pss_kib": program.peak_pss_kib}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
