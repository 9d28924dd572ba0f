// SPDX-License-Identifier: Apache-2.0

/// The project's supervisor: a process that outlives commands and runs long-lived services of plugins.
public protocol Supervisor: Sendable {
    /// Makes sure that the service runs with this configuration, starting the supervisor on first need. A changed
    /// configuration restarts the service. Returns when the service has been started, not when it is ready.
    func ensure(_ service: SupervisedServiceSpecification) async throws(CallError)

    /// Sends a message and waits for the answer.
    ///
    /// - Throws: `CallError` with `notFound` where no such service runs, or what the service answered.
    func call(_ id: String, _ message: Value, timeout: Duration) async throws(CallError) -> Value

    /// Stops the service and forgets it. That there is none is not an error.
    func stop(_ id: String) async throws(CallError)

    /// The services that run or wait for their restart.
    func list() async throws(CallError) -> [SupervisedServiceStatus]
}

public struct SupervisedServiceSpecification: Sendable, Hashable, Codable {
    /// Unique in the project.
    public var id: String
    /// The plugin's name.
    public var plugin: String
    /// The name of its supervised service.
    public var service: String
    public var configuration: Value

    public init(id: String, plugin: String, service: String, configuration: Value) {
        self.id = id
        self.plugin = plugin
        self.service = service
        self.configuration = configuration
    }
}

public struct SupervisedServiceStatus: Sendable, Hashable, Codable {
    public var id: String
    public var plugin: String
    public var service: String
    public var isRunning: Bool
    public var restarts: Int
    /// Why it last ended; nil where it never did.
    public var lastFailure: String?

    public init(id: String, plugin: String, service: String, isRunning: Bool, restarts: Int, lastFailure: String?) {
        self.id = id
        self.plugin = plugin
        self.service = service
        self.isRunning = isRunning
        self.restarts = restarts
        self.lastFailure = lastFailure
    }
}
