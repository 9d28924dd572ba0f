FROM=$(dirname "$(command -v converge)")
mkdir -p plugins && cp "$FROM"/libLocal.so "$FROM"/Local.json plugins
export CONVERGE_PLUGIN_PATH=$PWD/plugins
cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
printf x >> plugins/libLocal.so
converge apply shop.recipe --yes 2>&1 | sed -n "/^error/,\$p"
