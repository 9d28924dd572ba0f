// SPDX-License-Identifier: Apache-2.0

/// Why a call across the plugin border failed: the one error of providers, facets, steps and lent services.
public struct CallError: DiagnosticError, Hashable {
    /// What callers decide by.
    public enum Reason: Sendable, Hashable {
        case notFound
        case denied
        /// Something else changed or holds it.
        case conflict
        /// Try again, after the time where it is known.
        case throttled(retryAfter: Duration?)
        /// The request can never succeed as it is.
        case invalid
        /// The thing lacks what was asked for.
        case unsupported(feature: String)
        /// The answer was lost, not the effect: only settling tells what happened.
        case lost
        case cancelled
        case timedOut
        case failed
        /// No connection came about: nothing was sent, and nothing happened.
        case unreachable
    }

    public var reason: Reason
    public var diagnostic: Diagnostic
    /// The field of the resource or step that is at fault, whose place in the recipe the host marks; nil for none.
    public var field: String?
    /// True where the platform refused before anything happened: of an effect that fails so nobody has to ask what became of
    /// it.
    public var hadNoEffect = false

    public init(_ reason: Reason, _ diagnostic: Diagnostic) {
        self.reason = reason
        self.diagnostic = diagnostic
    }

    /// An error under the general code of its reason.
    public init(_ reason: Reason, _ message: String, notes: [String] = [], help: [String] = []) {
        self.init(reason, Diagnostic(reason.code, message, notes: notes, help: help))
    }

    /// The same error, laid to a field of the resource or step.
    public func about(_ field: String) -> CallError {
        var error = self
        error.field = field
        return error
    }

    /// True where the same call may succeed later without anybody changing anything.
    public var isTransient: Bool {
        switch reason {
        case .throttled, .lost, .timedOut, .unreachable: true
        default: false
        }
    }
}

extension CallError.Reason {
    /// The code used where the failing side has none of its own.
    public var code: DiagnosticCode {
        switch self {
        case .notFound: .callNotFound
        case .denied: .callDenied
        case .conflict: .callConflict
        case .throttled: .callThrottled
        case .invalid: .callInvalid
        case .unsupported: .callUnsupported
        case .lost: .callLost
        case .cancelled: .callCancelled
        case .timedOut: .callTimedOut
        case .failed: .callFailed
        case .unreachable: .callUnreachable
        }
    }
}

extension DiagnosticCode {
    public static let callInvalid = DiagnosticCode(
        "C0400", "a request that cannot succeed",
        "A provider, facet or step refused its inputs. The message says which; change them and try again.")
    public static let callDenied = DiagnosticCode(
        "C0403", "not allowed",
        "The platform refused the call for lack of rights. Check the credentials or the file's permissions.")
    public static let callNotFound = DiagnosticCode(
        "C0404", "something that is not there", "What the call needs does not exist, or not any more.")
    public static let callTimedOut = DiagnosticCode(
        "C0408", "no answer in time",
        "The call took longer than its time-out. Its effect is settled before anything else is done; "
            + "raise `@timeout` where the work simply takes long.")
    public static let callConflict = DiagnosticCode(
        "C0409", "somebody else holds or changed it",
        "The thing changed since it was last read, or is in use. Plan again and look at what moved.")
    public static let callThrottled = DiagnosticCode(
        "C0429", "too many calls", "The platform asks to slow down. `@retry` waits and tries again.")
    public static let callCancelled = DiagnosticCode(
        "C0499", "stopped on request", "The work was cancelled before it was done. `resume` goes on with it.")
    public static let callFailed = DiagnosticCode(
        "C0500", "a call that failed", "The platform or program reported a failure; the message has its words.")
    public static let callUnsupported = DiagnosticCode(
        "C0501", "not offered here", "The service that fulfils this capability lacks what was asked for.")
    public static let callUnreachable = DiagnosticCode(
        "C0502", "a server that cannot be reached",
        "No connection came about: nobody listens there, the name is not known, or the network is down. Nothing was sent, so "
            + "that trying again is safe; `@retry` does.")
    public static let callLost = DiagnosticCode(
        "C0503", "an answer that was lost",
        "The connection broke before the answer came, so the effect may or may not have happened. "
            + "The next command settles it by asking the platform.")

    /// The codes of calls across the plugin border.
    public static let allOfCalls: [DiagnosticCode] = [
        .callInvalid, .callDenied, .callNotFound, .callTimedOut, .callConflict, .callThrottled, .callCancelled,
        .callFailed, .callUnsupported, .callUnreachable, .callLost
    ]
}
