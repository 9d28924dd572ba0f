# SPDX-License-Identifier: Apache-2.0
"""Answers over HTTP from the model in the current folder, on 127.0.0.1:$PORT: GET /health, POST /predict."""

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from estate import load

LARGEST_BODY = 64 * 1024


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1       # head and body leave in one packet
    timeout = 60        # of a connection on which nobody speaks

    def do_GET(self):
        if self.path.partition("?")[0] == "/health":
            self.reply(200, {"status": "ok"})
        else:
            self.reply(404, {"error": "there are GET /health and POST /predict"})

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 < length <= LARGEST_BODY:
            self.close_connection = True
            self.reply(413, {"error": f"a body of 1 to {LARGEST_BODY} bytes is needed"})
            return
        body = self.rfile.read(length)
        if self.path.partition("?")[0] != "/predict":
            self.reply(404, {"error": "there are GET /health and POST /predict"})
            return
        try:
            self.reply(200, self.server.model.answer(json.loads(body)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self.reply(400, {"error": f"the question cannot be answered: {error}"})

    def reply(self, status, value):
        body = json.dumps(value).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        pass


def main():
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
    server.daemon_threads = False
    server.model = load(".")
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    server.server_close()


if __name__ == "__main__":
    main()
