// SPDX-License-Identifier: Apache-2.0

/// The stable name of one kind of problem: a letter that names the room and four digits, such as `R0203`.
///
/// Codes are declared as static members beside the code that reports them and collected in a list for each
/// room, from which `explain R0203` and the diagnostics reference are written.
public struct DiagnosticCode: Sendable, Hashable, CustomStringConvertible {
    /// A letter and four digits.
    public let text: String
    /// What went wrong, in a few words, without the particulars of one occurrence.
    public let title: String
    /// What the problem means, why it is a problem, and the ways out, in full sentences.
    public let explanation: String

    public init(_ text: String, _ title: String, _ explanation: String) {
        self.text = text
        self.title = title
        self.explanation = explanation
    }

    public var description: String { text }

    public static func == (left: DiagnosticCode, right: DiagnosticCode) -> Bool { left.text == right.text }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
