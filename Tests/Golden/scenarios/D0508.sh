cat > shop.recipe <<'RECIPE'
resource tracking: ExperimentTracking {}

workflow fit {
  step model: Train { command: ["python3", "train.py"], register: "likes" }
}
RECIPE
converge check shop.recipe
