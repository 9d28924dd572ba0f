// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Glibc
import Ledger
import PluginHost
import Shell

struct SecretVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Keeps secrets in the project, encrypted.",
        discussion: """
            `secret("NAME")` in a recipe is the environment variable NAME, else the text in the file that NAME_FILE \
            names, else the secret of that name here. The store opens with the key in CONVERGE_KEY or in the file that \
            CONVERGE_KEY_FILE names, or with a passphrase: CONVERGE_PASSPHRASE, else it is asked for.
            """,
        subcommands: [
            SecretSetVerb.self, SecretListVerb.self, SecretRemoveVerb.self, SecretRotateVerb.self, SecretInitVerb.self
        ])
}

struct SecretSetVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Sets a secret to what standard input holds, or to what is typed unseen.",
        discussion: "One line end at the end of the input is not part of the secret.")

    @Argument(help: "The name that recipes use.") var name: String
    @Argument(parsing: .allUnrecognized, help: .hidden) var extra: [String] = []
    @OptionGroup var options: SecretOptions

    func validate() throws {
        guard extra.isEmpty, !name.contains("=") else {
            throw ValidationError(
                "A secret is never given on the command line, which the shell's history and the list of processes keep: "
                    + "it is read from standard input, or asked for.")
        }
        try SecretOptions.check(name)
    }

    func run() async throws {
        let desk = try SecretDesk(options)
        let text = try await desk.workspace.watching { try await desk.askForText(of: name) }
        let done = try await desk.working { store throws(Diagnostic) in
            try await store.set(name, to: text, at: desk.now)
        }
        try await desk.note("\(done.wasThere ? "replaced" : "set") \(name)")
        desk.tell(
            ["secret": .string(name), "replaced": .bool(done.wasThere), "key_file": desk.value(done.madeFile)],
            "The secret \(name) is \(done.wasThere ? "replaced" : "set").", madeFile: done.madeFile)
    }
}

struct SecretListVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the secrets' names and when each was set; needs no key.")

    @OptionGroup var options: SecretOptions

    func run() async throws {
        let desk = try SecretDesk(options)
        let (secrets, output) = (try desk.store.list(), desk.workspace.output)
        if options.json {
            output.print(document: [
                "secrets": .list(secrets.map { .object(["name": .string($0.name), "set": .time($0.time)]) })
            ])
        } else if secrets.isEmpty {
            output.print("The project keeps no secrets. `secret set NAME` keeps one.")
        } else {
            output.print(
                TableRenderer(style: output.style, width: output.width)
                    .text(["NAME", "SET"], secrets.map { [$0.name, $0.time.description] }), terminator: "")
        }
    }
}

struct SecretRemoveVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Removes a secret.")

    @Argument(help: "Its name.") var name: String
    @OptionGroup var options: SecretOptions

    func run() async throws {
        let desk = try SecretDesk(options)
        try await desk.working { store throws(Diagnostic) in try await store.remove(name) }
        try await desk.note("removed \(name)")
        desk.tell(["secret": .string(name), "removed": true], "The secret \(name) is removed.")
    }
}

struct SecretRotateVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Encrypts all secrets anew with another key; the present one is needed too.",
        discussion: """
            Without an option the new key is that of CONVERGE_NEW_KEY, CONVERGE_NEW_KEY_FILE or CONVERGE_NEW_PASSPHRASE, \
            else a passphrase is asked for.
            """)

    @OptionGroup var key: NewKeyOptions
    @OptionGroup var options: SecretOptions

    func run() async throws {
        let desk = try SecretDesk(options)
        let done = try await desk.working { store throws(Diagnostic) in try await store.rotate(to: key.choice) }
        try await desk.note("gave \(done.count) another key")
        desk.tell(
            ["secrets": .int(Int64(done.count)), "key_file": desk.value(done.madeFile)],
            "\(done.count) secret\(done.count == 1 ? " is" : "s are") encrypted with the new key.",
            madeFile: done.madeFile)
    }
}

struct SecretInitVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Makes the project's store of secrets; `secret set` does it by itself.",
        discussion: """
            Without an option its key is that of CONVERGE_KEY, CONVERGE_KEY_FILE or CONVERGE_PASSPHRASE, else a \
            passphrase is asked for.
            """)

    @OptionGroup var key: NewKeyOptions
    @OptionGroup var options: SecretOptions

    func run() async throws {
        let desk = try SecretDesk(options)
        let madeFile = try await desk.working { store throws(Diagnostic) in try await store.create(key.choice) }
        try await desk.note("made the store")
        desk.tell(["key_file": desk.value(madeFile)], "The project has a store of secrets now.", madeFile: madeFile)
    }
}

struct SecretOptions: ParsableArguments {
    @Flag(help: "Prints one JSON document instead of text.") var json = false

    /// - Throws: A usage error for what is no name; it is not repeated, since it may be the secret itself.
    static func check(_ name: String) throws {
        let allowed = name.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || [45, 46, 95].contains($0)
        }
        if name.isEmpty || !allowed || name.utf8.count > 128 || name.hasPrefix("-") {
            throw ValidationError("The name of a secret has letters, digits, _ - and .")
        }
    }
}

/// How the key is chosen that a store gets.
struct NewKeyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Takes the key in that file, or makes one there.", valueName: "file"))
    var keyFile: String?
    @Flag(help: "Takes a passphrase.") var passphrase = false

    var choice: StoreKeySource.Choice {
        if let keyFile { return .file(keyFile) }
        return passphrase ? .passphrase : .given
    }

    func validate() throws {
        if keyFile != nil, passphrase { throw ValidationError("--key-file and --passphrase exclude one another") }
    }
}
