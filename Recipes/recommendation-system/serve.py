# SPDX-License-Identifier: Apache-2.0
"""Answers over HTTP from the model in the current folder, on 127.0.0.1:$PORT.

GET /health   200 when the model is loaded.
POST /predict {"customer": "405", "top": 10} -> {"customer", "basis", "products": [{"product", "title"?, "score"}]}
A customer the model does not know gets what is popular, and `basis` says so. What cannot be read is
answered with 4xx and {"error": "…"}.
"""

import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from recommender import Recommender

LARGEST_BODY = 64 * 1024
MOST = 100
SECONDS_TO_FINISH = 5


class Refused(Exception):
    """A request that gets no answer: the status and the reason."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status = status


def question(body):
    """The customer and the number of products asked for, or `Refused`."""
    try:
        asked = json.loads(body.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Refused(400, "the body is not JSON in UTF-8")
    if not isinstance(asked, dict):
        raise Refused(400, 'the body is not an object like {"customer": "1", "top": 10}')
    customer, top = asked.get("customer"), asked.get("top", 10)
    if not isinstance(customer, str):
        raise Refused(400, "'customer' must be a string")
    if type(top) is not int or not 1 <= top <= MOST:
        raise Refused(400, f"'top' must be a whole number from 1 to {MOST}")
    return customer, top


def answer(model, customer, top):
    """What the endpoint says about a customer."""
    history = model.histories.get(customer, [])
    products = []
    for number, score in model.recommend(history, top):
        product, title, _ = model.products[number]
        products.append({"product": product, **({"title": title} if title else {}), "score": round(score, 6)})
    basis = "history" if history and model.method == "similar" else "popularity"
    return {"customer": customer, "basis": basis, "products": products}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1       # head and body leave in one packet
    timeout = 60        # of a connection on which nobody speaks

    def do_GET(self):
        if self.path.partition("?")[0] == "/health":
            self.reply(200, {"status": "ok"})
        else:
            self.refuse(Refused(404, "there are GET /health and POST /predict"))

    def do_POST(self):
        with self.server.answering:
            try:
                body = self.body()
                if self.path.partition("?")[0] != "/predict":
                    raise Refused(404, "there are GET /health and POST /predict")
                self.reply(200, answer(self.server.model, *question(body)))
            except Refused as refused:
                self.refuse(refused)

    def handle_expect_100(self):
        proceed = super().handle_expect_100()
        self.wfile.flush()
        return proceed

    def body(self):
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self.close_connection = True
            raise Refused(411, "Content-Length is missing")
        if int(length) > LARGEST_BODY:
            self.close_connection = True
            raise Refused(413, f"the body is larger than {LARGEST_BODY} bytes")
        return self.rfile.read(int(length))

    def refuse(self, refused):
        self.reply(refused.status, {"error": str(refused)})

    def reply(self, status, content):
        body = json.dumps(content, ensure_ascii=False).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_request(self, code="-", size="-"):
        """A line a request would drown the lines that matter."""


class Answering:
    """Counts the requests in flight, so that a stop can wait for them."""

    def __init__(self):
        self.changed = threading.Condition()
        self.count = 0

    def __enter__(self):
        with self.changed:
            self.count += 1

    def __exit__(self, *_):
        with self.changed:
            self.count -= 1
            self.changed.notify_all()

    def wait(self, seconds):
        with self.changed:
            self.changed.wait_for(lambda: self.count == 0, seconds)


class Server(ThreadingHTTPServer):
    request_queue_size = 128


def main():
    model = Recommender.load(".")
    server = Server(("127.0.0.1", int(os.environ["PORT"])), Handler)
    server.model, server.answering = model, Answering()
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"serving {len(model.products)} products to {len(model.histories)} customers "
          f"on port {server.server_address[1]}", file=sys.stderr, flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    server.answering.wait(SECONDS_TO_FINISH)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
