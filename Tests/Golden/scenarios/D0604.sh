cat > shop.recipe <<'RECIPE'
resource lake: DataLakeStorage {}

workflow fit {
  step orders: Ingest { from: "orders.csv", into: lake }
  step model: Train { command: ["python3", "train.py"], files: ["train.py"] }
  step judge: Evaluate { model: model.model, data: orders.table, thresholds: { auc: 0.8 }, slices: ["region"] }
}
RECIPE
converge check shop.recipe
