// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Glibc
import Ledger
import Planning
import PluginHost
import RecipeRuntime
import RecipeSyntax
import Shell

/// What a verb works with: the project and environment, the recipe if there is one, and how it prints and stops.
struct Workspace: Sendable {
    let invocation: Invocation
    let engine: Engine
    let origin: RecipeOrigin?
    private let settings: [(name: String, text: String)]
    private let isJSON: Bool
    let reading: ModuleReading?
    private let display = EventDisplay()

    /// - Parameter needsRecipe: True refuses where neither a recipe was given nor a module is at the prompt.
    init(_ recipe: RecipeArgument, _ shared: SharedOptions, needsRecipe: Bool = true) throws {
        let invocation = Invocation.here()
        let origin =
            try recipe.recipe == nil
            ? invocation.script ?? RecipeOrigin.find(nil, prompt: invocation.prompt)
            : RecipeOrigin.find(recipe.recipe, name: recipe.module, prompt: invocation.prompt)
        if origin == nil, needsRecipe {
            throw ValidationError("Which recipe? Give a file, or - for standard input.")
        }
        try self.init(invocation, origin, shared, environment: shared.environment)
    }

    /// For a saved plan: the recipe, environment and settings that it was made from.
    init(saved: PlanFile, _ shared: SharedOptions) throws {
        let invocation = Invocation.here()
        let project = Project.containing(".")
        let origin = try RecipeOrigin.file(Paths.join(project.folder, saved.binding.recipe))
        var own = shared
        own.settings = saved.binding.settings.map { "\($0.key)=\($0.value.string ?? $0.value.literal)" }
        try self.init(invocation, origin, own, environment: saved.plan.environment)
    }

    /// - Parameter version: What was recorded of the recipe; nil for what its file says now.
    init(
        _ invocation: Invocation, _ origin: RecipeOrigin?, _ shared: SharedOptions, environment: String?,
        version: RecordedVersion? = nil
    ) throws {
        self.invocation = invocation
        self.origin = origin
        let project = invocation.test?.project ?? Project.containing(origin?.folder ?? ".")
        engine = invocation.engine(project, environment: environment ?? invocation.inherited.environment ?? "default")
        settings = try invocation.inherited.settingValues() + shared.settingValues()
        isJSON = shared.json
        let engine = engine
        let settings = settings
        reading = origin.map { origin in
            ModuleReading(
                origin: origin, engine: engine,
                parameters: version?.parameters.map { ParameterValues(values: $0) }
                    ?? ModuleReading.parameters(settings: settings, recipeFolder: origin.folder),
                recorded: version?.texts, view: invocation.test?.view)
        }
    }

    /// The commands behind the recipe's declarations; nil without a recipe.
    func commands() -> ScriptCommands? { reading.map { ScriptCommands($0.parsed(), of: $0.origin.source) } }

    /// What the program was made from; only after `program`.
    func texts() -> RecipeTexts? { reading?.texts() }

    /// Whether the file says something else now than the text that is worked with.
    var recipeHasChanged: Bool {
        guard let origin, let path = origin.path, Paths.isFile(path) else { return false }
        do { return try RecipeReader.file(path).utf8 != origin.source.utf8 } catch { return true }
    }

    var output: Output { invocation.output }
    var interruption: Interruption { invocation.interruption }
    var environment: String { engine.environment }
    /// The module of the recipe; nil without one.
    var module: String? { origin?.module }

    /// What must come before a change of what the module has made.
    func beginChange() throws(Diagnostic) {
        if origin?.module == RecipeOrigin.unnamedModule {
            throw Diagnostic(
                .moduleUnnamed, "a recipe from standard input has no name by which what it makes could be its own",
                help: ["name it: --module NAME", "or keep it in a file, after which its module is named"])
        }
        if origin?.module == RecipeOrigin.scratchModule { try invocation.beginChange() }
    }

    func check() throws -> [Diagnostic] { try reading?.check().diagnostics ?? [] }

    /// The recipe's tests.
    func tests() -> [TestDeclaration] { reading?.parsed().file.tests ?? [] }

    /// Refuses a recipe that connects to a platform which no test may touch.
    func checkIsLocal() throws {
        guard let reading else { return }
        let source = reading.origin.source
        for statement in reading.parsed().file.statements + tests().flatMap(\.body.statements) {
            guard case .use(let use) = statement, use.provider.text != "local" else { continue }
            throw Diagnostic(
                .testNotLocal, "tests act on the local platform alone, and the recipe uses '\(use.provider.text)'",
                at: source.place(use.provider.range),
                help: ["move the line to an environment in converge.project"])
        }
    }

    /// What is wrong with the recipe's tests.
    func checkTests() throws -> [Diagnostic] { try reading?.checkTests() ?? [] }

    func checked() throws -> CheckedModule? { try reading?.check().module }

