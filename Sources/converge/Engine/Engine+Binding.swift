// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost

/// What a saved plan is bound to, and what of it has moved.
extension Engine {
    /// Enough of a digest to tell one content from another.
    private func brief(_ value: Value) -> Value { .string(String(digest(Array(value.json(.exact).utf8)).prefix(24))) }

    /// Digests of parameters, so that none of their values is in a plan.
    func digests(of parameters: ObjectValue) -> ObjectValue {
        ObjectValue(parameters.sorted { $0.key < $1.key }.map { ($0.key, brief($0.value)) })
    }

    func digests(of observations: [Address: Observation]) -> ObjectValue {
        ObjectValue(
            observations.sorted { $0.key < $1.key }.map { address, observation in
                switch observation {
                case .found(let inputs, let outputs, let mark):
                    let version = mark.version.map { Value.string($0) } ?? .null
                    return (address.text, brief([.object(inputs), .object(outputs), version]))
                case .gone: return (address.text, .null)
                }
            })
    }

    func pluginDigests() -> ObjectValue {
        ObjectValue(
            catalog.plugins.map(\.manifest).sorted { $0.name < $1.name }.map {
                ($0.name, .string("\($0.version) \($0.sha256.prefix(24))"))
            })
    }

    /// Holds a saved plan to what it was made from.
    ///
    /// - Parameter plan: As it would be made now.
    /// - Throws: What has moved.
    func check(
        _ saved: PlanFile, against plan: Plan, of program: Program, _ snapshot: LedgerSnapshot,
        _ observations: [Address: Observation]
    ) async throws(Diagnostic) {
        var moved: [String] = []
        var notes: [String] = []
        if saved.plan.ledgerVersion != snapshot.version {
            moved.append("another command changed what is recorded")
            if let newest = try await ledger.versions(environment: environment, module: nil, limit: 1).first {
                notes.append("the newest version is \(newest.id)")
            }
        }
        let (others, details) = movedSurroundings(saved, program)
        moved += others
        notes += details
        // After a change through Converge what is there differs too, and nobody outside is to blame.
        if moved.isEmpty {
            let things = PlanFile.Binding.moved(saved.binding.observations, digests(of: observations))
            if !things.isEmpty { moved.append("a resource was changed outside of Converge") }
            for address in things.prefix(10) {
                switch observations[Address(address)] {
                case .gone?: notes.append("\(address) is gone")
                case .found(_, _, let mark)?: notes.append("\(address) was changed\(Self.author(mark))")
                case nil: notes.append("\(address) is not recorded any more")
                }
            }
        }
        if moved.isEmpty,
            saved.plan.changes.map(\.savedFields) != plan.changes.map(\.savedFields)
                || saved.plan.changes.map(\.action) != plan.changes.map(\.action)
        {
            moved.append("the recipe asks for something else")
        }
        if !moved.isEmpty { throw Self.stale(saved, moved, notes) }
    }

    /// Lets the application of a saved plan go on that was cut off, or failed: what is left must be a part of it.
    ///
    /// - Parameters:
    ///   - begun: When its application began.
    ///   - plan: As it would be made now.
    /// - Throws: A diagnostic where it came to its end, and where something else is to be done by now.
    func checkGoesOn(
        _ saved: PlanFile, _ begun: Timestamp, with plan: Plan, of program: Program
    ) async throws(Diagnostic) {
        let versions = try await ledger.versions(environment: plan.environment, module: plan.module, limit: 1)
        // One that changes nothing has no version.
        let newest = versions.first.flatMap { $0.started >= begun ? $0 : nil }
        if newest.map({ $0.status == .succeeded }) ?? plan.isEmpty { throw ProjectLedger.used(begun) }
        var (moved, notes) = movedSurroundings(saved, program)
        let meant = Dictionary(
            saved.plan.changes.map { ($0.address, $0.action) }, uniquingKeysWith: { first, _ in first })
        let others = plan.changes.filter { $0.action != .unchanged && meant[$0.address]?.mayEnd(by: $0.action) != true }
        if !others.isEmpty {
            moved.append("something else is to be done by now")
            notes += others.prefix(10).map { "it would \($0.action.rawValue) \($0.address)" }
        }
        if !moved.isEmpty { throw Self.stale(saved, moved, notes) }
    }

    private static func stale(_ saved: PlanFile, _ moved: [String], _ notes: [String]) -> Diagnostic {
        Diagnostic(
            .planStale, "the plan is out of date: \(moved.joined(separator: ", and ")) since it was made",
            notes: notes, help: ["plan \(saved.binding.recipe) --out FILE    makes a new one"])
    }

    /// What a plan is bound to beside the resources, and is not as it was.
    private func movedSurroundings(_ saved: PlanFile, _ program: Program) -> (moved: [String], notes: [String]) {
        var (moved, notes): ([String], [String]) = ([], [])
        let parameters = PlanFile.Binding.moved(saved.binding.parameters, digests(of: program.parameters))
        if !parameters.isEmpty {
            moved.append("other values are given")
            notes.append("of \(parameters.joined(separator: ", "))")
        }
        let plugins = PlanFile.Binding.moved(saved.binding.plugins, pluginDigests())
        if !plugins.isEmpty {
            moved.append("other plugins are here")
            notes.append(
                contentsOf: plugins.map { name in
                    let version = catalog.plugins.first { $0.manifest.name == name }?.manifest.version
                    return "\(name) is \(version.map { "another build, of version \($0)" } ?? "not here any more")"
                })
        }
        return (moved, notes)
    }

    private static func author(_ mark: ThingMark) -> String {
        (mark.changedBy.map { " by \($0)" } ?? "") + (mark.changedAt.map { " at \($0)" } ?? "")
    }
}

extension PlannedAction {
    /// True where an effect that was cut off may need the other one to be whole.
    fileprivate func mayEnd(by other: PlannedAction) -> Bool {
        switch self {
        case .create, .replace: [.create, .replace, .update].contains(other)
        default: self == other
        }
    }
}

extension PlannedChange {
    /// The differences as a saved plan has them: without sensitive values.
    fileprivate var savedFields: [FieldDifference] {
        fields.map { field in
            guard field.isSensitive else { return field }
            var field = field
            (field.before, field.after) = (nil, nil)
            return field
        }
    }
}
