FROM=$(dirname "$(command -v converge)")
mkdir -p plugins && cp "$FROM"/libLocal.so "$FROM"/Local.json plugins
export CONVERGE_PLUGIN_PATH=$PWD/plugins
printf '\363' | dd of=plugins/libLocal.so bs=1 seek=18 conv=notrunc status=none
converge plugin manifest plugins/libLocal.so 2>&1 | sed "s/this machine is $(uname -m)/this machine is x86_64/; s/for $(uname -m)/for x86_64/"
