FROM=$(dirname "$(command -v converge)")
mkdir -p plugins && cp "$FROM"/libLocal.so "$FROM"/Local.json plugins
export CONVERGE_PLUGIN_PATH=$PWD/plugins
sed -i 's/sdk-1 swift-[0-9.]* /sdk-1 swift-5.9 /' plugins/Local.json
converge plugins 2>&1 >/dev/null | sed "s/ $(uname -m) / x86_64 /"
