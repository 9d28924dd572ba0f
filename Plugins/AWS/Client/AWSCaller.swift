// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Carries calls to AWS: writes, signs, sends, reads, and tries again where that can help and does no harm.
final class AWSCaller: Sendable {
    let services: any HostServices
    let region: String
    private let maxAttempts: Int
    private let timeout: Duration
    private let endpoints: EndpointFinder
    private let signer: SignatureV4
    private let backoff: Backoff
    private let offset = ClockOffset()
    private let paces = Mutex<[String: Pace]>([:])
    /// How long a call is tried that must not be given up.
    static let patience = Duration.seconds(300)

    init(services: any HostServices, region: String, endpoints: EndpointFinder) {
        self.services = services
        self.region = region
        self.endpoints = endpoints
        maxAttempts = endpoints.settings.maxAttempts
        timeout = endpoints.settings.timeout
        signer = SignatureV4(hashing: services.hashing)
        backoff = Backoff(randomness: services.randomness)
    }

    /// How fast a service is called at present.
    func pace(_ service: String) -> Pace {
        paces.withLock { paces in
            if let pace = paces[service] { return pace }
            let pace = Pace()
            paces[service] = pace
            return pace
        }
    }

    /// - Parameter keeper: Nil for calls that are sent without a signature.
    func answer(
        to call: AWSCall, keeper: CredentialKeeper?, _ context: CallContext
    ) async throws(AWSFailure) -> AWSAnswer {
        var call = call
        let hasEncodedNames = StorageNames.ask(&call)
        var answer = try await plainAnswer(to: call, keeper: keeper, context)
        if hasEncodedNames { answer.object = StorageNames.decoded(answer.object) }
        return answer
    }

    private func plainAnswer(
        to call: AWSCall, keeper: CredentialKeeper?, _ context: CallContext
    ) async throws(AWSFailure) -> AWSAnswer {
        let (request, endpoint, isSafe) = try await unsent { () async throws(AWSFailure) in
            try await prepared(call, context)
        }
        var mayHaveActed = false
        let pace = pace(call.model.name)
        var attempt = 1
        var firstRefusal: Timestamp?
        var hasRenewed = false
        var hasSetClock = false
        while true {
            let wait = pace.reserve(at: services.clock.now())
            if wait > .zero { try await sleep(wait, call) }
            let credentials = try await unsent(mayHaveActed) { () async throws(AWSFailure) in
                try await self.credentials(keeper, call, context)
            }
            var signed = signed(request, call, endpoint, credentials)
            if let deadline = context.deadline {
                let left = deadline.since(services.clock.now())
                signed.timeout = Swift.max(.milliseconds(1), Swift.min(signed.timeout, left))
            }
            var failure: AWSFailure
            switch await send(signed, call) {
            case .success(let response):
                guard let error = ErrorAnswer(response, call.model) else {
                    pace.speedUp()
                    return try read(response, call)
                }
                failure = call.failure(.answer(error))
                switch error.nature {
                case .clock:
                    let found = hasSetClock ? nil : offset.learn(response, services.clock)
                    guard let found else {
                        failure = call.failure(.clock(offset: hasSetClock ? offset.present : nil, error))
                        failure.hadNoEffect = !mayHaveActed
                        throw failure
                    }
                    hasSetClock = true
                    services.log.write(Self.clockNote(found), context)
                    continue
                case .expired where !hasRenewed:
                    // Taken back before their time, or not by our clock.
                    if let keeper, let credentials {
                        hasRenewed = true
                        keeper.reject(credentials)
                        continue
                    }
                case .throttled:
                    pace.slowDown(at: services.clock.now())
                    firstRefusal = firstRefusal ?? services.clock.now()
                default: break
                }
            case .failure(let error):
                if error.reason == .cancelled { throw .cancelled }
                failure = call.failure(.transport(error))
            }
            mayHaveActed = mayHaveActed || Self.mayHaveActed(failure)
            failure.hadNoEffect = !mayHaveActed
            failure.attempts = attempt
            let pause = Swift.max(backoff.wait(after: attempt), failure.answer?.retryAfter ?? .zero)
            let isLeft = isLeft(failure, call, attempt, firstRefusal, pause)
            guard isLeft, Self.isWorthwhile(failure, isSafe: isSafe) else { throw failure }
            if let deadline = context.deadline, services.clock.now().advanced(by: pause) >= deadline { throw failure }
            try await sleep(pause, call)
            attempt += 1
        }
    }

    /// An address that gives whoever has it access to one call until it expires.
    func presigned(
        _ call: AWSCall, keeper: CredentialKeeper, expiresIn seconds: Int, _ context: CallContext
    ) async throws(AWSFailure) -> String {
        let (request, endpoint, _) = try await prepared(call, context)
        let credentials = try await keeper.credentials(context)
        var whole = request
        whole.path = endpoint.path + request.path
        let signed = signer.presign(
            whole, host: endpoint.host, credentials, scope(call, endpoint), at: offset.now(services.clock),
            expiresIn: seconds)
        whole.query += signed.query
        return Self.url(whole, endpoint)
    }

    // MARK: Parts

    private func prepared(
        _ call: AWSCall, _ context: CallContext
    ) async throws(AWSFailure) -> (WireRequest, Endpoint, isSafe: Bool) {
        var call = call
        if let name = call.operation.tokenMember, call.parameters[name]?.isNull ?? true {
            call.parameters[name] = .string(context.token.text)
        }
        call.parameters = try await SecretParameters(secrets: services.secrets).revealed(call.parameters, call)
        var request: WireRequest
        do throws(ParameterFault) {
            request = try RequestWriter(model: call.model).request(
                call.operation, call.parameters, content: call.content)
        } catch { throw call.failure(.parameter(error)) }
        addChecksum(&request, call)
        request.add("User-Agent", "converge")
        let found: Endpoint
        do throws(AWSFailure) {
            found = try endpoints.endpoint(call.model, region: call.region ?? region)
        } catch { throw call.failure(error.cause) }
        var endpoint = found.isOverride ? found : found.withHostPrefix(request.hostPrefix)
        if call.model.name == "s3" {
            (request, endpoint) = StoragePlace.placed(request, endpoint, bucket: call.parameters["bucket"]?.string)
        }
        return (request, endpoint, call.isSafe)
    }

