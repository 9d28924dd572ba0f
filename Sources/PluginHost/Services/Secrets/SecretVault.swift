// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Glibc

/// A place that keeps secrets.
package protocol SecretSource: Sendable {
    /// The name by which references ask for it.
    var name: String { get }

    /// The secret's text.
    ///
    /// - Throws: `CallError` with `notFound` where there is no such secret.
    func text(of secret: SecretReference) async throws(CallError) -> String
}

/// Turns secret references into text, inside the lent services only, and tells the redactor each text before anybody
/// can use it.
package final class SecretVault: Sendable {
    /// Masks every text that this vault has given out.
    package let redactor: Redactor
    /// The variables that no program inherits.
    package let variables: SecretVariables
    private let sources: [String: any SecretSource]

    package init(
        sources: [any SecretSource] = [EnvironmentSecretSource()], redactor: Redactor = Redactor(),
        variables: SecretVariables = SecretVariables()
    ) {
        self.redactor = redactor
        self.variables = variables
        self.sources = Dictionary(sources.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The same vault with one more source.
    package func adding(_ source: any SecretSource) -> SecretVault {
        SecretVault(sources: sources.values + [source], redactor: redactor, variables: variables)
    }

    /// The text of a secret where it can be had without asking a person; nil where not.
    package func textWithoutAsking(of secret: SecretReference) async -> String? {
        do {
            return try await StoreKeySource.$asksNobody.withValue(true) { try await self.text(of: secret) }
        } catch {
            return nil
        }
    }

    /// The text of a secret.
    package func text(of secret: SecretReference) async throws(CallError) -> String {
        guard let source = sources[secret.source] else {
            throw CallError(
                .invalid, "there is no source of secrets '\(secret.source)'",
                notes: ["known: " + sources.keys.sorted().joined(separator: ", ")])
        }
        let text = try await source.text(of: secret)
        redactor.learn(text, name: secret.name)
        if !secret.isSealed { variables.add([secret.name]) }
        return text
    }

    /// The text of a value with the secrets in it resolved: a scalar, a secret, or a template of such.
    ///
    /// - Throws: `CallError` with `invalid` for a list, an object or what is unknown.
    package func text(of value: Value) async throws(CallError) -> String {
        switch value {
        case .secret(let secret): return try await text(of: secret)
        case .template(let template):
            var whole = ""
            for part in template.parts {
                switch part {
                case .text(let text): whole += text
                case .hole(let hole): whole += try await text(of: hole)
                }
            }
            return whole
        default: return try PlainText.render(value)
        }
    }
}

/// Secrets in the environment variables of this process, and in files that such variables name.
package struct EnvironmentSecretSource: SecretSource {
    package let name = "env"
    private let variable: @Sendable (String) -> String?

    package init() { variable = { name in getenv(name).map { String(cString: $0) } } }

    /// Secrets in given variables instead of the process's own.
    package init(variables: [String: String]) { variable = { variables[$0] } }

    package func text(of secret: SecretReference) async throws(CallError) -> String {
        guard let text = try find(secret) else { throw CallError(.notFound, .secretNotSet(secret)) }
        return text
    }

    /// Nil where neither the variable nor the one that names a file is set.
    func find(_ secret: SecretReference) throws(CallError) -> String? {
        if let text = variable(secret.name), !text.isEmpty { return text }
        guard let path = variable(secret.name + "_FILE"), !path.isEmpty else { return nil }
        do throws(SecretFile.Refusal) { return try SecretFile.text(at: path) } catch {
            throw CallError(.invalid, .secretFile(path, of: secret, error))
        }
    }
}

/// A project's secrets by their names, wherever they are: in variables of the process, in files that variables name, or
/// in the project's store.
///
/// A reference does not say where, so that a secret may move without a change of what refers to it. It bears the name
/// of the first place.
package struct ProjectSecretSource: SecretSource {
    package let name = "env"
    private let environment: EnvironmentSecretSource
    private let store: SecretStore

    package init(environment: EnvironmentSecretSource = EnvironmentSecretSource(), store: SecretStore) {
        self.environment = environment
        self.store = store
    }

    package func text(of secret: SecretReference) async throws(CallError) -> String {
        if let text = try environment.find(secret) { return text }
        do throws(Diagnostic) {
            if let text = try await store.text(of: secret.name) { return text }
        } catch {
            throw CallError(error.code == .callCancelled ? .cancelled : .invalid, error)
        }
        throw CallError(.notFound, .secretNowhere(secret, hasStore: store.exists))
    }
}
