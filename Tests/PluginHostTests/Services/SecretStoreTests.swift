// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Testing

struct SecretStoreTests {
    private static let key = Data(repeating: 7, count: 32).base64EncodedString()
    private static let otherKey = Data(repeating: 8, count: 32).base64EncodedString()
    private static let time = Timestamp(nanoseconds: 1_800_000_000_000_000_000)

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.path + "/secrets" }

    /// A store as one process sees it.
    private func store(
        _ variables: [String: String] = ["CONVERGE_KEY": key], redactor: Redactor = Redactor(),
        asking: @escaping StoreKeySource.Asking = { (_) throws(Diagnostic) in nil }
    ) -> SecretStore {
        SecretStore(
            stateFolder: folder.path,
            keys: StoreKeySource(redactor: redactor, variable: { variables[$0] }, asking: asking), redactor: redactor)
    }

    private func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

    private func code(_ body: () async throws -> Void) async -> DiagnosticCode? {
        do {
            try await body()
            return nil
        } catch { return (error as? any DiagnosticError)?.diagnostic.code }
    }

    // MARK: Texts

    @Test func `what is set is there for whoever has the key, and for nobody else`() async throws {
        let text = "p@ss\nwörd \"1\""
        let done = try await store().set("DB_PASSWORD", to: text, at: Self.time)
        #expect(!done.wasThere && done.madeFile == nil)
        #expect(try await store().set("B", to: "other", at: Self.time).wasThere == false)
        #expect(try await store().set("B", to: "another", at: Self.time).wasThere)
        #expect(try await store().text(of: "DB_PASSWORD") == text)
        #expect(try await store().text(of: "B") == "another")
        #expect(try await store().text(of: "C") == nil)
        #expect(try store([:]).list().map(\.name) == ["B", "DB_PASSWORD"])
        #expect(try store([:]).list().map(\.time) == [Self.time, Self.time])
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(!String(decoding: try bytes(), as: UTF8.self).contains("another"))

        let wrong = store(["CONVERGE_KEY": Self.otherKey])
        #expect(await code { _ = try await wrong.text(of: "B") } == .wrongStoreKey)
        #expect(await code { _ = try await wrong.set("B", to: "x", at: Self.time) } == .wrongStoreKey)
        #expect(await code { _ = try await store([:]).text(of: "B") } == .storeKeyMissing)
        #expect(try await store([:]).text(of: "C") == nil, "nobody is asked for a key that opens nothing")
    }

    @Test func `a text that is set, a key and a passphrase are masked from then on`() async throws {
        let redactor = Redactor()
        _ = try await store(redactor: redactor).set("TOKEN", to: "canary-1", at: Self.time)
        #expect(redactor.redact("canary-1 \(Self.key)") == "(secret TOKEN) (secret CONVERGE_KEY)")
    }

    @Test func `a secret is removed, and one that is not there is told with the nearest name`() async throws {
        _ = try await store().set("SHOP_TOKEN", to: "x", at: Self.time)
        let error = await #expect(throws: Diagnostic.self) { try await store().remove("SHOP_TOKN") }
        #expect(error?.code == .notInStore && error?.help == ["did you mean SHOP_TOKEN?"])
        try await store().remove("SHOP_TOKEN")
        #expect(try store().list().isEmpty && store().exists)
    }

    @Test func `commands that set secrets at the same time lose none`() async throws {
        try await store().create(.given)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                let own = store()
                group.addTask { _ = try await own.set("S\(number)", to: "text \(number)", at: Self.time) }
            }
            try await group.waitForAll()
        }
        #expect(try store().list().count == 20)
        for number in 0..<20 { #expect(try await store().text(of: "S\(number)") == "text \(number)") }
    }

    // MARK: Damage

    @Test func `a store that is cut off anywhere is refused`() async throws {
        _ = try await store().set("A", to: "right", at: Self.time)
        let whole = try bytes()
        // All that is missing at the very end is a line end.
        for length in 0..<(whole.count - 1) {
            try Data(whole[..<length]).write(to: URL(fileURLWithPath: path))
            #expect(await code { _ = try await store().text(of: "A") } == .storeDamaged, "\(length)")
        }
    }

    @Test func `a byte that was changed anywhere is found, or changes nothing`() async throws {
        _ = try await store().set("A", to: "right", at: Self.time)
        _ = try await store().set("B", to: "other", at: Self.time)
        let whole = try bytes()
        var found = 0
        for (offset, byte) in whole.enumerated() {
            var changed = whole
            changed[offset] = byte ^ 1
            try Data(changed).write(to: URL(fileURLWithPath: path))
            do {
                if let text = try await store().text(of: "A") { #expect(text == "right", "\(offset)") }
            } catch {
                let code = (error as? Diagnostic)?.code
                #expect(code == .storeDamaged || code == .wrongStoreKey, "\(offset): \(error)")
                found += 1
            }
        }
        #expect(found > whole.count / 2)
    }

    @Test func `a secret that was taken out, renamed or brought from another store is found`() async throws {
        let store = store()
        _ = try await store.set("A", to: "one", at: Self.time)
        _ = try await store.set("B", to: "two", at: Self.time)
        let whole = String(decoding: try bytes(), as: UTF8.self)
        let renamed = whole.replacingOccurrences(of: "\"B\"", with: "\"C\"")
        var document = try #require(try JSONSerialization.jsonObject(with: Data(whole.utf8)) as? [String: Any])
        let secrets = try #require(document["secrets"] as? [Any])
        document["secrets"] = [secrets[0]]
        let shortened = try JSONSerialization.data(withJSONObject: document)
        for changed in [Data(renamed.utf8), shortened] {
            try changed.write(to: URL(fileURLWithPath: path))
            #expect(await code { _ = try await store.text(of: "A") } == .storeDamaged)
        }
    }

    @Test func `a store of a newer Converge and a file that is none are refused`() async throws {
        for text in ["{\"converge_secrets\": 2}", "{}", "", "[1]", "\u{7f}ELF"] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            #expect(await code { _ = try store().list() } == .storeDamaged, "\(text)")
        }
    }

    // MARK: Keys

    @Test func `a passphrase is asked for once by all who wait, and three times where it is wrong`() async throws {
        try await store(["CONVERGE_PASSPHRASE": "correct horse"]).create(.passphrase)
        _ = try await store(["CONVERGE_PASSPHRASE": "correct horse"]).set("A", to: "one", at: Self.time)
        let asked = Collector<StoreKeySource.Question>()
        let asking = store([:]) { (question) throws(Diagnostic) in
            asked.add(question)
            return "correct horse"
        }
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<8 { group.addTask { try await asking.text(of: "A") } }
            for try await text in group { #expect(text == "one") }
        }
        #expect(asked.all == [.passphrase])
        let guessed = Collector<StoreKeySource.Question>()
        let guessing = store([:]) { (question) throws(Diagnostic) in
            guessed.add(question)
            return "wrong horse"
        }
        #expect(await code { _ = try await guessing.text(of: "A") } == .wrongStoreKey)
        #expect(guessed.all == [.passphrase, .passphraseAgain, .passphraseAgain])
    }

    @Test func `after a rotation only the new key opens the store`() async throws {
        _ = try await store().set("A", to: "one", at: Self.time)
        _ = try await store().set("B", to: "two", at: Self.time)
        let before = try bytes()
        let rotating = store(["CONVERGE_KEY": Self.key, "CONVERGE_NEW_PASSPHRASE": "correct horse"])
        #expect(try await rotating.rotate(to: .given).count == 2)
        #expect(try await rotating.text(of: "A") == "one", "it knows the new key itself")
        #expect(await code { _ = try await store().text(of: "A") } == .storeKeyMissing)
        let opened = store(["CONVERGE_PASSPHRASE": "correct horse"])
        #expect(try await opened.text(of: "B") == "two")
        #expect(try opened.list().map(\.time) == [Self.time, Self.time], "when each was set is kept")
        let after = try bytes()
        try Data(before).write(to: URL(fileURLWithPath: path))
        #expect(
            await code { _ = try await store(["CONVERGE_KEY": Self.otherKey]).rotate(to: .given) } == .wrongStoreKey)
        #expect(try bytes() == before && before != after)
    }

    @Test func `a key file is made where it is missing, for its owner alone, and refused where it is open`()
        async throws
    {
        let file = folder.path + "/keys/key"
        #expect(try await store([:]).create(.file(file)) == file)
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        let own = store(["CONVERGE_KEY_FILE": file])
        #expect(try await own.set("A", to: "one", at: Self.time).madeFile == nil)
        #expect(try await store(["CONVERGE_KEY_FILE": file]).text(of: "A") == "one")
        #expect(await code { try await own.create(.given) } == .storeThere)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        #expect(
            await code { _ = try await store(["CONVERGE_KEY_FILE": file]).text(of: "A") } == .storeKeyUnusable)
    }

    @Test(arguments: ["short", "", "MDEyMzQ1Njc4OWFiY2RlZg==", "no base64 at all!"])
    func `what is no key is refused`(text: String) async throws {
        let expected: DiagnosticCode = text.isEmpty ? .storeKeyMissing : .storeKeyUnusable
        #expect(await code { try await store(["CONVERGE_KEY": text]).create(.given) } == expected)
        #expect(!store().exists)
    }

    @Test func `a new passphrase is typed twice the same way and long enough`() async throws {
        let answers = { (texts: [String]) -> StoreKeySource.Asking in
            let asked = Collector<StoreKeySource.Question>()
            return { (question) throws(Diagnostic) in
                asked.add(question)
                return texts[min(asked.all.count, texts.count) - 1]
            }
        }
        for typed in [["correct horse", "correct hose"], ["short"]] {
            #expect(await code { try await store([:], asking: answers(typed)).create(.given) } == .storeKeyUnusable)
        }
        try await store([:], asking: answers(["correct horse", "correct horse"])).create(.given)
    }
}

