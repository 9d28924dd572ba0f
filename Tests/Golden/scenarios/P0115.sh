FROM=$(dirname "$(command -v converge)")
mkdir -p plugins && cp "$FROM"/libLocal.so "$FROM"/Local.json plugins
export CONVERGE_PLUGIN_PATH=$PWD/plugins
mv plugins/libLocal.so plugins/libShelf.so; mv plugins/Local.json plugins/Shelf.json
converge plugins shelf
