# SPDX-License-Identifier: MIT
"""Signed calls below boto3: for what it cannot be made to send, and for what it hides in the answer."""
import http.client
import urllib.parse
import xml.etree.ElementTree as ElementTree

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import ebsim

NAMESPACE = "{http://ec2.amazonaws.com/doc/2016-11-15/}"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def xml(self):
        return ElementTree.fromstring(self.body)

    @property
    def code(self):
        return next((e.text for e in self.xml.iter() if e.tag.rpartition("}")[2] == "Code"), None)

    def texts(self, path):
        return [e.text for e in self.xml.findall("/".join(NAMESPACE + part for part in path.split("/")))]


def send(sim, body, headers, method="POST", path="/"):
    """One request as it is; body is bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", sim.port, timeout=60)
    try:
        connection.request(method, path, body, headers)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def sign(sim, body, region="us-east-1", service="ec2", key=ebsim.ACCESS_KEY, secret=ebsim.SECRET, token=None,
         method="POST", path="/"):
    """The headers of a signed request."""
    request = AWSRequest(method=method, url=f"http://127.0.0.1:{sim.port}{path}", data=body,
                         headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})
    SigV4Auth(Credentials(key, secret, token), service, region).add_auth(request)
    return dict(request.headers.items())


def call(sim, action, region="us-east-1", version="2016-11-15", service="ec2", key=ebsim.ACCESS_KEY,
         secret=ebsim.SECRET, token=None, **params):
    """A signed Query API call. Parameters with dots in their names come in a dictionary named 'params'."""
    fields = {"Action": action, "Version": version, **params.pop("params", {}), **params}
    body = urllib.parse.urlencode({k: v for k, v in fields.items() if v is not None}).encode()
    return send(sim, body, sign(sim, body, region, service, key, secret, token))


def items(sim, action, item_path, region="us-east-1", **params):
    """Every item of every page, as XML elements."""
    found, token = [], None
    while True:
        answer = call(sim, action, region, NextToken=token, **params)
        assert answer.status == 200, answer.body
        found += answer.xml.findall("/".join(NAMESPACE + part for part in item_path.split("/")))
        token = answer.xml.findtext(NAMESPACE + "nextToken")
        if not token:
            return found


