FROM=$(dirname "$(command -v converge)")
mkdir -p plugins && cp "$FROM"/libLocal.so "$FROM"/Local.json plugins
# A newer plugin: its notes have another form.
python3 - <<'PYTHON'
import json
with open("plugins/Local.json") as file: manifest = json.load(file)
for kind in manifest["resourceKinds"]:
    if kind["name"] == "local.Note": kind["version"] = 2
with open("plugins/Local.json", "w") as file: json.dump(manifest, file)
PYTHON
cat > shop.recipe <<'RECIPE'
resource note: local.Note { text: "hello" }
RECIPE
CONVERGE_PLUGIN_PATH=$PWD/plugins converge apply shop.recipe --yes >/dev/null 2>&1
converge plan shop.recipe
