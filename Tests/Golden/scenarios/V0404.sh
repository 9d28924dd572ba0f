cat > train.py <<'PYTHON'
import os, shutil
os.makedirs(os.environ["CONVERGE_MODEL"], exist_ok=True)
open(os.environ["CONVERGE_MODEL"] + "/model.json", "w").write('{"serve": {"command": ["python3", "serve.py"]}}')
shutil.copyfile("serve.py", os.environ["CONVERGE_MODEL"] + "/serve.py")
PYTHON
cat > serve.py <<'PYTHON'
import os, socketserver
class Handler(socketserver.StreamRequestHandler):
    def handle(self): self.rfile.readline(); self.wfile.write(b"hello\n")
socketserver.TCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
PYTHON
cat > shop.recipe <<'RECIPE'
resource endpoint: ModelServing {}

workflow release {
  step model: Train { command: ["python3", "train.py"], files: ["train.py", "serve.py"] }
  step deploy: Deploy { model: model.model, to: endpoint, start_timeout: 2s }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
converge destroy shop.recipe --yes >/dev/null 2>&1
