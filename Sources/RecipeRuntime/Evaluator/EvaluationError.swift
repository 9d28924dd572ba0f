// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Why an expression has no value.
enum EvaluationError: Error {
    indirect case failed(Diagnostic)
    /// It was told already where it happened.
    case reported

    var diagnostic: Diagnostic? { if case .failed(let diagnostic) = self { diagnostic } else { nil } }
}

/// What a value was read from.
struct Reads: Sendable {
    /// Native resources.
    var resources: Set<Address> = []
    /// Steps whose outputs the value needs.
    var steps: Set<Address> = []
    /// Steps that may be skipped: they only have to end.
    var ended: Set<Address> = []

    var isEmpty: Bool { resources.isEmpty && steps.isEmpty && ended.isEmpty }

    mutating func formUnion(_ other: Reads) {
        if other.isEmpty { return }
        resources.formUnion(other.resources)
        steps.formUnion(other.steps)
        ended.formUnion(other.ended)
    }
}
