# SPDX-License-Identifier: Apache-2.0
"""A list of 100,000 keys of S3, beside boto3's own paginator on the same server.

`listing.py PORT KEYS` is that server: its pages are made before it is asked, so that what is measured is whoever reads
them."""

import http.server
import os
import shutil
import subprocess
import sys
import time
import urllib.parse
import urllib.request

PAGE = 1000
READER = """
import sys
import boto3
pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket="lake")
keys = sum(len(page["Contents"]) for page in pages)
sys.exit(0 if keys == int(sys.argv[1]) else f"{keys} keys")
"""


def page(start, count):
    keys = "".join(
        f"<Contents><Key>events/day%3D{number // 1000}/part-{number:07}.json</Key>"
        f"<LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;9b2cf535f27731c974343645a3985328&quot;</ETag>"
        f"<Size>{number}</Size><StorageClass>STANDARD</StorageClass></Contents>"
        for number in range(start, start + PAGE))
    more = start + PAGE < count
    token = f"<NextContinuationToken>t{start + PAGE}</NextContinuationToken>" if more else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<Name>lake</Name><Prefix></Prefix><KeyCount>{PAGE}</KeyCount><MaxKeys>{PAGE}</MaxKeys>"
        f"<EncodingType>url</EncodingType><IsTruncated>{str(more).lower()}</IsTruncated>{token}{keys}</ListBucketResult>"
    ).encode()


class Lists(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pages = {}
    made = False

    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query, keep_blank_values=True)
        if "tagging" in query:
            code = "NoSuchTagSet" if Lists.made else "NoSuchBucket"
            return self.answer(f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode(), 404)
        return self.answer(self.pages[int(query.get("continuation-token", ["t0"])[0][1:])])

    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        Lists.made = True
        self.answer(b"")

    def answer(self, body, status=200):
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(port, count):
    Lists.pages = {start: page(start, count) for start in range(0, count, PAGE)}
    http.server.ThreadingHTTPServer(("127.0.0.1", port), Lists).serve_forever()


def listing(bench, port):
    import workloads
    from measuring import best, run
    from workflows import plugin

    server = subprocess.Popen([sys.executable, os.path.abspath(__file__), str(port), str(bench.huge)])
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                urllib.request.urlopen(url + "/lake").read()
                break
            except OSError:
                time.sleep(0.05)
        environment = {**bench.environment, "AWS_ENDPOINT_URL": url, "AWS_DEFAULT_REGION": "us-east-1"}
        folder = bench.place("listing")
        plugins = os.path.join(folder, ".converge", "plugins")
        os.makedirs(plugins)
        shutil.copy(plugin(bench), plugins)
        workloads.put(folder, "converge.project", "environment default {\n  use aws\n}\n")
        workloads.put(
            folder, "lake.recipe",
            'resource lake: aws.s3.Bucket { bucket: "lake" }\n\n'
            f"workflow work {{\n  step count: Count {{ of: lake, expected: {bench.huge} }}\n}}\n")
        bench.converge(folder, "plugin", "manifest", ".converge/plugins/libBench.so")
        run([bench.executable, "apply", "lake.recipe", "--yes"], folder, environment)
        ours = best(bench.rounds, lambda: run(
            [bench.executable, "run", "lake.recipe", "--yes"], folder, environment))
        try:
            import boto3  # noqa: F401
        except ImportError:
            bench.absent.add("boto3")
            return
        reader = [sys.executable, "-c", READER, str(bench.huge)]
        peer = best(bench.rounds, lambda: run(reader, folder, environment))
        times = peer.seconds / ours.seconds
        bench.tell(
            f"a list of {bench.huge:,} keys", f"{times:.1f} times faster than boto3", "1 time", times >= 1,
            f"ours {ours.seconds:.2f} s ({ours.processor:.2f} of a core), boto3's paginator {peer.seconds:.2f} s "
            f"({peer.processor:.2f} of a core)")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
