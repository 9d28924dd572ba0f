// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Reads JSON with AWS's names into ours.
struct JSONAnswer {
    let model: ServiceModel

    func object(_ value: Value, _ shape: StructureShape, _ path: String) throws(AnswerFault) -> ObjectValue {
        // Some services answer null where they tell nothing.
        if value.isNull { return [:] }
        guard let object = value.object else { throw Self.mismatch(value, "an object", path) }
        var result = ObjectValue()
        for member in shape.members where member.isInAnswerBody {
            guard let given = object[member.answer], !given.isNull else { continue }
            result[member.name] = try self.value(
                given, member.type, path.isEmpty ? member.name : path + "." + member.name)
        }
        return result
    }

    func value(_ value: Value, _ type: ShapeType, _ path: String) throws(AnswerFault) -> Value {
        if value.isNull { return .null }
        switch type {
        case .compound(let place): return try compound(value, model.compound(place), path)
        case .document: return value
        default: return try ScalarAnswer.value(value, type, path)
        }
    }

    private func compound(_ value: Value, _ shape: CompoundShape, _ path: String) throws(AnswerFault) -> Value {
        switch shape {
        case .structure(let structure): return .object(try object(value, structure, path))
        case .list(let list):
            guard let items = value.list else { throw Self.mismatch(value, "a list", path) }
            var result: [Value] = []
            result.reserveCapacity(items.count)
            for item in items { result.append(try self.value(item, list.of, path)) }
            return .list(result)
        case .map(let map):
            guard let object = value.object else { throw Self.mismatch(value, "an object", path) }
            return .object(
                try object.mapValues { (value: Value) throws(AnswerFault) -> Value in
                    try self.value(value, map.value, path)
                })
        }
    }

    static func mismatch(_ value: Value, _ wanted: String, _ path: String) -> AnswerFault {
        AnswerFault(path: path, reason: "\(wanted) should be there, not \(value.typeName)")
    }
}
