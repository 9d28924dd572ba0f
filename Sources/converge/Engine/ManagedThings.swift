// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// The things of a kind that resources are, as far as a list tells them.
struct ManagedThings {
    private let kind: ResourceKindSchema
    private let records: [ResourceRecord]
    /// What is recorded, by the names on which it was asked for.
    private var known: [[String]: Set<ObjectValue>] = [:]

    init(_ kind: ResourceKindSchema, _ records: [ResourceRecord]) {
        self.kind = kind
        self.records = records
    }

    /// True where a resource is the thing: what stays the same as long as it lives is the same, of which a list tells a part.
    mutating func contains(_ thing: ListedResource) -> Bool {
        if records.isEmpty { return false }
        // What names a thing is text.
        let outputs = kind.outputs.filter {
            $0.change == .replaces && !$0.isSensitive && $0.type.unwrapped == .string
        }.map(\.name)
        let told = outputs.filter { thing.outputs[$0]?.isNull == false }
        if !told.isEmpty { return contains(thing.outputs, told, \.outputs) }
        let fields = kind.fields.filter { $0.change == .replaces && !$0.isSensitive }.map(\.name)
        return contains(thing.inputs, fields.filter { thing.inputs[$0]?.isNull == false }, \.inputs)
    }

    private mutating func contains(
        _ values: ObjectValue, _ names: [String], _ part: (ResourceRecord) -> ObjectValue
    ) -> Bool {
        func projection(_ values: ObjectValue) -> ObjectValue { ObjectValue(names.map { ($0, values[$0] ?? .null) }) }
        if known[names] == nil { known[names] = Set(records.map { projection(part($0)) }) }
        return known[names]?.contains(projection(values)) ?? false
    }
}
