FROM=$(dirname "$(command -v converge)")
mkdir -p plugins && cp "$FROM"/libLocal.so "$FROM"/Local.json plugins
export CONVERGE_PLUGIN_PATH=$PWD/plugins
rm plugins/Local.json
converge plugins 2>&1 >/dev/null
