FROM=$(dirname "$(command -v converge)")
[ -e "$FROM/Local.json" ] || FROM=$FROM/../lib/converge
mkdir plugins && cp "$FROM/libLocal.so" plugins/libCloud.so
sed 's/local\./cloud./g; s/"local"/"cloud"/g; s/"Local"/"Cloud"/g' "$FROM/Local.json" > plugins/Cloud.json
export CONVERGE_PLUGIN_PATH=$PWD/plugins
cat > shop.recipe <<'RECIPE'
use local
use cloud

resource note: local.Note { text: "hello", @on: cloud }
RECIPE
converge check shop.recipe