struct ProjectSecretTests {
    private let folder: TemporaryFolder
    private let reference = SecretReference(source: "env", name: "TOKEN")

    init() throws { folder = try TemporaryFolder() }

    private func vault(_ variables: [String: String]) async throws -> SecretVault {
        let redactor = Redactor()
        let key = Data(repeating: 7, count: 32).base64EncodedString()
        let store = SecretStore(
            stateFolder: folder.path,
            keys: StoreKeySource(redactor: redactor, variable: { $0 == "CONVERGE_KEY" ? key : nil }),
            redactor: redactor)
        return SecretVault(
            sources: [
                ProjectSecretSource(environment: EnvironmentSecretSource(variables: variables), store: store)
            ], redactor: redactor)
    }

    private func set(_ text: String) async throws {
        let redactor = Redactor()
        let key = Data(repeating: 7, count: 32).base64EncodedString()
        let store = SecretStore(
            stateFolder: folder.path, keys: StoreKeySource(redactor: redactor, variable: { _ in key }),
            redactor: redactor)
        _ = try await store.set("TOKEN", to: text, at: Timestamp(nanoseconds: 0))
    }

    @Test func `the variable comes before the file, and the file before the store`() async throws {
        try await set("from the store")
        let file = try folder.write(Array("from a file\r\n".utf8), to: "token.txt")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
        let all = ["TOKEN": "from a variable", "TOKEN_FILE": file]
        #expect(try await vault(all).text(of: reference) == "from a variable")
        #expect(try await vault(["TOKEN": "", "TOKEN_FILE": file]).text(of: reference) == "from a file")
        let vault = try await vault([:])
        #expect(try await vault.text(of: reference) == "from the store")
        #expect(vault.redactor.redact("from the store") == "(secret TOKEN)")
    }

