# SPDX-License-Identifier: MIT
"""Runs that write a metrics file, and what is in it."""
import subprocess

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_classic

import ebsreportd


class Place:
    """Where a test's runs leave what they leave."""

    def __init__(self, directory):
        self.db, self.file = directory / "history.db", directory / "metrics" / "ebs.prom"
        self.file.parent.mkdir()
        self.config = directory / "ebsreportd.conf"
        self.configure()

    def configure(self, **keys):
        keys = {"metrics_file": self.file, "database": self.db, **keys}
        self.config.write_text("".join(f"{key} = {value}\n" for key, value in keys.items()))

    def run(self, sim, *args, db=True, **how):
        return ebsreportd.run(sim, f"--config={self.config}", *args, db=self.db if db else None, **how)


def samples(families):
    return {(s.name, *sorted(s.labels.items())): s.value for family in families for s in family.samples}


def read(path):
    """The file's samples by name and labels. It is valid for whoever may read it."""
    text = path.read_text()
    done = subprocess.run(["promtool", "check", "metrics"], input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")
    found = samples(parse_openmetrics(text))
    assert found == samples(parse_classic(text)) and len(found) == text.count("\n") - text.count("\n#") - 1
    assert [p.name for p in path.parent.iterdir()] == [path.name], "nothing is left beside it"
    return found
