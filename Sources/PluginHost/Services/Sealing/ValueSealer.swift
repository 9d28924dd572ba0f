// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Crypto
import Glibc
import Synchronization

/// Keeps what was sealed under names that stay the same whatever key it is sealed with.
package protocol SealedValueStore: Sendable {
    /// Whether anything was ever sealed.
    func holdsSealedValues() async throws(Diagnostic) -> Bool

    /// The name of a sealed text; nil where there is none.
    func name(ofSealed text: String) async throws(Diagnostic) -> String?

    /// The name of a sealed text, given to it where it has none yet; durable.
    func record(sealed text: String, as name: String) async throws(Diagnostic) -> String

    /// The sealed text of that name; nil where there is none.
    func sealedText(named name: String) async throws(Diagnostic) -> String?
}

/// Encrypts the sensitive values that plugins give before anything else sees them, and opens them inside the lent
/// services: to everybody else they are references like other secrets.
///
/// Such a reference bears the name of a text in the ledger. One that was only looked at, as for a plan, and is not in
/// the ledger, bears the text itself, so that looking writes nothing.
///
/// Its keys lie in a file outside of the ledger, which is made when the first value is sealed. Other processes may
/// change the file; it is looked at before each use.
package final class ValueSealer: SecretSource, Sendable {
    /// The variable that names the file where it lies elsewhere.
    package static let variable = "CONVERGE_LEDGER_KEY_FILE"

    package let name = SecretReference.sealedSource
    package let path: String
    /// True where what is looked at goes to the ledger.
    @TaskLocal package static var recordsWhatIsRead = false

    private let redactor: Redactor
    private let store: any SealedValueStore
    private let known = Mutex<(stamp: FileStamp, keys: SealingKeys)?>(nil)

    /// - Parameters:
    ///   - stateFolder: The project's `.converge`.
    ///   - keyFile: Where the keys lie; nil for the project's `.converge`.
    package init(
        stateFolder: String, keyFile: String? = nil, redactor: Redactor, store: any SealedValueStore
    ) {
        path = keyFile ?? stateFolder + "/ledger.key"
        self.redactor = redactor
        self.store = store
    }

    // MARK: Values

    /// Sees to it that there is a key before something happens whose outcome has to be sealed.
    func prepare() async throws(CallError) { _ = try await keys() }

    /// The value as a secret; equal values give equal secrets.
    ///
    /// - Parameter isRecorded: True where the secret goes to the ledger.
    package func seal(_ value: Value, isRecorded: Bool) async throws(CallError) -> Value {
        let keys = try await keys()
        redactor.learn(try Self.text(of: value), name: "sensitive")
        guard let text = SealedText.seal(Array(value.json(.exact).utf8), keys.newest) else {
            throw CallError(.invalid, "a sensitive value is too large to be encrypted")
        }
        return .secret(SecretReference(source: name, name: try await known(text, isRecorded)))
    }

    /// The name of a sealed text, or the text itself where it has none and gets none.
    private func known(_ text: String, _ isRecorded: Bool) async throws(CallError) -> String {
        do throws(Diagnostic) {
            if let name = try await store.name(ofSealed: text) { return name }
            if !isRecorded, !Self.recordsWhatIsRead { return text }
            return try await store.record(sealed: text, as: "v" + SystemRandomness.name())
        } catch {
            throw CallError(.failed, error)
        }
    }

    /// The text of a sealed value: of a text itself, of another value its JSON.
    package func text(of secret: SecretReference) async throws(CallError) -> String {
        let bytes = try await open(secret.name)
        let value: Value
        do { value = try Value(json: bytes) } catch { throw CallError(.failed, .sealedDamaged(path)) }
        let text = try Self.text(of: value)
        redactor.learn(text, name: "sensitive")
        return text
    }

    private static func text(of value: Value) throws(CallError) -> String {
        switch value {
        case .list, .object, .reference: value.json(.plain)
        default: try PlainText.render(value)
        }
    }

    /// What stands for a secret's text in the ledger, to see a change of it by: sealed like a value, so that a guess
    /// cannot be tried without the key.
    ///
    /// - Parameter isRecorded: True where the fingerprint goes to the ledger.
    package func fingerprint(of text: String, isRecorded: Bool) async throws(CallError) -> String {
        let keys = try await keys()
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(text.utf8), using: SymmetricKey(data: keys.fingerprints))
        guard let sealed = SealedText.seal(Array(code), keys.newest) else {
            throw CallError(.failed, "a fingerprint cannot be made")
        }
        return try await known(sealed, isRecorded)
    }

    private func open(_ name: String) async throws(CallError) -> [UInt8] {
        var text = name
        if SealedText.keyID(of: name) == nil {
            do throws(Diagnostic) {
                guard let found = try await store.sealedText(named: name) else { throw Diagnostic.sealedUnknown() }
                text = found
            } catch {
                throw CallError(.failed, error)
            }
        }
        guard let keys = try load() else { throw CallError(.failed, .ledgerKeyMissing(path)) }
        guard let key = keys.all.first(where: { $0.id == SealedText.keyID(of: text) }) else {
            throw CallError(.failed, .ledgerKeyWrong(path))
        }
        guard let bytes = SealedText.open(text, key) else { throw CallError(.failed, .sealedDamaged(path)) }
        return bytes
    }

    // MARK: Another key

    /// Puts a fresh key in front of those that there are.
    ///
    /// - Parameter isLost: Whether the keys that there were are known to be lost; else a missing file is refused.
    package func addKey(isLost: Bool) async throws(CallError) {
        guard let fresh = SealingKeys.made() else { throw CallError(.failed, "no key can be made") }
        var present: SealingKeys?
        do throws(CallError) {
            present = isLost ? try load() : try await keys()
        } catch {
            // What is no key file any more is lost, as said.
            if !isLost { throw error }
        }
        try DurableFile.write((present?.adding(fresh.newest) ?? fresh).encoded, to: path, mode: 0o600)
    }

    /// The same content under the newest key; nil where it cannot be opened.
    package func sealedAnew(_ text: String) throws(CallError) -> String? {
        guard let keys = try load(), let key = keys.all.first(where: { $0.id == SealedText.keyID(of: text) }) else {
            return nil
        }
        if key == keys.newest { return text }
        return SealedText.open(text, key).flatMap { SealedText.seal($0, keys.newest) }
    }

    /// Lets go of every key but the newest.
    package func dropEarlierKeys() throws(CallError) {
        guard let keys = try load() else { throw CallError(.failed, .ledgerKeyMissing(path)) }
        try DurableFile.write(keys.withoutEarlier.encoded, to: path, mode: 0o600)
    }

    // MARK: The file

    private struct FileStamp: Equatable {
        let node: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int

        /// Nil where there is no such file.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (node, size) = (UInt64(status.st_ino), Int64(status.st_size))
            (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        }
    }

    /// The keys, made where nothing was ever sealed.
    private func keys() async throws(CallError) -> SealingKeys {
        if let keys = try load() { return keys }
        do throws(Diagnostic) {
            if try await store.holdsSealedValues() { throw Diagnostic.ledgerKeyMissing(path) }
        } catch {
            throw CallError(.failed, error)
        }
        guard let fresh = SealingKeys.made() else { throw CallError(.failed, "no key can be made") }
        try DurableFile.writeNew(fresh.encoded, to: path, mode: 0o600)
        // Another process may have been first.
        guard let keys = try load() else { throw CallError(.failed, .ledgerKeyMissing(path)) }
        return keys
    }

    /// Nil where there is no file.
    private func load() throws(CallError) -> SealingKeys? {
        guard let stamp = FileStamp(path) else { return nil }
        if let known = known.withLock({ $0 }), known.stamp == stamp { return known.keys }
        guard let bytes = try DurableFile.read(path, limit: 1 << 16) else { return nil }
        do throws(SealingKeys.Fault) {
            let keys = try SealingKeys(decoding: bytes)
            known.withLock { $0 = (stamp, keys) }
            return keys
        } catch {
            throw CallError(.failed, .ledgerKeyUnreadable(path, error))
        }
    }
}
