// SPDX-License-Identifier: Apache-2.0

/// How serious a diagnostic is.
@frozen
public enum Severity: String, Sendable, Hashable {
    case error
    case warning
    case note
}

/// One problem told to a person: the code, what happened, where, and the way out.
///
/// The first label marks the cause. A text never holds a secret in clear.
public struct Diagnostic: Error, Sendable, Hashable {
    public var code: DiagnosticCode
    public var severity: Severity
    /// One sentence without a full stop, with the particulars of this occurrence.
    public var message: String
    /// The places that matter, the cause first; empty where no text of the user's is at fault.
    public var labels: [DiagnosticLabel]
    /// What was expected, or other facts that help.
    public var notes: [String]
    /// Next steps, each a command or an edit.
    public var help: [String]

    public init(
        _ code: DiagnosticCode, _ message: String, severity: Severity = .error, labels: [DiagnosticLabel] = [],
        notes: [String] = [], help: [String] = []
    ) {
        self.code = code
        self.severity = severity
        self.message = message
        self.labels = labels
        self.notes = notes
        self.help = help
    }

    public init(
        _ code: DiagnosticCode, _ message: String, at place: SourcePlace, _ label: String = "",
        severity: Severity = .error, notes: [String] = [], help: [String] = []
    ) {
        self.init(
            code, message, severity: severity, labels: [DiagnosticLabel(place, label)], notes: notes, help: help)
    }
}

/// A marked place and what it has to do with the problem.
public struct DiagnosticLabel: Sendable, Hashable {
    public var place: SourcePlace
    /// Shown behind the marks; may be empty.
    public var text: String

    public init(_ place: SourcePlace, _ text: String = "") {
        self.place = place
        self.text = text
    }
}

/// An error that can tell a person what happened: the one protocol that every error of Converge conforms to.
public protocol DiagnosticError: Error {
    var diagnostic: Diagnostic { get }
}

extension Diagnostic: DiagnosticError {
    public var diagnostic: Diagnostic { self }
}

/// Several diagnostics thrown as one error, in the order in which they are shown.
public struct Diagnostics: Error, Sendable, Hashable {
    public var all: [Diagnostic]

    public init(_ all: [Diagnostic]) { self.all = all }
}
