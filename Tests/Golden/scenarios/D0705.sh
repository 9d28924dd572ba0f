cat > train.py <<'PYTHON'
import os, shutil
os.makedirs(os.environ["CONVERGE_MODEL"], exist_ok=True)
shutil.copyfile(os.environ["CONVERGE_PARAMS"], os.environ["CONVERGE_MODEL"] + "/params.json")
open(os.environ["CONVERGE_MODEL"] + "/model.json", "w").write('{"serve": {"command": ["python3", "serve.py"]}}')
shutil.copyfile("serve.py", os.environ["CONVERGE_MODEL"] + "/serve.py")
PYTHON
cat > serve.py <<'PYTHON'
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
PYTHON
cat > shop.recipe <<'RECIPE'
resource tracking: ExperimentTracking {}
resource endpoint: ModelServing       {}

workflow release {
  param size:     Int    = 1
  param strategy: String = "replace"

  step model: Train {
    command: ["python3", "train.py"]
    files: ["train.py", "serve.py"]
    params: { size: size }
    track: tracking
  }
  step deploy: Deploy { model: model.model, to: endpoint, strategy: strategy, watch: 30s }
}
workflow repair {
  step model: Train {
    command: ["python3", "train.py"]
    files: ["train.py", "serve.py"]
    params: { size: 3 }
    track: tracking
  }
  step deploy: Deploy { model: model.model, to: endpoint }
}
RECIPE
converge run shop.recipe release --yes >/dev/null 2>&1
converge run shop.recipe release --yes '{ size: 2, strategy: "canary" }' >trial.txt 2>&1 &
until grep -rqs --include=endpoint.json "\"weight\": 10[.,]" .converge || ! kill -0 $! 2>/dev/null; do sleep 0.1; done
converge run shop.recipe repair --yes >/dev/null 2>&1
wait $!
sed -n "/^error/,\$p" trial.txt
converge destroy shop.recipe --yes >/dev/null 2>&1
