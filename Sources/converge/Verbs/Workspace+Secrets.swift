// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost
import RecipeRuntime

/// What is given and recorded holds no secret.
///
/// Those count that the project's store has, and that the recipe, the parameters or the connections name. Nobody is asked
/// for a key; a secret whose text cannot be had is none that anybody here could have shown.
extension Workspace {
    /// Refuses what would be recorded for a run where it holds the text of a secret.
    ///
    /// - Parameters:
    ///   - subject: What was typed, for the message.
    ///   - help: What to do in its place.
    func refuseSecrets(in value: Value, _ subject: String, of run: RunRecord, help: [String]) async throws {
        await learn(try await knownSecrets(of: run))
        guard let masked = masked(value) else { return }
        throw Diagnostic(
            .secretTyped, "\(subject) holds a secret, and what is said to a run is recorded in clear",
            notes: ["masked, it is: \(masked)"], help: help)
    }

    /// Refuses parameters of the recipe that hold the text of a secret, as they were given and as they are.
    func refuseSecrets(inParametersOf program: Program) async throws {
        let variables = givenVariables
        let given = recordedSettings.merging(program.parameters.filter { variables.contains($0.key) })
        if given.isEmpty { return }
        try await refuseSecrets(inParameters: given) { name in
            "--set \(name)='secret(\"NAME\")'    hands the secret NAME on, where `\(name)` is declared as Secret<String>"
        }
    }

    /// Refuses parameters of a run that hold the text of a secret.
    func refuseSecrets(inArguments arguments: ObjectValue) async throws {
        if arguments.isEmpty { return }
        try await refuseSecrets(inParameters: arguments) { name in
            "{ \(name): secret(\"NAME\") }    hands the secret NAME on, where `\(name)` is declared as Secret<String>"
        }
    }

    private func refuseSecrets(inParameters given: ObjectValue, _ help: (String) -> String) async throws {
        try await learnKnownSecrets()
        for entry in given {
            guard let masked = masked(entry.value) else { continue }
            throw Diagnostic(
                .secretTyped, "the value of '\(entry.key)' holds a secret, and parameters are recorded in clear",
                notes: ["masked, it is: \(masked)"], help: [help(entry.key)])
        }
    }

    /// Whether a value that came from outside holds the text of a secret.
    func holdsSecret(_ value: Value) async -> Bool {
        do { try await learnKnownSecrets() } catch {
            // What is wrong with the recipe or the store is told by whoever needs them.
        }
        return masked(value) != nil
    }

    /// The value's text where something in it is masked.
    private func masked(_ value: Value) -> String? {
        let text = value.string ?? value.json(.plain)
        let masked = invocation.redactor.redact(text)
        return masked == text ? nil : masked
    }

    private func learnKnownSecrets() async throws {
        await learn(try storedSecrets().union(checked()?.secrets ?? []))
    }

    private func learn(_ secrets: Set<SecretReference>) async {
        for secret in secrets where !secret.isSealed { _ = await engine.vault.textWithoutAsking(of: secret) }
    }

    private func storedSecrets() throws -> Set<SecretReference> {
        Set(try invocation.secrets(of: engine.project).list().map { SecretReference(source: "env", name: $0.name) })
    }

    private func knownSecrets(of run: RunRecord) async throws -> Set<SecretReference> {
        var known = try storedSecrets()
        let root = try await engine.ledger.root(of: run)
        for run in [run, root] { known.formUnion(run.parameters.secrets) }
        known.formUnion(root.basis?.parameters.secrets ?? [])
        let recorded = try await Workspace.recorded(root, SharedOptions.none, near: self)
        known.formUnion(try recorded.checked()?.secrets ?? [])
        return known
    }
}
