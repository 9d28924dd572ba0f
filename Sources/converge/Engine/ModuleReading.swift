// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import FoundationEssentials
import Planning
import PluginHost
import RecipeRuntime
import RecipeSyntax
import Synchronization

/// From a recipe's text to a checked module and a program, in one environment.
final class ModuleReading: Sendable {
    let origin: RecipeOrigin
    private let engine: Engine
    private let given: ParameterValues
    /// What a person answered, by parameter.
    private let answers = Mutex<[String: String]>([:])
    /// The texts of a run or version that is read anew; nil reads files.
    private let recorded: RecipeTexts?
    /// The test from which the module is looked at.
    private let view: TestView?
    /// What it finds in the place of the engine's environment; nil for that.
    private let environment: EnvironmentDefinition?
    /// Every imported text, for the digest of a saved plan.
    private let imported = Mutex<[String: [UInt8]]>([:])
    private let checked = Mutex<Checked?>(nil)
    private let found = Mutex<(results: LookupResults, isAll: Bool)>(([:], false))
    private let tree = Mutex<ParsedRecipe?>(nil)

    private struct Checked {
        let module: CheckedModule
        let diagnostics: [Diagnostic]
    }

    init(
        origin: RecipeOrigin, engine: Engine, parameters: ParameterValues, recorded: RecipeTexts? = nil,
        view: TestView? = nil, environment: EnvironmentDefinition? = nil
    ) {
        self.origin = origin
        self.engine = engine
        given = parameters
        self.recorded = recorded
        self.view = view
        self.environment = environment
    }

    /// The same text with other connections, as far as it can be read without contacting anybody.
    func reading(in environment: EnvironmentDefinition) -> ModuleReading {
        let other = ModuleReading(
            origin: origin, engine: engine, parameters: given, recorded: recorded, view: view, environment: environment)
        other.answered = answered
        return other
    }

    /// The same reading of another text: what was answered and looked up counts there, too.
    func reading(_ origin: RecipeOrigin) -> ModuleReading {
        let other = ModuleReading(
            origin: origin, engine: engine, parameters: given, recorded: recorded, view: view, environment: environment)
        other.answered = answered
        other.take(found.withLock { $0.results })
        return other
    }

    /// The recipe's own text as a tree; parsed once.
    func parsed() -> ParsedRecipe {
        tree.withLock { tree in
            if let tree { return tree }
            let made = Recipe.parse(origin.source)
            tree = made
            return made
        }
    }

    /// The module and everything that is wrong with it; read and checked once.
    func check() throws -> (module: CheckedModule, diagnostics: [Diagnostic]) {
        if let known = checked.withLock({ $0 }) { return (known.module, known.diagnostics) }
        let (module, diagnostics) = try checkAnew(from: view)
        checked.withLock { $0 = Checked(module: module, diagnostics: diagnostics) }
        engine.vault.variables.add(module.secrets.filter { !$0.isSealed }.map(\.name))
        return (module, diagnostics)
    }

    /// What is wrong with the recipe's tests.
    func checkTests() throws -> [Diagnostic] {
        try RecipeCheck.problems(ofTestsIn: parsed()) { try checkAnew(from: $0).diagnostics }
    }

    private func checkAnew(from view: TestView?) throws -> (module: CheckedModule, diagnostics: [Diagnostic]) {
        let isRecorded = recorded != nil
        let source = ModuleSource { [self] path in
            let known = recorded?.imports[engine.project.relativePath(path)]
            let text = try known.map { SourceText(name: Paths.shown(path), $0) } ?? RecipeReader.file(path)
            imported.withLock { $0[path] = text.utf8 }
            return text
        } look: { path in
            // Of a run that goes on, its steps may have ended.
            isRecorded ? nil : try RecipeReader.file(path)
        }
        // Whatever the recipe was when, the policies are those of today.
        let packs = ModuleSource { [self] path in
            let text = try RecipeReader.file(path)
            imported.withLock { $0[path] = text.utf8 }
            return text
        }
        return RecipeCheck.check(
            parsed(), at: origin.path ?? Paths.join(origin.folder, "@scratch.recipe"),
            vocabulary: engine.vocabulary, environment: try environment ?? engine.environmentDefinition(),
            modules: source,
            packs: packs, from: view)
    }

