// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost
import RecipeRuntime
import RecipeSyntax
import Shell

/// What can be named behind a verb at the prompt: files, and what the ledger, the plugins and the module hold.
struct PromptNames: CommandNames {
    let engine: Engine
    let prompt: PromptModule
    /// The module at the prompt; nil where it cannot be checked.
    let module: CheckedModule?

    func items(
        _ meaning: CommandShape.Meaning, typed: String, after words: [String]
    ) async -> [CompletionItem] {
        switch meaning {
        case .recipe: return paths(typed, onlyRecipes: true)
        case .file: return paths(typed, onlyRecipes: false)
        case .workflow: return workflows(typed, after: words)
        case .record: return await records(typed)
        case .address: return await addresses(after: words)
        case .run: return await runs { _ in true }
        case .comparable: return await comparable(typed, after: words)
        case .runningRun: return await runs { $0.status == .running || $0.status == .waiting }
        case .waitingRun: return await runs { $0.status == .waiting }
        case .resumableRun: return await runs { $0.purpose == .workflow && $0.status != .succeeded }
        case .version:
            let module = RecipeOrigin.module(of: prompt).module
            return await known {
                try await present(
                    engine.ledger.versions(environment: engine.environment, module: module, limit: 50))
            }
            .map { CompletionItem($0.id, suffix: " ", detail: "\($0.started)  \($0.status.rawValue)") }
        case .oneOf(let words): return words.map { CompletionItem($0, suffix: " ") }
        case .step: return await steps(of: words.first)
        case .approvableStep:
            return await waits(of: words.first).filter(\.isForApproval).map {
                CompletionItem($0.step, suffix: " ", detail: $0.pause.text)
            }
        case .awaitedSignal:
            return await waits(of: words.first).filter { !$0.isForApproval }.compactMap { wait in
                wait.pause.signal.map { CompletionItem(Self.word($0), suffix: " ", detail: wait.step) }
            }
        case .topic: return VerbShapes.own.map { CompletionItem($0.name, detail: $0.doc) }
        case .explainable: return explainable()
        case .plugin:
            return engine.catalog.plugins.map { CompletionItem($0.manifest.name, detail: $0.manifest.doc) }
        case .environment: return engine.environmentNames().map { CompletionItem($0, suffix: " ") }
        case .setting:
            return (module?.parameters ?? []).map {
                CompletionItem($0.name, suffix: "=", detail: RecipeCompletion.detail(of: $0))
            }
        case .free: return []
        }
    }

    private func paths(_ typed: String, onlyRecipes: Bool) -> [CompletionItem] {
        let items = PathSuggestions.items(typed, in: Paths.absolute(".")).map {
            CompletionItem($0.text, suffix: $0.suffix.isEmpty ? " " : $0.suffix)
        }
        let wanted = items.filter { !onlyRecipes || $0.suffix == "/" || $0.text.hasSuffix(".recipe") }
        return wanted.isEmpty ? items : wanted
    }

    private func workflows(_ typed: String, after words: [String]) -> [CompletionItem] {
        let names: [String]
        if let recipe = words.first {
            guard recipe.hasSuffix(".recipe") else { return [] }
            do { names = Self.workflows(of: try RecipeReader.file(recipe)) } catch { return [] }
        } else {
            names = Self.workflows(of: SourceText(name: "", prompt.text.text))
        }
        let items = names.map { CompletionItem($0, suffix: " ", detail: "workflow") }
        if !words.isEmpty { return items }
        return typed.contains("/") ? paths(typed, onlyRecipes: true) : items + paths(typed, onlyRecipes: true)
    }

    private static func workflows(of source: SourceText) -> [String] {
        Recipe.parse(source).file.statements.compactMap { statement in
            if case .workflow(let node) = statement { node.name.text } else { nil }
        }
    }

    // MARK: Records

    private func comparable(_ typed: String, after words: [String]) async -> [CompletionItem] {
        let platforms = engine.catalog.plugins.filter { $0.manifest.provider != nil }
        let isOfPlatforms = words.allSatisfy { word in platforms.contains { $0.manifest.name == word } }
        if words.count == 2 { return isOfPlatforms ? paths(typed, onlyRecipes: true) : [] }
        let offered = platforms.filter { !words.contains($0.manifest.name) }.map {
            CompletionItem($0.manifest.name, suffix: " ", detail: $0.manifest.doc)
        }
        return words.isEmpty ? await runs { _ in true } + offered : isOfPlatforms ? offered : await runs { _ in true }
    }

