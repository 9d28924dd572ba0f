// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension AWSFailure: DiagnosticError {
    /// The failure for a person: what AWS said, its code, the request id, and the way out.
    var diagnostic: Diagnostic {
        switch cause {
        case .answer(let answer): said(answer)
        case .clock(let offset, let answer): clock(offset, answer)
        case .parameter(let fault): parameter(fault)
        case .unknownCall(let nearest):
            Diagnostic(
                .callFailed, "the plugin has no model of \(call)",
                help: nearest.map { ["did you mean '\($0)'?"] } ?? [])
        case .model(let reason): Diagnostic(.callFailed, "a table of the plugin cannot be read: \(reason)")
        case .answerFault(let fault, let status, let id):
            Diagnostic(
                .awsAnswer,
                "the answer to \(call) is not what the service's model says"
                    + (fault.path.isEmpty ? ": \(fault.reason)" : ": at '\(fault.path)' \(fault.reason)"),
                notes: facts(code: nil, status: status, id: id),
                help: ["check that the endpoint is that of the service, and that nothing between changes answers"])
        case .transport(let error): transport(error)
        case .noCredentials(let searched):
            Diagnostic(
                .awsNoCredentials, "there are no AWS credentials",
                notes: ["searched: " + searched.joined(separator: "; ")],
                help: [
                    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile: use aws { profile: \"NAME\" }",
                    "aws sso login"
                ])
        case .badCredentials(let reason):
            Diagnostic(.awsBadCredentials, reason, help: ["set both halves of the key pair anew"])
        case .expiredCredentials(let reason):
            Diagnostic(.awsExpiredCredentials, "the AWS credentials have expired: \(reason)", help: Self.renewal)
        case .credentialSource(let reason, let help): Diagnostic(.awsCredentialSource, reason, help: help)
        case .noRegion:
            Diagnostic(
                .awsNoRegion, "no AWS region is set",
                notes: ["searched: the use line, AWS_REGION, AWS_DEFAULT_REGION, the profile"],
                help: ["use aws { region: \"eu-west-1\" }"])
        case .settings(let reason): Diagnostic(.awsSettings, reason)
        case .otherAccount(let wanted, let found):
            Diagnostic(
                .awsOtherAccount, "the credentials are those of account \(found), not of \(wanted)",
                help: ["take credentials of account \(wanted), or change 'account' in the use line"])
        }
    }

    private static let renewal = ["aws sso login", "set the new keys in the environment or the profile"]

    /// `iam CreateRole`.
    private var call: String { "\(service) \(operation)" }

    private func facts(code: String?, status: Int?, id: String?) -> [String] {
        let parts = [
            code.map { "AWS code: \($0)" }, status.map { "HTTP status: \($0)" }, id.map { "request id: \($0)" }
        ]
        let known = parts.compactMap { $0 }
        return known.isEmpty ? [] : [known.joined(separator: ", ")]
    }

    // MARK: What the service said

    private func said(_ answer: ErrorAnswer) -> Diagnostic {
        let (code, help) = meaning(answer)
        let reason = ": " + Self.withoutFullStop(answer.wording)
        let message =
            answer.nature == .notOffered
            ? "the server does not know \(call)\(answer.isFromService ? reason : "")" : "\(call) failed\(reason)"
        var notes = facts(code: answer.code, status: answer.status, id: answer.requestID)
        if attempts > 1 { notes.append("AWS was asked \(attempts) times") }
        return Diagnostic(code, message, notes: notes, help: help)
    }

    private static func withoutFullStop(_ text: String) -> String {
        text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    private func meaning(_ answer: ErrorAnswer) -> (DiagnosticCode, [String]) {
        switch answer.nature {
        case .denied: (.awsDenied, ["have a policy allow '\(service):\(operation)' to these credentials"])
        case .badKeys: (.awsBadCredentials, ["aws sts get-caller-identity", "set both halves of the key pair anew"])
        case .expired: (.awsExpiredCredentials, Self.renewal)
        case .clock: (.awsClock, ["set the clock of this machine right"])
        case .wrongRegion:
            (.awsWrongRegion, [answer.region.map { "use aws { region: \"\($0)\" }" } ?? "name the thing's own region"])
        case .throttled: (.awsThrottled, ["give the same command again later, or with a lower --parallelism"])
        case .notFound: (.awsNotFound, [])
        case .taken: (.awsNameTaken, ["choose another name, or take the thing over with 'adopt'"])
        case .conflict: (.awsConflict, ["wait, or take away what depends on it, and try again"])
        case .quota: (.awsQuota, ["delete what is not needed, or ask for more in Service Quotas"])
        case .invalid: (.awsRefused, [])
        case .notOffered:
            (.awsNotOffered, ["check the endpoint, and whether the service is offered in this region"])
        case .internalError, .unavailable: (.awsFailure, ["try again later; https://health.aws.amazon.com"])
        }
    }

    private func clock(_ offset: Duration?, _ answer: ErrorAnswer) -> Diagnostic {
        let seen = offset.map { offset -> String in
            let minutes = Int((abs(offset.seconds) / 60).rounded())
            return "by its answer, AWS's clock is \(minutes) min \(offset > .zero ? "ahead" : "behind")"
        }
        return Diagnostic(
            .awsClock, "AWS does not accept the time of \(call): \(Self.withoutFullStop(answer.message))",
            notes: facts(code: answer.code, status: answer.status, id: answer.requestID) + (seen.map { [$0] } ?? []),
            help: ["set the clock of this machine right"])
    }

    // MARK: What did not reach the service

    private func parameter(_ fault: ParameterFault) -> Diagnostic {
        switch fault.problem {
        case .unknownName(let nearest):
            Diagnostic(
                .awsParameter, "\(call) takes no parameter '\(fault.path)'",
                help: nearest.map { ["did you mean '\($0)'?"] } ?? [])
        case .missing: Diagnostic(.awsParameter, "\(call) needs the parameter '\(fault.path)'")
        case .wrongType(let wanted, let found):
            Diagnostic(.awsParameter, "\(call) wants \(wanted) for '\(fault.path)', not \(found)")
        case .notBase64: Diagnostic(.awsParameter, "\(call) wants text in base64 for '\(fault.path)'")
        case .noTimestamp(let text):
            Diagnostic(.awsParameter, "\(call) wants a time for '\(fault.path)', and '\(text)' is none")
        case .emptyLabel: Diagnostic(.awsParameter, "\(call) takes no empty text for '\(fault.path)'")
        }
    }

    private func transport(_ error: CallError) -> Diagnostic {
        let code: DiagnosticCode
        let help: [String]
        switch error.reason {
        case .lost: (code, help) = (.awsAnswerLost, ["run the same command again: it asks AWS what happened"])
        case .timedOut: (code, help) = (.awsTimedOut, ["run the same command again: it asks AWS what happened"])
        case .unreachable:
            (code, help) = (.awsUnreachable, ["check the network, the region's name and the endpoint"])
        case .failed: (code, help) = (.callFailed, error.diagnostic.help)
        default: return error.diagnostic
        }
        return Diagnostic(code, "\(call): \(error.diagnostic.message)", notes: error.diagnostic.notes, help: help)
    }
}

extension ErrorAnswer {
    /// What the answer says; of one that has no words, what it means.
    fileprivate var wording: String {
        if !message.isEmpty { return message }
        return switch nature {
        case .wrongRegion: region.map { "it lives in the region \($0)" } ?? "it lives in another region"
        case .notFound: "there is no such thing"
        case .denied: "it is not allowed"
        default: code ?? "HTTP status \(status)"
        }
    }
}
