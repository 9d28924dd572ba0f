cat > shop.recipe <<'RECIPE'
workflow fit {
  step model: Train { command: ["python3", "train.py"], workers: 0 }
}
RECIPE
converge check shop.recipe
