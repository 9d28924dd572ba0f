// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Scalars of answers, from JSON values or from text.
enum ScalarAnswer {
    static func value(_ value: Value, _ type: ShapeType, _ path: String) throws(AnswerFault) -> Value {
        switch type {
        case .string, .blob:
            switch value {
            case .string: return value
            case .int, .float, .bool: return .string(value.json(.plain))
            default: break
            }
        case .integer:
            if case .int = value { return value }
            if let number = value.number ?? value.string.flatMap(Double.init), let whole = Int64(exactly: number) {
                return .int(value.string.flatMap { Int64($0) } ?? whole)
            }
        case .float:
            if let number = value.number ?? value.string.flatMap(Double.init) { return .float(number) }
        case .boolean:
            switch value {
            case .bool: return value
            case .string(let text): return .bool(text.lowercased() == "true")
            default: break
            }
        case .timestamp:
            if let time = value.number.flatMap({ WireText.time(seconds: $0) }) ?? value.string.flatMap(WireText.time) {
                return .time(time)
            }
        case .jsonText:
            guard let text = value.string else { return value }
            return try AnswerReader.json(Array(text.utf8))
        case .document, .compound: return value
        }
        throw JSONAnswer.mismatch(value, wanted(type), path)
    }

    private static func wanted(_ type: ShapeType) -> String {
        switch type {
        case .integer: "a whole number"
        case .float: "a number"
        case .boolean: "true or false"
        case .timestamp: "a time"
        default: "text"
        }
    }
}