    private var parameters: ParameterValues {
        var parameters = given
        parameters.settings.merge(answers.withLock { $0 }) { _, answer in answer }
        return parameters
    }

    /// The answers to `missingParameters`, as texts that `--set` could have.
    var answered: [String: String] {
        get { answers.withLock { $0 } }
        set { answers.withLock { $0 = newValue } }
    }

    /// The parameters that must be given and are not.
    func missingParameters() throws -> [FieldSchema] { try check().module.missingParameters(parameters) }

    func program() throws -> Program { try program(parameters) }

    /// What must be looked up next.
    func wantedLookups(_ given: ParameterValues? = nil) throws -> [Lookup: SourcePlace] {
        let (module, diagnostics) = try check()
        let errors = diagnostics.filter { $0.severity == .error }
        if !errors.isEmpty { throw Diagnostics(errors) }
        let wanted = try module.wantedLookups(
            parameters: given ?? parameters, found: found.withLock { $0.results }, now: engine.services.clock.now(),
            files: FolderArchive.files(below: origin.folder))
        if wanted.isEmpty { found.withLock { $0.isAll = true } }
        return wanted
    }

    /// Takes what lookups found, for every program from now on.
    func take(_ results: LookupResults) { found.withLock { $0.results.merge(results) { _, new in new } } }

    /// The program for looking at a part of it: parameters that are given later are unknown.
    func partialProgram() throws -> Program {
        var partial = parameters
        partial.isPartial = true
        return try program(partial)
    }

    func program(_ parameters: ParameterValues) throws -> Program {
        let (module, diagnostics) = try check()
        let errors = diagnostics.filter { $0.severity == .error }
        if !errors.isEmpty { throw Diagnostics(errors) }
        let (lookups, hasLookedUp) = found.withLock { ($0.results, $0.isAll && module.hasLookups) }
        return try module.program(
            module: origin.module, recipeFolder: origin.folder, parameters: parameters,
            lookups: lookups, hasLookedUp: hasLookedUp, now: engine.services.clock.now(),
            files: FolderArchive.files(below: origin.folder))
    }

    /// A digest of every text that the program came from, by its path below the project; only after `program`.
    func sourceDigests() -> ObjectValue {
        var digests = imported.withLock { $0 }.map { (engine.project.relativePath($0.key), engine.digest($0.value)) }
        digests.append((origin.path.map { engine.project.relativePath($0) } ?? "", engine.digest(origin.source.utf8)))
        return ObjectValue(digests.sorted { $0.0 < $1.0 }.map { ($0.0, .string($0.1)) })
    }

    /// Every text that the program came from; only after `program`.
    func texts() -> RecipeTexts {
        let imports = imported.withLock { $0 }.map { path, bytes in
            (engine.project.relativePath(path), String(decoding: bytes, as: UTF8.self))
        }
        return RecipeTexts(
            recipe: String(decoding: origin.source.utf8, as: UTF8.self),
            imports: Dictionary(imports, uniquingKeysWith: { first, _ in first }))
    }

    /// The values of parameters from the environment's variables and from `--set`.
    ///
    /// A `--set` value that names something below the current folder, when the recipe lies elsewhere, becomes the
    /// path of that: paths in `--set` are relative to the current folder, those in a recipe to the recipe's.
    static func parameters(
        settings: [(name: String, text: String)], recipeFolder: String
    ) -> ParameterValues {
        let prefix = "CONVERGE_PARAM_"
        var variables: [String: String] = [:]
        for (name, value) in ProcessInfo.processInfo.environment where name.hasPrefix(prefix) {
            variables[String(name.dropFirst(prefix.count))] = value
        }
        var values: [String: String] = [:]
        for (name, text) in settings { values[name] = absolutePath(text, recipeFolder) ?? text }
        return ParameterValues(variables: variables, settings: values)
    }

    private static func absolutePath(_ text: String, _ recipeFolder: String) -> String? {
        guard !text.isEmpty, !text.hasPrefix("/"), Paths.absolute(".") != recipeFolder,
            FileManager.default.fileExists(atPath: text)
        else { return nil }
        return Paths.absolute(text)
    }
}
