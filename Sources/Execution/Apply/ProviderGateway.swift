// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// The execution's way to the platforms.
package protocol ProviderGateway: Sendable {
    /// The connection of a `use` line, opened on first need.
    func provider(_ use: ProviderUse, environment: String) async throws(CallError) -> any Provider

    /// What a plugin's manifest says of a kind; nil where there is no such kind any more.
    func schema(of kind: String, plugin: String) -> ResourceKindSchema?
}

/// Tells secrets' texts apart without showing them.
package protocol SecretFingerprints: Sendable {
    /// What stands for the present text of each secret, by the secret's recorded name; without those whose texts
    /// cannot be had, at least not without asking a person.
    ///
    /// - Parameter isRecorded: True where they go to the ledger.
    /// - Throws: Where fingerprints were made before and cannot be made the same way now.
    func fingerprints(of secrets: Set<SecretReference>, isRecorded: Bool) async throws(Diagnostic) -> [String: String]
}

/// What an execution needs from outside besides the ledger.
package struct ExecutionSurroundings: Sendable {
    package var gateway: any ProviderGateway
    package var clock: any WallClock
    package var randomness: any Randomness
    package var fingerprints: any SecretFingerprints
    /// Who acts, for the audit trail.
    package var actor: String
    package var host: String
    /// How many operations are under way at once; at least 1.
    package var parallelism: Int
    /// How many of one kind at one connection, as their platform bears it.
    package let pace: Pace
    package var interruption: Interruption
    /// Around calls that change something; nil where nobody traces.
    package var tracing: (any CallTracing)?
    package var onEvent: @Sendable (ExecutionEvent) -> Void

    package init(
        gateway: any ProviderGateway, clock: any WallClock, randomness: any Randomness,
        fingerprints: any SecretFingerprints, actor: String, host: String, parallelism: Int, interruption: Interruption,
        onEvent: @escaping @Sendable (ExecutionEvent) -> Void
    ) {
        self.gateway = gateway
        self.clock = clock
        self.randomness = randomness
        self.fingerprints = fingerprints
        self.actor = actor
        self.host = host
        self.parallelism = parallelism
        pace = Pace(widest: parallelism)
        self.interruption = interruption
        self.onEvent = onEvent
    }

    /// A token that no other operation has: 48 bits of the time in milliseconds, then 80 random ones.
    ///
    /// Tokens that follow one another lie together wherever they are kept in order, so that a commit of many of them
    /// touches few pages.
    package func newToken() -> OperationToken {
        let milliseconds = clock.now().nanoseconds / 1_000_000
        let time = (0..<6).reversed().map { UInt8(truncatingIfNeeded: milliseconds >> ($0 * 8)) }
        let digits = Array("0123456789abcdef")
        return OperationToken(
            String((time + randomness.bytes(10)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }))
    }
}