    @Test func `a file that everybody may read or write, or that holds no text, is refused`() async throws {
        for (mode, content) in [(0o644, "x"), (0o602, "x"), (0o600, ""), (0o600, "\n"), (0o600, "a\0b")] {
            let file = try folder.write(Array(content.utf8), to: "token.txt")
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
            let error = await #expect(throws: CallError.self) {
                _ = try await vault(["TOKEN_FILE": file]).text(of: reference)
            }
            #expect(error?.diagnostic.code == .secretFileRefused)
            try FileManager.default.removeItem(atPath: file)
        }
        let missing = await #expect(throws: CallError.self) {
            _ = try await vault(["TOKEN_FILE": folder.path]).text(of: reference)
        }
        #expect(missing?.diagnostic.code == .secretFileRefused)
    }

    @Test func `a secret that is nowhere is one diagnostic that names every place`() async throws {
        let error = await #expect(throws: CallError.self) { _ = try await vault([:]).text(of: reference) }
        #expect(error?.reason == .notFound && error?.diagnostic.code == .secretNotSet)
        #expect(
            error?.diagnostic.notes == [
                "looked for in the environment variable TOKEN, in the file that TOKEN_FILE names, and in the project's "
                    + "store of secrets, which it does not have yet"
            ])
    }
}
