// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost
import RecipeRuntime

/// What is typed and recorded holds no secret.
extension Workspace {
    /// Refuses what would be recorded for a run where it holds the text of a secret: one of the project's store, or one
    /// that the run's recipe, parameters or connections name.
    ///
    /// Nobody is asked for a key; a secret whose text cannot be had is none that anybody here could have shown.
    ///
    /// - Parameters:
    ///   - subject: What was typed, for the message.
    ///   - help: What to do in its place.
    func refuseSecrets(in value: Value, _ subject: String, of run: RunRecord, help: [String]) async throws {
        let text = value.string ?? value.json(.plain)
        let redactor = invocation.redactor
        for secret in try await knownSecrets(of: run) { _ = await engine.vault.textWithoutAsking(of: secret) }
        let masked = redactor.redact(text)
        guard masked != text else { return }
        throw Diagnostic(
            .secretTyped, "\(subject) holds a secret, and what is said to a run is recorded in clear",
            notes: ["masked, it is: \(masked)"], help: help)
    }

    private func knownSecrets(of run: RunRecord) async throws -> Set<SecretReference> {
        var known = Set(
            try invocation.secrets(of: engine.project).list().map { SecretReference(source: "env", name: $0.name) })
        let root = try await engine.ledger.root(of: run)
        for run in [run, root] { known.formUnion(run.parameters.secrets) }
        known.formUnion(root.basis?.parameters.secrets ?? [])
        let recorded = try await Workspace.recorded(root, SharedOptions.none, near: self)
        known.formUnion(try recorded.checked()?.secrets ?? [])
        return known.filter { !$0.isSealed }
    }
}