    private func runs(_ isWanted: (RunRecord) -> Bool) async -> [CompletionItem] {
        await known { try await present(engine.ledger.runs(environment: nil, limit: 50)) }.filter(isWanted).map { run in
            CompletionItem(
                run.id, suffix: " ",
                detail: [run.workflow, run.module, run.status.rawValue].compactMap(\.self).joined(separator: "  "))
        }
    }

    private func present(_ runs: [RunRecord]) async throws -> [RunRecord] {
        var runs = runs
        for position in runs.indices { runs[position] = try await engine.withPresentStatus(runs[position]) }
        return runs
    }

    private func steps(of run: String?) async -> [CompletionItem] {
        guard let run else { return [] }
        let operations = await known { try await engine.ledger.operations(run: run) }
        var names: [String] = []
        for name in operations.map(RecordDocuments.name) where !names.contains(name) { names.append(name) }
        return names.map { CompletionItem($0, suffix: " ") }
    }

    private func waits(of run: String?) async -> [RunWait] {
        guard let run else { return [] }
        return await known { try await engine.ledger.waits(run: run) }
    }

    /// A text as one word of a command.
    private static func word(_ text: String) -> String {
        CommandText.word(text) == text ? text : Value.string(text).literal
    }

    private func records(_ typed: String) async -> [CompletionItem] {
        let module = RecipeOrigin.module(of: prompt).module
        let all = await known { try await engine.ledger.records(environment: engine.environment) }
        let own = all.filter { $0.identity.module == module }
        if let point = typed.lastIndex(of: ".") {
            let address = typed[..<point]
            let fields = own.filter { $0.identity.address.text == address }.flatMap { record in
                record.outputs.map(\.key) + record.inputs.map(\.key).filter { record.outputs[$0] == nil }
            }
            return fields.map { CompletionItem("\(address).\($0)", suffix: " ") }
        }
        let addresses = own.map { CompletionItem($0.identity.address.text, detail: $0.kind) }
        let files = paths(typed, onlyRecipes: true).filter { $0.suffix == "/" || $0.text.hasSuffix(".recipe") }
        return typed.contains("/") ? addresses + files : addresses + (await runs { _ in true }) + files
    }

    /// Of what is declared and of what is recorded; of the recipe that stands before, or of the module at the prompt.
    private func addresses(after words: [String]) async -> [CompletionItem] {
        var origin = RecipeOrigin.module(of: prompt)
        if let recipe = words.first {
            do { origin = try RecipeOrigin.file(recipe) } catch { return [] }
        }
        let name = origin.module
        let recorded = await known { try await engine.ledger.records(environment: engine.environment) }
            .filter { $0.identity.module == name }
        let declared = Self.declared(in: Recipe.parse(origin.source).file.statements)
        let found = recorded.map { CompletionItem($0.identity.address.text, suffix: " ", detail: $0.kind) }
        return found + declared.filter { item in !found.contains { $0.text == item.text } }
    }

    private static func declared(in statements: [Statement]) -> [CompletionItem] {
        statements.flatMap { statement -> [CompletionItem] in
            switch statement {
            case .resource(let node): [CompletionItem(node.name.text, suffix: " ", detail: node.kind.text)]
            case .forLoop(let loop): declared(in: loop.body.statements)
            case .ifElse(let node):
                declared(in: node.branches.flatMap(\.body.statements) + (node.otherwise?.statements ?? []))
            default: []
            }
        }
    }

    private func explainable() -> [CompletionItem] {
        let names = engine.vocabulary.explainableLines.map { CompletionItem($0.name, suffix: " ", detail: $0.line) }
        let statements = StatementGuide.all.map { CompletionItem($0.word, suffix: " ", detail: $0.meaning) }
        let codes = KnownCodes.all(engine.catalog).sorted { $0.text < $1.text }
            .map { CompletionItem($0.text, suffix: " ", detail: $0.title) }
        return names + statements + codes
    }

    /// What the ledger answers; nothing where it cannot be read, which the verb that reads it will tell.
    private func known<T>(_ read: () async throws -> [T]) async -> [T] {
        do { return try await read() } catch { return [] }
    }
}
