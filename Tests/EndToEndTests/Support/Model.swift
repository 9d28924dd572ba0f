// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import FoundationNetworking

/// A model that is made in no time and serves as it is told to.
enum SmallModel {
    static let recipe = """
        param how: String = "good"
        resource tracking: ExperimentTracking {}
        resource endpoint: ModelServing {}
        workflow serve {
          step fit: Train {
            command: ["python3", "train.py"]
            files: ["train.py", "serve.py"]
            params: { how: how }
            track: tracking
          }
          step release: Deploy { model: fit.model, to: endpoint, start_timeout: 20s }
          output url = release.url
          output version = release.version
        }

        """

    static let training = """
        import json, os, pathlib, shutil
        params = json.loads(pathlib.Path(os.environ["CONVERGE_PARAMS"]).read_text())
        folder = pathlib.Path(os.environ["CONVERGE_MODEL"])
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile("serve.py", folder / "serve.py")
        serve = {"command": ["python3", "serve.py", params["how"]], "health": "/health", "predict": "/predict"}
        (folder / "model.json").write_text(json.dumps({"serve": serve, "metrics": {"n": 1}}))
        pathlib.Path(os.environ["CONVERGE_METRICS"]).write_text('{"n": 1}')

        """

    static let serving = """
        import json, os, socket, sys, time
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        how = sys.argv[1]
        if how == "crash":
            sys.exit("the weights are gone")
        if how == "big":
            weights = bytearray(300_000_000)
        if how == "hang":
            time.sleep(3600)
        if how == "nonsense":
            listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
            while True:
                connection, _ = listener.accept()
                connection.recv(65536)
                connection.sendall(b"\\xff\\xfe\\x00 what is HTTP?\\r\\n\\r\\n")
                connection.close()
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            def do_GET(self):
                self.reply({"status": "ok"})
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                if how == "slow":
                    time.sleep(0.3)
                self.reply({"model": how, "process": os.getpid()})
            def reply(self, content):
                body = json.dumps(content).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()
            def log_request(self, *_):
                pass
        class Server(ThreadingHTTPServer):
            request_queue_size = 128
        Server(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()

        """

    /// A project with the recipe and its programs.
    static func project() throws -> Project {
        try Project(["model.recipe": recipe, "train.py": training, "serve.py": serving])
    }
}

/// An endpoint's answer.
struct Reply: Sendable {
    var status: Int
    var body: Value?
    var text: String
}

/// Asks an endpoint once.
///
/// - Throws: Where there was no answer at all.
func ask(_ url: String, _ body: String = "{}") async throws -> Reply {
    guard let address = URL(string: url) else { throw URLError(.badURL) }
    var request = URLRequest(url: address, timeoutInterval: 30)
    request.httpMethod = "POST"
    request.httpBody = Data(body.utf8)
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    let (data, response) = try await URLSession.shared.data(for: request)
    let text = String(decoding: data, as: UTF8.self)
    return Reply(
        status: (response as? HTTPURLResponse)?.statusCode ?? 0, body: try? Value(json: text), text: text)
}
