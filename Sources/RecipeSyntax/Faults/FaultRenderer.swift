// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Turns faults into diagnostics.
struct FaultRenderer {
    /// A text with more faults than this is no recipe; the rest is counted in the last diagnostic.
    static let most = 200

    private let source: SourceText

    init(_ source: SourceText) { self.source = source }

    /// The diagnostics of faults that are in order of place.
    func diagnostics(_ faults: [LocatedFault]) -> [Diagnostic] {
        var result = faults.prefix(Self.most).map { fault in
            var labels = [DiagnosticLabel(source.place(fault.range), fault.fault.label)]
            for range in fault.also { labels.append(DiagnosticLabel(source.place(range), "is open, too")) }
            return Diagnostic(
                fault.fault.code, fault.fault.message, labels: labels, notes: fault.fault.notes, help: fault.fault.help)
        }
        if faults.count > Self.most {
            result[Self.most - 1].notes.append("there are \(faults.count - Self.most) more errors behind this one")
        }
        return result
    }
}
