// SPDX-License-Identifier: Apache-2.0

/// A dynamically loaded module that adds kinds, executors, facets, functions, verbs and texts.
///
/// Its library exports one C function that hands a plugin over:
///
/// ```swift
/// @c(converge_plugin) public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(MyPlugin()).handOver() }
/// ```
public protocol Plugin: Sendable {
    /// Everything the plugin adds. Called once, before anything else of the plugin.
    func contents() throws(CallError) -> PluginContents
}

/// What a plugin adds to Converge.
public struct PluginContents: Sendable {
    /// The module's name in lower case; the prefix of its kinds and verbs.
    public var name: String
    /// Three numbers with dots.
    public var version: String
    public var doc: String
    /// Nil for a plugin without a platform of its own.
    public var provider: ProviderSchema?
    public var resourceKinds: [ResourceKindSchema]
    /// Gives further kinds, which take time to work out: called where the plugin's manifest is written, and not where the
    /// plugin is loaded to work.
    public var describeKinds: (@Sendable () throws(CallError) -> [ResourceKindSchema])?
    public var stepKinds: [StepKindSchema]
    /// For step kinds of any plugin.
    public var executors: [any StepExecutor]
    public var functions: [any PluginFunction]
    public var verbs: [any PluginVerb]
    public var supervisedServices: [any SupervisedService]
    /// Capabilities, mappings and shapes in the recipe language.
    public var texts: [PluginText]
    /// What things cost: each text is a dated table in JSON, with its source.
    public var priceTables: [PluginText]
    /// What kinds are called elsewhere: each text is a table in JSON for `export`.
    public var exportTables: [PluginText]
    /// The codes that its diagnostics have.
    public var diagnosticCodes: [DiagnosticCode]
    /// Opens the connection that a `use` line asks for; nil where `provider` is.
    public var connect: (@Sendable (ConnectRequest) async throws(CallError) -> any Provider)?

    public init(name: String, version: String, doc: String) {
        self.name = name
        self.version = version
        self.doc = doc
        provider = nil
        resourceKinds = []
        describeKinds = nil
        stepKinds = []
        executors = []
        functions = []
        verbs = []
        supervisedServices = []
        texts = []
        priceTables = []
        exportTables = []
        diagnosticCodes = []
        connect = nil
    }

    /// The kinds, those that `describeKinds` gives behind the others.
    public func everyResourceKind() throws(CallError) -> [ResourceKindSchema] {
        guard let describeKinds else { return resourceKinds }
        return resourceKinds + (try describeKinds())
    }
}

/// A text that a plugin ships: in the recipe language, or a table of data.
public struct PluginText: Sendable, Hashable, Codable {
    /// A path inside the plugin, such as `Mappings/DataLakeStorage.recipe`, shown in diagnostics.
    public var path: String
    public var text: String

    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    public init(path: String, utf8: [UInt8]) { self.init(path: path, text: String(decoding: utf8, as: UTF8.self)) }
}

public struct ConnectRequest: Sendable {
    /// The name under which recipes see this connection; the plugin's own unless `as` gives another.
    public var alias: String
    public var environment: String
    /// The settings of the `use` line, defaults filled in.
    public var settings: ObjectValue
    /// A folder for this connection's own state; it exists, with mode 0700, and belongs to no other connection.
    public var folder: String
    public var services: any HostServices

    public init(
        alias: String, environment: String, settings: ObjectValue, folder: String, services: any HostServices
    ) {
        self.alias = alias
        self.environment = environment
        self.settings = settings
        self.folder = folder
        self.services = services
    }
}

/// A pure function that recipes may call.
public protocol PluginFunction: Sendable {
    var schema: FunctionSchema { get }

    /// The result for arguments in the order of the schema's parameters, defaults filled in, of the right types.
    func call(_ arguments: [Value]) throws(CallError) -> Value
}

/// A command of the shell that a plugin adds.
public protocol PluginVerb: Sendable {
    var schema: VerbSchema { get }

    func run(_ request: VerbRequest) async throws(CallError) -> VerbResponse
}

public struct VerbRequest: Sendable {
    /// The words behind the verb.
    public var words: [String]
    /// The options: `--name=value`; one without a value is `true`.
    public var options: ObjectValue
    /// The plugin's connections of the environment, by alias.
    public var providers: [String: any Provider]
    public var context: CallContext
    public var services: any HostServices

    public init(
        words: [String], options: ObjectValue, providers: [String: any Provider], context: CallContext,
        services: any HostServices
    ) {
        self.words = words
        self.options = options
        self.providers = providers
        self.context = context
        self.services = services
    }
}

public struct VerbResponse: Sendable {
    /// Shown as a table where it is a list of objects, as JSON under `--json`.
    public var value: Value

    public init(value: Value) { self.value = value }
}

/// A long-lived service that the project's supervisor runs in its own process, restarting it when it fails.
public protocol SupervisedService: Sendable {
    /// Unique in the plugin.
    var name: String { get }

    /// Serves until cancelled. Returning or throwing earlier counts as a failure and is followed by a restart with
    /// back-off.
    func run(_ request: ServiceRequest) async throws(CallError)
}

public struct ServiceRequest: Sendable {
    /// The supervisor's name of this instance.
    public var id: String
    public var configuration: ObjectValue
    /// A folder of its own that outlives restarts.
    public var folder: String
    /// Where the service takes its messages from, one at a time.
    public var inbox: any ServiceInbox
    public var services: any HostServices

    public init(
        id: String, configuration: ObjectValue, folder: String, inbox: any ServiceInbox, services: any HostServices
    ) {
        self.id = id
        self.configuration = configuration
        self.folder = folder
        self.inbox = inbox
        self.services = services
    }
}

/// Messages that other processes of the project send to a service.
public protocol ServiceInbox: Sendable {
    /// The next message, waiting for it; nil when the service shall end.
    func next() async -> ServiceMessage?
}

/// A message and the way to answer it.
public struct ServiceMessage: Sendable {
    public var content: Value
    /// Answers the sender, once.
    public var answer: @Sendable (Result<Value, CallError>) -> Void

    public init(content: Value, answer: @escaping @Sendable (Result<Value, CallError>) -> Void) {
        self.content = content
        self.answer = answer
    }
}
