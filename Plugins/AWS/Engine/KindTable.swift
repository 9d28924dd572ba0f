// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// The kinds that the tables describe.
final class KindTable: Sendable {
    /// All tables that the library carries.
    static let shared = KindTable()

    /// In order.
    private let services: [String]
    private let tables = Mutex<[String: ObjectValue]>([:])
    private let entries = Mutex<[String: KindEntry]>([:])

    private init() {
        services = Tables.names(in: "Kinds").map { String($0.dropFirst("Kinds/".count)) }
    }

    /// The kinds of a service's table, which is read when the first of them is asked for.
    private func kinds(of service: String) throws(CallError) -> ObjectValue {
        if let known = tables.withLock({ $0[service] }) { return known }
        let kinds = try Self.read(service)
        tables.withLock { $0[service] = kinds }
        return kinds
    }

    private static func read(_ service: String) throws(CallError) -> ObjectValue {
        guard let bytes = Tables.bytes("Kinds/" + service) else {
            throw CallError(.failed, "there is no table of kinds of '\(service)'")
        }
        let table: Value
        do throws(JSONError) { table = try Value(foreignJSON: bytes) } catch {
            throw CallError(
                .failed, "the table of kinds of '\(service)' breaks at byte \(error.offset): \(error.reason)")
        }
        guard let kinds = table.object?["kinds"]?.object else {
            throw CallError(.failed, "the table of kinds of '\(service)' has no kinds")
        }
        return kinds
    }

    /// The names of all kinds, in order: `aws.s3.Bucket`.
    var names: [String] {
        services.flatMap { service -> [String] in
            do throws(CallError) {
                return try kinds(of: service).keys.map { "aws.\(service).\($0)" }
            } catch {
                // What is wrong with a table is told to whoever asks for a kind of it.
                return []
            }
        }
    }

    /// What the host knows of every kind.
    ///
    /// - Throws: `CallError` where a table makes no sense.
    func schemas() throws(CallError) -> [ResourceKindSchema] {
        var schemas: [ResourceKindSchema] = []
        for service in services {
            for kind in try kinds(of: service).keys {
                schemas.append(try entry("aws.\(service).\(kind)").schema())
            }
        }
        return schemas
    }

    /// The entry of a kind; it is read once.
    ///
    /// - Parameter name: With the plugin's: `aws.s3.Bucket`.
    /// - Throws: `CallError` where there is none, or where its entry makes no sense.
    func entry(_ name: String) throws(CallError) -> KindEntry {
        if let entry = entries.withLock({ $0[name] }) { return entry }
        let parts = name.split(separator: ".").map(String.init)
        guard parts.count == 3, services.contains(parts[1]), let object = try kinds(of: parts[1])[parts[2]]?.object
        else {
            throw CallError(
                .invalid, "AWS has no kind '\(name)'",
                help: NearestName.find(name, in: names).map { ["did you mean '\($0)'?"] } ?? [])
        }
        let entry = try KindEntry(name: name, service: parts[1], TableReader(object, place: name))
        entries.withLock { $0[name] = entry }
        return entry
    }
}
