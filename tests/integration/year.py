# SPDX-License-Identifier: MIT
"""Made-up histories for tests: tests/tools/year-of-history."""
import subprocess

import ebsim

END = "2026-11-23T14:01:00Z"  # the newest run of every made-up history
END_SECONDS = 1795442460


def make(path, **options):
    """Makes a database at path; options are the program's own: raw_days=2 is --raw-days=2. Returns the path."""
    options = {"end": END, "days": 10, "raw_days": 3, "accounts": 2, "regions": 8, "volumes": 3000, "instances": 700} | options
    done = subprocess.run([ebsim.program("tests/tools/year-of-history"), *ebsim.arguments(options), str(path)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done
    return path
