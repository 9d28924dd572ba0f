# SPDX-License-Identifier: Apache-2.0
"""Trains a recommender from the exported orders and leaves it, ready to serve, in the model's folder."""

import json
import os
import shutil
import sys
from pathlib import Path

from recommender import FORMAT, Recommender, read_orders, read_titles

REQUEST = {
    "type": "object",
    "required": ["customer"],
    "properties": {
        "customer": {"type": "string"},
        "top": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10},
    },
}
ANSWER = {
    "type": "object",
    "required": ["customer", "basis", "products"],
    "properties": {
        "customer": {"type": "string"},
        "basis": {"enum": ["history", "popularity"]},
        "products": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["product", "score"],
                "properties": {
                    "product": {"type": "string"}, "title": {"type": "string"}, "score": {"type": "number"},
                },
            },
        },
    },
}


def main():
    params = json.loads(Path(os.environ["CONVERGE_PARAMS"]).read_text(encoding="utf-8"))
    orders = read_orders(os.environ["CONVERGE_INPUT_ORDERS"])
    if not orders:
        sys.exit("train: there are no orders to learn from")
    titles = read_titles(os.environ["CONVERGE_INPUT_CATALOGUE"])
    model = Recommender.fit(orders, params.get("method", "similar"), int(params.get("neighbours", 50)), titles)

    folder = Path(os.environ["CONVERGE_MODEL"])
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder)
    for name in ("serve.py", "recommender.py"):
        shutil.copyfile(name, folder / name)
    metrics = {"orders": len(orders), "customers": len(model.histories), "products": len(model.products)}
    description = {
        "format": FORMAT,
        "serve": {"command": ["python3", "serve.py"], "health": "/health", "predict": "/predict"},
        "request": REQUEST, "answer": ANSWER, "metrics": metrics,
    }
    (folder / "model.json").write_text(json.dumps(description, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    Path(os.environ["CONVERGE_METRICS"]).write_text(json.dumps(metrics), encoding="utf-8")
    print(f"{model.method}: {len(orders)} orders, {len(model.histories)} customers, {len(model.products)} products")


if __name__ == "__main__":
    main()
