cat > train.py <<'PYTHON'
import json, os, shutil
model = os.environ["CONVERGE_MODEL"]
os.makedirs(model, exist_ok=True)
number = json.load(open(os.environ["CONVERGE_PARAMS"]))["number"]
json.dump({"serve": {"command": ["python3", "serve.py"]}, "number": number}, open(model + "/model.json", "w"))
shutil.copyfile("serve.py", model + "/serve.py")
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
param number: Int = 1

resource tracking: ExperimentTracking {}
resource endpoint: ModelServing       {}

workflow release {
  step model: Train {
    command: ["python3", "train.py"]
    files: ["train.py", "serve.py"]
    params: { number: number }
    track: tracking
  }
  step deploy: Deploy { model: model.model, to: endpoint }
}
RECIPE
converge run shop.recipe --yes >/dev/null 2>&1
# Somebody else, with a version of theirs, at the very moment at which the second one moves the alias.
python3 - .converge/local/default/local/trackers/*/tracking.db <<'PYTHON'
import sqlite3, sys
sqlite3.connect(sys.argv[1]).executescript("""
    create trigger meanwhile after update on aliases when new.version = 2
    begin update aliases set version = 3 where alias = new.alias; end
""")
PYTHON
converge run shop.recipe --yes --set number=2 2>&1 | sed -n "/^error/,\$p"
converge destroy shop.recipe --yes >/dev/null 2>&1
