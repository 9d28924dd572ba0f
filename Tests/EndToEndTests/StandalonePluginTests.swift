// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// A plugin that lives in a package of its own, outside of this repository, as anyone's would.
struct StandalonePluginTests {
    private static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private static let package = """
        // swift-tools-version: 6.2
        import PackageDescription
        let package = Package(
            name: "acme",
            products: [.library(name: "Acme", type: .dynamic, targets: ["Acme"])],
            dependencies: [.package(path: "\(repository)/Sources/ConvergeSDK")],
            targets: [
                .target(name: "Acme", dependencies: [.product(name: "ConvergeSDK", package: "ConvergeSDK")])
            ])

        """

    private static let plugin = """
        import ConvergeSDK
        import Synchronization

        @c(converge_plugin) public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(Acme()).handOver() }

        struct Acme: Plugin {
            func contents() throws(CallError) -> PluginContents {
                var contents = PluginContents(name: "acme", version: "1.2.3", doc: "Things that Acme makes")
                contents.provider = ProviderSchema(doc: "Acme's platform")
                contents.resourceKinds = [
                    ResourceKindSchema(
                        name: "acme.Anvil", doc: "An anvil", example: "resource anvil: acme.Anvil { weight: 3 }",
                        fields: [FieldSchema("weight", .int, "in tons")],
                        outputs: [.output("id", .string, "its number"), .output("url", .string, "where it stands")])
                ]
                contents.stepKinds = [
                    StepKindSchema(
                        name: "Strike", doc: "Strikes an anvil", example: "step strike: Strike { times: 2 }",
                        fields: [FieldSchema("times", .int, "how often")],
                        outputs: [.output("sound", .string, "what it sounded like")])
                ]
                contents.executors = [Strike()]
                contents.verbs = [Weigh(), Ponder()]
                contents.texts = [
                    PluginText(
                        path: "Mappings/ModelServing.recipe",
                        text: \"\"\"
                            mapping ModelServing on acme service "Anvil" version 1 {
                              resource anvil: acme.Anvil { weight: 7 }
                              lacks customer_key "anvils have no locks"
                              lacks autoscale "anvils do not move"
                              lacks scale_to_zero "anvils do not move"
                              lacks gpu "anvils are iron"
                              lacks capture "anvils keep nothing"
                              lacks canary "one anvil at a time"
                              lacks metrics "nobody counts its strokes"
                              output id = anvil.id
                              output url = anvil.url
                              output model = null
                              output traffic = {}
                              output replicas = 1
                              output status = "in service"
                              output access = {}
                            }
                            \"\"\")
                ]
                contents.connect = { (request) throws(CallError) in AcmeProvider(folder: request.folder, services: request.services) }
                return contents
            }
        }

        struct AcmeProvider: Provider {
            let folder: String
            let services: any HostServices

            private func file(_ token: OperationToken) -> String { "\\(folder)/\\(token.text)" }
            private func outputs(_ token: OperationToken) -> ObjectValue {
                ["id": .string(token.text), "url": .string("anvil:\\(token.text)")]
            }

            func create(_ request: CreateRequest) async throws(CallError) -> CreateResponse {
                try await services.files.writeAtomically(Array("made".utf8), to: file(request.context.token), mode: 0o600)
                return CreateResponse(outputs: outputs(request.context.token))
            }
            func read(_ request: ReadRequest) async throws(CallError) -> ReadResponse {
                .found(inputs: request.inputs, outputs: request.outputs)
            }
            func update(_ request: UpdateRequest) async throws(CallError) -> UpdateResponse {
                UpdateResponse(outputs: request.priorOutputs)
            }
            func delete(_ request: DeleteRequest) async throws(CallError) {}
            func settle(_ request: SettleRequest) async throws(CallError) -> Settlement { .didNotHappen }
            func facet(_ request: FacetRequest) async throws(CallError) -> any Facet {
                throw CallError(.unsupported(feature: request.facet), "anvils offer nothing")
            }
        }

        struct Strike: StepExecutor {
            let kind = "Strike"
            func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
                let times = request.inputs["times"]?.int ?? 1
                return StepResponse(outputs: ["sound": .string(String(repeating: "dong ", count: Int(times)))])
            }
        }

        struct Weigh: PluginVerb {
            let schema = VerbSchema(name: "acme.weigh", doc: "Weighs", example: "acme.weigh anvil")
            func run(_ request: VerbRequest) async throws(CallError) -> VerbResponse {
                VerbResponse(value: ["weighed": .list(request.words.map { .string($0) }), "connections": .int(Int64(request.providers.count))])
            }
        }

        struct Ponder: PluginVerb {
            let schema = VerbSchema(name: "acme.ponder", doc: "Never ends, whoever asks", example: "acme.ponder FILE")
            func run(_ request: VerbRequest) async throws(CallError) -> VerbResponse {
                try await request.services.files.writeAtomically([], to: request.words.first ?? "", mode: 0o600)
                await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
                return VerbResponse(value: .null)
            }
        }

        """