    /// - Parameter saved: A saved plan whose sources must be the ones that are there.
    func program(matching saved: PlanFile? = nil) async throws -> Program {
        guard let reading else { throw ValidationError("Which recipe?") }
        // Nothing bounds how long a recipe's expressions take. At the prompt Ctrl-C gives them up; elsewhere it ends the
        // process, which has changed nothing yet.
        let program: Program
        do {
            program = try await self.program(of: reading)
        } catch let problems as Diagnostics {
            guard saved == nil, problems.all.allSatisfy({ $0.code == .parameterMissing }),
                try await askForParameters(of: reading)
            else { throw problems }
            program = try await self.program(of: reading)
        }
        try await refuseSecrets(inParametersOf: program)
        let changed = saved.map { PlanFile.Binding.moved($0.binding.sources, reading.sourceDigests()) } ?? []
        if let saved, !changed.isEmpty {
            throw Diagnostic(
                .planStale, "the plan is out of date: the recipe changed since it was made",
                notes: ["another text has \(changed.joined(separator: ", "))"],
                help: ["plan \(saved.binding.recipe) --out FILE    makes a new one"])
        }
        return program
    }

    /// The program with these values of its parameters; nil for those that it is given otherwise.
    func program(given values: ObjectValue?) async throws -> Program {
        guard let reading, let values else { return try await program() }
        let given = ParameterValues(values: values)
        try await lookUp(reading, given)
        return try reading.program(given)
    }

    /// The program of the recipe with another text.
    func program(of origin: RecipeOrigin) throws -> Program? { try reading?.reading(origin).program() }

    /// The program as far as it can be told without contacting anybody.
    func offlineProgram() async throws -> Program {
        guard let reading else { throw ValidationError("Which recipe?") }
        return try await computed(reading)
    }

    /// Looks up what the recipe reads of existing things, until nothing more is wanted.
    private func lookUp(_ reading: ModuleReading, _ given: ParameterValues? = nil) async throws {
        let surroundings = applyFlow(parallelism: 32, events: false).surroundings
        while true {
            let wanted = try reading.wantedLookups(given)
            if wanted.isEmpty { return }
            reading.take(
                try await watching { [environment] in
                    try await LookupReader(surroundings: surroundings).results(of: wanted, environment: environment)
                })
        }
    }

    private func program(of reading: ModuleReading) async throws -> Program {
        if try reading.check().module.hasLookups { try await lookUp(reading) }
        return try await computed(reading)
    }

    private func computed(_ reading: ModuleReading) async throws -> Program {
        invocation.isAtPrompt
            ? try await Interruptible.value(output) { try reading.program() } : try reading.program()
    }

    /// The program, for a process that asks nobody.
    func unattendedProgram() async throws -> Program {
        guard let reading else { throw ValidationError("Which recipe?") }
        if try reading.check().module.hasLookups { try await lookUp(reading) }
        let program = try reading.program()
        try await refuseSecrets(inParametersOf: program)
        return program
    }

    /// The program with parameters that are given later as unknown.
    func partialProgram() throws -> Program {
        guard let reading else { throw ValidationError("Which recipe?") }
        return try reading.partialProgram()
    }

    /// - Returns: False where there is nobody to ask, or a secret is missing, which is not for the screen.
    private func askForParameters(of reading: ModuleReading) async throws -> Bool {
        let question = ParameterQuestion(output: output, interruption: interruption)
        let missing = try reading.missingParameters()
        guard question.canAsk, !missing.isEmpty, !missing.contains(where: \.isSensitive), !isJSON else { return false }
        for field in missing {
            let answer = try await watching { try await question.ask(field) }
            reading.answered[field.name] = answer
        }
        return true
    }

    /// A run's arguments with those that a person was asked for.
    func arguments(_ given: ObjectValue, completing workflow: WorkflowNode) async throws -> ObjectValue {
        let question = ParameterQuestion(output: output, interruption: interruption)
        let missing = workflow.parameters.filter { $0.isRequired && given[$0.name] == nil }
        guard question.canAsk, !missing.contains(where: \.isSensitive), !isJSON else { return given }
        var arguments = given
        for field in missing {
            let answer = try await watching { try await question.ask(field) }
            let isText = [ValueType.string, .sql, .shell, .url].contains(field.type)
            arguments[field.name] = isText ? .string(answer) : try engine.evaluate(TypedText(answer), in: nil)
        }
        return arguments
    }

    /// The resource kinds that plugins have.
    var kinds: KnownKinds { KnownKinds(engine.catalog) }

    /// What the ledger notes of the recipe: its path below the project; nil for the module at the prompt.
    var recordedRecipe: String? { origin?.path.map { engine.project.relativePath($0) } }

