printf 'id,region\n1,eu\n2,us\n' > orders.csv
cat > train.py <<'PYTHON'
import json, os
os.makedirs(os.environ["CONVERGE_MODEL"], exist_ok=True)
json.dump({"serve": {"command": ["python3", "serve.py"]}}, open(os.environ["CONVERGE_MODEL"] + "/model.json", "w"))
PYTHON
cat > judge.py <<'PYTHON'
import json, os
json.dump({"auc": 0.9}, open(os.environ["CONVERGE_METRICS"], "w"))
PYTHON
cat > shop.recipe <<'RECIPE'
resource lake: DataLakeStorage {}

workflow fit {
  step orders: Ingest { from: "orders.csv", into: lake }
  step model: Train { command: ["python3", "train.py"] }
  step judge: Evaluate {
    model: model.model
    data: orders.table
    command: ["python3", "judge.py"]
    thresholds: { auc: 0.8 }
    slices: ["regoin"]
  }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
