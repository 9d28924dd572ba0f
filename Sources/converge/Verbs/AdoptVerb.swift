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
            Without ids it lists the things that no resource is: of a kind, of all kinds whose names begin with a word such \
            as `aws.ec2`, or of all that is connected. With ids, or --all, it writes their declarations: to a recipe with \
            --into, else to standard output. `apply` takes them over as they are.

              adopt local.Lake shop as lake --into shop.recipe
            """)

    @ArgumentParser.Argument(
        help: "A platform's kind, such as local.Note, or the beginning of several; without it all that is connected.")
    var kind: String?
    @ArgumentParser.Argument(
        help: "Ids of the things, or names that are theirs alone; `as NAME` behind one names its declaration.")
    var ids: [String] = []
    @Flag(help: "Every such thing that belongs to nobody.") var all = false
    @Flag(help: "Those too that name a resource of another ledger as the one they were made for.") var ofOthers = false
    @Option(help: "The recipe that gets the declarations; made where it is not there.") var into: String?
    @Flag(help: "Does not ask.") var yes = false
    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if all, !ids.isEmpty { throw ValidationError("Give ids, or --all.") }
        if into != nil, !all, ids.isEmpty { throw ValidationError("Say what to take over: ids, or --all.") }
        guard let word = ids.firstIndex(of: "as"), ids.count > 1 else { return }
        guard word == 1, ids.count == 3, Self.isName(ids[2]) else {
            throw ValidationError("Write one id, `as`, and the name of its declaration: adopt KIND ID as NAME")
        }
    }

    private static func isName(_ text: String) -> Bool {
        let parsed = Recipe.parse(SourceText(name: "", "let \(text) = 1"))
        return parsed.diagnostics.isEmpty && parsed.file.statements.count == 1
    }

    /// The name that is asked for.
    private var name: String? { ids.count == 3 && ids[1] == "as" ? ids[2] : nil }

    func run() async throws {
        let target = into.flatMap { Paths.isFile($0) ? $0 : nil }
        let workspace = try Workspace(RecipeArgument(target), shared, needsRecipe: false)
        let program: Program? = target == nil ? nil : try await workspace.program()
        let finder = FreeThingsFinder(workspace: workspace, program: program)
        let kinds = try finder.kinds(of: kind)
        if !ids.isEmpty, kinds.count != 1 {
            throw ValidationError("Ids are those of one kind: adopt KIND ID")
        }
        var free = try await finder.find(kinds)
        if ofOthers { free = free.withOwned }
        if !all, ids.isEmpty { return show(free, workspace) }
        if let group = free.groups.first, !all {
            let wanted = name == nil ? ids : [ids[0]]
            free.groups = [
                FreeThings.Group(kind: group.kind, things: try wanted.map { try thing($0, among: group) })
            ]
            for thing in free.groups.flatMap(\.things) {
                guard let owner = thing.owner else { continue }
                workspace.output.say(
                    "\(thing.id) was made for \(owner): where that ledger still has it, `forget` it there first.")
            }
        }
        tell(free, workspace)
        if free.count == 0 { return workspace.output.say("Nothing of the kind belongs to nobody.") }
        let declarations = try await declarations(of: free, workspace, program, finder)
        workspace.output.print(declarations.joined(separator: "\n"), terminator: "")
        if let into { try await write(declarations, to: into, workspace) }
    }

    // MARK: What is there

    private func thing(_ id: String, among group: FreeThings.Group) throws(Diagnostic) -> ListedResource {
        let all = group.things + group.owned
        if let found = all.first(where: { $0.id == id }) { return found }
        let names = ["name"] + group.kind.fields.filter(\.isUnique).map(\.name)
        let named = all.filter { thing in names.contains { thing.inputs[$0]?.string == id } }
        if let found = named.first, named.count == 1 { return found }
        if named.count > 1 {
            throw Diagnostic(
                .nothingToAdopt, "\(named.count) of the kind \(group.kind.name) are called '\(id)'",
                notes: named.prefix(3).map { "one is \($0.id)" }, help: ["name the one that is meant by its id"])
        }
        throw Diagnostic(
            .nothingToAdopt, "no \(group.kind.name) '\(id)' is there that belongs to nobody",
            help: NearestName.find(id, in: all.prefix(1000).map(\.id)).map { ["did you mean \($0)?"] }
                ?? ["adopt \(group.kind.name)    lists them"])
    }

    /// A thing's inputs without what may not be shown.
    private func masked(_ thing: ListedResource, _ schema: ResourceKindSchema) -> ObjectValue {
        var inputs = thing.inputs
        for field in schema.fields where field.isSensitive && inputs[field.name]?.isNull == false {
            inputs[field.name] = "(sensitive)"
        }
        return inputs
    }

    private func show(_ free: FreeThings, _ workspace: Workspace) {
        if shared.json {
            let things = free.groups.flatMap { group in
                group.things.map { thing in
                    Value.object([
                        "kind": .string(group.kind.name), "id": .string(thing.id),
                        "inputs": .object(masked(thing, group.kind))
                    ])
                }
            }
            let others = free.groups.flatMap { group in
                group.owned.map { thing in
                    Value.object([
                        "kind": .string(group.kind.name), "id": .string(thing.id),
                        "owner": thing.owner.map { .string($0) } ?? .null
                    ])
                }
            }
            let failures = free.failures.map { failure in
                Value.object(["kind": .string(failure.kind), "reason": .string(failure.problem.message)])
            }
            workspace.output.print(document: [
                "things": .list(things), "of_others": .list(others), "not_listed": .list(failures)
            ])
            return
        }
        let rows = free.groups.flatMap { group in
            group.things.map { thing in
                [
                    group.kind.name, thing.id,
                    masked(thing, group.kind).filter { !$0.value.isNull }.map { "\($0.key): \($0.value.literal)" }
                        .joined(separator: ", ")
                ]
            }
        }
        let isOne = free.groups.count == 1 && free.failures.isEmpty
        if rows.isEmpty {
            workspace.output.print("Every \(kind ?? "thing") that is there is a resource.")
        } else {
            let renderer = TableRenderer(style: workspace.output.style, width: workspace.output.width)
            workspace.output.print(
                isOne
                    ? renderer.text(["ID", "WHAT IT IS"], rows.map { Array($0.dropFirst()) })
                    : renderer.text(["KIND", "ID", "WHAT IT IS"], rows), terminator: "")
        }
        tell(free, workspace)
    }

    /// Says what is not shown, and why.
    private func tell(_ free: FreeThings, _ workspace: Workspace) {
        let owned = free.groups.flatMap(\.owned)
        if let first = owned.first, let owner = first.owner {
            let rest = owned.count > 1 ? ", \(owned.count - 1) more like it" : ""
            workspace.output.say(
                "Left out: \(first.id), which was made for \(owner)\(rest). Its id, or --of-others, takes over what another ledger may have."
            )
        }
        let byReason = Dictionary(grouping: free.failures) { $0.problem.message }
        for (reason, failures) in byReason.sorted(by: { $0.key < $1.key }) {
            let kinds = failures.prefix(4).map(\.kind).joined(separator: ", ")
            let more = failures.count > 4 ? " and \(failures.count - 4) more" : ""
            workspace.output.say("Not listed: \(kinds)\(more): \(reason)")
        }
    }

    // MARK: Taking it over

    private func declarations(
        of free: FreeThings, _ workspace: Workspace, _ program: Program?, _ finder: FreeThingsFinder
    ) async throws -> [String] {
        var references = AdoptedReferences()
        var taken: [String] = []
        if let program {
            taken =
                program.resources.map { String($0.address.text.prefix { $0 != "[" && $0 != "/" }) }
                + program.workflows.map(\.name) + program.outputs.map(\.name) + program.parameters.keys
            let rows = try await workspace.engine.ledger.snapshot(
                environment: program.environment, module: program.module)
            for record in rows.records.values
            where !record.identity.address.text.contains(where: { "/[~".contains($0) }) {
                guard let schema = finder.kind(record.kind) else { continue }
                references.add(
                    outputs: record.outputs, of: schema, id: record.outputs["id"]?.string ?? "",
                    as: record.identity.address.text)
            }
        }
        if let name, taken.contains(name) {
            throw ValidationError("'\(name)' is declared in \(into ?? "the recipe") already; give another name.")
        }
        var text = AdoptedText(references: references, taken: taken, wish: name)
        return text.declarations(of: free.groups)
    }

    /// The recipe with more declarations, each with an empty line before it; formatted where it was.
    private static func text(_ before: SourceText, with declarations: [String]) -> String {
        var module = ModuleText(String(decoding: before.utf8, as: UTF8.self))
        for (position, declaration) in declarations.enumerated() {
            let isFirst = position == 0 && before.utf8.isEmpty
            let text = declaration.hasSuffix("\n") ? String(declaration.dropLast()) : declaration
            module = module.adding((isFirst ? "" : "\n") + text).module
        }
        do throws(Diagnostics) {
            let text = try Recipe.format(SourceText(name: before.name, module.text))
            if Array(try Recipe.format(before).utf8) == before.utf8 { return text }
        } catch {}
        return module.text
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
        let before = Paths.isFile(path) ? try RecipeReader.file(path) : SourceText(name: path, "")
        try TextFile.write(Self.text(before, with: declarations), to: Paths.absolute(path))
        workspace.output.say(
            "Written. `apply \(path)` takes \(count == 1 ? "it" : "them") over as \(count == 1 ? "it is" : "they are")."
        )
    }
}
