// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// What is written to the ledger, one durable fact each.
package enum JournalEntry: Sendable {
    /// Before an effect; with the row that says so.
    case intent(OperationRecord, ResourceChange?)
    /// How the outside names the work in progress.
    case handle(OperationToken, String)
    /// After an effect; with the row as it is then.
    case result(OperationResult, ResourceChange?)
    /// A step waits, and for what.
    case pause(OperationToken, run: String, StepPause)
    /// A step of a run that was done is being taken back, or was.
    case undo(OperationToken, run: String, isDone: Bool)
    /// A row changed without an effect on the world: a composite, a move, an accepted observation.
    case resource(ResourceChange)
    /// A line of the audit trail, of what else is written with it.
    case audit(AuditEntry)
}

extension [JournalEntry] {
    /// True where everything has happened already, so that nothing else may begin if it cannot be written.
    package var areRecordings: Bool {
        allSatisfy { entry in
            switch entry {
            case .intent, .undo(_, _, isDone: false): false
            default: true
            }
        }
    }

    /// What has happened already, without what is about to begin.
    var recordings: [JournalEntry] {
        let begun = Set(
            compactMap { entry -> OperationToken? in
                if case .intent(let operation, _) = entry { operation.token } else { nil }
            })
        return filter { entry in
            switch entry {
            case .intent: false
            case .handle(let token, _), .pause(let token, _, _): !begun.contains(token)
            case .result(let result, _): !begun.contains(result.token)
            case .undo(_, _, let isDone): isDone
            case .resource, .audit: begun.isEmpty
            }
        }
    }
}

/// The end of an operation.
package struct OperationResult: Sendable, Hashable {
    package var token: OperationToken
    package var status: OperationRecord.Status
    package var outputs: ObjectValue
    package var reads: [Reference]
    package var writes: [Reference]
    package var failure: FailureRecord?
    package var ended: Timestamp

    package init(
        token: OperationToken, status: OperationRecord.Status, outputs: ObjectValue = [:], reads: [Reference] = [],
        writes: [Reference] = [], failure: FailureRecord? = nil, ended: Timestamp
    ) {
        self.token = token
        self.status = status
        self.outputs = outputs
        self.reads = reads
        self.writes = writes
        self.failure = failure
        self.ended = ended
    }
}

/// A change of a resource row.
package enum ResourceChange: Sendable, Hashable {
    case put(ResourceRecord)
    case remove(ResourceIdentity)
    /// The row keeps its content under another identity.
    case move(from: ResourceIdentity, to: ResourceRecord)
}
