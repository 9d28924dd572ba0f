// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// A connection to AWS: one account, one region.
///
/// Parameters and answers have our names, in snake_case. Every call stops at cancellation and before the deadline of its
/// context. A secret among the parameters is sent as its text.
final class AWSClient: Sendable {
    let region: String
    let settings: AWSSettings
    private let caller: AWSCaller
    private let keeper: CredentialKeeper
    private let knownAccount = Mutex<String?>(nil)
    private let turnstile = Turnstile()

    /// Reads the user's config; sends nothing.
    ///
    /// - Throws: `noRegion` or `settings`.
    init(
        settings: AWSSettings, services: any HostServices, surroundings: Surroundings = .process
    ) throws(AWSFailure) {
        let profiles = try Profiles(surroundings)
        region = try Self.region(settings, surroundings, profiles)
        self.settings = settings
        let endpoints = EndpointFinder(settings: settings, surroundings: surroundings, profiles: profiles)
        caller = AWSCaller(services: services, region: region, endpoints: endpoints)
        keeper = CredentialKeeper(
            CredentialChain(settings: settings, surroundings: surroundings, profiles: profiles, caller: caller),
            services: services)
    }

    private static func region(
        _ settings: AWSSettings, _ surroundings: Surroundings, _ profiles: Profiles
    ) throws(AWSFailure) -> String {
        let named = settings.profile ?? surroundings["AWS_PROFILE"] ?? surroundings["AWS_DEFAULT_PROFILE"]
        let name = named ?? "default"
        let found =
            settings.region ?? surroundings["AWS_REGION"] ?? surroundings["AWS_DEFAULT_REGION"]
            ?? profiles.profile(name)?.values["region"]
        guard let found, !found.isEmpty else {
            if named != nil, profiles.profile(name) == nil { throw profiles.missing(name) }
            throw AWSFailure(.noRegion)
        }
        // It becomes part of a host's name.
        guard found.utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) || $0 == 45 }) else {
            throw AWSFailure(.settings("the region is '\(found)'; a region's name looks like eu-west-1"))
        }
        return found
    }

    /// Finds the credentials, and the account where the `use` line names one: without them no call is begun, so that nobody has
    /// to ask what became of it.
    func begin(_ context: CallContext) async throws(AWSFailure) {
        if settings.account == nil { _ = try await keeper.credentials(context) } else { _ = try await account(context) }
    }

    var partition: Partition { Partition(region: region) }

    /// Makes a call.
    ///
    /// - Parameter repeatable: True where a second one after a lost answer does no harm. Reads and calls with a token
    ///   are so anyhow.
    func call(
        _ service: String, _ operation: String, _ parameters: ObjectValue = [:], context: CallContext,
        repeatable: Bool = false
    ) async throws(AWSFailure) -> ObjectValue {
        try await answer(
            to: try AWSCall(service, operation, parameters, isRepeatable: repeatable), context: context
        ).object
    }

    /// Makes a call whose body or answer is bytes, such as S3's GetObject and PutObject. The answer's bytes are as the
    /// service has them.
    func raw(
        _ service: String, _ operation: String, _ parameters: ObjectValue = [:], content: [UInt8]? = nil,
        context: CallContext, repeatable: Bool = false
    ) async throws(AWSFailure) -> AWSAnswer {
        var call = try AWSCall(service, operation, parameters, isRepeatable: repeatable, masksAnswer: false)
        call.content = content
        call.keepsContent = true
        call.timeout = Swift.max(settings.timeout, .seconds(600))
        call.largestAnswer = 1 << 30
        return try await answer(to: call, context: context)
    }

    func answer(to call: AWSCall, context: CallContext) async throws(AWSFailure) -> AWSAnswer {
        try await guardAccount(call, context)
        return try await caller.answer(to: call, keeper: keeper, context)
    }

    /// An address that gives whoever has it access to one call, such as S3's GetObject, until it expires.
    func presigned(
        _ service: String, _ operation: String, _ parameters: ObjectValue, expiresIn seconds: Int,
        context: CallContext
    ) async throws(AWSFailure) -> String {
        let call = try AWSCall(service, operation, parameters)
        try await guardAccount(call, context)
        return try await caller.presigned(call, keeper: keeper, expiresIn: seconds, context)
    }

    // MARK: Account

    /// The number of the account; asked for once.
    func account(_ context: CallContext) async throws(AWSFailure) -> String {
        if let known = knownAccount.withLock({ $0 }) { return known }
        return try await turnstile.pass { () async throws(AWSFailure) in
            if let known = knownAccount.withLock({ $0 }) { return known }
            let call = try AWSCall("sts", "GetCallerIdentity", [:])
            let answer = try await caller.answer(to: call, keeper: keeper, context)
            guard let account = answer.object["account"]?.string else {
                throw call.failure(
                    .answerFault(
                        AnswerFault(path: "account", reason: "it is missing"), status: answer.status,
                        requestID: answer.requestID))
            }
            if let wanted = settings.account, wanted != account {
                throw call.failure(.otherAccount(wanted: wanted, found: account))
            }
            knownAccount.withLock { $0 = account }
            return account
        }
    }

    /// Nothing is done in an account that the `use` line does not name.
    private func guardAccount(_ call: AWSCall, _ context: CallContext) async throws(AWSFailure) {
        guard settings.account != nil, call.model.name != "sts" else { return }
        _ = try await account(context)
    }
}
