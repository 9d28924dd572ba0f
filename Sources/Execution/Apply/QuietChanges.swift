// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// What an apply records without an effect on any platform: moves, and rows whose thing is right while what is
/// recorded of it is not.
package struct QuietChanges: Sendable {
    struct Row: Sendable {
        let former: ResourceIdentity
        let record: ResourceRecord
        let isAdopted: Bool
        /// The row of what is gone from the platform.
        var isGone = false
    }

    private(set) var rows: [Row] = []
    /// In words, what is recorded beside moves: `note is protected now`.
    package private(set) var notes: [String] = []
    /// In words, which things others have brought to what the recipe says.
    package private(set) var metWishes: [String] = []

    /// - Parameter fingerprints: What stands for the present texts of secrets; what was recorded without is taken to
    ///   be as it is now.
    package init(_ plan: Plan, _ snapshot: LedgerSnapshot, fingerprints: [String: String] = [:]) {
        for change in plan.changes where change.action != .delete {
            guard let before = snapshot.records[change.movedFrom ?? change.address] else { continue }
            var row = before
            row.identity.address = change.address
            if change.action == .refresh {
                if let outputs = change.outputs {
                    (row.inputs, row.outputs, row.status) = (change.inputs, outputs, .ready)
                }
                rows.append(
                    Row(former: before.identity, record: row, isAdopted: false, isGone: change.outputs == nil))
                continue
            }
            let isAdopted = change.adopted != nil
            if change.action == .unchanged || change.action == .move || change.action == .adopt {
                row.dependencies = change.dependencies
                row.isProtected = change.isProtected
                row.provider = change.provider
                row.owner = change.owner
                row.ignored = change.ignored
                // What others changed to what the recipe says.
                if !change.drift.isEmpty { row.inputs = change.inputs }
                let names = Set(row.inputs.secrets.map(\.recordedName))
                row.fingerprints = fingerprints.filter { names.contains($0.key) }
                    .merging(before.fingerprints.filter { names.contains($0.key) }) { _, recorded in recorded }
            }
            let isUpgraded = snapshot.upgraded.contains(before.identity.address)
            let isReconnected = snapshot.reconnected.contains(before.identity.address)
            if row == before, !isAdopted, !isUpgraded, !isReconnected { continue }
            rows.append(Row(former: before.identity, record: row, isAdopted: isAdopted))
            if isAdopted { continue }
            if isUpgraded {
                notes.append(
                    "\(change.address) is recorded in the form of version \(row.schemaVersion) of its kind now")
            }
            if row.isProtected != before.isProtected {
                notes.append("\(change.address) is \(row.isProtected ? "protected now" : "protected no more")")
            }
            if row.owner != before.owner {
                notes.append(
                    row.owner.map { "\(change.address) belongs to \($0) now" }
                        ?? "\(change.address) belongs to nobody now")
            }
            if row.inputs != before.inputs {
                metWishes.append("\(change.address) is what the recipe says, by a change outside of Converge")
            }
        }
    }

    package var isEmpty: Bool { rows.isEmpty }
}
