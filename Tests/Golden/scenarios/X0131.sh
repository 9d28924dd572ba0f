mkdir one two
for folder in one two; do
  echo 'environment default { use local }' > $folder/converge.project
  cat > $folder/tick.recipe <<'RECIPE'
workflow tick {
  step say: Shell { run: "date" }
  on schedule "0 2 * * *"
}
RECIPE
done
converge serve one/tick.recipe two/tick.recipe
