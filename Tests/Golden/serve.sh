# SPDX-License-Identifier: Apache-2.0
# For scenarios: `. "$GOLDEN/serve.sh"`.
serve() { # a server that does what the Python text says with each request, on the port in the file
  python3 - "$1" >port.txt 2>/dev/null <<'PYTHON' &
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self): exec(sys.argv[1])
    do_POST = do_PUT = do_HEAD = do_DELETE = do_GET
    def log_message(self, *a): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
  SERVER=$!
  trap 'kill $SERVER' EXIT
  until [ -s port.txt ]; do sleep 0.05; done
  PORT=$(cat port.txt)
}
