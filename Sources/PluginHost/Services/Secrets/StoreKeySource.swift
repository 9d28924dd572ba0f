// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Glibc

/// Where the keys of stores come from: variables, a file, or a person.
package struct StoreKeySource: Sendable {
    /// What a person is asked for.
    package enum Question: Sendable, Hashable {
        case passphrase
        /// After one that did not open the store.
        case passphraseAgain
        case newPassphrase
        /// The new one once more, since it was not seen while it was typed.
        case newPassphraseAgain
    }

    /// - Returns: Nil where there is nobody to ask.
    package typealias Asking = @Sendable (Question) async throws(Diagnostic) -> String?

    /// Which key: the one that a store has, or the one that it gets.
    enum Role: String {
        case present = "CONVERGE_"
        case new = "CONVERGE_NEW_"

        var key: String { rawValue + "KEY" }
        var keyFile: String { rawValue + "KEY_FILE" }
        var passphrase: String { rawValue + "PASSPHRASE" }
    }

    /// How a new key is chosen.
    package enum Choice: Sendable, Hashable {
        /// From variables, else from a person.
        case given
        /// In this file, made there where it is missing.
        case file(String)
        case passphrase
    }

    /// A key, and how it came here.
    struct Found {
        let text: StoreKeyText
        var isAsked = false
        /// The key file that was made for it.
        var madeFile: String?
    }

    /// The variables that hold a key, or say where one lies.
    static let variables = [Role.present, .new].flatMap { [$0.key, $0.keyFile, $0.passphrase] }
    private static let shortest = 8

    /// True where a key is welcome and not worth a question.
    @TaskLocal static var asksNobody = false

    private let variable: @Sendable (String) -> String?
    private let asking: Asking
    private let redactor: Redactor

    package init(
        redactor: Redactor,
        variable: @escaping @Sendable (String) -> String? = { name in getenv(name).map { String(cString: $0) } },
        asking: @escaping Asking = { (_) throws(Diagnostic) in nil }
    ) {
        self.redactor = redactor
        self.variable = variable
        self.asking = asking
    }

    // MARK: The key of a store

    /// - Parameter isAgain: After one that did not open the store.
    func present(for derivation: KeyDerivation, isAgain: Bool) async throws(Diagnostic) -> Found {
        switch derivation {
        case .key:
            if let found = try variableKey(.present) { return found }
            if let path = given(Role.present.keyFile) { return Found(text: try key(inFile: path)) }
            throw .storeKeyMissing(
                "the project's store of secrets opens with a key, and none is given",
                help: [
                    "\(Role.present.keyFile)=FILE    names the file that holds it",
                    "\(Role.present.key)=…    is the key itself, in base64"
                ])
        case .scrypt:
            if let text = given(Role.present.passphrase) { return passphrase(text, .present) }
            if !Self.asksNobody, let text = try await asking(isAgain ? .passphraseAgain : .passphrase) {
                return passphrase(text, .present, isAsked: true)
            }
            throw .storeKeyMissing(
                "the project's store of secrets opens with a passphrase, and nobody can be asked for it",
                help: ["\(Role.present.passphrase)=…    gives it to a command without a terminal"])
        }
    }

    // MARK: A new key

    func new(_ choice: Choice, _ role: Role) async throws(Diagnostic) -> Found {
        switch choice {
        case .file(let path): return try fileKey(path)
        case .passphrase:
            if let text = given(role.passphrase) { return try newPassphrase(text, role) }
        case .given:
            if let found = try variableKey(role) { return found }
            if let path = given(role.keyFile) { return try fileKey(path) }
            if let text = given(role.passphrase) { return try newPassphrase(text, role) }
        }
        guard let text = try await asking(.newPassphrase) else {
            throw .storeKeyMissing(
                "a store of secrets needs a key, and none is given",
                help: [
                    "\(role == .present ? "secret init " : "")--key-file FILE    makes a key in that file, or takes the "
                        + "one that is there",
                    "\(role.passphrase)=…    gives a passphrase to a command without a terminal"
                ])
        }
        let found = try newPassphrase(text, role, isAsked: true)
        guard try await asking(.newPassphraseAgain) == text else {
            throw .storeKeyUnusable("the passphrase was not typed the same way twice", help: ["try again"])
        }
        return found
    }

    private func newPassphrase(_ text: String, _ role: Role, isAsked: Bool = false) throws(Diagnostic) -> Found {
        guard text.count >= Self.shortest else {
            throw .storeKeyUnusable(
                "the passphrase is too short: it has \(text.count) characters, and needs \(Self.shortest)",
                help: ["several words in a row are long and can be kept in mind"])
        }
        return passphrase(text, role, isAsked: isAsked)
    }

    private func passphrase(_ text: String, _ role: Role, isAsked: Bool = false) -> Found {
        redactor.learn(text, name: role.passphrase)
        return Found(text: .passphrase(text), isAsked: isAsked)
    }

    // MARK: Keys

    private func given(_ name: String) -> String? { variable(name).flatMap { $0.isEmpty ? nil : $0 } }

    private func variableKey(_ role: Role) throws(Diagnostic) -> Found? {
        guard let text = given(role.key) else { return nil }
        redactor.learn(text, name: role.key)
        guard let key = StoreKeyText.key(text) else { throw .notAKey("the variable \(role.key)") }
        return Found(text: key)
    }

    /// The key in a file, which is made where it is missing.
    private func fileKey(_ path: String) throws(Diagnostic) -> Found {
        if Paths.exists(path) { return Found(text: try key(inFile: path)) }
        let text = StoreKeyText.makeKey()
        redactor.learn(text, name: Role.present.key)
        guard let key = StoreKeyText.key(text) else { throw .notAKey("the file '\(path)'") }
        do throws(CallError) {
            try DurableFile.write(Array((text + "\n").utf8), to: path, mode: 0o600)
        } catch {
            throw .storeNotWritten(error)
        }
        return Found(text: key, madeFile: path)
    }

    private func key(inFile path: String) throws(Diagnostic) -> StoreKeyText {
        let text: String
        do throws(SecretFile.Refusal) { text = try SecretFile.text(at: path) } catch {
            throw .storeKeyUnusable(
                "the key file '\(path)' \(error.words)",
                help: {
                    if case .isOpen = error { ["chmod 600 \(path)"] } else { [] }
                }())
        }
        redactor.learn(text, name: Role.present.key)
        guard let key = StoreKeyText.key(text) else { throw .notAKey("the file '\(path)'") }
        return key
    }
}
