# SPDX-License-Identifier: Apache-2.0
"""Trains the model that the parameter `kind` names and leaves it, ready to serve, in the model's folder."""

import json
import os
import shutil
from pathlib import Path

from estate import Taste, Valuation, rows, save

QUESTIONS = {
    "valuation": {
        "type": "object", "required": ["neighbourhood", "area", "rooms", "built", "garden"],
        "properties": {
            "neighbourhood": {"type": "string"}, "area": {"type": "number"}, "rooms": {"type": "integer"},
            "built": {"type": "integer"}, "garden": {"type": "integer"}, "level": {"type": "number"},
        },
    },
    "taste": {
        "type": "object", "required": ["person"],
        "properties": {"person": {"type": "string"}, "top": {"type": "integer", "minimum": 1, "maximum": 50}},
    },
}
ANSWERS = {
    "valuation": {"type": "object", "required": ["worth"], "properties": {"worth": {"type": "number"}}},
    "taste": {
        "type": "object", "required": ["listings"],
        "properties": {"listings": {"type": "array", "items": {"type": "string"}}},
    },
}


def main():
    kind = os.environ["CONVERGE_PARAM_KIND"]
    known = rows(os.environ["CONVERGE_INPUT_KNOWN"])
    if not known:
        raise SystemExit("train: there is nothing to learn from")
    model = Valuation.fit(known) if kind == Valuation.kind else Taste.fit(known)
    folder = Path(os.environ["CONVERGE_MODEL"])
    folder.mkdir(parents=True, exist_ok=True)
    save(model, folder)
    for name in ("serve.py", "estate.py"):
        shutil.copyfile(name, folder / name)
    description = {
        "format": 1,
        "serve": {"command": ["python3", "serve.py"], "health": "/health", "predict": "/predict"},
        "request": QUESTIONS[kind], "answer": ANSWERS[kind], "metrics": {"rows": len(known)},
    }
    (folder / "model.json").write_text(json.dumps(description, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    Path(os.environ["CONVERGE_METRICS"]).write_text(json.dumps({"rows": len(known)}), encoding="utf-8")
    print(f"{kind}: learned from {len(known)} rows")


if __name__ == "__main__":
    main()
