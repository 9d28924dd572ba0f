. "$GOLDEN/serve.sh"
serve 'self.send_response(403); self.end_headers()'
cat > idle.recipe <<'RECIPE'
workflow idle { step nothing: Shell { run: "true" } }
RECIPE
OPENLINEAGE_URL=http://127.0.0.1:$PORT converge run idle.recipe --yes
