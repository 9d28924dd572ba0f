truncate -s 3M weights.bin
cat > shop.recipe <<'RECIPE'
workflow fit {
  step model: Train { command: ["python3", "train.py"], files: ["weights.bin"] }
}
RECIPE
trap '' XFSZ
ulimit -f 2048
converge run shop.recipe --yes >log.txt 2>&1; sed -n "/^error/,\$p" log.txt
