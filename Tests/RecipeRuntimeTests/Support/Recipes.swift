// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeRuntime
import RecipeSyntax

/// Recipes as tests write them: texts in, codes, programs and values out.
struct Recipes {
    var environment = EnvironmentDefinition.standard
    /// The files that can be imported, by path.
    var files: [String: String] = [:]
    var parameters = ParameterValues.none

    static let now = Timestamp("2026-11-01T02:00:00Z") ?? Timestamp(nanoseconds: 0)

    /// The environment that a project's file declares with these statements.
    static func environment(_ statements: String) throws -> EnvironmentDefinition {
        let text = "environment default { \(statements) }"
        let (environments, diagnostics) = EnvironmentReader.environments(
            in: Recipe.parse(SourceText(name: "converge.project", text)), at: "converge.project",
            vocabulary: SmallVocabulary.vocabulary)
        guard let first = environments.first, diagnostics.isEmpty else { throw Diagnostics(diagnostics) }
        return first
    }

    static let withCloud = Recipes(
        environment: EnvironmentDefinition(
            name: "prod",
            connections: [
                ConnectionDefinition(alias: "cloud", plugin: "cloud", settings: ["region": "eu", "retries": 3]),
                ConnectionDefinition(alias: "local", plugin: "local")
            ]))

    /// Packs by telling what it was given.
    private static let packer = RecipeFiles { folder, texts in
        (texts.map { "\($0.name)=\($0.text)" } + [folder].compactMap(\.self)).joined(separator: " ")
    }

    func check(_ text: String, at path: String = "test.recipe") -> (module: CheckedModule, diagnostics: [Diagnostic]) {
        let files = files
        let source = ModuleSource { path in
            guard let text = files[path] else { throw Diagnostic(.callNotFound, "there is no such file") }
            return SourceText(name: path, text)
        } look: { path in
            guard let text = files[path] else { throw Diagnostic(.callNotFound, "there is no such file") }
            return SourceText(name: path, text)
        }
        return RecipeCheck.check(
            Recipe.parse(SourceText(name: path, text)), at: path, vocabulary: SmallVocabulary.vocabulary,
            environment: environment,
            modules: source, packs: source)
    }

    func program(_ text: String, at path: String = "test.recipe") throws(Diagnostics) -> Program {
        try check(text, at: path).module.program(
            module: "test", recipeFolder: "/recipes", parameters: parameters, now: Self.now, files: Self.packer)
    }

    /// What check and expansion find.
    func diagnostics(_ text: String, at path: String = "test.recipe") -> [Diagnostic] {
        let (module, diagnostics) = check(text, at: path)
        if module.hasErrors { return diagnostics }
        do {
            _ = try module.program(module: "test", recipeFolder: "/", parameters: parameters, now: Self.now)
            return diagnostics
        } catch {
            return diagnostics + error.all
        }
    }

    func codes(_ text: String, at path: String = "test.recipe") -> [String] {
        diagnostics(text, at: path).map(\.code.text)
    }

    /// The value of `output x` in a state.
    func output(_ text: String, in values: [Address: ObjectValue] = [:]) throws(Diagnostics) -> Value {
        let program = try program(text)
        return try program.evaluation.outputs(in: ResourceState(values))["x"] ?? .null
    }
}

extension Program {
    func inputs(_ address: String, _ values: [Address: ObjectValue] = [:]) throws(Diagnostics) -> ObjectValue {
        try evaluation.inputs(of: Address(address), in: ResourceState(values))
    }

    func node(_ address: String) -> ResourceNode? { resource(Address(address)) }

    /// The steps of a workflow with its parameters' defaults.
    func steps(
        _ workflow: String, outputs: [Address: ObjectValue] = [:], skipped: Set<Address> = [],
        arguments: ObjectValue = [:]
    ) throws(Diagnostics) -> WorkflowExpansion {
        let parameters = try evaluation.parameters(of: workflow, arguments: arguments, now: Recipes.now)
        return try evaluation.expansion(
            of: workflow, parameters: parameters,
            in: WorkflowState(resources: ResourceState(), outputs: outputs, skipped: skipped))
    }
}

extension WorkflowExpansion {
    func step(_ address: String) -> StepNode? { steps.first { $0.address.text == address } }
}
