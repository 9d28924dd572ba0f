// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import PluginHost
import RecipeSyntax
import Shell
import Synchronization

/// The circumstances of a verb: where it prints, what module is at the prompt, and how it is interrupted.
final class Invocation: Sendable {
    @TaskLocal static var current: Invocation?

    let output: Output
    let vault: SecretVault
    let redactor: Redactor
    let interruption: Interruption
    /// The module at the prompt, or the recipe whose commands run; nil for a verb on the command line.
    let prompt: PromptModule?
    /// The options of the script or prompt, which count for each of its verbs.
    let inherited: SharedOptions
    /// True where the script as a whole was given `--yes`.
    let isConfirmed: Bool
    /// The recipe whose commands run, as it was read.
    let script: RecipeOrigin?
    /// The way of the verb behind the prompt; nil for one that stays in the foreground.
    let background: Background?
    /// Called before something of the module at the prompt is changed.
    let beginChange: @Sendable () throws(Diagnostic) -> Void
    /// Set for what a test does.
    let test: TestBed?
    private let engines: EngineShelf

    /// True for a verb that was typed at the prompt, or piped to it.
    var isAtPrompt: Bool { prompt != nil && script == nil }

    /// True for the file whose text the prompt edits.
    func isEditing(_ path: String) -> Bool {
        if isAtPrompt, case .file(let open)? = prompt?.home { open == path } else { false }
    }

    init(
        output: Output, vault: SecretVault, redactor: Redactor, interruption: Interruption,
        prompt: PromptModule? = nil, engines: EngineShelf, inherited: SharedOptions = SharedOptions.none,
        isConfirmed: Bool = false, script: RecipeOrigin? = nil, background: Background? = nil, test: TestBed? = nil,
        beginChange: @escaping @Sendable () throws(Diagnostic) -> Void = { () throws(Diagnostic) in }
    ) {
        self.background = background
        self.test = test
        self.output = output
        self.vault = vault
        self.redactor = redactor
        self.interruption = interruption
        self.prompt = prompt
        self.engines = engines
        self.inherited = inherited
        self.isConfirmed = isConfirmed
        self.script = script
        self.beginChange = beginChange
    }

    /// The circumstances of the running verb; a fresh set where none were given.
    static func here() -> Invocation {
        if let current { return current }
        let redactor = Redactor()
        return Invocation(
            output: Output(redactor: redactor), vault: SecretVault(redactor: redactor), redactor: redactor,
            interruption: Interruption(), engines: EngineShelf())
    }

    /// The same circumstances for a verb of a script or prompt.
    ///
    /// - Parameters:
    ///   - origin: The recipe whose commands run; nil for the module at the prompt.
    ///   - background: For a verb that leaves the foreground: how, and where it prints.
    func verb(
        of prompt: PromptModule, inherited: SharedOptions = .none, isConfirmed: Bool = false,
        origin: RecipeOrigin? = nil, background: (Background, Output)? = nil,
        beginChange: @escaping @Sendable () throws(Diagnostic) -> Void = { () throws(Diagnostic) in }
    ) -> Invocation {
        Invocation(
            output: background?.1 ?? output, vault: vault, redactor: redactor, interruption: Interruption(),
            prompt: prompt, engines: engines, inherited: inherited, isConfirmed: isConfirmed, script: origin,
            background: background?.0, test: test, beginChange: beginChange)
    }

    /// The circumstances of a test: it prints nowhere, and its engines are its own.
    func testing(in bed: TestBed, _ output: Output, of origin: RecipeOrigin, inherited: SharedOptions) -> Invocation {
        Invocation(
            output: output, vault: vault, redactor: redactor, interruption: interruption,
            prompt: PromptModule(
                home: origin.path.map { .file($0) } ?? .scratch,
                text: ModuleText(String(decoding: origin.source.utf8, as: UTF8.self))),
            engines: EngineShelf(), inherited: inherited, isConfirmed: true, script: origin, test: bed)
    }

    /// The same test from another place of its body.
    func looking(from view: TestView) -> Invocation {
        Invocation(
            output: output, vault: vault, redactor: redactor, interruption: interruption, prompt: prompt,
            engines: engines, inherited: inherited, isConfirmed: isConfirmed, script: script,
            test: test.map { TestBed(project: $0.project, view: view) })
    }

    /// Closes what the verbs opened.
    ///
    /// - Returns: What stood in the way of that.
    func close() async -> [Diagnostic] { await engines.close() }

    func engine(_ project: Project, environment: String) -> Engine {
        engines.engine(project, environment) {
            Engine(
                project: project, environment: environment,
                vault: SecretVault(sources: [ProjectSecretSource(store: secrets(of: project))], redactor: redactor))
        }
    }

    /// The project's store of secrets. A test has no other than its project.
    func secrets(of project: Project) -> SecretStore {
        engines.secrets(of: project.folder) {
            SecretStore(
                stateFolder: project.folder + "/.converge", keys: .ofProcess(redactor), redactor: redactor)
        }
    }
}

/// Engines that stay open while the process lives, so that a prompt opens each once.
final class EngineShelf: Sendable {
    private struct Key: Hashable {
        let project: Project
        let environment: String
    }

    private let engines = Mutex<[Key: Engine]>([:])
    /// Stores of secrets by their projects' folders: all environments have one, whose key is asked for once.
    private let secrets = Mutex<[String: SecretStore]>([:])

    func secrets(of folder: String, _ make: () -> SecretStore) -> SecretStore {
        secrets.withLock { secrets in
            if let store = secrets[folder] { return store }
            let store = make()
            secrets[folder] = store
            return store
        }
    }

    func engine(_ project: Project, _ environment: String, _ make: () -> Engine) -> Engine {
        engines.withLock { engines in
            let key = Key(project: project, environment: environment)
            if let engine = engines[key] { return engine }
            let engine = make()
            engines[key] = engine
            return engine
        }
    }

    /// Closes every engine.
    func close() async -> [Diagnostic] {
        let open = engines.withLock { engines in
            defer { engines = [:] }
            return Array(engines.values)
        }
        var problems: [Diagnostic] = []
        for engine in open {
            if let problem = await engine.close() { problems.append(problem) }
        }
        return problems
    }
}
