FROM=$(dirname "$(command -v converge)")
mkdir -p plugins && cp "$FROM"/libLocal.so "$FROM"/Local.json plugins
export CONVERGE_PLUGIN_PATH=$PWD/plugins
printf x >> plugins/libLocal.so && converge plugin manifest plugins/libLocal.so >/dev/null
converge plugins 2>&1 >/dev/null
