// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Glibc
import Ledger
import PluginHost
import Shell

/// What the verbs of secrets work with.
struct SecretDesk: Sendable {
    let workspace: Workspace
    let store: SecretStore
    private let isJSON: Bool

    init(_ options: SecretOptions) throws {
        var shared = SharedOptions.none
        shared.json = options.json
        workspace = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
        if workspace.invocation.test != nil {
            throw Diagnostic(.testNotLocal, "a test leaves the project's store of secrets alone")
        }
        store = workspace.invocation.secrets(of: workspace.engine.project)
        isJSON = options.json
    }

    var now: Timestamp { workspace.engine.services.clock.now() }

    /// Works on the store, while Ctrl-C ends questions.
    func working<T: Sendable>(
        _ body: @escaping @Sendable (SecretStore) async throws(Diagnostic) -> T
    ) async throws -> T {
        let store = store
        do {
            return try await workspace.watching { try await body(store) }
        } catch let problem as Diagnostic where problem.code == .callCancelled {
            throw Self.stopped
        }
    }

    private static var stopped: Diagnostic {
        Diagnostic(.applyInterrupted, "stopped at the question; nothing was changed")
    }

    /// The text that a secret is set to: standard input, or what a person types unseen.
    func askForText(of name: String) async throws(Diagnostic) -> String {
        let invocation = workspace.invocation
        guard isatty(0) == 1 else {
            // What is piped to the prompt or a script on standard input are its statements.
            guard invocation.prompt == nil else {
                throw Diagnostic(
                    .secretNotTaken, "nobody can be asked for the secret \(name)",
                    help: ["converge secret set \(name) <FILE    reads it from standard input"])
            }
            return try Self.text(of: Self.standardInput())
        }
        let question = SecretQuestion(output: invocation.output, interruption: invocation.interruption)
        do throws(Diagnostic) {
            return try Self.text(of: Array(try await question.ask("Secret \(name), not shown").utf8))
        } catch {
            throw error.code == .callCancelled ? Self.stopped : error
        }
    }

    private static func text(of bytes: [UInt8]) throws(Diagnostic) -> String {
        do throws(SecretText.Refusal) { return try SecretText.read(bytes) } catch {
            throw Diagnostic(.secretNotTaken, "what is to be secret \(error.words)")
        }
    }

    private static func standardInput() -> [UInt8] {
        var all: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while all.count <= SecretText.largest {
            let count = read(0, &block, block.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            all.append(contentsOf: block.prefix(count))
        }
        return all
    }

    // MARK: Telling

    /// Writes to the audit trail what was done; names, never texts.
    func note(_ detail: String) async throws(Diagnostic) {
        let here = LeaseHolder.current(command: "")
        try await workspace.engine.ledger.audit(
            AuditEntry(
                time: now, actor: here.user, host: here.host, action: "secret", environment: workspace.environment,
                module: "", detail: detail))
    }

    func value(_ text: String?) -> Value { text.map { .string($0) } ?? .null }

    func tell(_ document: ObjectValue, _ text: String, madeFile: String? = nil) {
        if isJSON { return workspace.output.print(document: document) }
        workspace.output.print(text)
        guard let madeFile else { return }
        workspace.output.print("Its key was made in \(madeFile): keep a copy, without it the secrets are lost.")
        workspace.output.print("export CONVERGE_KEY_FILE=\(Paths.absolute(madeFile))")
    }
}
