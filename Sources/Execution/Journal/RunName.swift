// SPDX-License-Identifier: Apache-2.0

/// What a run is called: its purpose and its number, as in `apply-12`; runs of workflows are `run-3`.
///
/// The numbers are one count for the project, whatever the purpose.
package struct RunName: Sendable, Hashable, CustomStringConvertible {
    package let number: Int64
    package let purpose: RunRecord.Purpose

    package init(_ number: Int64, _ purpose: RunRecord.Purpose) {
        self.number = number
        self.purpose = purpose
    }

    /// Nil for what is no run's name.
    package init?(_ text: String) {
        guard let dash = text.lastIndex(of: "-") else { return nil }
        let (word, digits) = (text[..<dash], text[text.index(after: dash)...])
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(digits),
            let purpose = RunRecord.Purpose.allCases.first(where: { Self.word(of: $0) == word })
        else { return nil }
        self.init(number, purpose)
    }

    private static func word(of purpose: RunRecord.Purpose) -> String {
        purpose == .workflow ? "run" : purpose.rawValue
    }

    package var description: String { "\(Self.word(of: purpose))-\(number)" }
}
