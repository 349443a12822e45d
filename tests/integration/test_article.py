# SPDX-License-Identifier: MIT
"""Other programs' sums are ebsreportd's."""
import json
import math
import subprocess
import sys

import awsclient
import ebsim
import ebsreportd
import expected
from ebsreportd import MODES


def boto3_totals(sim, *args):
    env = ebsreportd.environment(sim, {"AWS_DEFAULT_REGION": "us-east-1"})
    done = subprocess.run([sys.executable, str(ebsim.ROOT / "tests/bench/boto3_totals.py"), *args], env=env,
                          timeout=120, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def test_the_two_programs_it_started_with(ec2sim):
    """They sum over instances, and know no Multi-Attach."""
    sim = ec2sim(regions="us-east-1", instances=12, unattached=3, managed=2, multi_attach=3, unknown_instance=2,
                 short_ids=20)
    ours = {mode: report["totals"] for mode, report in expected.check_all_modes(sim).items()}
    theirs = boto3_totals(sim, "sequential"), boto3_totals(sim, "parallel", "--fresh-clients", "--workers=6")
    for their in theirs:
        for mode in MODES:
            assert (their["gib"], their["instances"]) == (ours[mode]["instance_sum_gib"], ours[mode]["instances"])
    assert ours["sweep"]["multi_attach_extra_gib"] > 0


def test_the_aws_command_line_sums_the_same(ec2sim):
    sim = ec2sim(regions="us-east-1", instances=20, unattached=5, multi_attach=3, unknown_instance=2,
                 volume_page_limit=9)
    def total(query, *args):
        return awsclient.aws(sim, "ec2", "describe-volumes", "--region=us-east-1", "--query", f"sum({query})", *args)
    report = ebsreportd.run(sim, check=0).json["totals"]
    assert total("Volumes[].Size") == report["attached_gib"] + report["unattached_gib"]
    assert total("Volumes[].Size", "--filters=Name=status,Values=available") == report["unattached_gib"]
    assert math.isclose(total("Volumes[?Attachments].Size"), report["attached_gib"])
