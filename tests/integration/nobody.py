# SPDX-License-Identifier: MIT
"""Being another user than root."""
import os

import pytest

NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="NOT TESTED: becoming nobody and mounting need root")
