# SPDX-License-Identifier: MIT
"""Certificates for servers of a test."""
import subprocess

EC_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def openssl(*args):
    subprocess.run(["openssl", *map(str, args)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Authority:
    """A CA of one's own."""

    def __init__(self, directory, name):
        self.directory, self.name = directory, name
        self.key, self.pem = directory / f"{name}.key", directory / f"{name}.pem"
        openssl("req", "-x509", *EC_KEY, "-keyout", self.key, "-out", self.pem, "-days", 30, "-subj", f"/CN={name}")

    def issue(self, name, *alternatives):
        """Options of ec2sim for a server with a certificate for these names."""
        base = self.directory / f"{self.name}-{name}"
        key, request, chain, extensions = (f"{base}.{suffix}" for suffix in ("key", "csr", "crt", "ext"))
        with open(extensions, "w", encoding="ascii") as file:
            file.write("subjectAltName=" + ",".join(alternatives))
        openssl("req", *EC_KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", request, "-CA", self.pem, "-CAkey", self.key, "-CAcreateserial", "-days", 30,
                "-extfile", extensions, "-out", chain)
        return {"tls_cert": chain, "tls_key": key}
