#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""MLflow's own tracking server, its rows in SQLite and its files in a folder, both gone when it ends.

    mlflow_server.py PORT

One process, so that ending it ends all. Ends when it is told to.
"""

import os
import pathlib
import shutil
import signal
import sys
import tempfile
import threading

from werkzeug.serving import make_server


def start(port=0):
    """A server on a free port, and the folder of its files."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="converge-mlflow-"))
    os.environ.update({
        "_MLFLOW_SERVER_FILE_STORE": f"sqlite:///{folder}/mlflow.db",
        "_MLFLOW_SERVER_REGISTRY_STORE": f"sqlite:///{folder}/mlflow.db",
        "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/",
        "_MLFLOW_SERVER_ARTIFACT_DESTINATION": str(folder / "files"),
        "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
    })
    # Reads the environment.
    from mlflow.server import app
    from mlflow.server.handlers import initialize_backend_stores

    initialize_backend_stores(os.environ["_MLFLOW_SERVER_FILE_STORE"], os.environ["_MLFLOW_SERVER_REGISTRY_STORE"], "mlflow-artifacts:/")
    server = make_server("127.0.0.1", port, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, folder


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    server, folder = start(int(sys.argv[1]))
    try:
        signal.pause()
    finally:
        server.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
