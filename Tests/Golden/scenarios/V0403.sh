cat > train.py <<'PYTHON'
import os, shutil
os.makedirs(os.environ["CONVERGE_MODEL"], exist_ok=True)
open(os.environ["CONVERGE_MODEL"] + "/model.json", "w").write('{"serve": {"command": ["sh", "serve.sh"]}}')
shutil.copyfile("serve.sh", os.environ["CONVERGE_MODEL"] + "/serve.sh")
PYTHON
cat > serve.sh <<'SH'
echo "serve: loading the weights"
sleep 60
SH
cat > shop.recipe <<'RECIPE'
resource endpoint: ModelServing {}

workflow release {
  step model: Train { command: ["python3", "train.py"], files: ["train.py", "serve.sh"] }
  step deploy: Deploy { model: model.model, to: endpoint, start_timeout: 1s }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
converge destroy shop.recipe --yes >/dev/null 2>&1
