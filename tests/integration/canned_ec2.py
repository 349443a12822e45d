# SPDX-License-Identifier: MIT
"""An EC2 of a few lines that answers just what a test tells it, for what ec2sim does not do of itself.

    with CannedEc2(lambda call: instances("i-1") if call["Action"] == "DescribeInstances" else volumes(...)) as ec2:
        ebsreportd.run(None, env=ec2.environment())
"""
import http.server
import re
import threading
import urllib.parse

import ebsim

NAMESPACE = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"'


def element(name, content):
    return f"<{name}>{content}</{name}>"


def response(action, *content, token=""):
    if token:
        content += (element("nextToken", token),)
    return f"<{action}Response {NAMESPACE}>{''.join(content)}</{action}Response>"


def instance(id, code=16):
    return element("item", element("instanceId", id) + element("instanceState", element("code", code))
                   + element("placement", element("availabilityZone", "us-east-1a")))


def instances(*items, token=""):
    """An answer of DescribeInstances with one reservation."""
    reservation = element("item", element("reservationId", "r-1") + element("ownerId", ebsim.ACCOUNT)
                          + element("instancesSet", "".join(items)))
    return response("DescribeInstances", element("reservationSet", reservation), token=token)


def volume(id, size, *holders):
    attachments = "".join(element("item", element("instanceId", h) + element("status", "attached")) for h in holders)
    return element("item", element("volumeId", id) + element("size", size) + element("volumeType", "gp3")
                   + element("availabilityZone", "us-east-1a") + element("status", "in-use" if holders else "available")
                   + element("attachmentSet", attachments))


def volumes(*items, token=""):
    """An answer of DescribeVolumes."""
    return response("DescribeVolumes", element("volumeSet", "".join(items)), token=token)


def regions(*names):
    """An answer of DescribeRegions."""
    items = [element("item", element("regionName", n) + element("optInStatus", "opt-in-not-required")) for n in names]
    return response("DescribeRegions", element("regionInfo", "".join(items)))


def error(code, message):
    return element("Response", element("Errors", element("Error", element("Code", code) + element("Message", message)))
                   + element("RequestID", "r-1"))


class CannedEc2:
    """answer(call) makes the body for a call: its parameters, and "instance", the one that it is about, if it is. A body
    that is an error() is one with the status 400."""

    def __init__(self, answer):
        self.calls = calls = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                call = dict(urllib.parse.parse_qsl(body))
                if call.get("Filter.1.Name") == "attachment.instance-id":
                    call["instance"] = call["Filter.1.Value.1"]
                call["region"] = re.search(r"/([a-z0-9-]+)/ec2/", self.headers["Authorization"])[1]
                calls.append(call)
                data = answer(call).encode()
                self.send_response(400 if data.startswith(b"<Response>") else 200)
                self.send_header("Content-Type", "text/xml;charset=UTF-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def environment(self, **extra):
        return ebsim.clean_environment(AWS_ACCESS_KEY_ID=ebsim.ACCESS_KEY, AWS_SECRET_ACCESS_KEY=ebsim.SECRET,
                                       AWS_DEFAULT_REGION="us-east-1", AWS_ENDPOINT_URL_EC2=self.url, **extra)
