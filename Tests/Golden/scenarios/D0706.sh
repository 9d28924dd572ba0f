cat > shop.recipe <<'RECIPE'
resource endpoint: ModelServing {}

workflow release {
  step model: Train { command: ["python3", "train.py"], files: ["train.py", "serve.py"] }
  step deploy: Deploy { to: endpoint }
}
RECIPE
converge check shop.recipe
