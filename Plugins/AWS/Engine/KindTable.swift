// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// The kinds that the tables describe.
final class KindTable: Sendable {
    /// All tables that the library carries.
    static let shared = KindTable()

    private let services: [String: Result<ObjectValue, CallError>]
    private let entries = Mutex<[String: KindEntry]>([:])

    private init() {
        var services: [String: Result<ObjectValue, CallError>] = [:]
        for name in Tables.names(in: "Kinds") {
            let service = String(name.dropFirst("Kinds/".count))
            services[service] = Result { () throws(CallError) in try Self.kinds(of: service) }
        }
        self.services = services
    }

    private static func kinds(of service: String) throws(CallError) -> ObjectValue {
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
    var names: [String] { services.keys.sorted().flatMap { service in names(of: service) } }

    private func names(of service: String) -> [String] {
        guard case .success(let kinds)? = services[service] else { return [] }
        return kinds.keys.map { "aws.\(service).\($0)" }
    }

    /// What the host knows of every kind.
    ///
    /// - Throws: `CallError` where a table makes no sense.
    func schemas() throws(CallError) -> [ResourceKindSchema] {
        var schemas: [ResourceKindSchema] = []
        for service in services.keys.sorted() {
            for kind in try services[service]?.get().keys ?? [] {
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
        guard parts.count == 3, let service = services[parts[1]], let object = try service.get()[parts[2]]?.object
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
