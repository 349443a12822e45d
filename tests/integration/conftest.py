# SPDX-License-Identifier: MIT
import contextlib
import os
import subprocess

import pytest

pytest.register_assert_rewrite("expected", "ebsreportd")  # before anything imports them

import ebsim  # noqa: E402
from daemon import Daemon  # noqa: E402
from nobody import place  # noqa: E402, F401

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


@pytest.fixture
def config(tmp_path):
    """config(key=value, ...) writes a configuration file and gives its option."""

    def write(**keys):
        path = tmp_path / "ebsreportd.conf"
        path.write_text("".join(f"{key} = {value}\n" for key, value in keys.items()))
        return f"--config={path}"

    return write


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Options of ec2sim that make it serve https on loopback; the certificate is its own CA."""
    directory = tmp_path_factory.mktemp("tls")
    key, cert = directory / "key.pem", directory / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", cert, "-days", "30", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)
    return {"tls_cert": cert, "tls_key": key}


@pytest.fixture
def begin_daemon(tmp_path):
    """begin_daemon(sim, **options) starts a daemon in a directory of its own, which ends with the test."""
    running = []

    def start(sim, *args, directory=tmp_path, **options):
        running.append(Daemon(sim, directory, *args, **options))
        return running[-1]

    yield start
    for daemon in running:
        daemon.__exit__()
