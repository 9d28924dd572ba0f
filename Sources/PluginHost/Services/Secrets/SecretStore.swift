import CSystemCalls
// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Crypto
import Glibc
import Synchronization

/// A project's own encrypted store of secrets, `.converge/secrets`.
///
/// The file is read at each use, since other commands may change it; its key is made once.
package final class SecretStore: Sendable {
    /// What is told of a secret without its key.
    package struct Listed: Sendable, Hashable {
        package let name: String
        /// When it was set.
        package let time: Timestamp
    }

    private struct Opened: Sendable {
        let salt: [UInt8]
        let key: SymmetricKey
    }

    private let folder: String
    private let source: StoreKeySource
    private let redactor: Redactor
    /// The key that was made last, or is being made: several steps ask at once, and a person is asked once.
    private let opening = Mutex<(salt: [UInt8], key: Task<Result<SymmetricKey, Diagnostic>, Never>)?>(nil)

    var path: String { folder + "/secrets" }

    /// - Parameter stateFolder: The project's `.converge`.
    package init(stateFolder: String, keys source: StoreKeySource, redactor: Redactor) {
        folder = stateFolder
        self.source = source
        self.redactor = redactor
    }

    // MARK: Reading

    package var exists: Bool { Paths.exists(path) }

    /// The names in their order; needs no key. Empty where there is no store.
    package func list() throws(Diagnostic) -> [Listed] {
        try read()?.entries.map { Listed(name: $0.name, time: $0.time) } ?? []
    }

    /// The text of a secret; nil where the store has none of that name, and where there is no store.
    package func text(of name: String) async throws(Diagnostic) -> String? {
        // Nobody is asked for a key that opens nothing.
        guard let file = try read(), file.entries.contains(where: { $0.name == name }) else { return nil }
        let key = try await key(of: file)
        do throws(SecretStoreFile.Fault) {
            try file.check(key)
            return try file.text(of: name, key)
        } catch {
            throw .store(error, path)
        }
    }

    // MARK: Changing

    /// Makes an empty store.
    ///
    /// - Returns: The key file that was made for it.
    @discardableResult
    package func create(_ choice: StoreKeySource.Choice) async throws(Diagnostic) -> String? {
        if exists { throw .storeThere(path) }
        let found = try await source.new(choice, .present)
        let (file, key) = try await Self.empty(found.text)
        try await change { () throws(Diagnostic) in
            if self.exists { throw .storeThere(self.path) }
            try self.write(file)
        }
        remember(key, of: file)
        return found.madeFile
    }

    /// Sets a secret, in a store that is made where there is none.
    ///
    /// - Returns: Whether it was there before, and the key file that was made for a new store.
    package func set(
        _ name: String, to text: String, at time: Timestamp
    ) async throws(Diagnostic) -> (wasThere: Bool, madeFile: String?) {
        redactor.learn(text, name: name)
        let madeFile = exists ? nil : try await create(.given)
        let wasThere = try await edit { (file, key) throws(Diagnostic) in
            let wasThere = file.entries.contains { $0.name == name }
            do throws(SecretStoreFile.Fault) { try file.set(name, to: text, at: time, key) } catch {
                throw .store(error, self.path)
            }
            return wasThere
        }
        return (wasThere, madeFile)
    }

    /// - Throws: A diagnostic where the store has no such secret.
    package func remove(_ name: String) async throws(Diagnostic) {
        guard let file = try read(), file.entries.contains(where: { $0.name == name }) else {
            throw .notInStore(name, known: try list().map(\.name))
        }
        try await edit { (file, key) throws(Diagnostic) in
            do throws(SecretStoreFile.Fault) { try file.remove(name, key) } catch { throw .store(error, self.path) }
        }
    }

    /// Encrypts everything anew with another key; the present one is needed a last time.
    ///
    /// - Returns: How many secrets there are, and the key file that was made.
    package func rotate(to choice: StoreKeySource.Choice) async throws(Diagnostic) -> (count: Int, madeFile: String?) {
        guard let present = try read() else { throw .noStore() }
        let key = try await key(of: present)
        try check(present, key)
        let found = try await source.new(choice, .new)
        let (empty, newKey) = try await Self.empty(found.text)
        let file = try await change { () throws(Diagnostic) in
            // As it is now: somebody may have set a secret meanwhile.
            guard let present = try self.read() else { throw .noStore() }
            try self.check(present, key)
            var file = empty
            do throws(SecretStoreFile.Fault) {
                for entry in present.entries {
                    guard let text = try present.text(of: entry.name, key) else { continue }
                    try file.set(entry.name, to: text, at: entry.time, newKey)
                }
            } catch {
                throw .store(error, self.path)
            }
            try self.write(file)
            return file
        }
        remember(newKey, of: file)
        return (file.entries.count, found.madeFile)
    }

    private func edit<T: Sendable>(
        _ body: @escaping @Sendable (inout SecretStoreFile, SymmetricKey) throws(Diagnostic) -> T
    ) async throws(Diagnostic) -> T {
        guard let present = try read() else { throw .noStore() }
        let key = try await key(of: present)
        return try await change { () throws(Diagnostic) in
            guard var file = try self.read() else { throw .noStore() }
            try self.check(file, key)
            let result = try body(&file, key)
            try self.write(file)
            return result
        }
    }

    // MARK: Keys

    private static func empty(_ text: StoreKeyText) async throws(Diagnostic) -> (SecretStoreFile, SymmetricKey) {
        let derivation: KeyDerivation =
            switch text {
            case .bytes: .key
            case .passphrase: .passphrase
            }
        let salt = SystemRandomness().bytes(16)
        guard let key = await derive(derivation, text, salt) else {
            throw .storeKeyUnusable("the key cannot be made: there may be too little memory for it", help: [])
        }
        do throws(SecretStoreFile.Fault) {
            return (try SecretStoreFile(derivation: derivation, salt: salt, key: key), key)
        } catch {
            throw .store(error, "the new store")
        }
    }

    /// On a thread of its own, since scrypt takes its time on purpose.
    private static func derive(_ derivation: KeyDerivation, _ text: StoreKeyText, _ salt: [UInt8]) async
        -> SymmetricKey?
    {
        do throws(CallError) {
            return try await BlockingWork.run { (_) throws(CallError) in derivation.key(from: text, salt: salt) }
        } catch {
            return nil
        }
    }

    private func remember(_ key: SymmetricKey, of file: SecretStoreFile) {
        opening.withLock { $0 = (file.salt, Task { .success(key) }) }
    }

    /// The key of a store, asked for once.
    private func key(of file: SecretStoreFile) async throws(Diagnostic) -> SymmetricKey {
        // Nobody else should wait for an attempt that gives up where a person could be asked.
        if StoreKeySource.asksNobody, opening.withLock({ $0?.salt != file.salt }) {
            let key = try await findKey(of: file).get()
            remember(key, of: file)
            return key
        }
        let task = opening.withLock { opening in
            if let opening, opening.salt == file.salt { return opening.key }
            // It belongs to all who wait for it, so that none of them may cancel it.
            let task = Task { await self.findKey(of: file) }
            opening = (file.salt, task)
            return task
        }
        let result = await task.value
        if case .failure = result {
            // The next one may do better.
            opening.withLock { opening in
                if opening?.key == task { opening = nil }
            }
        }
        return try result.get()
    }

    private func findKey(of file: SecretStoreFile) async -> Result<SymmetricKey, Diagnostic> {
        do throws(Diagnostic) {
            for attempt in 1...3 {
                let found = try await source.present(for: file.derivation, isAgain: attempt > 1)
                guard let key = await Self.derive(file.derivation, found.text, file.salt) else {
                    throw .storeKeyUnusable(
                        "the key cannot be made: there may be too little memory for it", help: [])
                }
                do throws(SecretStoreFile.Fault) {
                    try file.check(key)
                    return .success(key)
                } catch {
                    if error != .wrongKey || !found.isAsked || attempt == 3 { throw .store(error, path) }
                }
            }
            throw .store(.wrongKey, path)
        } catch {
            return .failure(error)
        }
    }

    private func check(_ file: SecretStoreFile, _ key: SymmetricKey) throws(Diagnostic) {
        do throws(SecretStoreFile.Fault) { try file.check(key) } catch { throw .store(error, path) }
    }

    // MARK: The file

    private func read() throws(Diagnostic) -> SecretStoreFile? {
        let bytes: [UInt8]?
        do throws(CallError) { bytes = try DurableFile.read(path, limit: 64 << 20) } catch { throw error.diagnostic }
        guard let bytes else { return nil }
        do throws(SecretStoreFile.Fault) { return try SecretStoreFile(decoding: bytes) } catch {
            throw .store(error, path)
        }
    }

    private func write(_ file: SecretStoreFile) throws(Diagnostic) {
        do throws(CallError) { try DurableFile.write(file.encoded, to: path, mode: 0o600) } catch {
            throw .storeNotWritten(error)
        }
    }

    /// Works while no other process changes the store.
    private func change<T: Sendable>(
        _ body: @escaping @Sendable () throws(Diagnostic) -> T
    ) async throws(Diagnostic) -> T {
        let folder = folder
        do throws(CallError) {
            return try await BlockingWork.run { (flag) throws(CallError) in
                try Folders.make(folder + "/locks")
                let file = try FileHandle(open: folder + "/locks/secrets.lock", O_RDWR | O_CREAT, mode: 0o600)
                var tries = 0
                while csc_try_lock(file.descriptor) != 0 {
                    tries += 1
                    guard tries < 10_000 else {
                        throw CallError(.conflict, "another command changes the project's store of secrets")
                    }
                    try flag.check()
                    usleep(1000)
                }
                do throws(Diagnostic) { return try body() } catch { throw CallError(.failed, error) }
            }
        } catch {
            throw error.diagnostic
        }
    }
}