    /// Some calls of S3 are refused without one.
    private func addChecksum(_ request: inout WireRequest, _ call: AWSCall) {
        guard call.operation.needsChecksum, request.header("Content-MD5") == nil,
            !request.headers.contains(where: { $0.name.lowercased().hasPrefix("x-amz-checksum-") })
        else { return }
        if request.header("x-amz-sdk-checksum-algorithm") == nil {
            request.add("x-amz-sdk-checksum-algorithm", "SHA256")
        }
        request.add("x-amz-checksum-sha256", WireText.base64(services.hashing.sha256(request.body)))
    }

    private func credentials(
        _ keeper: CredentialKeeper?, _ call: AWSCall, _ context: CallContext
    ) async throws(AWSFailure) -> Credentials? {
        guard let keeper, !call.operation.isAnonymous else { return nil }
        do throws(AWSFailure) { return try await keeper.credentials(context) } catch {
            if error.isCancelled || !error.operation.isEmpty { throw error }
            throw call.failure(error.cause)
        }
    }

    private func scope(_ call: AWSCall, _ endpoint: Endpoint) -> SignatureV4.Scope {
        SignatureV4.Scope(service: call.model.signingName, region: endpoint.signingRegion)
    }

    private func signed(
        _ request: WireRequest, _ call: AWSCall, _ endpoint: Endpoint, _ credentials: Credentials?
    ) -> HTTPRequest {
        var request = request
        request.path = endpoint.path + request.path
        if let credentials {
            request.headers +=
                signer.sign(
                    request, host: endpoint.host, credentials, scope(call, endpoint), at: offset.now(services.clock)
                ).headers
        }
        var sent = HTTPRequest(
            method: request.method, url: Self.url(request, endpoint),
            headers: request.headers.map { ($0.name, .string($0.value)) }, body: request.body,
            timeout: call.timeout ?? timeout,
            largestResponse: call.largestAnswer)
        sent.masksAnswer = call.masksAnswer
        return sent
    }

    private static func url(_ request: WireRequest, _ endpoint: Endpoint) -> String {
        let query = request.queryText
        return endpoint.base + request.path + (query.isEmpty ? "" : "?" + query)
    }

    private func send(_ request: HTTPRequest, _ call: AWSCall) async -> Result<HTTPResponse, CallError> {
        do throws(CallError) { return .success(try await services.http.send(request)) } catch {
            return .failure(error)
        }
    }

    private func read(_ response: HTTPResponse, _ call: AWSCall) throws(AWSFailure) -> AWSAnswer {
        let id = response.header("x-amzn-requestid") ?? response.header("x-amz-request-id")
        do throws(AnswerFault) {
            let object = try AnswerReader(model: call.model).read(
                response, call.operation, keepsContent: call.keepsContent)
            return AWSAnswer(
                object: object, content: call.keepsContent ? response.body : [], headers: response.headers,
                status: response.status, requestID: id)
        } catch { throw call.failure(.answerFault(error, status: response.status, requestID: id)) }
    }

    private func sleep(_ duration: Duration, _ call: AWSCall) async throws(AWSFailure) {
        do throws(CallError) { try await services.clock.sleep(for: duration) } catch { throw .cancelled }
    }

    // MARK: Decisions

    /// Does what comes before a call is sent.
    private func unsent<T: Sendable>(
        _ mayHaveActed: Bool = false, _ body: () async throws(AWSFailure) -> T
    ) async throws(AWSFailure) -> T {
        do throws(AWSFailure) { return try await body() } catch {
            var failure = error
            failure.hadNoEffect = !mayHaveActed
            throw failure
        }
    }

    /// True where nobody knows how far the service came.
    private static func mayHaveActed(_ failure: AWSFailure) -> Bool {
        switch failure.cause {
        case .answer(let answer): [.internalError, .unavailable].contains(answer.nature)
        case .transport(let error): error.reason != .unreachable
        default: false
        }
    }

    /// Whether there is another attempt left after a failure.
    private func isLeft(
        _ failure: AWSFailure, _ call: AWSCall, _ attempt: Int, _ firstRefusal: Timestamp?, _ pause: Duration
    ) -> Bool {
        guard failure.nature == .throttled, let firstRefusal else { return attempt < maxAttempts }
        switch call.refusal {
        case .told: return false
        case .tried: return attempt < maxAttempts
        case .outlasted: return services.clock.now().since(firstRefusal) + pause <= Self.patience
        }
    }

    private static func isWorthwhile(_ failure: AWSFailure, isSafe: Bool) -> Bool {
        switch failure.cause {
        // A service that failed in the midst of a call may have done it.
        case .answer(let answer):
            [.throttled, .unavailable].contains(answer.nature) || isSafe && answer.nature == .internalError
        // Nothing was sent where there was no connection.
        case .transport(let error):
            error.reason == .unreachable || isSafe && [.lost, .timedOut].contains(error.reason)
        default: false
        }
    }

    private static func clockNote(_ offset: Duration) -> String {
        let minutes = Int((abs(offset.seconds) / 60).rounded())
        let way = offset > .zero ? "behind" : "ahead of"
        return "the clock of this machine is about \(minutes) min \(way) AWS's; requests are signed by AWS's"
    }
}
