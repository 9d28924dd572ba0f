// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Checked parameters as JSON with AWS's names.
struct JSONBody {
    let model: ServiceModel

    /// - Parameter includes: Which members are part of the body.
    func value(
        _ object: ObjectValue, _ shape: StructureShape, includes: (Member) -> Bool = { _ in true }
    ) -> ObjectValue {
        var result = ObjectValue()
        for entry in object {
            guard let member = shape.member(entry.key), includes(member) else { continue }
            result[member.wire] = value(entry.value, member.type)
        }
        return result
    }

    func value(_ value: Value, _ type: ShapeType) -> Value {
        switch (type, value) {
        case (.timestamp(let format), .time(let time)):
            switch format ?? .unix {
            case .unix: return WireText.seconds(time)
            case let format: return .string(WireText.text(time, format))
            }
        case (.float, .float(let number)): return WireText.json(number)
        case (.compound(let place), _):
            switch (model.compound(place), value) {
            case (.structure(let shape), .object(let object)): return .object(self.value(object, shape))
            case (.list(let shape), .list(let items)): return .list(items.map { self.value($0, shape.of) })
            case (.map(let shape), .object(let object)):
                return .object(object.mapValues { self.value($0, shape.value) })
            default: return value
            }
        default: return value
        }
    }
}
