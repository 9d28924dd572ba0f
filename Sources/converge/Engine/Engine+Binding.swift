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
        if !moved.isEmpty {
            throw Diagnostic(
                .planStale, "the plan is out of date: \(moved.joined(separator: ", and ")) since it was made",
                notes: notes, help: ["plan \(saved.binding.recipe) --out FILE    makes a new one"])
        }
    }

    private static func author(_ mark: ThingMark) -> String {
        (mark.changedBy.map { " by \($0)" } ?? "") + (mark.changedAt.map { " at \($0)" } ?? "")
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
