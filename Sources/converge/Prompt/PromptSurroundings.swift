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

    private func reading(_ origin: RecipeOrigin) -> ModuleReading {
        ModuleReading(
            origin: origin, engine: engine,
            parameters: ModuleReading.parameters(settings: [], recipeFolder: origin.folder))
    }

    /// Holds a module to what a check says.
    func check(_ text: ModuleText, home: PromptModule.Home) throws(Diagnostics) {
        let problems = try Self.told { try reading(.module(text, home: home)).check().diagnostics }
        let errors = problems.filter { $0.severity == .error }
        if !errors.isEmpty { throw Diagnostics(errors) }
    }

    /// Checks a module with a new declaration and says what the declaration would make.
    func answer(
        to statement: Statement, in text: ModuleText, home: PromptModule.Home
    ) throws(Diagnostics) -> String {
        let reading = reading(.module(text, home: home))
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
                    try engine.evaluate(TypedText(node.name.text), in: PromptModule(home: home, text: text))
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
        do { module = try reading(origin).check().module } catch { module = nil }
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
        let value = try engine.evaluate(expression, in: prompt, snapshot)
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

/// What the prompt answers to a declaration.
struct DeclarationAnswer: Sendable {
    let program: Program

    func text(for statement: Statement) throws(Diagnostics) -> String {
        switch statement {
        case .resource(let node): return resources(under: node.name.text)
        case .forLoop, .ifElse, .importModule:
            return "  \(program.resources.count) resources in the module\n"
        case .workflow(let node): return try steps(of: node.name.text)
        case .output(let node):
            let value = try program.evaluation.outputs(in: ResourceState())[node.name.text]
            return value.map { "\(node.name.text) = \($0.literal)\n" } ?? ""
        case .param(let node):
            return program.parameters[node.name.text].map { "\(node.name.text) = \($0.literal)\n" } ?? ""
        default: return ""
        }
    }

    private func resources(under name: String) -> String {
        let own = program.resources.filter { node in
            let text = node.address.text
            return text == name || text.hasPrefix("\(name)/") || text.hasPrefix("\(name)[")
        }
        return own.map { node in
            switch node.form {
            case .composite(let composite):
                "  \(node.address)  \(composite.capability) by \(composite.provider) (\(composite.service))\n"
            case .native(let kind, let provider): "  + \(node.address)  \(kind.name) on \(provider)\n"
            }
        }.joined()
    }

    private func steps(of workflow: String) throws(Diagnostics) -> String {
        let parameters: ObjectValue
        do {
            parameters = try program.evaluation.parameters(
                of: workflow, arguments: [:], now: Timestamp.ofSystem())
        } catch {
            return ""
        }
        let expansion = try program.evaluation.expansion(
            of: workflow, parameters: parameters, in: WorkflowState(resources: ResourceState()))
        let names = expansion.steps.map { "\($0.address) (\($0.kind.name))" }
        return "  steps: " + names.joined(separator: ", ") + (expansion.isComplete ? "" : ", …") + "\n"
    }
}
