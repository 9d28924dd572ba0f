FROM=$(dirname "$(command -v converge)")
mkdir -p plugins && cp "$FROM"/libLocal.so "$FROM"/Local.json plugins
export CONVERGE_PLUGIN_PATH=$PWD/plugins
sed -i 's/ConvergeSDK9PluginBoxC8handOver/ConvergeSDK9PluginBoxC8handOvex/' plugins/libLocal.so
converge plugin manifest plugins/libLocal.so
