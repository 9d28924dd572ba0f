// SPDX-License-Identifier: Apache-2.0

/// Tells people something.
public protocol Notifier: Facet {
    /// Tells all who are to be told. Who was told under the token of the call is not told again, as far as the platform can
    /// know; a repeat after a lost answer may tell twice.
    ///
    /// - Throws: `CallError` where somebody could not be told; the others are.
    func send(_ request: NotifyRequest) async throws(CallError)
}

public struct NotifyRequest: Sendable {
    public var text: String
    public var severity: NoticeSeverity
    public var context: CallContext

    public init(text: String, severity: NoticeSeverity = .info, context: CallContext) {
        self.text = text
        self.severity = severity
        self.context = context
    }

    /// One line in ASCII that says what it is about, of at most 100 characters.
    public var subject: String {
        let line = "[Converge] \(severity.rawValue): \(context.operation) of \(context.run)"
        let plain = line.unicodeScalars.map { $0.isASCII && $0.value >= 32 && $0.value < 127 ? Character($0) : "?" }
        return String(plain.prefix(100))
    }
}

/// How much a notice matters.
@frozen
public enum NoticeSeverity: String, Sendable, Hashable, CaseIterable {
    case info, warning, critical
}
