// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Execution
package import Planning

/// Rows of the ledger as JSON and as cells of a table.
package enum RecordDocuments {
    /// An element of `show --json`'s `resources`.
    package static func object(_ record: ResourceRecord) -> ObjectValue {
        [
            "environment": .string(record.identity.environment), "module": .string(record.identity.module),
            "address": .string(record.identity.address.text), "kind": .string(record.kind),
            "provider": .string(record.provider.alias), "status": .string(record.status.rawValue),
            "service": record.composite.map { .string($0.service) } ?? .null,
            "protected": .bool(record.isProtected), "owner": record.owner.map { .string($0) } ?? .null,
            "changed": .time(record.changed),
            "inputs": .object(record.inputs), "outputs": .object(record.outputs)
        ]
    }

    /// An element of `runs --json`'s `runs`, and `run` in others.
    package static func object(_ run: RunRecord) -> ObjectValue {
        [
            "id": .string(run.id), "purpose": .string(run.purpose.rawValue),
            "workflow": run.workflow.map { .string($0) } ?? .null, "environment": .string(run.environment),
            "module": .string(run.module), "status": .string(run.status.rawValue), "started": .time(run.started),
            "ended": run.ended.map { .time($0) } ?? .null, "parameters": .object(run.parameters),
            "outputs": .object(run.outputs), "failure": run.failure.map { .object(object($0)) } ?? .null
        ]
    }

    package static func object(_ failure: FailureRecord) -> ObjectValue {
        [
            "code": .string(failure.code), "message": .string(failure.message),
            "notes": .list(failure.notes.map { .string($0) }), "help": .list(failure.help.map { .string($0) })
        ]
    }

    /// An element of `show RUN --json`'s `steps`.
    package static func object(_ operation: OperationRecord) -> ObjectValue {
        [
            "name": .string(name(operation)), "kind": .string(kind(operation)),
            "status": .string(operation.status.rawValue), "attempt": .int(Int64(operation.attempt)),
            "started": .time(operation.started), "ended": operation.ended.map { .time($0) } ?? .null,
            "outputs": .object(operation.outputs),
            "failure": operation.failure.map { .object(object($0)) } ?? .null
        ]
    }

    /// The step's name without its workflow, or the resource's address.
    package static func name(_ operation: OperationRecord) -> String { operation.name }

    package static func kind(_ operation: OperationRecord) -> String {
        switch operation.effect {
        case .resource(let effect, _): effect.rawValue
        case .move: "move"
        case .forget: "forget"
        case .adopt: "adopt"
        case .step(let kind): kind
        }
    }
}

/// Draws rows of the ledger for people.
package struct RecordRenderer: Sendable {
    private let style: TextStyle
    private let width: Int?

    package init(style: TextStyle, width: Int?) {
        self.style = style
        self.width = width
    }

    /// Native resources under their composites, by module.
    package func table(_ records: [ResourceRecord]) -> String {
        if records.isEmpty { return "Nothing here yet.\n" }
        let rows = records.map { record in
            [
                record.identity.module, record.identity.address.text, record.kind,
                record.composite.map { "\(record.provider.alias) (\($0.service))" } ?? record.provider.alias,
                record.status.rawValue
            ]
        }
        return TableRenderer(style: style, width: width).text(["MODULE", "ADDRESS", "KIND", "PROVIDER", "STATUS"], rows)
    }

    package func text(_ record: ResourceRecord) -> String {
        var text = style(.heading, record.identity.address.text) + "  \(record.kind)\n"
        text += "  environment  \(record.identity.environment)\n  module       \(record.identity.module)\n"
        text += "  provider     \(record.provider.alias)\(record.composite.map { " (\($0.service))" } ?? "")\n"
        text += "  status       \(record.status.rawValue)\(record.isProtected ? ", protected" : "")\n"
        if let owner = record.owner { text += "  owner        \(owner)\n" }
        text += fields("inputs", record.inputs) + fields("outputs", record.outputs)
        return text
    }

    /// Names and values, one a line.
    package func fields(_ heading: String, _ object: ObjectValue) -> String {
        if object.isEmpty { return "" }
        let longest = object.keys.map { DisplayWidth.of($0) }.max() ?? 0
        let lines = object.entries.map { entry in
            let padding = String(repeating: " ", count: longest - DisplayWidth.of(entry.key))
            return "    \(entry.key)\(padding)  \(entry.value.literal)\n"
        }
        return style(.dim, "  \(heading)") + "\n" + lines.joined()
    }

    package func table(_ runs: [RunRecord], now: Timestamp) -> String {
        if runs.isEmpty { return "No runs yet.\n" }
        let rows = runs.map { run in
            [
                run.id, run.workflow ?? run.purpose.rawValue, run.module, run.status.rawValue,
                run.started.shown,
                run.took.map { ProgressReporter.shown($0) } ?? ""
            ]
        }
        return TableRenderer(style: style, width: width).text(
            ["RUN", "WHAT", "MODULE", "STATUS", "STARTED", "TOOK"], rows)
    }

    /// - Parameter waits: What operations wait for.
    package func text(
        _ run: RunRecord, _ operations: [OperationRecord], waits: [OperationToken: String] = [:]
    ) -> String {
        var text = style(.heading, run.id) + "  \(run.workflow ?? run.purpose.rawValue)  \(run.status.rawValue)\n"
        text += "  environment  \(run.environment)\n  module       \(run.module)\n  started      \(run.started)\n"
        if let ended = run.ended { text += "  ended        \(ended)\n" }
        text += fields("parameters", run.parameters)
        let rows = operations.map { operation in
            [
                RecordDocuments.name(operation), RecordDocuments.kind(operation), operation.status.rawValue,
                operation.took.map { ProgressReporter.shown($0) } ?? "",
                operation.failure.map { "\($0.code) \($0.message)" }
                    ?? waits[operation.token].map { "waits for \($0)" } ?? ""
            ]
        }
        text += TableRenderer(style: style, width: width).text(
            ["NAME", "KIND", "STATUS", "TOOK", waits.isEmpty ? "FAILURE" : "NOTE"], rows)
        return text + fields("outputs", run.outputs)
    }
}
