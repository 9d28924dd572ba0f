// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import FoundationEssentials
import Glibc
import Ledger
import Planning
import PluginHost
import RecipeRuntime
import RecipeSyntax
import Synchronization

/// A project in one environment: its plugins, vocabulary, ledger and logs, each opened when first asked for.
final class Engine: Sendable {
    let project: Project
    let environment: String
    let ledger: ProjectLedger
    let runLog: ProjectRunLog
    let logListeners = LogListeners()
    /// Keeps what plugins call sensitive.
    let sealer: ValueSealer
    let vault: SecretVault
    /// Nil where nobody outside asks to be told of runs.
    let telemetry: Telemetry?
    private let plugins: PluginSession
    private let knownVocabulary = Mutex<Vocabulary?>(nil)
    private let knownPrices = Mutex<(kinds: Set<String>, prices: PriceEvaluation)?>(nil)

    init(project: Project, environment: String, vault: SecretVault) {
        self.project = project
        self.environment = environment
        let words = CommandLine.arguments.dropFirst().prefix { !$0.hasPrefix("-") }
        ledger = ProjectLedger(project: project.stateRoot, command: (["converge"] + words).joined(separator: " "))
        runLog = ProjectRunLog(project: project.stateRoot)
        let (listeners, runLog) = (logListeners, runLog)
        sealer = ValueSealer(
            stateFolder: project.stateFolder, keyFile: Self.keyFile, redactor: vault.redactor,
            store: SealedRows(ledger: ledger))
        let vault = vault.adding(sealer)
        self.vault = vault
        plugins = PluginSession(Self.surroundings(project), vault: vault) { event in
            guard listeners.take(event), case .line(let text, let context) = event else { return }
            runLog.write([
                LogLine(run: context.run, operation: context.operation, time: Timestamp.ofSystem(), text: text)
            ])
        }
        // What a test does is nobody's business.
        telemetry = project.bed == nil ? Telemetry(services: plugins.services, redactor: vault.redactor) : nil
    }

    /// Where the keys of sensitive values lie, if it is said.
    private static var keyFile: String? {
        ProcessInfo.processInfo.environment[ValueSealer.variable]
            .flatMap { $0.isEmpty ? nil : Paths.absolute($0) }
    }

    private static func surroundings(_ project: Project) -> PluginSession.Surroundings {
        let executable = PluginLocator.runningExecutable
        return PluginSession.Surroundings(
            stateFolder: project.stateFolder,
            locator: PluginLocator(
                variables: ProcessInfo.processInfo.environment, stateFolder: project.folder + "/.converge",
                executable: executable),
            supervisorCommand: [executable, "supervise", "--project", project.stateRoot])
    }

    /// Watches the runs of a command for those outside.
    ///
    /// - Parameter folder: In which the recipe's relative paths start.
    func observer(folder: String) -> RunObserver? {
        telemetry?.observer(folder: folder, project: project.folder, services: services) { [self] in digest($0) }
    }

    var catalog: PluginCatalog { plugins.catalog }
    var services: LentServices { plugins.services }

    var vocabulary: Vocabulary {
        knownVocabulary.withLock { known in
            if let known { return known }
            let made = PluginVocabulary.make(catalog) { [plugins] name, plugin throws(Diagnostic) in
                try plugins.contents(of: plugin).functions.first { $0.schema.name == name }
            }
            known = made
            return made
        }
    }

    /// The prices of kinds, read once.
    func prices(
        of kinds: Set<String>, _ read: (Set<String>) throws(Diagnostic) -> PriceEvaluation
    ) throws(Diagnostic) -> PriceEvaluation {
        let known = knownPrices.withLock { $0 }
        if let known, known.kinds.isSuperset(of: kinds) { return known.prices }
        let all = kinds.union(known?.kinds ?? [])
        let made = try read(all)
        knownPrices.withLock { $0 = (all, made) }
        return made
    }

