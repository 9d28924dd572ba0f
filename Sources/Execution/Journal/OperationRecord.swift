// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// One intended effect on the world: a change of a resource or the execution of a step.
///
/// It is written as `intended` before the effect and gets its end after it. One that is found `intended` under a
/// lease that nobody holds was interrupted, and is settled by its token.
package struct OperationRecord: Sendable, Hashable {
    package enum Effect: Sendable, Hashable {
        /// Nil for the kind where it was recorded before kinds were kept.
        case resource(ResourceEffect, kind: String?)
        /// A row that goes on under another address; nothing happens to the thing.
        case move(from: Address)
        /// The ledger lets go of a thing, which stays as it is.
        case forget(kind: String)
        /// A thing that was there becomes a resource as it is.
        case adopt(kind: String)
        case step(kind: String)
    }

    package enum Status: String, Sendable, Hashable {
        case intended, succeeded, failed, cancelled
        /// Its key was known: not executed.
        case reused = "unchanged"
        case skipped
        /// A step that was done, and is being taken back: nothing relies on it any more.
        case undoing
        /// A step that was done, and was taken back.
        case undone
        /// It failed, and the step of its `@recover` stood in for it; told at the end of a run, never recorded.
        case recovered
        /// It waits for a time or a signal; told at the end of a run, never recorded.
        case waiting
    }

    package var token: OperationToken
    package var run: String
    package var identity: ResourceIdentity
    package var effect: Effect
    /// Counted from 1; of a resource, more than 1 where what was tried before left it incomplete.
    package var attempt: Int
    package var status: Status
    package var inputs: ObjectValue
    package var outputs: ObjectValue
    /// How the outside names the work, as far as an executor recorded it.
    package var handle: String?
    /// The content key of a step that may be reused.
    package var contentKey: String?
    package var reads: [Reference]
    package var writes: [Reference]
    /// The code and message of a failure.
    package var failure: FailureRecord?
    package var started: Timestamp
    package var ended: Timestamp?

    package init(
        token: OperationToken, run: String, identity: ResourceIdentity, effect: Effect, attempt: Int = 1,
        status: Status = .intended, inputs: ObjectValue, outputs: ObjectValue = [:], handle: String? = nil,
        contentKey: String? = nil, reads: [Reference] = [], writes: [Reference] = [], failure: FailureRecord? = nil,
        started: Timestamp, ended: Timestamp? = nil
    ) {
        self.token = token
        self.run = run
        self.identity = identity
        self.effect = effect
        self.attempt = attempt
        self.status = status
        self.inputs = inputs
        self.outputs = outputs
        self.handle = handle
        self.contentKey = contentKey
        self.reads = reads
        self.writes = writes
        self.failure = failure
        self.started = started
        self.ended = ended
    }

    /// How long it took; nil while it is under way. Nothing where the clock was set back meanwhile.
    package var took: Duration? { ended.map { max(.zero, $0.since(started)) } }
}

extension OperationRecord {
    /// The address in its run of the step that it executes, without the workflow's name; of a resource its own.
    package var name: String {
        let text = identity.address.text
        guard case .step = effect, let point = text.firstIndex(of: ".") else { return text }
        return String(text[text.index(after: point)...])
    }
}

/// A failure as the ledger keeps it.
package struct FailureRecord: Sendable, Hashable {
    /// A letter and four digits.
    package var code: String
    package var message: String
    package var notes: [String]
    package var help: [String]

    package init(code: String, message: String, notes: [String] = [], help: [String] = []) {
        self.code = code
        self.message = message
        self.notes = notes
        self.help = help
    }

    package init(_ diagnostic: Diagnostic) {
        self.init(
            code: diagnostic.code.text, message: diagnostic.message, notes: diagnostic.notes, help: diagnostic.help)
    }

    /// The failure as it can still be told.
    func diagnostic(at place: SourcePlace) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(code, message, ""), message, labels: [DiagnosticLabel(place)], notes: notes, help: help)
    }
}
