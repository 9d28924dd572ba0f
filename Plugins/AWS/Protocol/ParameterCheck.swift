// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Brings parameters into the form that the request writers take: known names only, nothing null, scalars of the type
/// that the model wants. What writers are given can be written.
///
/// Blobs stay base64 text, timestamps are `Value.time`, documents are as they were.
struct ParameterCheck {
    let model: ServiceModel

    /// - Parameter absent: A required member that is sent in another way than in the object.
    func checked(
        _ object: ObjectValue, _ shape: StructureShape, path: String = "", absent: String? = nil
    ) throws(ParameterFault) -> ObjectValue {
        var result = ObjectValue()
        for entry in object where !entry.value.isNull {
            let place = path.isEmpty ? entry.key : path + "." + entry.key
            guard let member = shape.member(entry.key) else {
                let nearest = NearestName.find(entry.key, in: shape.members.map(\.name))
                throw ParameterFault(path: place, problem: .unknownName(nearest: nearest))
            }
            result[entry.key] = try checked(entry.value, member.type, place)
        }
        for name in shape.required where result[name] == nil && name != absent {
            throw ParameterFault(path: path.isEmpty ? name : path + "." + name, problem: .missing)
        }
        return result
    }

    private func checked(_ value: Value, _ type: ShapeType, _ path: String) throws(ParameterFault) -> Value {
        switch type {
        case .string: return .string(try text(value, path))
        case .integer: return .int(try integer(value, path))
        case .float:
            if let number = value.number { return .float(number) }
            if let number = value.string.flatMap({ Double($0) }) { return .float(number) }
            throw Self.mismatch(value, "a number", path)
        case .boolean:
            switch value {
            case .bool: return value
            case .string("true"): return .bool(true)
            case .string("false"): return .bool(false)
            default: throw Self.mismatch(value, "true or false", path)
            }
        case .blob:
            guard let text = value.string else { throw Self.mismatch(value, "text in base64", path) }
            guard WireText.bytes(base64: text) != nil else { throw ParameterFault(path: path, problem: .notBase64) }
            return value
        case .timestamp: return .time(try time(value, path))
        case .document: return value
        case .jsonText:
            // Text is taken as JSON that is written already.
            return .string(value.string ?? value.json(.plain))
        case .compound(let place): return try checked(value, model.compound(place), path)
        }
    }

    private func checked(_ value: Value, _ shape: CompoundShape, _ path: String) throws(ParameterFault) -> Value {
        switch shape {
        case .structure(let structure):
            guard let object = value.object else { throw Self.mismatch(value, "an object", path) }
            return .object(try checked(object, structure, path: path))
        case .list(let list):
            guard let items = value.list else { throw Self.mismatch(value, "a list", path) }
            var result: [Value] = []
            for (place, item) in items.enumerated() {
                result.append(item.isNull ? .null : try checked(item, list.of, "\(path)[\(place)]"))
            }
            return .list(result)
        case .map(let map):
            guard let object = value.object else { throw Self.mismatch(value, "an object", path) }
            var result = ObjectValue()
            for entry in object {
                let place = "\(path)[\"\(entry.key)\"]"
                result[entry.key] = entry.value.isNull ? .null : try checked(entry.value, map.value, place)
            }
            return .object(result)
        }
    }

    /// AWS keeps many numbers as text.
    private func text(_ value: Value, _ path: String) throws(ParameterFault) -> String {
        switch value {
        case .string(let text): return text
        case .int(let number), .size(let number): return String(number)
        case .float(let number): return WireText.number(number)
        case .bool(let flag): return flag ? "true" : "false"
        case .date(let date): return date.description
        case .time(let time): return time.description
        default: throw Self.mismatch(value, "text", path)
        }
    }

    private func integer(_ value: Value, _ path: String) throws(ParameterFault) -> Int64 {
        switch value {
        case .int(let number), .size(let number): return number
        case .float(let number):
            if let whole = Int64(exactly: number) { return whole }
        case .string(let text):
            if let whole = Int64(text) { return whole }
        default: break
        }
        throw Self.mismatch(value, "a whole number", path)
    }

    private func time(_ value: Value, _ path: String) throws(ParameterFault) -> Timestamp {
        switch value {
        case .time(let time): return time
        case .date(let date):
            if let time = Timestamp("\(date)T00:00:00Z") { return time }
        case .int(let seconds):
            if let time = WireText.time(seconds: Double(seconds)) { return time }
        case .float(let seconds):
            if let time = WireText.time(seconds: seconds) { return time }
        case .string(let text):
            guard let time = WireText.time(text) else {
                throw ParameterFault(path: path, problem: .noTimestamp(text))
            }
            return time
        default: break
        }
        throw Self.mismatch(value, "a time", path)
    }

    private static func mismatch(_ value: Value, _ wanted: String, _ path: String) -> ParameterFault {
        ParameterFault(path: path, problem: .wrongType(wanted: wanted, found: value.typeName))
    }
}