    /// The environment as the project declares it; the standard one where it declares none at all.
    ///
    /// A test finds the values and policies of the environment, and the local platform.
    func environmentDefinition() throws -> EnvironmentDefinition {
        var definition = try declaredEnvironment()
        if project.bed != nil { definition.connections = EnvironmentDefinition.standard.connections }
        return definition
    }

    private func declaredEnvironment() throws -> EnvironmentDefinition {
        guard Paths.isFile(project.environmentsFile) else {
            if environment == EnvironmentDefinition.standard.name { return .standard }
            throw Diagnostic(
                .noSuchEnvironment, "there is no environment '\(environment)'",
                notes: ["the project has no converge.project file, so there is only 'default'"],
                help: ["write `environment \(environment) { use local }` to \(Paths.shown(project.environmentsFile))"])
        }
        let parsed = Recipe.parse(try RecipeReader.file(project.environmentsFile))
        let (environments, diagnostics) = EnvironmentReader.environments(
            in: parsed, at: project.environmentsFile, vocabulary: vocabulary)
        if diagnostics.contains(where: { $0.severity == .error }) { throw Diagnostics(diagnostics) }
        if let found = environments.first(where: { $0.name == environment }) { return found }
        let isDefault = environment == EnvironmentDefinition.standard.name
        if isDefault, environments.isEmpty { return .standard }
        let names = environments.map(\.name)
        throw Diagnostic(
            .noSuchEnvironment, "there is no environment '\(environment)'",
            notes: ["declared are \(names.joined(separator: ", "))"],
            help: isDefault
                ? ["say which: --env \(names.joined(separator: " or --env "))"]
                : NearestName.find(environment, in: names).map { ["--env \($0)"] } ?? [])
    }

    /// The names of the environments that are declared, or of the one that is there without; empty where the file is
    /// not to be read, which a verb will tell.
    func environmentNames() -> [String] {
        guard Paths.isFile(project.environmentsFile) else { return [EnvironmentDefinition.standard.name] }
        do {
            let parsed = Recipe.parse(try RecipeReader.file(project.environmentsFile))
            return EnvironmentReader.environments(in: parsed, at: project.environmentsFile, vocabulary: vocabulary)
                .environments.map(\.name)
        } catch {
            return []
        }
    }

    /// SHA-256 as hexadecimal digits.
    func digest(_ bytes: [UInt8]) -> String {
        services.hashing.sha256(bytes).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    func surroundings(
        interruption: Interruption, parallelism: Int, onEvent: @escaping @Sendable (ExecutionEvent) -> Void
    ) -> ExecutionSurroundings {
        let holder = LeaseHolder.current(command: "")
        var surroundings = ExecutionSurroundings(
            gateway: self, clock: ForwardClock(services.clock), randomness: services.randomness, fingerprints: self,
            actor: holder.user, host: holder.host, parallelism: parallelism, interruption: interruption,
            onEvent: onEvent)
        if let telemetry, telemetry.traces != nil { surroundings.tracing = TracedCalls(telemetry: telemetry) }
        return surroundings
    }

    /// Runs a plugin's verb with the plugin's connections of the environment.
    func runVerb(_ name: String, words: [String], options: ObjectValue) async throws -> Value {
        guard let (plugin, verb) = try plugins.verb(named: name) else {
            let known = catalog.plugins.flatMap(\.manifest.verbs).map(\.name)
            throw Diagnostic(
                .unknownVerb, "no plugin has a verb '\(name)'",
                help: NearestName.find(name, in: known).map { ["did you mean '\($0)'?"] } ?? ["plugins"])
        }
        var providers: [String: any Provider] = [:]
        for connection in try environmentDefinition().connections where connection.plugin == plugin {
            let use = ProviderUse(alias: connection.alias, plugin: plugin, settings: connection.settings)
            // As it is: a verb of the plugin knows its own connection.
            providers[connection.alias] = try await plugins.provider(
                plugin: use.plugin, alias: use.alias, environment: environment, settings: use.settings)
        }
        let context = CallContext(token: OperationToken(UUID().uuidString), run: "verb", operation: name)
        let request = VerbRequest(
            words: words, options: options, providers: providers, context: context, services: services)
        return try await verb.run(request).value
    }

    /// Starts the project's supervisor where services should run and none does.
    func reviveServices() async throws(CallError) { try await plugins.reviveServices() }

    /// Closes what was opened, so that the next command need not check it.
    ///
    /// - Returns: What stood in the way of that.
    func close() async -> Diagnostic? {
        var problem: Diagnostic?
        do { try ledger.close() } catch { problem = error }
        await plugins.close()
        return problem
    }

    /// What the detached supervisor of a project does.
    static func supervise(project folder: String, vault: SecretVault) async throws {
        SupervisorServer.detachFromTerminal()
        let project = Project(folder: folder)
        let sealer = ValueSealer(
            stateFolder: project.stateFolder, keyFile: Self.keyFile, redactor: vault.redactor,
            store: SealedRows(ledger: ProjectLedger(project: project.stateRoot, command: "converge supervise")))
        let session = PluginSession(surroundings(project), vault: vault.adding(sealer)) { _ in }
        _ = try await SupervisorServer(session: session).run()
    }
}

extension Engine: ProviderGateway {
    func provider(_ use: ProviderUse, environment: String) async throws(CallError) -> any Provider {
        let provider = try await plugins.provider(
            plugin: use.plugin, alias: use.alias, environment: environment, settings: use.settings)
        let kinds = catalog[use.plugin]?.manifest.resourceKinds.sensitive ?? []
        return sealer.sealing(provider, of: kinds, vault: plugins.vault)
    }

