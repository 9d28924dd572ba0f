// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import Planning
import RecipeRuntime
import RecipeSyntax
import Shell

struct AdoptVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract: "Shows what is there and belongs to nobody, and writes declarations that take it over.",
        discussion: """
            Without ids it lists the things of the kind that no resource is. With ids, or --all, it writes their \
            declarations: to a recipe with --into, else to standard output. `apply` takes them over as they are.
            """)

    @ArgumentParser.Argument(help: "A platform's kind, such as local.Note.") var kind: String
    @ArgumentParser.Argument(help: "The platform's own names of the things.") var ids: [String] = []
    @Flag(help: "Every thing of the kind that belongs to nobody.") var all = false
    @Option(help: "The recipe that gets the declarations.") var into: String?
    @Flag(help: "Does not ask.") var yes = false
    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if all, !ids.isEmpty { throw ValidationError("Give ids, or --all.") }
        if into != nil, !all, ids.isEmpty { throw ValidationError("Say what to take over: ids, or --all.") }
    }

    func run() async throws {
        let workspace = try Workspace(RecipeArgument(into), shared, needsRecipe: false)
        let schema = try schema(workspace)
        let program: Program? = into == nil ? nil : try await workspace.program()
        let free = try await free(schema, workspace, program)
        if !all, ids.isEmpty { return show(free.map { masked($0, schema) }, workspace) }
        let chosen = try all ? free : ids.map { try thing($0, among: free) }
        if chosen.isEmpty { return workspace.output.say("Nothing of the kind belongs to nobody.") }
        let declarations = try await declarations(of: chosen, schema, workspace, program)
        workspace.output.print(declarations.joined(separator: "\n"), terminator: "")
        if let into { try await write(declarations, to: into, workspace) }
    }

    // MARK: What is there

    private func schema(_ workspace: Workspace) throws -> ResourceKindSchema {
        let kinds = try workspace.kinds()
        guard let schema = kinds[kind] else {
            throw Diagnostic(
                .nothingToExplain, "no plugin has a kind '\(kind)'",
                help: NearestName.find(kind, in: Array(kinds.keys)).map { ["did you mean \($0)?"] } ?? ["plugins"])
        }
        guard schema.isListable else {
            throw Diagnostic(
                .notListable, "things of the kind \(kind) cannot be listed",
                help: ["declare it by hand, and name it by `@adopt`"])
        }
        return schema
    }

    private func source(
        _ schema: ResourceKindSchema, _ workspace: Workspace, _ program: Program?
    ) throws -> ThingList.Source {
        let plugin = schema.name.split(separator: ".").first.map(String.init) ?? schema.name
        let uses =
            try program?.providers
            ?? workspace.engine.environmentDefinition().connections.map {
                ProviderUse(alias: $0.alias, plugin: $0.plugin, settings: $0.settings)
            }
        guard let use = uses.first(where: { $0.plugin == plugin }) else {
            throw Diagnostic(
                .notListable, "nothing here connects to \(plugin)",
                help: ["use \(plugin)    in the environment or in the recipe"])
        }
        return ThingList.Source(kind: schema.name, use: use)
    }

    /// The things that no resource of the environment is, in the platform's order.
    private func free(
        _ schema: ResourceKindSchema, _ workspace: Workspace, _ program: Program?
    ) async throws -> [ListedResource] {
        let source = try source(schema, workspace, program)
        let surroundings = workspace.applyFlow(parallelism: 32, events: false).surroundings
        let environment = workspace.environment
        let things = try await workspace.watching {
            try await ThingList(source, environment: environment, surroundings).things()
        }
        let managed = Set(
            try await workspace.engine.ledger.records(environment: environment)
                .filter { $0.kind == schema.name }.map(\.outputs))
        return things.filter { !managed.contains($0.outputs) }
    }

    private func thing(_ id: String, among free: [ListedResource]) throws(Diagnostic) -> ListedResource {
        if let found = free.first(where: { $0.id == id }) { return found }
        throw Diagnostic(
            .nothingToAdopt, "no \(kind) '\(id)' is there that belongs to nobody",
            help: NearestName.find(id, in: free.prefix(1000).map(\.id)).map { ["did you mean \($0)?"] }
                ?? ["adopt \(kind)    lists them"])
    }

    /// A thing without what may not be shown.
    private func masked(_ thing: ListedResource, _ schema: ResourceKindSchema) -> ListedResource {
        var thing = thing
        for field in schema.fields where field.isSensitive && thing.inputs[field.name]?.isNull == false {
            thing.inputs[field.name] = "(sensitive)"
        }
        return thing
    }

    private func show(_ things: [ListedResource], _ workspace: Workspace) {
        if shared.json {
            workspace.output.print(document: [
                "things": .list(
                    things.map { .object(["id": .string($0.id), "inputs": .object($0.inputs)]) })
            ])
        } else if things.isEmpty {
            workspace.output.print("Every \(kind) that is there is a resource.")
        } else {
            let rows = things.map { thing in
                [
                    thing.id,
                    thing.inputs.filter { !$0.value.isNull }.map { "\($0.key): \($0.value.literal)" }
                        .joined(separator: ", ")
                ]
            }
            workspace.output.print(
                TableRenderer(style: workspace.output.style, width: workspace.output.width).text(
                    ["ID", "WHAT IT IS"], rows),
                terminator: "")
        }
    }

    // MARK: Taking it over

    private func declarations(
        of things: [ListedResource], _ schema: ResourceKindSchema, _ workspace: Workspace, _ program: Program?
    ) async throws -> [String] {
        var references: [String: String] = [:]
        var taken: [String] = []
        if let program {
            taken =
                program.resources.map { String($0.address.text.prefix { $0 != "[" && $0 != "/" }) }
                + program.workflows.map(\.name) + program.outputs.map(\.name) + program.parameters.keys
            let rows = try await workspace.engine.ledger.snapshot(
                environment: program.environment, module: program.module)
            for record in rows.records.values
            where !record.identity.address.text.contains(where: { "/[~".contains($0) }) {
                if let id = record.outputs["id"]?.string { references[id] = "\(record.identity.address).id" }
            }
        }
        var text = AdoptedText(kind: schema, references: references, taken: taken)
        return text.declarations(of: things)
    }

    private func write(_ declarations: [String], to path: String, _ workspace: Workspace) async throws {
        let count = declarations.count
        let question = "Write \(count == 1 ? "this declaration" : "these \(count) declarations") to \(path)?"
        if !yes, !workspace.invocation.isConfirmed {
            guard try await Question(output: workspace.output, interruption: workspace.interruption).confirm(question)
            else {
                throw Diagnostic(.notConfirmed, "nothing was written")
            }
        }
        let before = String(decoding: try RecipeReader.file(path).utf8, as: UTF8.self)
        var module = ModuleText(before)
        for declaration in declarations { module = module.adding(declaration).module }
        try TextFile.write(module.text, to: path)
        workspace.output.say(
            "Written. `apply \(path)` takes \(count == 1 ? "it" : "them") over as \(count == 1 ? "it is" : "they are")."
        )
    }
}
