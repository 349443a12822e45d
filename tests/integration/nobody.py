# SPDX-License-Identifier: MIT
"""Being another user than root."""
import os
import pathlib
import tempfile

import pytest

NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="NOT TESTED: becoming nobody and mounting need root")


@pytest.fixture
def place():
    """A directory that nobody may enter too. Not one of pytest's: each start of pytest closes those to others again."""
    with tempfile.TemporaryDirectory(prefix="ebs-place-") as directory:
        os.chmod(directory, 0o755)
        yield pathlib.Path(directory)
