// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension ErrorAnswer {
    /// What an error means, whatever the service calls it.
    enum Nature: Sendable, Hashable {
        case denied
        /// Keys that AWS does not know, or a signature made with another key.
        case badKeys
        case expired
        case clock
        case wrongRegion
        case throttled
        case notFound
        /// Somebody has that name already.
        case taken
        /// In use, or in the midst of another change.
        case conflict
        case quota
        case invalid
        /// The server does not know the call.
        case notOffered
        /// The service failed in the midst of it.
        case internalError
        /// The service did not begin.
        case unavailable
    }

    var nature: Nature {
        if !isFromService { return isServerError || status == 404 || status == 405 ? .notOffered : byStatus }
        guard let code else { return byStatus }
        return Self.known[code] ?? byMessage ?? Self.byName(code) ?? byStatus
    }

    private var isServerError: Bool { status >= 500 }

    /// Codes that mean several things.
    private var byMessage: Nature? {
        switch code {
        case "SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure", "InvalidSignature":
            let text = message.lowercased()
            let isLate =
                text.contains("signature expired") || text.contains("not yet current") || text.contains("clock")
            return isLate ? .clock : .badKeys
        case "LimitExceededException", "LimitExceeded":
            return message.lowercased().contains("rate exceeded") ? .throttled : .quota
        case "AuthorizationHeaderMalformed": return region == nil ? .badKeys : .wrongRegion
        default: return nil
        }
    }

    private var byStatus: Nature {
        switch status {
        case 301, 307: .wrongRegion
        case 400 where code == nil && region != nil: .wrongRegion
        case 401, 403: .denied
        case 404: .notFound
        case 409, 412: .conflict
        case 429: .throttled
        case 503: .unavailable
        case 500...: .internalError
        default: .invalid
        }
    }

    private static func byName(_ code: String) -> Nature? {
        let parts: [(String, Nature)] = [
            ("AlreadyExist", .taken), ("Duplicate", .taken), ("LimitExceeded", .quota), ("QuotaExceeded", .quota),
            ("NotFound", .notFound), ("NoSuch", .notFound), ("DoesNotExist", .notFound), ("NonExistent", .notFound),
            ("NotExist", .notFound), ("InUse", .conflict), ("NotEmpty", .conflict), ("Conflict", .conflict),
            ("ConcurrentModification", .conflict), ("Throttl", .throttled), ("AccessDenied", .denied),
            ("Unauthorized", .denied)
        ]
        return parts.first { code.contains($0.0) }?.1
    }

    private static let known: [String: Nature] = {
        var known: [String: Nature] = [:]
        let lists: [(Nature, [String])] = [
            (
                .throttled,
                [
                    "RequestLimitExceeded", "TooManyRequestsException", "BandwidthLimitExceeded", "SlowDown",
                    "ProvisionedThroughputExceededException", "PriorRequestNotComplete",
                    "TransactionInProgressException", "RequestThrottled", "EC2ThrottledException",
                    "ActiveStatementsExceededException", "ActiveSessionsExceededException"
                ]
            ),
            (.expired, ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "ExpiredIdToken"]),
            (
                .badKeys,
                [
                    "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "IncompleteSignature",
                    "IncompleteSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
                    "InvalidToken", "InvalidSecurity", "NotSignedUp"
                ]
            ),
            (.clock, ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewedException"]),
            (
                .denied,
                [
                    "UnauthorizedOperation", "Forbidden", "ForbiddenException", "AuthorizationError", "OptInRequired",
                    "AuthorizationErrorException", "AccountProblem", "AllAccessDisabled", "NotAuthorized",
                    "SubscriptionRequiredException", "UnsupportedUserEditionException"
                ]
            ),
            (
                .wrongRegion,
                ["PermanentRedirect", "TemporaryRedirect", "IllegalLocationConstraintException", "InvalidRegion"]
            ),
            (.taken, ["BucketAlreadyOwnedByYou", "InvalidPermission.Duplicate"]),
            (.quota, ["TooManyBuckets", "MaxSpotInstanceCountExceeded", "ClusterQuotaExceeded", "TooManyEntries"]),
            (
                .conflict,
                [
                    "DependencyViolation", "DeleteConflict", "OperationAborted", "PreconditionFailed", "IncorrectState",
                    "IncorrectInstanceState", "InvalidBucketState", "OperationNotPermittedException", "InvalidState",
                    "InvalidClusterStateFault", "EntityTemporarilyUnmodifiable", "PendingVerification"
                ]
            ),
            (.notOffered, ["UnknownOperationException", "InvalidAction", "NotImplemented", "UnknownOperation"]),
            (
                .internalError,
                [
                    "InternalFailure", "InternalError", "InternalServerError", "InternalServerException",
                    "InternalServiceException", "InternalServiceError", "InternalServiceFault", "InternalException"
                ]
            ),
            (
                .unavailable,
                [
                    "ServiceUnavailable", "ServiceUnavailableException", "Unavailable", "RequestTimeout",
                    "RequestTimeoutException", "InsufficientInstanceCapacity", "IDPCommunicationError"
                ]
            )
        ]
        for (nature, codes) in lists {
            for code in codes { known[code] = nature }
        }
        return known
    }()
}
