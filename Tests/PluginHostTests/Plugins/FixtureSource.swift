// SPDX-License-Identifier: Apache-2.0

/// The source of the plugin `fixture`, which has one of everything.
let fixtureSource = #"""
    import ConvergeSDK

    struct FixturePlugin: Plugin {
        func contents() throws(CallError) -> PluginContents {
            #if FAILS
            throw CallError(.failed, "no luck", help: ["try again tomorrow"])
            #else
            var contents = PluginContents(name: "fixture", version: "1.2.3", doc: "One of everything")
            contents.provider = ProviderSchema(
                doc: "A platform", settings: [.optional("size", .int, default: 3, "How large", allowed: [1, 2, 3])])
            contents.resourceKinds = [
                ResourceKindSchema(
                    name: "fixture.Thing", doc: "A thing", example: "resource t = fixture.Thing { }",
                    fields: [FieldSchema("when", .either([.date, .list(.optional(.string))]), "When", change: .replaces)],
                    outputs: [.output("id", .string, "Its name")], facets: ["TableStore"])
            ]
            contents.stepKinds = [
                StepKindSchema(name: "Double", doc: "Doubles", example: "step", fields: [], outputs: [], isPure: true)
            ]
            contents.executors = [DoubleExecutor()]
            contents.functions = [TwiceFunction()]
            contents.verbs = [AliasesVerb()]
            contents.supervisedServices = [EchoService()]
            contents.texts = [PluginText(path: "Mappings/Thing.recipe", text: "mapping ü {}\n")]
            contents.diagnosticCodes = [DiagnosticCode("F0001", "a title", "An explanation.")]
            contents.connect = { (request) throws(CallError) in
                try? await request.services.files.writeAtomically([49], to: request.folder + "/connected", mode: 0o600)
                return FixtureProvider(alias: request.alias, size: request.settings["size"]?.int ?? -1)
            }
            return contents
            #endif
        }
    }

    struct FixtureProvider: Provider {
        let alias: String
        let size: Int64

        func create(_ request: CreateRequest) async throws(CallError) -> CreateResponse {
            CreateResponse(outputs: ["id": .string("\(alias)-\(size)")])
        }
        func read(_ request: ReadRequest) async throws(CallError) -> ReadResponse { .gone }
        func update(_ request: UpdateRequest) async throws(CallError) -> UpdateResponse { UpdateResponse(outputs: [:]) }
        func delete(_ request: DeleteRequest) async throws(CallError) {}
        func settle(_ request: SettleRequest) async throws(CallError) -> Settlement { .didNotHappen }
        func facet(_ request: FacetRequest) async throws(CallError) -> any Facet { throw CallError(.unsupported(feature: request.facet), "none") }
    }

    struct DoubleExecutor: StepExecutor {
        var kind: String { "Double" }
        func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
            StepResponse(outputs: ["twice": .int(2 * (request.inputs["of"]?.int ?? 0))])
        }
    }

    struct TwiceFunction: PluginFunction {
        var schema: FunctionSchema {
            FunctionSchema(
                name: "fixture.twice", doc: "Twice", parameters: [FieldSchema("of", .int, "What")], result: .int,
                example: "fixture.twice(2)")
        }
        func call(_ arguments: [Value]) throws(CallError) -> Value { .int(2 * (arguments.first?.int ?? 0)) }
    }

    struct AliasesVerb: PluginVerb {
        var schema: VerbSchema { VerbSchema(name: "fixture.aliases", doc: "Names", example: "fixture.aliases") }
        func run(_ request: VerbRequest) async throws(CallError) -> VerbResponse {
            VerbResponse(value: .list(request.providers.keys.sorted().map { .string($0) }))
        }
    }

    /// Answers each message with the configuration and how many it had before; fails or ends when asked.
    struct EchoService: SupervisedService {
        var name: String { "echo" }
        func run(_ request: ServiceRequest) async throws(CallError) {
            var count: Int64 = 0
            while let message = await request.inbox.next() {
                switch message.content.string {
                case "fail": throw CallError(.failed, "asked to fail")
                case "silence": continue
                case "refuse": message.answer(.failure(CallError(.denied, "no", help: ["ask nicely"])))
                default:
                    message.answer(.success([
                        "echo": message.content, "configuration": .object(request.configuration), "count": .int(count),
                    ]))
                }
                count += 1
            }
        }
    }

    @c(converge_plugin) public func convergePlugin() -> UnsafeMutableRawPointer? {
        PluginBox(FixturePlugin()).handOver()
    }
    """#
