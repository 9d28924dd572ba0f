// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Finds in the services' models what stands inside of a kind's fields.
struct FieldInsides {
    private let entry: KindEntry
    /// Every structure that the fields reach, each once.
    private(set) var records: [RecordSchema] = []

    init(_ entry: KindEntry) { self.entry = entry }

    /// What objects in a field hold; nil where the field holds none, or where a call takes it in another form.
    mutating func inside(of field: FieldEntry) throws(CallError) -> ValueType? {
        guard field.isTakenAsWritten, field.schema.type.holdsObject else { return nil }
        for (call, place) in places(of: field) {
            let operation = try OperationShape(service: call.service ?? entry.service, operation: call.operation)
            guard let shape = operation.type(of: place) else { continue }
            let before = records
            let found = type(shape, operation.model)
            if field.schema.type.admits(found) { return found }
            records = before
        }
        return nil
    }

    /// The calls that take the field, the first first, and where.
    private func places(of field: FieldEntry) -> [(call: CallEntry, path: String)] {
        let name = field.schema.name
        var places: [(CallEntry, String)] = []
        for (call, path) in [(entry.create, field.to)]
            + entry.updates.map({ ($0.call, $0.places[name] ?? field.to) })
        {
            if let own = Self.path(to: "$" + name, in: .object(call.parameters)) {
                places.append((call, own))
            } else if ValuePath(call.place(path)).pick(from: .object(call.parameters)) == nil {
                // Where the table gives a part itself, a recipe gives the rest.
                places.append((call, call.place(path)))
            }
        }
        return places
    }

    private static func path(to text: String, in value: Value) -> String? {
        switch value {
        case .string(text): return ""
        case .object(let object):
            for entry in object {
                if let rest = path(to: text, in: entry.value) {
                    return rest.isEmpty ? entry.key : "\(entry.key).\(rest)"
                }
            }
            return nil
        case .list(let items):
            return items.lazy.compactMap { path(to: text, in: $0) }.first.map { $0.isEmpty ? "[0]" : "[0].\($0)" }
        default: return nil
        }
    }

    private mutating func type(_ shape: ShapeType, _ model: ServiceModel) -> ValueType {
        switch shape {
        case .string, .blob: return .string
        case .integer: return .int
        case .float: return .float
        case .boolean: return .bool
        case .timestamp: return .time
        case .document, .jsonText: return .any
        case .compound(let place):
            switch model.compound(place) {
            case .list(let list): return .list(type(list.of, model))
            case .map(let map): return .map(type(map.value, model))
            case .structure(let structure):
                if structure.members.isEmpty { return .object }
                let name = name(ofCompound: place, model)
                if !records.contains(where: { $0.name == name }) { add(structure, name, model) }
                return .named(name)
            }
        }
    }

    /// AWS's name, with the service's before it where it is another one's or would be read as a type of the language.
    private func name(ofCompound place: Int, _ model: ServiceModel) -> String {
        let name = model.compoundName(place)
        return model.name == entry.service && ValueType(name) == .named(name) ? name : "\(model.name)_\(name)"
    }

    private mutating func add(_ structure: StructureShape, _ name: String, _ model: ServiceModel) {
        let position = records.count
        // A structure may hold itself: it is known before its members.
        records.append(RecordSchema(name: name, members: []))
        let members = structure.members.map { member in
            RecordMember(
                member.name, type(member.type, model), isRequired: structure.required.contains(member.name))
        }
        records[position].members = members
    }
}

extension ValueType {
    /// True where objects of which the type says nothing stand in it.
    fileprivate var holdsObject: Bool {
        switch unwrapped {
        case .object: true
        case .list(let element), .map(let element): element.holdsObject
        default: false
        }
    }

    /// True where the other type says more of the same.
    fileprivate func admits(_ other: ValueType) -> Bool {
        switch (unwrapped, other) {
        case (.object, .named), (.object, .map): true
        case (.list(let mine), .list(let others)), (.map(let mine), .map(let others)): mine.admits(others)
        default: false
        }
    }
}
