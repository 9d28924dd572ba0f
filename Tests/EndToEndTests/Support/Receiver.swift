// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// A server that keeps each document which is posted to it, in a folder of a project.
struct Receiver {
    let project: Project
    let process: Started
    let address: String

    private static let program = """
        import http.server, json, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                kept = {"path": self.path, "headers": {n.lower(): v for n, v in self.headers.items()}, "body": json.loads(body)}
                with open("received.jsonl", "a") as file:
                    file.write(json.dumps(kept) + "\\n")
                self.send_response(int(sys.argv[1]))
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"{}")
            def log_message(self, *a): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        with open("receiver.new", "w") as file:
            file.write(str(server.server_port))
        import os
        os.rename("receiver.new", "receiver.port")
        server.serve_forever()

        """

    /// - Parameter status: What it answers.
    init(in project: Project, answering status: Int = 200) async throws {
        self.project = project
        try project.write(Self.program, to: "receiver.py")
        process = try project.startProgram(["python3", "receiver.py", String(status)])
        try #require(try await eventually { project.exists("receiver.port") })
        address = "http://127.0.0.1:\(try project.text(of: "receiver.port"))"
    }

    /// What came to a path, in its order.
    func documents(at path: String) throws -> [Value] {
        guard project.exists("received.jsonl") else { return [] }
        return try project.text(of: "received.jsonl").split(separator: "\n").compactMap { line in
            let kept = try Value(json: String(line))
            return kept.at("path")?.string == path ? kept : nil
        }
    }

    func end() async {
        process.send(SIGTERM)
        _ = await process.end()
    }
}
