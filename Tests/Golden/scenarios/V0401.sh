cat > train.py <<'PYTHON'
import os
os.makedirs(os.environ["CONVERGE_MODEL"], exist_ok=True)
open(os.environ["CONVERGE_MODEL"] + "/model.json", "w").write('{"score": 1}')
PYTHON
cat > shop.recipe <<'RECIPE'
resource endpoint: ModelServing {}

workflow release {
  step model: Train { command: ["python3", "train.py"] }
  step deploy: Deploy { model: model.model, to: endpoint }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
converge destroy shop.recipe --yes >/dev/null 2>&1
