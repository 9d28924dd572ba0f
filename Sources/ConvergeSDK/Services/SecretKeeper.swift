// SPDX-License-Identifier: Apache-2.0

/// Secrets that are found while work runs, and those that a wire format holds in the midst of a body.
public protocol SecretKeeper: Sendable {
    /// Masks a text from now on in all that leaves the process: logs, errors, screen, ledger.
    ///
    /// - Parameter name: Stands in its place.
    func hide(_ text: String, name: String)

    /// The text of a secret, or of a template that holds some; the host masks it before it hands it over.
    ///
    /// For the body of a request only, written in a format that the host does not know. Where a lent service takes a
    /// `Value`, the secret itself is handed on.
    ///
    /// - Throws: `CallError` with `notFound` where there is no such secret.
    func text(of value: Value) async throws(CallError) -> String
}

struct NoSecrets: SecretKeeper {
    func hide(_ text: String, name: String) {}

    func text(of value: Value) async throws(CallError) -> String {
        if let text = value.string { return text }
        throw CallError(.unsupported(feature: "secrets"), "this host keeps no secrets")
    }
}
