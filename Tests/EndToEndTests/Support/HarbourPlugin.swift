// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// A plugin that is built for a test: crates of a remote platform, a small HTTP server that answers 429 to what is too
/// much at once.
enum HarbourPlugin {
    /// Builds the plugin and puts it among the project's.
    static func install(in project: Project) async throws {
        let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        try project.write(text, to: "plugin/Harbour.swift")
        let library = ".converge/plugins/libHarbour.so"
        try FileManager.default.createDirectory(
            atPath: project.path(".converge/plugins"), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: project.path(".converge"))
        let built = try await project.program([
            "swiftc", "-swift-version", "6", "-emit-library", "-module-name", "Harbour", "-I", products + "/Modules",
            "-L", products, "-lConvergeSDK", "plugin/Harbour.swift", "-o", library
        ])
        try #require(built.code == 0, "\(built.output)\(built.errors)")
        let manifest = try await project.converge("plugin", "manifest", library)
        try #require(manifest.code == 0, "\(manifest.errors)")
        try FileManager.default.removeItem(atPath: project.path("plugin"))
    }

    private static let text = """
        import ConvergeSDK
        import Foundation

        @c(converge_plugin) public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(Harbour()).handOver() }

        struct Harbour: Plugin {
            func contents() throws(CallError) -> PluginContents {
                var contents = PluginContents(name: "harbour", version: "1.0.0", doc: "A harbour")
                contents.provider = ProviderSchema(
                    doc: "A harbour with few cranes",
                    settings: [
                        FieldSchema("berth", .string, "where it lies", presence: .optional(defaultValue: "main"))
                    ])
                contents.resourceKinds = [
                    ResourceKindSchema(
                        name: "harbour.Crate", doc: "A crate", example: "resource c: harbour.Crate { text: \\"a\\" }",
                        fields: [
                            FieldSchema("text", .string, "what is in it"),
                            {
                                var field = FieldSchema(
                                    "marks", .list(.string), "what stands on it",
                                    presence: .optional(defaultValue: []))
                                field.sameness = .anyOrder
                                return field
                            }()
                        ],
                        outputs: [.output("id", .string, "its number")])
                ]
                contents.connect = { (request) throws(CallError) in 
                    Crates(services: request.services, berth: request.settings["berth"]?.string ?? "none")
                }
                return contents
            }
        }

        struct Crates: Provider {
            let services: any HostServices
            let berth: String
            private let url = ProcessInfo.processInfo.environment["HARBOUR"] ?? ""

            private func send(
                _ method: String, _ id: String, _ content: ObjectValue = [:], version: String? = nil
            ) async throws(CallError) -> ObjectValue? {
                var headers = [(name: "berth", value: Value.string(berth))]
                if let version { headers.append((name: "if-match", value: .string(version))) }
                let answer = try await services.http.send(
                    HTTPRequest(
                        method: method, url: url + "/crates/" + id, headers: headers,
                        body: Array(Value.object(content).json().utf8)))
                switch answer.status {
                case 200:
                    guard let object = try? Value(json: answer.body).object else {
                        throw CallError(.failed, "the harbour's answer is no object")
                    }
                    return object
                case 404: return nil
                case 412: throw CallError(.conflict, "the crate was changed by somebody else")
                case 429:
                    throw CallError(
                        .throttled(
                            retryAfter: answer.header("retry-after").flatMap { Double($0) }.map {
                                .milliseconds(Int($0 * 1000))
                            }),
                        "all cranes are busy")
                default: throw CallError(.failed, "the harbour answered \\(answer.status)")
                }
            }
            private func id(_ outputs: ObjectValue) -> String { outputs["id"]?.string ?? "none" }

            func create(_ request: CreateRequest) async throws(CallError) -> CreateResponse {
                _ = try await send("PUT", request.context.token.text, request.inputs)
                return CreateResponse(outputs: ["id": .string(request.context.token.text)])
            }
            func read(_ request: ReadRequest) async throws(CallError) -> ReadResponse {
                try await inspect(request).state
            }
            func inspect(_ request: ReadRequest) async throws(CallError) -> InspectResponse {
                guard let found = try await send("GET", id(request.outputs)), let content = found["content"]?.object else {
                    return InspectResponse(.gone, mark: ThingMark())
                }
                return InspectResponse(
                    .found(inputs: content, outputs: request.outputs),
                    mark: ThingMark(version: found["version"]?.string, changedBy: found["by"]?.string))
            }
            func update(_ request: UpdateRequest) async throws(CallError) -> UpdateResponse {
                let answer = try await send(
                    "PUT", id(request.priorOutputs), request.inputs, version: request.expectedVersion)
                if answer == nil { throw CallError(.notFound, "the crate is gone") }
                return UpdateResponse(outputs: request.priorOutputs)
            }
            func delete(_ request: DeleteRequest) async throws(CallError) {
                _ = try await send("DELETE", id(request.outputs), version: request.expectedVersion)
            }
            func settle(_ request: SettleRequest) async throws(CallError) -> Settlement {
                let id = request.effect == .create ? request.context.token.text : id(request.priorOutputs)
                let found = try await send("GET", id)
                switch request.effect {
                case .create: return found == nil ? .didNotHappen : .happened(outputs: ["id": .string(id)])
                case .delete: return found == nil ? .happened(outputs: [:]) : .didNotHappen
                case .update:
                    return found?["content"]?.object == request.inputs
                        ? .happened(outputs: request.priorOutputs) : .didNotHappen
                }
            }
            func facet(_ request: FacetRequest) async throws(CallError) -> any Facet {
                throw CallError(.unsupported(feature: request.facet), "crates offer nothing")
            }
        }

        """
}

