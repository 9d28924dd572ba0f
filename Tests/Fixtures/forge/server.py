# SPDX-License-Identifier: Apache-2.0
"""A forge: makes a new thing at every request that asks for one, whatever its token, and keeps count of all of them.

What it has is told at `/all`: it outlives its clients."""
import http.server
import json
import random
import sys
import threading
import time
import urllib.parse

LOCK = threading.Lock()
STATE = {"parts": [], "jobs": [], "deleted": []}


def pause():
    if sys.argv[2] == "slow":
        time.sleep(random.random() * 0.01)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, value):
        pause()
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def thing(self):
        url = urllib.parse.urlsplit(self.path)
        parts = url.path.strip("/").split("/")
        token = urllib.parse.parse_qs(url.query).get("token", [None])[0]
        if token is not None:
            return next((t for t in STATE[parts[0]] if t["token"] == token), None)
        return next((t for t in STATE["parts"] if len(parts) > 1 and t["id"] == parts[1]), None)

    def parse_request(self):
        pause()
        return super().parse_request()

    def body(self):
        """What the request holds; None where its client was gone before all of it was sent: nothing is done then."""
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return None
        return json.loads(body or b"{}")

    def do_GET(self):
        with LOCK:
            if self.path == "/all":
                return self.answer(200, STATE)
            found = self.thing()
        self.answer(404 if found is None else 200, found)

    def do_POST(self):
        body = self.body()
        if body is None:
            return
        with LOCK:
            things = STATE[self.path.strip("/")]
            made = dict(body, id=f"{self.path.strip('/')}-{len(things) + 1}", finished=False)
            things.append(made)
        self.answer(200, made)

    def do_PUT(self):
        body = self.body()
        if body is None:
            return
        with LOCK:
            found = self.thing()
            if found is not None:
                found.update(body, finished=True)
        self.answer(404 if found is None else 200, found)

    def do_DELETE(self):
        with LOCK:
            found = self.thing()
            if found is not None:
                STATE["parts"].remove(found)
                STATE["deleted"].append(found)
        self.answer(404 if found is None else 200, found)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[1], "w") as file:
    file.write(str(server.server_port))
server.serve_forever()
