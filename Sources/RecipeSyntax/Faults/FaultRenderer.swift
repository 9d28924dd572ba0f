// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Turns faults into diagnostics, with one copy of each line that they show.
struct FaultRenderer {
    /// A text with more faults than this is no recipe; the rest is counted in the last diagnostic.
    static let most = 200

    private let source: SourceText

    init(_ source: SourceText) { self.source = source }

    /// The diagnostics of faults that are in order of place.
    func diagnostics(_ faults: [LocatedFault]) -> [Diagnostic] {
        var excerpts: [Int: String] = [:]
        var result = faults.prefix(Self.most).map { fault in
            var labels = [DiagnosticLabel(place(fault.range, &excerpts), fault.fault.label)]
            for range in fault.also { labels.append(DiagnosticLabel(place(range, &excerpts), "is open, too")) }
            return Diagnostic(
                fault.fault.code, fault.fault.message, labels: labels, notes: fault.fault.notes, help: fault.fault.help)
        }
        if faults.count > Self.most {
            result[Self.most - 1].notes.append("there are \(faults.count - Self.most) more errors behind this one")
        }
        return result
    }

    private func place(_ range: SourceRange, _ excerpts: inout [Int: String]) -> SourcePlace {
        let start = source.position(of: Int(range.lower))
        let excerpt = excerpts[start.line] ?? source.line(start.line)
        excerpts[start.line] = excerpt
        return SourcePlace(
            file: source.name, start: start, end: source.position(of: Int(range.upper)), excerpt: excerpt)
    }
}
