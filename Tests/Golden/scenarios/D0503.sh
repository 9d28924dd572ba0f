cat > shop.recipe <<'RECIPE'
resource tracking: ExperimentTracking {}

workflow fit {
  step model: Train { command: ["python3", "train.py"], files: ["../secrets.txt"] }
}
RECIPE
converge check shop.recipe
