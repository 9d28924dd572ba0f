// SPDX-License-Identifier: Apache-2.0

/// What the host lends to plugins: the outside world, with secrets, cancellation and redaction taken care of.
public protocol HostServices: Sendable {
    var http: any HTTPClient { get }
    var listener: any HTTPListener { get }
    var processes: any ProcessRunner { get }
    var files: any FileStore { get }
    var databases: any DatabaseOpener { get }
    var supervisor: any Supervisor { get }
    var hashing: any Hashing { get }
    var clock: any WallClock { get }
    var randomness: any Randomness { get }
    var log: any WorkLog { get }
    var secrets: any SecretKeeper { get }
    var asker: any Asker { get }
}

extension HostServices {
    /// Of a host without secrets.
    public var secrets: any SecretKeeper { NoSecrets() }
    /// Of a host at which nobody sits.
    public var asker: any Asker { NobodyToAsk() }
}

/// The time of day.
public protocol WallClock: Sendable {
    func now() -> Timestamp
    /// Waits that long; ends early with `cancelled`.
    func sleep(for duration: Duration) async throws(CallError)
}

/// Bytes that nobody can guess.
public protocol Randomness: Sendable {
    func bytes(_ count: Int) -> [UInt8]
}

/// Digests and signatures.
public protocol Hashing: Sendable {
    func sha256(_ bytes: [UInt8]) -> [UInt8]
    /// Of the secret's text as key; the text never leaves the host.
    func hmacSHA256(_ bytes: [UInt8], key: Value) async throws(CallError) -> [UInt8]
    /// A digest over many pieces.
    func sha256() -> any DigestInProgress
    /// Of a file's content, or of a folder's names and contents in the order of names; 64 hexadecimal digits.
    func digest(ofPath path: String) async throws(CallError) -> String
}

/// A digest that is fed piece by piece, by one owner.
public protocol DigestInProgress: AnyObject {
    func update(_ bytes: UnsafeRawBufferPointer)
    /// The digest as hexadecimal digits; the last call.
    func finish() -> String
}

/// Log lines and progress of a piece of work. Everything written is redacted.
public protocol WorkLog: Sendable {
    /// One or more lines for the log of the operation.
    func write(_ text: String, _ context: CallContext)
    /// How far the work is, from 0 to 1 where that is known, and what it is doing.
    func progress(_ fraction: Double?, _ text: String, _ context: CallContext)
}