/// The server behind a `HarbourPlugin`: it moves so many crates at once, and counts. While there is a file `stuck`, it
/// lets none go.
final class HarbourServer: Sendable {
    private let server: Started
    let environment: [String: String]
    private let url: String

    /// - Parameters:
    ///   - cranes: How many requests it serves at once.
    ///   - seconds: How long a request takes.
    init(_ project: Project, cranes: Int, seconds: Double = 0.02) async throws {
        try project.write(Self.text, to: "harbour.py")
        server = try project.startProgram(["python3", "harbour.py", "\(cranes)", "\(seconds)"])
        try #require(try await eventually { project.exists("port") })
        url = "http://127.0.0.1:" + (try project.text(of: "port"))
        environment = ["HARBOUR": url]
    }

    /// What it has counted: `served`, `refused`, `made`, and `crates` that are there.
    func counts() async throws -> [String: Int] {
        let reply = try await ask(url + "/counts")
        return (reply.body?.object ?? [:]).reduce(into: [:]) { counts, entry in
            counts[entry.key] = entry.value.int.map { Int($0) }
        }
    }

    /// Where each crate was made.
    func berths() async throws -> [String] {
        try await ask(url + "/counts").body?.at("berths")?.list?.compactMap(\.string) ?? []
    }

    func end() async {
        server.send(SIGKILL)
        _ = await server.end()
    }

    private static let text = """
        import http.server, json, os, sys, threading, time
        cranes, seconds = int(sys.argv[1]), float(sys.argv[2])
        lock = threading.Lock()
        berths = []
        crates, busy, counts = {}, 0, {"served": 0, "refused": 0, "made": 0}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def answer(self, status, content):
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def serve(self):
                global busy
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                if self.path == "/counts":
                    return self.answer(200, {**counts, "crates": len(crates), "berths": berths})
                with lock:
                    if busy >= cranes:
                        counts["refused"] += 1
                        return self.answer(429, {})
                    busy += 1
                    counts["served"] += 1
                time.sleep(seconds)
                with lock:
                    busy -= 1
                    status, content = self.work(self.path.rsplit("/", 1)[1], body)
                self.answer(status, content)
            def work(self, name, body):
                crate = crates.get(name)
                wanted = self.headers.get("if-match")
                if crate and wanted and wanted != crate["version"]:
                    return 412, {}
                if self.command == "PUT":
                    if not crate:
                        counts["made"] += 1
                        berths.append(self.headers.get("berth"))
                    version = str(int(crate["version"]) + 1) if crate else "1"
                    content = json.loads(body)
                    content["marks"] = sorted(content["marks"])
                    crates[name] = {"content": content, "version": version, "by": "converge"}
                    return 200, crates[name]
                if not crate:
                    return 404, {}
                if self.command == "DELETE":
                    if os.path.exists("stuck"):
                        return 500, {}
                    del crates[name]
                return 200, crate
            do_GET = do_PUT = do_DELETE = do_POST = serve
            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 256
        server = Server(("127.0.0.1", 0), Handler)
        with open("port.new", "w") as file:
            file.write(str(server.server_port))
        os.rename("port.new", "port")
        server.serve_forever()

        """
}