    var recordedSettings: ObjectValue {
        ObjectValue(
            ModuleReading.parameters(settings: settings, recipeFolder: origin?.folder ?? ".").settings
                .merging(reading?.answered ?? [:]) { _, answer in answer }
                .sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }

    /// The parameters that variables give.
    var givenVariables: Set<String> {
        Set(ModuleReading.parameters(settings: settings, recipeFolder: origin?.folder ?? ".").variables.keys)
    }

    /// The object that was written behind `run`, as values.
    func arguments(_ text: String?) throws -> ObjectValue {
        guard let text else { return [:] }
        let value = try engine.evaluate(TypedText(text), in: nil)
        guard let object = value.object else {
            throw Diagnostic(
                .unreadableInput, "the parameters of a run are an object, and this is \(value.literal)",
                help: ["write them as { name: value }"])
        }
        return object
    }

    /// Who is changing the environment now; nil where nobody is.
    func busyHolder() throws(Diagnostic) -> LeaseHolder? {
        let scope = LeaseScope.apply(environment: environment)
        return try engine.ledger.isHeld(scope) ? engine.ledger.holder(of: scope) : nil
    }

    // MARK: Flows

    func applyFlow(parallelism: Int, events: Bool) -> ApplyFlow {
        ApplyFlow(
            engine: engine, interruption: interruption, parallelism: parallelism, onEvent: display(events: events),
            onRefresh: { [display] in display.take($0) })
    }

    func runFlow(parallelism: Int, events: Bool) -> RunFlow {
        let tell = display(events: events)
        return RunFlow(
            engine: engine, interruption: interruption, parallelism: parallelism, onEvent: tell,
            recipes: RecipeSteps(workspace: self, parallelism: parallelism, onEvent: tell))
    }

    /// Runs while Ctrl-C is turned into requests to end, and plugins' logs are kept and shown.
    func watching<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        let (engine, interruption, display) = (engine, interruption, display)
        let background = invocation.background
        let result: T
        do {
            result = try await InterruptWatch.watching(interruption, until: background) {
                try await interruption.observing({
                    if $0 == .finish { display.tellThatItEnds(background?.run.map { "`cancel \($0)`" } ?? "Ctrl-C") }
                }) {
                    try await engine.logListeners.listening({ display.take($0) }) {
                        try await display.ticking { try await body() }
                    }
                }
            }
        } catch {
            await flushLogs()
            throw error
        }
        await flushLogs()
        if let warnings = await engine.telemetry?.flush(), !warnings.isEmpty { output.say(warnings) }
        return result
    }

    /// Waits for the logs. Those that cannot be kept are told and change nothing about what was done.
    private func flushLogs() async {
        do throws(Diagnostic) {
            try await engine.runLog.flush()
        } catch {
            var warning = error
            warning.severity = .warning
            warning.notes.insert("what was done is done and recorded, but not what it said", at: 0)
            output.say([warning])
        }
    }

    private func display(events: Bool) -> @Sendable (ExecutionEvent) -> Void {
        let (output, clock, display) = (output, engine.services.clock, display)
        if events {
            display.show { output.print(event: EventDocument.object($0, at: clock.now())) }
        } else {
            display.show(
                by: ProgressReporter(
                    style: output.errorStyle, showsLogs: false, write: { output.say($0) },
                    show: { output.show(status: $0) }))
        }
        let background = invocation.background
        let observer = engine.observer(folder: origin?.folder ?? engine.project.folder)
        return { event in
            background?.take(event)
            observer?.take(event)
            display.take(event)
        }
    }

    // MARK: Saved plans

    /// The plan in the file, where the file is one.
    static func savedPlan(_ recipe: RecipeArgument) throws -> (file: PlanFile, digest: String)? {
        guard let path = recipe.recipe, path != "-", Paths.isFile(path), !path.hasSuffix(".recipe") else { return nil }
        let bytes = try self.bytes(path)
        guard PlanFile.isPlan(bytes) else { return nil }
        let engine = Invocation.here().engine(Project.containing("."), environment: "default")
        return try PlanFile.decode(bytes, name: path, digest: engine.digest)
    }

    private static func bytes(_ path: String) throws(Diagnostic) -> [UInt8] {
        try RecipeReader.file(path).utf8
    }

    private static func isPlanFile(_ path: String) throws(Diagnostic) -> Bool {
        guard Paths.isFile(path) else { return false }
        return PlanFile.isPlan(try bytes(path))
    }

    func save(_ preview: ApplyFlow.Preview, of program: Program, isDestroy: Bool, to path: String) throws {
        guard let reading, let recipe = recordedRecipe else {
            throw ValidationError("--out needs a recipe file")
        }
        let file = PlanFile(
            plan: preview.plan,
            binding: PlanFile.Binding(
                recipe: recipe, sources: reading.sourceDigests(), settings: recordedSettings,
                parameters: engine.digests(of: program.parameters), plugins: engine.pluginDigests(),
                observations: engine.digests(of: preview.observations), isDestroy: isDestroy))
        let bytes = file.encoded(digest: engine.digest)
        if Paths.exists(path), try !Self.isPlanFile(path) {
            throw Diagnostic(
                .fileNotWritten, "\(path) is there already and is no saved plan",
                help: ["--out with another name", "remove the file first"])
        }
        try TextFile.write(String(decoding: bytes, as: UTF8.self), to: path, mode: 0o600)
    }
}