    func schema(of kind: String, plugin: String) -> ResourceKindSchema? {
        catalog[plugin]?.manifest.resourceKinds[kind]
    }
}

/// The engine's way to the executors of steps.
struct EngineSteps: StepGateway {
    let plugins: PluginSession
    let sealer: ValueSealer
    let telemetry: Telemetry?
    /// Those that were asked for: a run asks for each of its steps.
    private let known = Locked<[Name: any StepExecutor]>([:])

    private struct Name: Hashable {
        let kind: String
        let plugin: String?
    }

    init(plugins: PluginSession, sealer: ValueSealer, telemetry: Telemetry?) {
        self.plugins = plugins
        self.sealer = sealer
        self.telemetry = telemetry
    }

    var services: any HostServices { plugins.services }

    func executor(of kind: String, plugin: String?) throws(CallError) -> any StepExecutor {
        let name = Name(kind: kind, plugin: plugin)
        if let executor = known.value[name] { return executor }
        let executor = try find(kind, plugin: plugin)
        known.withLock { $0[name] = executor }
        return executor
    }

    private func find(_ kind: String, plugin: String?) throws(CallError) -> any StepExecutor {
        do throws(Diagnostic) {
            if let executor = try plugins.executor(of: kind, placedOn: plugin) {
                let schema = plugins.catalog.plugins.flatMap(\.manifest.stepKinds).first { $0.name == kind }
                let sealing = sealer.sealing(executor, of: schema)
                guard let telemetry, telemetry.traces != nil else { return sealing }
                return TracedExecutor(executor: sealing, telemetry: telemetry)
            }
        } catch {
            throw CallError(.failed, error)
        }
        let promising = plugins.catalog.plugins.first { $0.manifest.executors.contains(kind) }
        throw CallError(
            .unsupported(feature: kind),
            Diagnostic(
                .noExecutor,
                promising.map {
                    "the plugin '\($0.manifest.name)' does not execute \(kind), although its manifest says so"
                }
                    ?? "no plugin executes \(kind)",
                help: ["copy the plugin's library and manifest again from where they were built"]))
    }
}

extension Engine {
    var stepGateway: any StepGateway { EngineSteps(plugins: plugins, sealer: sealer, telemetry: telemetry) }
}
