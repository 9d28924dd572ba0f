# SPDX-License-Identifier: Apache-2.0
# For scenarios: `. "$GOLDEN/priced.sh"`.
priced() { # the local platform with this price table instead of its own, and a recipe of two notes
  from=$(dirname "$(command -v converge)")
  mkdir -p plugins && cp "$from"/libLocal.so plugins
  python3 - "$from/Local.json" "$1" <<'PYTHON'
import json, sys
manifest = json.load(open(sys.argv[1]))
manifest["priceTables"] = [{"path": "Prices/Notes.json", "text": sys.argv[2]}]
json.dump(manifest, open("plugins/Local.json", "w"))
PYTHON
  export CONVERGE_PLUGIN_PATH=$PWD/plugins
  printf 'resource long: local.Note { text: "twelve words" }\nresource lake: local.Lake {}\n' > shop.recipe
}
