// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// One place from which credentials come.
protocol CredentialSource: Sendable {
    func credentials(_ context: CallContext) async throws(AWSFailure) -> Credentials
}

/// Keeps credentials and asks for new ones before they end, one at a time.
final class CredentialKeeper: Sendable {
    private let source: any CredentialSource
    private let services: any HostServices
    private let kept = Mutex<Credentials?>(nil)
    private let turnstile = Turnstile()

    init(_ source: any CredentialSource, services: any HostServices) {
        self.source = source
        self.services = services
    }

    func credentials(_ context: CallContext) async throws(AWSFailure) -> Credentials {
        if let fresh = fresh { return fresh }
        return try await turnstile.pass { () async throws(AWSFailure) in
            // Somebody before us in the line may have done it.
            if let fresh { return fresh }
            do throws(AWSFailure) {
                return try await renewed(context)
            } catch {
                // The old ones are good for some minutes more.
                if let old = kept.withLock({ $0 }), !old.isExpired(at: services.clock.now()), !error.isCancelled {
                    return old
                }
                throw error
            }
        }
    }

    /// Forgets credentials that AWS calls expired.
    func reject(_ credentials: Credentials) {
        kept.withLock { kept in
            if kept == credentials { kept = nil }
        }
    }

    private var fresh: Credentials? {
        let now = services.clock.now()
        return kept.withLock { kept in kept.flatMap { $0.isDue(at: now) ? nil : $0 } }
    }

    private func renewed(_ context: CallContext) async throws(AWSFailure) -> Credentials {
        let found = try await source.credentials(context)
        found.hide(in: services.secrets)
        if found.isExpired(at: services.clock.now()) {
            throw AWSFailure(
                .expiredCredentials("those of \(found.origin) ended \(found.expiration?.description ?? "")"))
        }
        kept.withLock { $0 = found }
        return found
    }
}
