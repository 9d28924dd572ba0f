# SPDX-License-Identifier: Apache-2.0
"""A proxy before moto that counts the requests which matter, and kills the executable at one of them."""

import http.client
import http.server
import re
import signal
import threading
import urllib.parse


class Proxy:
    """Hands requests on to moto one by one, and kills the executable at one of them."""

    def __init__(self, moto):
        self.moto = urllib.parse.urlsplit(moto).netloc
        self.lock = threading.Lock()
        self.idle = threading.Condition(self.lock)
        self.running = 0
        # Which requests are counted.
        self.counts = lambda asked: True
        self.begin(None, None)
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def __getattr__(self, name):
                if name.startswith("do_"):
                    return lambda: proxy.handle(self)
                raise AttributeError(name)

            def log_message(self, *words):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                # The executable was killed in the middle of its request.
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def begin(self, number, moment):
        """Counts from now on; kills what `victim` is at that request, `before` or `after` moto has done it."""
        with self.lock:
            self.requests, self.target, self.moment = [], number, moment
            self.victim, self.has_killed = None, False

    def settled(self):
        """What was on the way to moto has come to its end."""
        with self.idle:
            self.idle.wait_for(lambda: self.running == 0, timeout=60)

    def handle(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        with self.lock:
            asked = operation(request, body)
            is_hit = False
            if self.counts(asked):
                self.requests.append(asked)
                is_hit = len(self.requests) == self.target
            if self.has_killed:
                request.close_connection = True
                return
            self.running += 1
        try:
            if is_hit and self.moment == "before":
                return self.kill(request)
            answer, content = self.forward(request, body)
            if is_hit and self.moment == "after":
                return self.kill(request)
            self.answer(request, answer, content)
        finally:
            with self.idle:
                self.running -= 1
                self.idle.notify_all()

    def kill(self, request):
        with self.lock:
            self.has_killed = True
            if self.victim and self.victim.poll() is None:
                self.victim.send_signal(signal.SIGKILL)
        request.close_connection = True

    def forward(self, request, body):
        connection = http.client.HTTPConnection(self.moto, timeout=120)
        connection.putrequest(request.command, request.path, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def answer(self, request, answer, content):
        request.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                request.send_header(name, value)
        length = answer.getheader("Content-Length", "0") if request.command == "HEAD" else str(len(content))
        request.send_header("Content-Length", length)
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(content)


def operation(request, body):
    """What a request asks for, as far as it says so."""
    target = request.headers.get("X-Amz-Target")
    if target:
        return target.split(".")[-1]
    action = re.search(rb"(?:^|&)Action=([A-Za-z]+)", body)
    return action[1].decode() if action else f"{request.command} {request.path}"
