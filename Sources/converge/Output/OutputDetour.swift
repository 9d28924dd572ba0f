// SPDX-License-Identifier: Apache-2.0
import Shell
import Synchronization

/// The way of a command's output once it goes on behind the prompt: above the line that is typed, each row marked with
/// its run.
final class OutputDetour: Sendable {
    let front: Output
    private let above: @Sendable (String) -> Void
    private let run = Mutex<String?>(nil)

    /// - Parameters:
    ///   - front: Where everything goes until then.
    ///   - above: Takes whole rows.
    init(front: Output, above: @escaping @Sendable (String) -> Void) {
        self.front = front
        self.above = above
    }

    /// From here on the command is behind the prompt.
    func begin(_ run: String) {
        front.show(status: nil)
        self.run.withLock { $0 = run }
    }

    /// - Parameter text: Redacted already.
    func write(_ text: String, to descriptor: Int32) {
        guard let run = run.withLock({ $0 }) else { return front.write(text, to: descriptor) }
        let mark = front.errorStyle(.dim, "[\(run)]")
        let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
        let whole = text.hasSuffix("\n") ? rows.dropLast() : rows
        above(
            whole.map { row in
                // A row that begins with the run's name tells whose it is by itself.
                row.hasPrefix(run) ? "\(row)\n" : mark + (Self.isIndented(row) ? "" : " ") + row + "\n"
            }.joined())
    }

    /// Whether blanks come first, behind the sequence of a colour or without.
    private static func isIndented(_ row: Substring) -> Bool {
        let text = row.hasPrefix("\u{1B}[") ? row.drop { $0 != "m" }.dropFirst() : row
        return text.hasPrefix("  ")
    }

    func show(status text: String?) {
        if run.withLock({ $0 }) == nil { front.show(status: text) }
    }
}
