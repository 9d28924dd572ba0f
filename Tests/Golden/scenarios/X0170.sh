from=$(dirname "$(command -v converge)")
mkdir -p plugins && cp "$from"/libLocal.so plugins
python3 - "$from/Local.json" <<'PYTHON'
import json, sys
manifest = json.load(open(sys.argv[1]))
manifest["exportTables"] = [{"path": "Terraform/Notes.json", "text": '{ "target": "terraform", "kinds": { "local.Note": { "typ": "terraform_data" } } }'}]
json.dump(manifest, open("plugins/Local.json", "w"))
PYTHON
export CONVERGE_PLUGIN_PATH=$PWD/plugins
converge export terraform
