// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Why a call to AWS failed.
struct AWSFailure: Error, Sendable, Hashable {
    enum Cause: Sendable, Hashable {
        /// The service said no.
        case answer(ErrorAnswer)
        /// The service said no because of the time in the signature, also after the clock was set right.
        case clock(offset: Duration?, ErrorAnswer)
        /// The model does not take these parameters.
        case parameter(ParameterFault)
        /// This plugin knows no such call.
        case unknownCall(nearest: String?)
        /// A table of this plugin cannot be read.
        case model(String)
        case answerFault(AnswerFault, status: Int, requestID: String?)
        /// What the lent HTTP client told.
        case transport(CallError)
        /// Nothing was found in these places.
        case noCredentials(searched: [String])
        /// What was found is incomplete or malformed.
        case badCredentials(String)
        case expiredCredentials(String)
        /// A source of credentials was found and did not give any.
        case credentialSource(String, help: [String])
        case noRegion
        /// A setting of the `use` line, a variable or a profile makes no sense.
        case settings(String)
        case otherAccount(wanted: String, found: String)
    }

    var cause: Cause
    /// Our name of the service; empty before any call.
    var service: String
    /// AWS's name of the call; empty before any call.
    var operation: String
    /// True where the call changes nothing.
    var isReading: Bool
    /// True where nothing can have changed: it was not sent, or refused each time.
    var hadNoEffect = false
    /// How often the call was tried.
    var attempts = 1

    init(_ cause: Cause, service: String = "", operation: String = "", isReading: Bool = true) {
        self.cause = cause
        self.service = service
        self.operation = operation
        self.isReading = isReading
    }

    static let cancelled = AWSFailure(.transport(CallError(.cancelled, "stopped on request")))

    /// AWS's name of the error; nil where the service said none.
    var code: String? { answer?.code }
    var status: Int? {
        if case .answerFault(_, let status, _) = cause { return status }
        return answer?.status
    }
    var requestID: String? {
        if case .answerFault(_, _, let id) = cause { return id }
        return answer?.requestID
    }
    /// What the service said; nil where it said nothing.
    var answer: ErrorAnswer? {
        switch cause {
        case .answer(let answer), .clock(_, let answer): answer
        default: nil
        }
    }

    /// True where the service's error has one of these names; of one that tells none, its HTTP status stands for it.
    func isOne(of codes: some Sequence<String>) -> Bool {
        guard let answer else { return false }
        if answer.isOne(of: codes) { return true }
        return answer.code == nil && codes.contains(String(answer.status))
    }

    /// What the platform's answer means; nil where there is none.
    var nature: ErrorAnswer.Nature? {
        if case .clock = cause { return .clock }
        return answer?.nature
    }

    var isCancelled: Bool {
        if case .transport(let error) = cause { return error.reason == .cancelled }
        return false
    }

    /// The failure as all of Converge understands it.
    var callError: CallError {
        if case .transport(let error) = cause, error.reason == .cancelled { return error }
        return CallError(reason, diagnostic)
    }

    var reason: CallError.Reason {
        switch cause {
        case .answer(let answer): return answer.reason(isReading: isReading)
        case .clock: return .denied
        case .parameter, .unknownCall, .noRegion, .settings, .otherAccount, .model: return .invalid
        // A change may have happened although its answer makes no sense.
        case .answerFault: return isReading ? .failed : .lost
        case .transport(let error): return error.reason
        case .noCredentials, .badCredentials, .expiredCredentials, .credentialSource: return .denied
        }
    }
}

extension ErrorAnswer {
    fileprivate func reason(isReading: Bool) -> CallError.Reason {
        switch nature {
        case .denied, .badKeys, .expired, .clock: .denied
        case .notFound: .notFound
        case .taken, .conflict: .conflict
        case .throttled: .throttled(retryAfter: retryAfter)
        case .wrongRegion, .invalid: .invalid
        case .notOffered: .unsupported(feature: code ?? "operation")
        // Nobody knows how far the service came.
        case .internalError: isReading ? .failed : .lost
        case .quota, .unavailable: .failed
        }
    }
}
