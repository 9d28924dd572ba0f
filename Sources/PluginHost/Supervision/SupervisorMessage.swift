// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What processes of a project ask the supervisor. One JSON object goes each way over a connection of its own.
enum SupervisorRequest: Sendable {
    /// - Parameter library: The SHA-256 of the plugin's library as the asking process knows it.
    case ensure(SupervisedServiceSpecification, library: String)
    case call(id: String, message: Value, timeout: Duration)
    case stop(id: String)
    case list

    /// Raised when the messages change.
    private static let version: Int64 = 1

    var value: Value {
        var object: ObjectValue = ["version": .int(Self.version)]
        switch self {
        case .ensure(let service, let library):
            object["verb"] = "ensure"
            object["service"] = service.value
            object["library"] = .string(library)
        case .call(let id, let message, let timeout):
            object["verb"] = "call"
            object["id"] = .string(id)
            object["message"] = message
            object["timeout"] = .duration(timeout)
        case .stop(let id):
            object["verb"] = "stop"
            object["id"] = .string(id)
        case .list: object["verb"] = "list"
        }
        return .object(object)
    }

    /// Nil for a message of another version.
    init?(line: [UInt8]) {
        do throws(JSONError) {
            self.init(try Value(json: line))
        } catch {
            return nil
        }
    }

    private init?(_ value: Value) {
        guard let object = value.object, object["version"]?.int == Self.version else { return nil }
        switch object["verb"]?.string {
        case "ensure":
            guard let service = object["service"].flatMap(SupervisedServiceSpecification.init(value:)),
                let library = object["library"]?.string
            else { return nil }
            self = .ensure(service, library: library)
        case "call":
            guard let id = object["id"]?.string, let message = object["message"],
                let timeout = object["timeout"]?.duration
            else { return nil }
            self = .call(id: id, message: message, timeout: timeout)
        case "stop":
            guard let id = object["id"]?.string else { return nil }
            self = .stop(id: id)
        case "list": self = .list
        default: return nil
        }
    }
}

/// What the supervisor answers.
enum SupervisorResponse: Sendable {
    case done(Value)
    case failed(CallError)
    /// The supervisor is ending, or was built otherwise than the asking process: a new one must be started.
    case leaving

    var value: Value {
        switch self {
        case .done(let value): ["done": value]
        case .failed(let error): ["failed": error.value]
        case .leaving: ["leaving": true]
        }
    }

    init(_ value: Value) {
        if let result = value.object?["done"] {
            self = .done(result)
        } else if let error = value.object?["failed"].flatMap(CallError.init(value:)) {
            self = .failed(error)
        } else {
            self = .leaving
        }
    }
}

extension SupervisedServiceSpecification {
    var value: Value {
        ["id": .string(id), "plugin": .string(plugin), "service": .string(service), "configuration": configuration]
    }

    init?(value: Value) {
        guard let object = value.object, let id = object["id"]?.string, let plugin = object["plugin"]?.string,
            let service = object["service"]?.string, let configuration = object["configuration"]
        else { return nil }
        self.init(id: id, plugin: plugin, service: service, configuration: configuration)
    }
}

extension SupervisedServiceStatus {
    var value: Value {
        [
            "id": .string(id), "plugin": .string(plugin), "service": .string(service), "isRunning": .bool(isRunning),
            "restarts": .int(Int64(restarts)), "lastFailure": lastFailure.map { .string($0) } ?? .null
        ]
    }

    init?(value: Value) {
        guard let object = value.object, let id = object["id"]?.string, let plugin = object["plugin"]?.string,
            let service = object["service"]?.string, let isRunning = object["isRunning"]?.bool,
            let restarts = object["restarts"]?.int
        else { return nil }
        self.init(
            id: id, plugin: plugin, service: service, isRunning: isRunning, restarts: Int(restarts),
            lastFailure: object["lastFailure"]?.string)
    }
}

extension CallError {
    /// The error as it goes from process to process; places in texts stay behind.
    var value: Value {
        var object: ObjectValue = [
            "reason": .string(reason.word), "code": .string(diagnostic.code.text),
            "title": .string(diagnostic.code.title),
            "explanation": .string(diagnostic.code.explanation), "message": .string(diagnostic.message),
            "notes": .list(diagnostic.notes.map { .string($0) }), "help": .list(diagnostic.help.map { .string($0) })
        ]
        switch reason {
        case .throttled(let after?): object["after"] = .duration(after)
        case .unsupported(let feature): object["feature"] = .string(feature)
        default: break
        }
        return .object(object)
    }

    init?(value: Value) {
        guard let object = value.object, let word = object["reason"]?.string, let code = object["code"]?.string,
            let message = object["message"]?.string
        else { return nil }
        let texts = { (key: String) in object[key]?.list?.compactMap(\.string) ?? [] }
        let reason: Reason =
            switch word {
            case "throttled": .throttled(retryAfter: object["after"]?.duration)
            case "unsupported": .unsupported(feature: object["feature"]?.string ?? "")
            default: Reason.plain.first { $0.word == word } ?? .failed
            }
        let known = DiagnosticCode(code, object["title"]?.string ?? "", object["explanation"]?.string ?? "")
        self.init(reason, Diagnostic(known, message, notes: texts("notes"), help: texts("help")))
    }
}

extension CallError.Reason {
    fileprivate static let plain: [CallError.Reason] = [
        .notFound, .denied, .conflict, .invalid, .lost, .cancelled, .timedOut, .failed, .unreachable
    ]

    fileprivate var word: String {
        switch self {
        case .notFound: "notFound"
        case .denied: "denied"
        case .conflict: "conflict"
        case .throttled: "throttled"
        case .invalid: "invalid"
        case .unsupported: "unsupported"
        case .lost: "lost"
        case .cancelled: "cancelled"
        case .timedOut: "timedOut"
        case .failed: "failed"
        case .unreachable: "unreachable"
        // A reason that a later SDK adds.
        @unknown default: "failed"
        }
    }
}
