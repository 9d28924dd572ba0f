// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A plugin that is built for a test: a platform in a folder outside of the project, whose things are safes with a
/// password of their own.
///
/// The platform's folder is named by `SAFE_PLATFORM`. It holds `password`, the text that new safes get and present ones
/// tell; one file for each safe; and `made`, a line for each that was ever made. A file `abort-before` or `abort-after`
/// ends the process once, before or after it has made a safe; a file `fill` names one that then takes all room of its
/// disk. A file `calls` gets a line for each look at the platform.
struct SafePlugin {
    /// The version of the kind: the second calls `label` `title`.
    var version = 1
    /// The platform tells all its safes at once.
    var isListed = false

    /// Builds the plugin and puts it among the project's.
    func install(in project: Project) async throws {
        let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        try project.write(text, to: "plugin/Safe.swift")
        let library = ".converge/plugins/libSafe.so"
        try FileManager.default.createDirectory(
            atPath: project.path(".converge/plugins"), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: project.path(".converge"))
        let built = try await project.program([
            "swiftc", "-swift-version", "6", "-emit-library", "-module-name", "Safe", "-I", products + "/Modules",
            "-L", products, "-lConvergeSDK", "plugin/Safe.swift", "-o", library + ".new"
        ])
        try #require(built.code == 0, "\(built.output)\(built.errors)")
        // A library that is in use is replaced, never written into.
        _ = try await project.program(["mv", library + ".new", library])
        let manifest = try await project.converge("plugin", "manifest", library)
        try #require(manifest.code == 0, "\(manifest.errors)")
        try FileManager.default.removeItem(atPath: project.path("plugin"))
    }

    private var label: String { version == 1 ? "label" : "title" }

    private var upgrade: String {
        if version == 1 { return "" }
        return """
                func upgrade(_ request: UpgradeRequest) async throws(CallError) -> UpgradeResponse {
                    guard request.from == 1, let label = request.inputs["label"]?.string else {
                        throw CallError(.invalid, "a safe of version \\(request.from) is not known")
                    }
                    var inputs: ObjectValue = ["title": .string(label)]
                    for entry in request.inputs where entry.key != "label" { inputs[entry.key] = entry.value }
                    return UpgradeResponse(inputs: inputs, outputs: request.outputs)
                }

            """
    }

