// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A piece of work with its beginning and end, as OpenTelemetry knows it.
struct Span: Sendable {
    var id: String
    var name: String
    /// The span that it is a part of; nil for the outermost.
    var parent: String?
    var trace: String
    var started: Timestamp
    var attributes: ObjectValue

    /// The span in the JSON form of OTLP.
    ///
    /// - Parameters:
    ///   - failure: Why it did not end well; nil where it did.
    func document(ended: Timestamp, isOK: Bool, failure: (code: String, message: String)?) -> ObjectValue {
        var span: ObjectValue = ["traceId": .string(trace), "spanId": .string(id)]
        if let parent { span["parentSpanId"] = .string(parent) }
        span["name"] = .string(name)
        span["kind"] = 1
        span["startTimeUnixNano"] = .string(String(started.nanoseconds))
        span["endTimeUnixNano"] = .string(String(max(ended, started).nanoseconds))
        var attributes = attributes
        if let failure {
            attributes["error.type"] = .string(failure.code)
            span["events"] = [
                [
                    "timeUnixNano": .string(String(max(ended, started).nanoseconds)), "name": "exception",
                    "attributes": Self.attributes([
                        "exception.type": .string(failure.code), "exception.message": .string(failure.message)
                    ])
                ]
            ]
            span["status"] = ["code": 2, "message": .string(failure.message)]
        } else if isOK {
            span["status"] = ["code": 1]
        }
        span["attributes"] = Self.attributes(attributes)
        return span
    }

    /// A request of spans.
    static func request(_ spans: [ObjectValue], of resource: ObjectValue) -> ObjectValue {
        [
            "resourceSpans": [
                [
                    "resource": ["attributes": attributes(resource)],
                    "scopeSpans": [
                        [
                            "scope": ["name": "converge", "version": .string(ConvergeMain.version)],
                            "spans": .list(spans.map { .object($0) })
                        ]
                    ]
                ]
            ]
        ]
    }

    private static func attributes(_ object: ObjectValue) -> Value {
        .list(
            object.map { entry in
                let value: ObjectValue =
                    switch entry.value {
                    case .int(let number): ["intValue": .string(String(number))]
                    case .bool(let flag): ["boolValue": .bool(flag)]
                    case .float(let number): ["doubleValue": .float(number)]
                    default: ["stringValue": .string(entry.value.string ?? entry.value.literal)]
                    }
                return ["key": .string(entry.key), "value": .object(value)]
            })
    }
}
