# SPDX-License-Identifier: Apache-2.0
"""The served model answers as its description says, refuses what it cannot read, and stops without losing a request."""

import concurrent.futures
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import flow
import generate


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class ServeTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        work = cls.work = Path(holder.name)
        (work / "orders").mkdir()
        shop = generate.Shop(customers=80, products=60)
        generate.write(work / "orders", shop)
        generate.write_catalogue(work / "products.csv", shop)
        past = flow.Warehouse(work / "orders").transform("lines", "orders", "split", "past").export(
            "past", work / "past.csv")
        for method in ("similar", "popular"):
            flow.run_program("train.py", work / f"{method}-train", {"method": method}, input_orders=past,
                             input_catalogue=work / "products.csv", model=work / method)
        cls.process, cls.port = cls.start("similar")
        cls.addClassCleanup(cls.process.wait)
        cls.addClassCleanup(cls.process.terminate)

    @classmethod
    def start(cls, model):
        port = free_port()
        process = subprocess.Popen([sys.executable, "serve.py"], cwd=cls.work / model,
                                   env={**os.environ, "PORT": str(port)}, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and process.poll() is None:
            if cls.accepts(port):
                return process, port
            time.sleep(0.02)
        raise RuntimeError("the model did not start")

    def send(self, method, path, body=None, headers=None, port=None):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=20)
        self.addCleanup(connection.close)
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    def predict(self, question, port=None):
        return self.send("POST", "/predict", json.dumps(question), port=port)

    def test_it_is_healthy(self):
        self.assertEqual(self.send("GET", "/health"), (200, {"status": "ok"}))

    def test_a_known_customer_gets_new_products_by_history(self):
        status, answer = self.predict({"customer": "1", "top": 7})
        self.assertEqual((status, answer["customer"], answer["basis"]), (200, "1", "history"))
        names = [product["product"] for product in answer["products"]]
        self.assertEqual(len(set(names)), 7)
        past = (self.work / "past.csv").read_text().splitlines()
        had = {line.split(",")[1] for line in past if line.startswith("1,")}
        self.assertTrue(had)
        self.assertFalse(had & set(names))
        scores = [product["score"] for product in answer["products"]]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertTrue(all(product["title"] for product in answer["products"]))

    def test_an_unknown_customer_gets_what_is_popular_and_is_told_so(self):
        status, answer = self.predict({"customer": "nobody"})
        self.assertEqual((status, answer["basis"], len(answer["products"])), (200, "popularity", 10))

    def test_a_popularity_model_says_that_it_is_one(self):
        process, port = self.start("popular")
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        status, answer = self.predict({"customer": "1"}, port)
        self.assertEqual((status, answer["basis"]), (200, "popularity"))
        self.assertGreater(answer["products"][0]["score"], answer["products"][-1]["score"])

    def test_what_cannot_be_read_is_refused_with_a_reason(self):
        bodies = ("", "{", "[]", "null", "7", '"1"', "{}", '{"customer": 1}', '{"customer": null}',
                  '{"customer": "1", "top": 0}', '{"customer": "1", "top": 101}', '{"customer": "1", "top": "5"}',
                  '{"customer": "1", "top": true}', '{"customer": "1", "top": 2.5}', '{"customer": "1", "top": NaN}',
                  b"\xff\xfe", "[" * 60000)
        for body in bodies:
            status, answer = self.send("POST", "/predict", body)
            self.assertEqual((status, list(answer)), (400, ["error"]), body[:40])
        self.assertEqual(self.send("POST", "/predict", "x" * 70000)[0], 413)
        self.assertEqual(self.send("POST", "/predict", iter([b"{}"]))[0], 411)
        self.assertEqual(self.send("POST", "/predict", "", {"Content-Length": "-1"})[0], 411)
        self.assertEqual(self.send("GET", "/predict")[0], 404)
        self.assertEqual(self.send("POST", "/elsewhere", "{}")[0], 404)
        self.assertEqual(self.send("GET", "/health")[0], 200)

    def test_one_connection_carries_many_requests_quickly(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        self.addCleanup(connection.close)
        begun = time.monotonic()
        for number in range(100):
            connection.request("POST", "/predict", json.dumps({"customer": str(number % 80 + 1)}))
            response = connection.getresponse()
            self.assertEqual((response.status, len(json.loads(response.read())["products"])), (200, 10))
        self.assertLess(time.monotonic() - begun, 2)

    def test_a_stop_answers_what_it_has_begun(self):
        process, port = self.start("similar")
        self.addCleanup(process.kill)
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            body = b'{"customer": "1"}'
            connection.sendall(b"POST /predict HTTP/1.1\r\nExpect: 100-continue\r\n"
                               b"Content-Length: %d\r\n\r\n" % len(body))
            self.assertIn(b"100 Continue", connection.recv(100))
            process.send_signal(signal.SIGTERM)
            deadline = time.monotonic() + 5
            while self.accepts(port) and time.monotonic() < deadline:
                time.sleep(0.01)
            connection.sendall(body)
            self.assertIn(b"200 OK", connection.recv(100))
        self.assertEqual(process.wait(5), 0)

    @staticmethod
    def accepts(port):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            return False

    def test_many_ask_at_once(self):
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            answers = list(pool.map(lambda number: self.predict({"customer": str(number % 80 + 1)}), range(200)))
        self.assertEqual({status for status, _ in answers}, {200})

    def ask(self, *arguments):
        return subprocess.run([sys.executable, str(flow.RECIPE / "ask.py"), *arguments], cwd=self.work,
                              capture_output=True, text=True)

    def test_the_recipe_asks_and_keeps_the_answer(self):
        done = self.ask(f"http://127.0.0.1:{self.port}/predict", "1", "5", "3")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(json.loads(done.stdout)["products"]), 5)
        self.assertEqual(json.loads((self.work / "answer.json").read_text()), json.loads(done.stdout))

    def test_the_recipe_takes_no_nonsense_for_an_answer(self):
        for path, reason in (("/elsewhere", "answered 404"), ("/health", "answered 404")):
            done = self.ask(f"http://127.0.0.1:{self.port}{path}", "1", "5", "3")
            self.assertEqual(done.returncode, 1)
            self.assertIn(reason, done.stderr)
        done = self.ask(f"http://127.0.0.1:{free_port()}/predict", "1", "5", "3")
        self.assertEqual(done.returncode, 1)
        self.assertIn("did not answer", done.stderr)
        import ask
        for answer in (None, [], {"customer": "2", "products": [{"product": "a"}]}, {"customer": "1"},
                       {"customer": "1", "products": []}, {"customer": "1", "products": [{"product": "a"}] * 2},
                       {"customer": "1", "products": [{"product": 4}]}, {"customer": "1", "products": ["a"]}):
            self.assertIsNotNone(ask.doubt(answer, "1", 5), answer)


if __name__ == "__main__":
    unittest.main()
