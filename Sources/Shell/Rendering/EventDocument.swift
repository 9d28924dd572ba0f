// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Execution

/// The objects that `--events` prints, one a line.
package enum EventDocument {
    /// Nil for what has no place in the stream.
    package static func object(_ event: ExecutionEvent, at time: Timestamp) -> ObjectValue {
        var object: ObjectValue =
            switch event {
            case .runStarted(let run, let operations):
                ["event": "run_started", "run": .string(run.id), "operations": .int(Int64(operations))]
            case .operationStarted(let address, let action, let attempt):
                [
                    "event": "operation_started", "address": .string(address.text), "action": .string(action),
                    "attempt": .int(Int64(attempt))
                ]
            case .operationProgress(let address, let fraction, let text):
                [
                    "event": "operation_progress", "address": .string(address.text),
                    "fraction": fraction.map { .float($0) } ?? .null, "text": .string(text)
                ]
            case .operationLog(let address, let line):
                ["event": "log", "address": .string(address.text), "text": .string(line)]
            case .operationData(let address, let reads, let writes):
                [
                    "event": "operation_data", "address": .string(address.text),
                    "reads": .list(reads.map { .reference($0) }), "writes": .list(writes.map { .reference($0) })
                ]
            case .operationEnded(let address, let action, let status, let took, let failure):
                [
                    "event": "operation_ended", "address": .string(address.text), "action": .string(action),
                    "status": .string(status.rawValue), "seconds": .float(took.seconds),
                    "failure": failure.map { .object(DiagnosticDocument.object($0)) } ?? .null
                ]
            case .operationWarning(let address, let finding):
                [
                    "event": "operation_warning", "address": .string(address.text),
                    "policy": .object(PolicyRenderer.object(finding))
                ]
            case .operationRetry(let address, let wait, let failure):
                [
                    "event": "operation_retry", "address": .string(address.text), "after_seconds": .float(wait.seconds),
                    "failure": .object(DiagnosticDocument.object(failure))
                ]
            case .operationPaused(let address, let action, let pause):
                [
                    "event": "operation_paused", "address": .string(address.text), "action": .string(action),
                    "until": pause.until.map { .time($0) } ?? .null,
                    "signal": pause.signal.map { .string($0) } ?? .null, "text": .string(pause.text)
                ]
            case .runEnded(let run):
                ["event": "run_ended", "run": .string(run.id), "status": .string(run.status.rawValue)]
            }
        object["time"] = .time(time)
        return object
    }
}

/// Diagnostics as JSON.
package enum DiagnosticDocument {
    package static func object(_ diagnostic: Diagnostic) -> ObjectValue {
        let place = diagnostic.labels.first?.place
        return [
            "code": .string(diagnostic.code.text), "severity": .string(diagnostic.severity.rawValue),
            "message": .string(diagnostic.message), "file": place.map { .string($0.file) } ?? .null,
            "line": place.map { .int(Int64($0.start.line)) } ?? .null,
            "column": place.map { .int(Int64($0.start.column)) } ?? .null,
            "notes": .list(diagnostic.notes.map { .string($0) }), "help": .list(diagnostic.help.map { .string($0) }),
            "labels": .list(
                diagnostic.labels.map { label in
                    .object([
                        "file": .string(label.place.file), "line": .int(Int64(label.place.start.line)),
                        "column": .int(Int64(label.place.start.column)), "text": .string(label.text)
                    ])
                })
        ]
    }

    /// `{"diagnostics": […]}`.
    package static func document(_ diagnostics: [Diagnostic]) -> ObjectValue {
        ["diagnostics": .list(diagnostics.map { .object(object($0)) })]
    }
}
