// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Synchronization
import Testing

/// A recipe's folder and the local platform with a lake, a warehouse and a tracker, on which steps are executed.
final class Workbench: Sendable {
    let recipe: TemporaryFolder
    let services: LentServices
    let lake = Reference(type: "DataLakeStorage", resource: Address("lake"))
    let archive = Reference(type: "DataLakeStorage", resource: Address("archive"))
    let warehouse = Reference(type: "DataWarehousing", resource: Address("warehouse"))
    let tracking = Reference(type: "ExperimentTracking", resource: Address("tracking"))
    /// Facets that a test brings itself, by `ADDRESS FACET`.
    let facets = Mutex<[String: any Facet]>([:])

    private let state: TemporaryFolder
    private let provider: any Provider
    private let things = Mutex<[Address: (kind: String, outputs: ObjectValue)]>([:])
    private let handles = Mutex<[String: String]>([:])
    private let lines = Mutex<[String]>([])
    private let steps = Mutex(0)

    static let kinds = [
        "lake": "local.Lake", "archive": "local.Lake", "warehouse": "local.Warehouse", "tracking": "local.Tracker"
    ]

    init(secrets: [String: String] = [:]) async throws {
        recipe = try TemporaryFolder()
        state = try TemporaryFolder()
        let collected = LineSink()
        services = LentServices(
            stateFolder: state.path + "/.converge",
            vault: SecretVault(sources: [EnvironmentSecretSource(variables: secrets)]), supervisor: NoSupervisor(),
            sink: collected.add)
        sink = collected
        let folder = state.path + "/local"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let connect = try #require(LoadedPlugins.local.connect)
        provider = try await connect(
            ConnectRequest(alias: "local", environment: "test", settings: [:], folder: folder, services: services))
        for (name, kind) in Self.kinds { _ = try await make(kind, name) }
    }

    /// A further thing of the local platform, with the defaults of its kind filled in.
    func make(_ kind: String, _ name: String, _ given: ObjectValue = [:]) async throws -> Reference {
        let schema = try #require(LoadedPlugins.local.resourceKinds.first { $0.name == kind })
        var inputs = ObjectValue()
        for field in schema.fields { inputs[field.name] = given[field.name] ?? field.defaultValue }
        let request = CreateRequest(
            kind: kind, identity: Self.identity(name), inputs: inputs, context: Self.context(name, token: name))
        let outputs = try await provider.create(request).outputs
        things.withLock { $0[Address(name)] = (kind, outputs) }
        return Reference(type: kind, resource: Address(name))
    }

    /// What a step recorded last, under its token.
    func handle(of token: String) -> String? { handles.withLock { $0[token] } }

    fileprivate func keep(_ handle: String, of token: String) { handles.withLock { $0[token] = handle } }

    private let sink: LineSink

    /// What steps wrote to their logs.
    var log: [String] { sink.lines }

    private static func identity(_ name: String) -> ResourceIdentity {
        ResourceIdentity(environment: "test", module: "test", address: Address(name))
    }

    static func context(_ operation: String, token: String) -> CallContext {
        CallContext(token: OperationToken(token), run: "run-1", operation: operation)
    }

    /// Executes a step with the defaults of its kind filled in.
    @discardableResult
    func step(_ kind: String, _ name: String, _ inputs: ObjectValue) async throws -> StepResponse {
        let (executor, request) = try prepare(kind, name, inputs)
        return try await executor.execute(request)
    }

