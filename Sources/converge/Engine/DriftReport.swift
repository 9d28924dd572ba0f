// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import Shell

/// What differs between the ledger and the platforms.
struct DriftReport: Sendable {
    struct Item: Sendable {
        let record: ResourceRecord
        let observation: Observation
        /// Who changed it, as far as its platform can tell.
        var mark: ThingMark { if case .found(_, _, let mark) = observation { mark } else { ThingMark() } }
        /// Empty where the resource is gone.
        let fields: [FieldDifference]
        /// False where other fields differ too.
        var isWhole = true

        /// Some of its fields only: of the others it says what is recorded. Nil for none.
        func part(_ paths: Set<String>) -> Item? {
            guard case .found(let inputs, _, let mark) = observation else { return nil }
            let fields = fields.filter { paths.contains($0.path) }
            if fields.isEmpty { return nil }
            var merged = record.inputs
            for name in Set(fields.map { String($0.path.prefix { $0 != "." }) }) { merged[name] = inputs[name] }
            return Item(
                record: record, observation: .found(inputs: merged, outputs: record.outputs, mark: mark),
                fields: fields, isWhole: false)
        }
    }

    let items: [Item]
    /// Rows whose platforms gave sensitive outputs anew: no drift, but what readers get.
    private let renewed: [ResourceRecord]

    /// - Parameter kinds: Fields of a kind that no plugin has are compared as they are.
    init(snapshot: LedgerSnapshot, observations: [Address: Observation], kinds: KnownKinds) {
        renewed = Self.renewed(snapshot, observations)
        items = observations.sorted { $0.key < $1.key }.compactMap { address, observation in
            guard let record = snapshot.records[address] else { return nil }
            switch observation {
            case .gone: return Item(record: record, observation: observation, fields: [])
            case .found(let inputs, let outputs, _):
                let fields = kinds[record.kind]?.fields ?? record.inputs.keys.map { FieldSchema($0, .any, "") }
                let ignored = IgnoredFields(record.ignored)
                let differences =
                    FieldComparison.differences(from: record.inputs, to: inputs, fields: fields)
                    .filter { !ignored.covers($0) }
                    + FieldComparison.conditions(
                        from: record.outputs, to: outputs, outputs: kinds[record.kind]?.outputs ?? [])
                return differences.isEmpty ? nil : Item(record: record, observation: observation, fields: differences)
            }
        }
    }

    private static func renewed(
        _ snapshot: LedgerSnapshot, _ observations: [Address: Observation]
    ) -> [ResourceRecord] {
        observations.sorted { $0.key < $1.key }.compactMap { address, observation in
            guard case .found(_, let outputs, _) = observation, var record = snapshot.records[address],
                outputs.secrets != record.outputs.secrets
            else { return nil }
            record.outputs = outputs
            return record
        }
    }

    var isEmpty: Bool { items.isEmpty }

    /// Rows that say what is there.
    func accepted(at time: Timestamp) -> [JournalEntry] { accepted(items, at: time) }

    /// Rows that say what is there of some, and nothing new of the others.
    func accepted(_ items: [Item], at time: Timestamp) -> [JournalEntry] {
        let told = Set(self.items.map(\.record.identity))
        return renewed.filter { !told.contains($0.identity) }.map { .resource(.put($0)) }
            + items.map { item in
                switch item.observation {
                case .gone: return .resource(.remove(item.record.identity))
                case .found(let inputs, let outputs, _):
                    var record = item.record
                    record.inputs = inputs
                    record.outputs = outputs
                    if item.isWhole { record.status = .ready }
                    record.changed = time
                    return .resource(.put(record))
                }
            }
    }

    /// What the audit trail says of having taken some of it over.
    func line(
        _ action: String, _ what: String, _ addresses: [Address], of program: Program,
        _ surroundings: ExecutionSurroundings
    ) -> AuditEntry {
        let names = Array(Set(addresses)).sorted().map(\.text)
        let more = names.count > 20 ? " and \(names.count - 20) more" : ""
        return AuditEntry(
            time: surroundings.clock.now(), actor: surroundings.actor, host: surroundings.host, action: action,
            environment: program.environment, module: program.module,
            detail: "\(what): " + names.prefix(20).joined(separator: ", ") + more)
    }

    func text(_ style: TextStyle) -> String {
        if isEmpty { return "No drift: what is there is what was recorded.\n" }
        return items.map { item in
            var text = style(.heading, item.record.identity.address.text) + "  \(item.record.kind)"
            text += style(.dim, PlanRenderer.author(item.mark)) + "\n"
            if case .gone = item.observation { text += "    " + style(.removed, "is gone") + "\n" }
            for field in item.fields {
                let before = field.isSensitive ? "(sensitive)" : field.before?.literal ?? "(none)"
                let after = field.isSensitive ? "(sensitive)" : field.after?.literal ?? "(none)"
                text += "    \(field.path): \(style(.removed, before)) -> \(style(.added, after))\n"
            }
            return text
        }.joined()
    }

    var document: ObjectValue {
        [
            "drift": .list(
                items.map { item in
                    let isGone = if case .gone = item.observation { true } else { false }
                    return .object(
                        PlanRenderer.authorObject(item.mark).merging([
                            "address": .string(item.record.identity.address.text), "kind": .string(item.record.kind),
                            "status": .string(isGone ? "gone" : "changed"),
                            "fields": .list(
                                item.fields.map { field in
                                    .object([
                                        "path": .string(field.path),
                                        "before": field.isSensitive ? "(sensitive)" : field.before ?? .null,
                                        "after": field.isSensitive ? "(sensitive)" : field.after ?? .null
                                    ])
                                })
                        ]))
                })
        ]
    }
}
