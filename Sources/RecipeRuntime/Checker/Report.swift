// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Collects what a check finds, over all files.
final class Report {
    private(set) var diagnostics: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []

    func add(_ diagnostic: Diagnostic) {
        if seen.insert(diagnostic).inserted { diagnostics.append(diagnostic) }
    }

    func add(_ all: [Diagnostic]) { for diagnostic in all { add(diagnostic) } }

    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    func hasErrors(besides code: DiagnosticCode) -> Bool {
        diagnostics.contains { $0.severity == .error && $0.code != code }
    }

    /// File by file in the order in which they were met, each from top to bottom.
    var ordered: [Diagnostic] {
        var files: [String: Int] = [:]
        for diagnostic in diagnostics {
            guard let file = diagnostic.labels.first?.place.file, files[file] == nil else { continue }
            files[file] = files.count
        }
        return diagnostics.enumerated().sorted { left, right in
            let a = left.element.labels.first?.place
            let b = right.element.labels.first?.place
            guard let a, let b else {
                return a == nil && b != nil || (a == nil) == (b == nil) && left.offset < right.offset
            }
            if a.file != b.file { return (files[a.file] ?? 0) < (files[b.file] ?? 0) }
            if a.start != b.start { return a.start < b.start }
            return left.offset < right.offset
        }.map(\.element)
    }
}
