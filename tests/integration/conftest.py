# SPDX-License-Identifier: MIT
import contextlib
import os

import pytest

import ebsim
from nobody import place  # noqa: F401

pytest.register_assert_rewrite("expected", "ebsreportd")

# Tests run in this process use boto3, which reads the environment.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ.update(AWS_EC2_METADATA_DISABLED="true", AWS_CONFIG_FILE="/dev/null",
                  AWS_SHARED_CREDENTIALS_FILE="/dev/null")


@pytest.fixture
def ec2sim():
    """ec2sim(**options) starts one; each is stopped after the test."""
    with contextlib.ExitStack() as running:
        yield lambda **options: running.enter_context(ebsim.Ec2sim(**options))
