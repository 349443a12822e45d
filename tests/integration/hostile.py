# SPDX-License-Identifier: MIT
"""A server on loopback that answers every request with the same bytes: for what ec2sim cannot be made to say."""
import contextlib
import http.server
import threading


@contextlib.contextmanager
def server(body, status=200, content_type="text/xml", address="127.0.0.1"):
    """Serves until the block ends; yields the port."""
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    httpd = http.server.ThreadingHTTPServer((address, 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield httpd.server_port
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def error(code, message, request_id="0-0"):
    """EC2's error document; the texts are put in as they are, bytes."""
    return (b"<?xml version=\"1.0\"?><Response><Errors><Error><Code>" + code + b"</Code><Message>" + message +
            b"</Message></Error></Errors><RequestID>" + request_id.encode() + b"</RequestID></Response>")
