// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What happened in a simulation, line by line, and what must not have.
final class SimulationTrace: Sendable {
    private struct Content {
        var lines: [String] = []
        var violations: [String] = []
    }

    private let isKept: Bool
    private let content = Mutex(Content())

    /// - Parameter isKept: False where nobody looks at the lines.
    init(isKept: Bool) { self.isKept = isKept }

    var lines: [String] { content.withLock { $0.lines } }
    var violations: [String] { content.withLock { $0.violations } }

    func note(_ line: @autoclosure () -> String) {
        guard isKept else { return }
        let line = line()
        content.withLock { $0.lines.append(line) }
    }

    func violation(_ text: String) {
        content.withLock { content in
            content.violations.append(text)
            if isKept { content.lines.append("VIOLATION \(text)") }
        }
    }
}
