cat > train.py <<'PYTHON'
import json, os, shutil
model = os.environ["CONVERGE_MODEL"]
os.makedirs(model, exist_ok=True)
broken = json.load(open(os.environ["CONVERGE_PARAMS"]))["broken"]
json.dump({"serve": {"command": ["python3", "serve.py"]}, "broken": broken}, open(model + "/model.json", "w"))
shutil.copyfile("serve.py", model + "/serve.py")
PYTHON
cat > serve.py <<'PYTHON'
import http.server, json, os, threading, time
if json.load(open("model.json"))["broken"]:
    threading.Thread(target=lambda: (time.sleep(0.5), os._exit(1)), daemon=True).start()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
PYTHON
cat > shop.recipe <<'RECIPE'
param broken: Bool = false

resource tracking: ExperimentTracking {}
resource endpoint: ModelServing       {}

workflow release {
  step model: Train {
    command: ["python3", "train.py"]
    files: ["train.py", "serve.py"]
    params: { broken: broken }
    track: tracking
  }
  step deploy: Deploy { model: model.model, to: endpoint, strategy: "canary", watch: 2s }
}
RECIPE
converge run shop.recipe --yes >/dev/null 2>&1
converge run shop.recipe --yes --set broken=true 2>&1 | sed -n "/^error/,\$p"
converge destroy shop.recipe --yes >/dev/null 2>&1
