FROM=$(dirname "$(command -v converge)")
mkdir -p plugins && cp "$FROM"/libLocal.so "$FROM"/Local.json plugins
export CONVERGE_PLUGIN_PATH=$PWD/plugins
printf '\267' | dd of=plugins/libLocal.so bs=1 seek=18 conv=notrunc status=none
converge plugin manifest plugins/libLocal.so
