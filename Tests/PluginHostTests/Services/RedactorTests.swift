// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginHost
import Testing

struct RedactorTests {
    static let secret = "p@ss/w\"ord\\é 100%"

    @Test(arguments: [
        secret,
        #"p@ss/w\"ord\\é 100%"#,
        #"p@ss\/w\"ord\\é 100%"#,
        #"p@ss/w\"ord\\\u00e9 100%"#,
        "p%40ss%2Fw%22ord%5C%C3%A9%20100%25",
        "p%40ss%2fw%22ord%5c%c3%a9%20100%25",
        "p%40ss%2Fw%22ord%5C%C3%A9+100%25",
        // Go, Rails and .NET; JSON in JSON; what JavaScript, Go and curl leave as it is in a URL; a URL in a URL.
        #"p@ss/w\u0022ord\\\u00E9 100%"#,
        #"p@ss/w\\\"ord\\\\\\u00e9 100%"#,
        "p@ss/w%22ord%5C%C3%A9%20100%25",
        "p%2540ss%252Fw%2522ord%255C%25C3%25A9%2520100%2525",
        // HTML, Python, a shell.
        "p@ss/w&#34;ord\\&#233; 100&#x25;",
        #"p@ss/w"ord\\\xe9 100%"#,
        #"p@ss/w"ord\\\xc3\xa9 100%"#,
        #"p@ss/w\"ord\\\303\251\ 100%"#
    ])
    func `every way of writing a secret is masked`(form: String) {
        let redactor = Redactor()
        redactor.learn(Self.secret, name: "DB")
        #expect(redactor.redact("a \(form) b") == "a (secret DB) b")
    }

