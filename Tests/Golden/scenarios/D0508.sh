cat > train.py <<'PYTHON'
import json, os
os.makedirs(os.environ["CONVERGE_MODEL"], exist_ok=True)
json.dump({"serve": {"command": ["python3", "serve.py"]}}, open(os.environ["CONVERGE_MODEL"] + "/model.json", "w"))
json.dump({"auc": 0.7}, open(os.environ["CONVERGE_METRICS"], "w"))
PYTHON
cat > shop.recipe <<'RECIPE'
resource tracking: ExperimentTracking {}

workflow fit {
  step model: Train { command: ["python3", "train.py"], register: "likes" }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
