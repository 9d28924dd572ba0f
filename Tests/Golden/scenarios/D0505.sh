cat > train.py <<'PYTHON'
print("nothing to see")
PYTHON
cat > shop.recipe <<'RECIPE'
resource tracking: ExperimentTracking {}

workflow fit {
  step model: Train { command: ["python3", "train.py"] }
}
RECIPE
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