    @Test(arguments: [
        ("it's & <so>", #"it'\''s & <so>"#), ("it's & <so>", #"it'"'"'s & <so>"#),
        ("it's & <so>", "it&apos;s &amp; &lt;so&gt;"), ("it's & <so>", #"it's \u0026 \u003cso\u003e"#),
        ("a\nb\tc d", #"a\nb\tc d"#), ("a\nb\tc d", #"a\\nb\\tc d"#), ("key😀key", #"key\ud83d\uDE00key"#),
        ("key😀key", #"key\u{1F600}key"#), ("key😀key", #"key\U0001f600key"#), ("\\\\\\\"\"", #"\\\\\\\"\""#)
    ])
    func `characters that are special somewhere are known in each of their forms`(secret: String, form: String) {
        let redactor = Redactor()
        redactor.learn(secret, name: "DB")
        #expect(redactor.redact("a \(form) b") == "a (secret DB) b")
        #expect(redactor.redact("a \(form.dropLast()) b") != "a (secret DB) b")
    }

    @Test func `a secret in base64 is masked where that is escaped once more`() {
        let redactor = Redactor()
        redactor.learn("???>>>???>>>", name: "KEY")
        #expect(redactor.redact("x Pz8/Pj4+Pz8/Pj4+ x") == "x (secret KEY) x")
        #expect(redactor.redact(#"x Pz8\/Pj4+Pz8\/Pj4+ x"#) == "x (secret KEY) x")
        #expect(redactor.redact("x Pz8%2FPj4%2BPz8%2FPj4%2B x") == "x (secret KEY) x")
    }

    @Test(arguments: ["", "u", "us", "user", "user:", "user:x"])
    func `a secret inside a longer text in base64 is masked`(before: String) {
        let redactor = Redactor()
        redactor.learn("correct horse battery", name: "KEY")
        let encoded = Data((before + "correct horse battery").utf8).base64EncodedString()
        let masked = redactor.redact("Authorization: Basic \(encoded)")
        #expect(masked.contains("(secret KEY)"))
        let start = Data((before + "correct").utf8).base64EncodedString().prefix(8 + before.count)
        #expect(!masked.contains(start.suffix(6)))
    }

    @Test func `each line of a secret of several lines is masked`() {
        let redactor = Redactor()
        redactor.learn("-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n-----END KEY-----\n", name: "PEM")
        #expect(redactor.redact("> MIIEvQIBADANBgkq") == "> (secret PEM)")
    }

    @Test func `a short line of a longer secret is masked where it is a word, a bracket is not`() {
        let redactor = Redactor()
        redactor.learn("{\nhello\n-----END KEY-----\n}", name: "PEM")
        #expect(redactor.redact("> hello") == "> (secret PEM)")
        #expect(redactor.redact("othello {") == "othello {")
    }

    @Test func `a short secret is masked where it stands alone and nowhere else`() {
        let redactor = Redactor()
        redactor.learn("abc", name: "PIN")
        #expect(redactor.redact("abc, abcd, 'abc', x=abc") == "(secret PIN), abcd, '(secret PIN)', x=(secret PIN)")
    }

    @Test func `of two secrets the longer wins where one begins the other`() {
        let redactor = Redactor()
        redactor.learn("token", name: "A")
        redactor.learn("token-long", name: "B")
        #expect(redactor.redact("token-long token") == "(secret B) (secret A)")
    }

    @Test func `what holds no secret stays as it is`() {
        let redactor = Redactor()
        #expect(redactor.redact("text") == "text")
        redactor.learn("hidden", name: "A")
        #expect(redactor.redact("text with hidde n") == "text with hidde n")
        #expect(redactor.redact([0xFF, 0x00, 0x68]) == [0xFF, 0x00, 0x68])
    }

    @Test func `a log line is cut into lines, redacted and filed under its context`() async throws {
        let lent = try Lent()
        lent.redactor.learn("hidden", name: "A")
        lent.services.log.write("one\ntwo hidden\n", Lent.context)
        lent.services.log.progress(1.5, "hidden", Lent.context)
        #expect(
            lent.log.all == [
                .line("one", Lent.context), .line("two (secret A)", Lent.context),
                .progress(1, "(secret A)", Lent.context)
            ])
    }
}

struct SecretVaultTests {
    private let vault = SecretVault(sources: [EnvironmentSecretSource(variables: ["TOKEN": "s3cret!", "EMPTY": ""])])

    @Test func `a secret resolves and is masked from then on`() async throws {
        let secret = SecretReference(source: "env", name: "TOKEN")
        #expect(vault.redactor.redact("s3cret!") == "s3cret!")
        let header = Value.template(Template([.text("Bearer "), .hole(.secret(secret))]))
        #expect(try await vault.text(of: header) == "Bearer s3cret!")
        #expect(vault.redactor.redact("s3cret!") == "(secret TOKEN)")
    }

    @Test(arguments: ["MISSING", "EMPTY"])
    func `a secret that is not set is a diagnostic with the way out`(name: String) async throws {
        let error = await #expect(throws: CallError.self) {
            try await vault.text(of: SecretReference(source: "env", name: name))
        }
        #expect(error?.reason == .notFound)
        #expect(error?.diagnostic.code == .secretNotSet)
        #expect(error?.diagnostic.help == ["export \(name)=… before the command is started"])
    }

    @Test func `an unknown source is a diagnostic that names the known ones`() async throws {
        let error = await #expect(throws: CallError.self) {
            try await vault.text(of: SecretReference(source: "vault", name: "X"))
        }
        #expect(error?.diagnostic.code == .callInvalid)
        #expect(error?.diagnostic.notes == ["known: env"])
    }

    @Test func `a signature with a secret key is the known one`() async throws {
        let lent = try Lent(secrets: ["KEY": "key"])
        let key = Value.secret(SecretReference(source: "env", name: "KEY"))
        let message = Array("The quick brown fox jumps over the lazy dog".utf8)
        let signature = try await lent.services.hashing.hmacSHA256(message, key: key)
        let text = signature.map { String(format: "%02x", $0) }.joined()
        #expect(text == "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8")
    }
}
