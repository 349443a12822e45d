# SPDX-License-Identifier: MIT
import contextlib
import pathlib
import shutil
import sys

import pytest

# ec2sim, ebsreportd and being another user, as the tests of those have them.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

import history  # noqa: E402
import pseudo_terminal  # noqa: E402
import screen  # noqa: E402
from nobody import place  # noqa: E402, F401


@pytest.fixture(scope="session")
def golden_master(tmp_path_factory):
    return history.make_golden(tmp_path_factory.mktemp("golden") / "demo.db")


@pytest.fixture
def golden(golden_master, tmp_path):
    """The database of the golden screens, a copy of one's own."""
    return shutil.copy(golden_master, tmp_path / "demo.db")


@pytest.fixture
def show():
    """show(rows, columns, *arguments) runs ebstop in a terminal; each is ended after the test."""
    with contextlib.ExitStack() as running:
        yield lambda *arguments, **options: running.enter_context(screen.Screen(*arguments, **options))


@pytest.fixture
def on_pty():
    """on_pty(*arguments, rows=, columns=, term=, **environment) runs ebstop; each is ended after the test."""
    with contextlib.ExitStack() as running:
        def start(*arguments, **options):
            p = pseudo_terminal.Pty(*arguments, **options)
            running.callback(p.close)
            return p
        yield start
