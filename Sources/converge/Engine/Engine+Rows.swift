// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning

extension Engine {
    /// Makes everything that one module has made another module's, as it is.
    ///
    /// - Returns: The resources that are another's now; those that a mapping made for them are left out.
    /// - Throws: A diagnostic where both have made something of one name.
    func moveRows(of module: String, to other: String) async throws(Diagnostic) -> [Address] {
        let found = try await ledger.snapshot(environment: environment, module: module).records
        if found.isEmpty { return [] }
        let (ledger, environment) = (ledger, environment)
        let surroundings = surroundings(interruption: Interruption(), parallelism: 8) { _ in }
        return try await ledger.withLease(.apply(environment: environment), wait: .zero) {
            (lease) throws(Diagnostic) -> [Address] in
            // What was interrupted is recorded under its module, and must have ended there.
            _ = try await Settler(store: ledger, surroundings: surroundings)
                .settleAll(environment: environment, under: lease)
            let records = try await ledger.snapshot(environment: environment, module: module).records
            try await refuseCommonRows(of: module, and: other)
            let addresses = records.keys.sorted()
            let entries = addresses.compactMap { address -> JournalEntry? in
                guard var record = records[address] else { return nil }
                let former = record.identity
                record.identity = ResourceIdentity(environment: environment, module: other, address: address)
                return .resource(.move(from: former, to: record))
            }
            try await ledger.noteTakeover(of: module, by: other, environment: environment)
            let line = AuditEntry(
                time: surroundings.clock.now(), actor: surroundings.actor, host: surroundings.host, action: "move",
                environment: environment, module: other, detail: "\(records.count) rows of \(module)")
            try await ledger.append(entries + [.audit(line)], under: lease)
            return addresses.filter { !$0.text.contains("/") }
        }
    }

    /// - Throws: A diagnostic where both modules have made something of one name.
    func refuseCommonRows(of module: String, and other: String) async throws(Diagnostic) {
        let taken = try await ledger.snapshot(environment: environment, module: other).records
        let own = try await ledger.snapshot(environment: environment, module: module).records
        if let both = own.keys.sorted().first(where: { taken[$0] != nil }) {
            throw Diagnostic(
                .madeByBoth, "\(other) has made a \(both) of its own",
                help: ["save to another file, or `destroy` one of the two first"])
        }
    }
}