    /// The executor of a kind and a request to it under a token of its own.
    func prepare(
        _ kind: String, _ name: String, _ inputs: ObjectValue, token: String? = nil
    ) throws -> (executor: any StepExecutor, request: StepRequest) {
        let plugin = LoadedPlugins.standard
        let schema = try #require(plugin.stepKinds.first { $0.name == kind })
        let executor = try #require(plugin.executors.first { $0.kind == kind })
        for key in inputs.keys { #expect(schema.field(key) != nil, "\(kind) has no field \(key)") }
        var all = ObjectValue()
        for field in schema.fields { all[field.name] = inputs[field.name] ?? field.defaultValue }
        let number = steps.withLock { count in
            count += 1
            return count
        }
        let context = Self.context(name, token: token ?? "step-\(number)")
        return (
            executor,
            StepRequest(kind: kind, inputs: all, recipeFolder: recipe.path, context: context, host: Host(bench: self))
        )
    }

    /// The diagnostic of a step that must fail.
    func failure(_ kind: String, _ name: String, _ inputs: ObjectValue) async throws -> Diagnostic {
        do {
            try await step(kind, name, inputs)
        } catch let error as CallError {
            return error.diagnostic
        }
        throw Unexpected(description: "\(kind) \(name) did not fail")
    }

    /// The rows of a query in the warehouse or another store.
    func rows(_ sql: String, in store: String = "warehouse") async throws -> [[Value]] {
        let tables = try await tables(store)
        let rows = Mutex<[[Value]]>([])
        _ = try await tables.query(SQLStatement(sql), batchRows: 1000, context: Self.context("rows", token: "rows")) {
            columns, batch throws(CallError) in
            for row in 0..<batch.rowCount {
                let cells = zip(columns, batch.columns).map { Self.cell($1, row, $0.type) }
                rows.withLock { $0.append(cells) }
            }
            return true
        }
        return rows.withLock { $0 }
    }

    func tables(_ store: String) async throws -> any TableStore {
        let facet = try await facet("TableStore", of: Address(store))
        return try #require(facet as? any TableStore)
    }

    func facet(_ name: String, of address: Address) async throws(CallError) -> any Facet {
        if let own = facets.withLock({ $0["\(address) \(name)"] }) { return own }
        guard let thing = things.withLock({ $0[address] }) else {
            throw CallError(.notFound, "there is no '\(address)'")
        }
        return try await provider.facet(
            FacetRequest(
                facet: name, kind: thing.kind, identity: Self.identity(address.text), inputs: [:],
                outputs: thing.outputs))
    }

    private static func cell(_ vector: ColumnVector, _ row: Int, _ type: ColumnType) -> Value {
        if vector.isNull(row) { return .null }
        return switch vector.storage {
        case .ints(let cells): type == .bool ? .bool(cells[row] != 0) : .int(cells[row])
        case .floats(let cells): .float(cells[row])
        case .texts(let bytes, let offsets):
            .string(String(decoding: bytes[offsets[row]..<offsets[row + 1]], as: UTF8.self))
        }
    }
}

struct Unexpected: Error, CustomStringConvertible { let description: String }

extension StepResponse {
    func table(_ name: String = "table") throws -> Reference { try #require(outputs[name]?.reference) }

    /// The types of a table's columns.
    func columns(_ name: String = "table") throws -> ObjectValue {
        try #require(try table(name).attributes["columns"]?.object)
    }
}

private struct Host: StepHost {
    let bench: Workbench

    var services: any HostServices { bench.services }

    func facet(named name: String, of resource: Address) async throws(CallError) -> any Facet {
        try await bench.facet(name, of: resource)
    }

    func record(handle: String, _ context: CallContext) async throws(CallError) {
        bench.keep(handle, of: context.token.text)
    }
}

private final class LineSink: Sendable {
    private let collected = Mutex<[String]>([])

    var lines: [String] { collected.withLock { $0 } }

    @Sendable func add(_ event: WorkLogEvent) {
        if case .line(let line, _) = event { collected.withLock { $0.append(line) } }
    }
}

/// A supervisor for tests that need none.
private struct NoSupervisor: Supervisor {
    func ensure(_ service: SupervisedServiceSpecification) async throws(CallError) { throw CallError(.failed, "none") }
    func call(_ id: String, _ message: Value, timeout: Duration) async throws(CallError) -> Value {
        throw CallError(.notFound, "none")
    }
    func stop(_ id: String) async throws(CallError) {}
    func list() async throws(CallError) -> [SupervisedServiceStatus] { [] }
}
