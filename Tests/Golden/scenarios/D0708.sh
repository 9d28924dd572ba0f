cat > shop.recipe <<'RECIPE'
resource endpoint: ModelServing {}

workflow release {
  step model: Train { command: ["python3", "train.py"], files: ["train.py", "serve.py"] }
  step deploy: Deploy { model: model.model, to: endpoint, strategy: "canary", abort_when: { slow: { metric: "latency", above: 0.5 } } }
}
RECIPE
converge check shop.recipe