    private var text: String {
        """
        import ConvergeSDK
        import Foundation

        @c(converge_plugin) public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(Safe()).handOver() }

        struct Safe: Plugin {
            func contents() throws(CallError) -> PluginContents {
                var contents = PluginContents(name: "safe", version: "\(version).0.0", doc: "Safes")
                contents.provider = ProviderSchema(doc: "A folder of safes")
                let token = FieldSchema(
                    "token", .optional(.string), "what opens it from outside",
                    presence: .optional(defaultValue: .null), isSensitive: true)
                var password = FieldSchema.output("password", .string, "what opens it")
                password.isSensitive = true
                // A list tells a thing by its outputs that are made once and no secrets.
                if \(isListed) { password.change = .updates }
                contents.resourceKinds = [
                    ResourceKindSchema(
                        name: "safe.Safe", version: \(version), doc: "A safe",
                        example: "resource s: safe.Safe { \(label): \\"a\\" }",
                        fields: [FieldSchema("\(label)", .string, "what stands on it"), token],
                        outputs: [.output("id", .string, "its number"), password], isListable: \(isListed),
                        isListedWhole: \(isListed))
                ]
                var code = FieldSchema.output("code", .string, "what it told")
                code.isSensitive = true
                contents.stepKinds = [
                    StepKindSchema(
                        name: "Crack", doc: "Finds a code", example: "step c: Crack { size: 3 }",
                        fields: [FieldSchema("size", .int, "how long a text")],
                        outputs: [code, .output("text", .string, "a long text")])
                ]
                contents.executors = [Crack()]
                contents.connect = { (_) throws(CallError) in Safes() }
                return contents
            }
        }

        private let platform = ProcessInfo.processInfo.environment["SAFE_PLATFORM"] ?? "/nowhere"

        private func password() -> String {
            (try? String(contentsOfFile: platform + "/password", encoding: .utf8)) ?? "none"
        }

        private func abortOnce(_ name: String) {
            guard (try? FileManager.default.removeItem(atPath: platform + "/" + name)) != nil else { return }
            abort()
        }

        /// Leaves no room on the disk of the file that it is told.
        private func fillOnce() {
            guard let target = try? String(contentsOfFile: platform + "/fill", encoding: .utf8) else { return }
            try? FileManager.default.removeItem(atPath: platform + "/fill")
            let descriptor = open(target, O_WRONLY | O_CREAT, 0o600)
            let block = [UInt8](repeating: 0, count: 4096)
            while write(descriptor, block, block.count) == block.count {}
            close(descriptor)
        }

        /// Notes what was made; appended at once, because others are made at the same time.
        private func note(_ address: String, in name: String = "made") throws(CallError) {
            let line = Array((address + "\\n").utf8)
            let made = open(platform + "/" + name, O_WRONLY | O_APPEND)
            guard made >= 0, write(made, line, line.count) == line.count else {
                throw CallError(.failed, "the platform cannot be written")
            }
            close(made)
        }

        struct Crack: StepExecutor {
            let kind = "Crack"
            func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
                let size = Int(request.inputs["size"]?.int ?? 1)
                abortOnce("abort-step")
                return StepResponse(outputs: [
                    "code": .string(password()), "text": .string(String(repeating: "0123456789abcdef", count: size))
                ])
            }
        }

        struct Safes: ListingProvider {
            private func file(_ id: String) -> String { platform + "/safe-" + id }
            private func outputs(_ id: String) -> ObjectValue { ["id": .string(id), "password": .string(password())] }

            private func write(_ inputs: ObjectValue, _ id: String) throws(CallError) {
                do {
                    try Value.object(inputs).json(.exact).write(toFile: file(id), atomically: true, encoding: .utf8)
                } catch { throw CallError(.failed, "the platform cannot be written") }
            }

            private func inputs(_ id: String) -> ObjectValue? {
                (try? String(contentsOfFile: file(id), encoding: .utf8)).flatMap { try? Value(json: $0).object }
            }

            func create(_ request: CreateRequest) async throws(CallError) -> CreateResponse {
                let id = request.context.token.text
                abortOnce("abort-before")
                try write(request.inputs, id)
                try note(request.identity.address.text)
                abortOnce("abort-after")
                fillOnce()
                return CreateResponse(outputs: outputs(id))
            }
            func read(_ request: ReadRequest) async throws(CallError) -> ReadResponse {
                if access(platform + "/calls", F_OK) == 0 { try note("read", in: "calls") }
                guard let id = request.outputs["id"]?.string, let inputs = inputs(id) else { return .gone }
                if request.inputs["label"] != nil, \(version) == 2 {
                    throw CallError(.invalid, "a safe of version 1 is not understood")
                }
                return .found(inputs: \(version == 1 ? "inputs" : "current(inputs)"), outputs: outputs(id))
            }
            func list(_ request: ListRequest) async throws(CallError) -> ListResponse {
                if access(platform + "/calls", F_OK) == 0 { try note("list", in: "calls") }
                let names: [String]
                do { names = try FileManager.default.contentsOfDirectory(atPath: platform) } catch {
                    throw CallError(.failed, "the platform cannot be read")
                }
                let items = names.filter { $0.hasPrefix("safe-") }.compactMap { name -> ListedResource? in
                    let id = String(name.dropFirst(5))
                    return inputs(id).map { ListedResource(id: id, inputs: $0, outputs: outputs(id)) }
                }
                return ListResponse(items: items)
            }
            private func current(_ inputs: ObjectValue) -> ObjectValue {
                guard let label = inputs["label"] else { return inputs }
                return ["title": label, "token": inputs["token"] ?? .null]
            }
            func update(_ request: UpdateRequest) async throws(CallError) -> UpdateResponse {
                let id = request.priorOutputs["id"]?.string ?? ""
                try write(request.inputs, id)
                return UpdateResponse(outputs: outputs(id))
            }
            func delete(_ request: DeleteRequest) async throws(CallError) {
                if request.inputs["label"] != nil, \(version) == 2 {
                    throw CallError(.invalid, "a safe of version 1 is not understood")
                }
                unlink(file(request.outputs["id"]?.string ?? ""))
            }
            func settle(_ request: SettleRequest) async throws(CallError) -> Settlement {
                let id = request.effect == .create ? request.context.token.text : request.priorOutputs["id"]?.string ?? ""
                let isThere = inputs(id) != nil
                switch request.effect {
                case .create: return isThere ? .happened(outputs: outputs(id)) : .didNotHappen
                case .delete: return isThere ? .didNotHappen : .happened(outputs: [:])
                case .update: return inputs(id) == request.inputs ? .happened(outputs: outputs(id)) : .didNotHappen
                }
            }
            func facet(_ request: FacetRequest) async throws(CallError) -> any Facet {
                throw CallError(.unsupported(feature: request.facet), "safes offer nothing")
            }
        \(upgrade)
        }

        """
    }
}

/// The platform of a `SafePlugin`.
final class SafePlatform: Sendable {
    let folder: URL

    init(password: String) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("converge-safes-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write("", to: "made")
        try write(password, to: "password")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var environment: [String: String] { ["SAFE_PLATFORM": folder.path] }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    func lines(of name: String) throws -> [String] {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    /// Takes one of the safes away.
    func removeOne() throws {
        let safe = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasPrefix("safe-") })
        try FileManager.default.removeItem(at: folder.appendingPathComponent(safe))
    }

    /// The addresses of the safes that were made, in their order.
    var made: [String] {
        get throws {
            String(decoding: try Data(contentsOf: folder.appendingPathComponent("made")), as: UTF8.self)
                .split(separator: "\n").map(String.init)
        }
    }

    /// How many safes there are.
    var count: Int {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).count { $0.hasPrefix("safe-") }
        }
    }
}
