cat > fit.sh <<'SH'
mkdir -p $CONVERGE_MODEL && mkfifo $CONVERGE_MODEL/weights && echo '{}' > $CONVERGE_MODEL/model.json
SH
cat > shop.recipe <<'RECIPE'
workflow fit {
  step model: Train { command: ["sh", "fit.sh"] }
}
RECIPE
converge run shop.recipe --yes 2>&1 | sed -n "/^error/,\$p"