    @Test func `a plugin from another package adds a kind, a mapping, a step kind and a verb`() async throws {
        let project = try Project([
            "plugin/Package.swift": Self.package, "plugin/Sources/Acme/Acme.swift": Self.plugin,
            "converge.project": "environment default { use local\n use acme }\nenvironment forge { use acme }\n",
            "shop.recipe": """
            resource anvil: acme.Anvil { weight: 3 }
            workflow work {
              step strike: Strike { times: 2 }
              output sound = strike.sound
            }
            output anvil = anvil.id
            """,
            "serve.recipe": "resource endpoint: ModelServing {}\noutput url = endpoint.url\n"
        ])
        let build = Process()
        build.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        build.arguments = ["swift", "build", "--package-path", project.folder.appendingPathComponent("plugin").path]
        let log = Pipe()
        build.standardOutput = log
        build.standardError = log
        try build.run()
        let said = log.fileHandleForReading.readDataToEndOfFile()
        build.waitUntilExit()
        try #require(build.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")

        let products = project.folder.appendingPathComponent("plugin/.build/debug")
        let plugins = project.folder.appendingPathComponent(".converge/plugins")
        try FileManager.default.createDirectory(at: plugins, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: products.appendingPathComponent("libAcme.so"), to: plugins.appendingPathComponent("libAcme.so"))
        let manifest = try await project.converge("plugin", "manifest", ".converge/plugins/libAcme.so")
        try #require(manifest.code == 0, "\(manifest.errors)")

        let list = try await project.converge("plugins", "--json")
        let names = try list.document["plugins"]?.list?.compactMap { $0.object?["name"]?.string }
        #expect(names?.contains("acme") == true, "\(list.output)")

        let apply = try await project.converge("apply", "shop.recipe", "--yes", "--json")
        #expect(apply.code == 0, "\(apply.output)\(apply.errors)")
        let run = try await project.converge("run", "shop.recipe", "--yes", "--json")
        #expect(run.code == 0, "\(run.output)\(run.errors)")
        #expect(try run.document["outputs"]?.object?["sound"]?.string == "dong dong ")

        let mapped = try await project.converge("apply", "serve.recipe", "--env", "forge", "--yes", "--json")
        #expect(mapped.code == 0, "\(mapped.output)\(mapped.errors)")
        #expect(try mapped.document["outputs"]?.object?["url"]?.string?.hasPrefix("anvil:") == true)

        let verb = try await project.converge("acme.weigh", "anvil", "--json")
        #expect(verb.code == 0, "\(verb.errors)")
        #expect(try verb.document["weighed"]?.list == ["anvil"])
        try await ponder(in: project)
    }

    /// Ctrl-C returns to the prompt from a verb that never ends, whatever it is told.
    private func ponder(in project: Project) async throws {
        let prompt = try await PromptTerminal(project)
        try prompt.terminal.type("acme.po")
        try prompt.terminal.press("Tab")
        try await prompt.terminal.wait(for: "the verb") {
            $0.lastLine == "converge> acme.ponder" && $0.cursor.column == 22
        }
        try prompt.terminal.enter(project.path("begun"))
        try #require(try await eventually { project.exists("begun") })
        try prompt.terminal.press("C-c")
        try await prompt.terminal.wait(for: "the prompt again") {
            $0.contains("error[E0102]: stopped before it was done") && $0.lastLine == "converge>"
        }
        #expect(try await prompt.enter("acme.weigh anvil").joined().contains("anvil"))
        #expect(try await prompt.leave().status == 0)
    }
}
