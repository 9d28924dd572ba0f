// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Ledger
import Planning
import RecipeRuntime
import RecipeSyntax
import Shell

/// What the prompt asks of the language and the ledger.
struct PromptSurroundings: Sendable {
    let engine: Engine
    /// What `--set` gave the prompt; each counts once there is a parameter of its name.
    var settings = PromptSettings()

    private func reading(_ text: ModuleText, _ origin: RecipeOrigin) -> ModuleReading {
        ModuleReading(
            origin: origin, engine: engine,
            parameters: ModuleReading.parameters(settings: settings.values(for: text), recipeFolder: origin.folder))
    }

    /// Holds a module to what a check says.
    func check(_ text: ModuleText, home: PromptModule.Home) throws(Diagnostics) {
        let problems = try Self.told { try reading(text, .module(text, home: home)).check().diagnostics }
        let errors = problems.filter { $0.severity == .error }
        if !errors.isEmpty { throw Diagnostics(errors) }
    }

    /// Checks a module with a new declaration and says what the declaration would make.
    func answer(
        to statement: Statement, in text: ModuleText, home: PromptModule.Home
    ) throws(Diagnostics) -> String {
        let reading = reading(text, .module(text, home: home))
        let (module, problems) = try Self.told { try reading.check() }
        let errors = problems.filter { $0.severity == .error }
        if !errors.isEmpty { throw Diagnostics(errors) }
        let program: Program
        do {
            program = try Self.told { try reading.program() }
        } catch {
            guard error.all.allSatisfy({ $0.code == .parameterMissing }) else { throw error }
            // A parameter without a value is given later; what does not need it is told now.
            let names = module.parameters.filter(\.isRequired).map(\.name).joined(separator: ", ")
            let notice = "  to be given before plan: \(names)\n"
            if case .param = statement { return notice }
            do {
                program = try reading.partialProgram()
            } catch {
                return notice
            }
        }
        if case .letBinding(let node) = statement {
            let value: Value
            do {
                value = try Self.told {
                    try engine.evaluate(
                        TypedText(node.name.text), in: PromptModule(home: home, text: text),
                        settings: settings.values(for: text))
                }
            } catch {
                guard error.all.allSatisfy({ $0.code == .parameterMissing }) else { throw error }
                return "\(node.name.text) = (known once the parameters are given)\n"
            }
            return "\(node.name.text) = \(value.literal)\n"
        }
        return try DeclarationAnswer(program: program).text(for: statement)
    }

    /// What may stand at the cursor of a statement that is being typed: from manifests, declarations and the ledger
    /// alone, and names of files.
    func completion(_ text: String, at cursor: Int, in prompt: PromptModule) async -> Completion {
        let origin = RecipeOrigin.module(of: prompt)
        let module: CheckedModule?
        do { module = try reading(prompt.text, origin).check().module } catch { module = nil }
        let shapes = VerbShapes.all(engine.catalog)
        let names = PromptNames(engine: engine, prompt: prompt, module: module)
        let commands = CommandCompletion(shapes, names: names)
        if let completion = await commands.completion(text, at: cursor) { return completion }
        let verbs = shapes.map { RecipeSuggestion($0.name, suffix: $0.takesWords ? " " : "", detail: $0.doc) }
        var suggestions = RecipeCompletion(vocabulary: engine.vocabulary, module: module, verbs: verbs)
            .suggestions(text, at: cursor)
        if suggestions.takesPath {
            let isClosed = Array(text.utf8.dropFirst(cursor).prefix(1)) == [UInt8(ascii: "\"")]
            suggestions.items += PathSuggestions.items(suggestions.openString, in: origin.folder).map {
                RecipeSuggestion($0.text, suffix: $0.suffix.isEmpty && !isClosed ? "\"" : $0.suffix)
            }
        }
        return Completion(
            replaces: suggestions.replaces,
            items: suggestions.items.map {
                CompletionItem($0.text, suffix: $0.suffix, detail: $0.detail, isRequired: $0.isRequired)
            })
    }

    /// The value of an expression in the module at the prompt, with outputs as the ledger has them; a resource's as the
    /// facts of its reference.
    func evaluate(_ expression: TypedText, in prompt: PromptModule) async throws -> Value {
        let snapshot = try await engine.ledger.snapshot(
            environment: engine.environment, module: RecipeOrigin.module(of: prompt).module)
        let value = try await engine.evaluateLookingUp(
            expression, in: prompt, snapshot, settings: settings.values(for: prompt.text))
        guard case .reference(var reference) = value, reference.name.isEmpty, let resource = reference.resource else {
            return value
        }
        // Of a resource by itself there is to be seen what the ledger knows of it.
        for entry in snapshot.records[resource]?.outputs ?? [:] where reference.attributes[entry.key] == nil {
            reference.attributes[entry.key] = entry.value
        }
        return .reference(reference)
    }

    private static func told<T>(_ body: () throws -> T) throws(Diagnostics) -> T {
        do {
            return try body()
        } catch let several as Diagnostics {
            throw several
        } catch let one as any DiagnosticError {
            throw Diagnostics([one.diagnostic])
        } catch {
            throw Diagnostics([Diagnostic(.callFailed, "\(error)")])
        }
    }
}
