// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
package import Execution
import Planning
import Synchronization

/// Tells what an execution does while it goes on: a line for each operation that ended, and a status that says what
/// is under way.
///
/// Where more than a hundred operations are ahead only failures get lines of their own, and a count is told once a
/// second.
package final class ProgressReporter: Sendable {
    private struct State {
        var total = 0
        var ended = 0
        var began: ContinuousClock.Instant?
        /// How far the reading of the platforms is, and since when it goes on.
        var reading: (progress: RefreshProgress, began: ContinuousClock.Instant)?
        var underWay:
            [(address: Address, action: String, started: ContinuousClock.Instant, text: String, line: String)] = []
        var lastTold: ContinuousClock.Instant?
        /// When a line of output was shown last.
        var lastLine: ContinuousClock.Instant?
    }

    private let style: TextStyle
    private let showsLogs: Bool
    private let write: @Sendable (String) -> Void
    private let show: @Sendable (String?) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - write: Takes a line, without its end.
    ///   - show: Takes the status that replaces the one before; nil for none.
    package init(
        style: TextStyle, showsLogs: Bool, write: @escaping @Sendable (String) -> Void,
        show: @escaping @Sendable (String?) -> Void
    ) {
        self.style = style
        self.showsLogs = showsLogs
        self.write = write
        self.show = show
    }

    /// Tells how to stop what is in flight too, where something is.
    package func tellThatItEnds(_ again: String = "Ctrl-C") {
        state.withLock { state in
            if !state.underWay.isEmpty { write("Finishing what is in flight; \(again) again stops it.") }
        }
    }

    package func take(_ event: ExecutionEvent) {
        state.withLock { state in
            switch event {
            case .runStarted(_, let operations):
                (state.total, state.began, state.reading) = (operations, .now, nil)
            case .operationStarted(let address, let action, _):
                state.underWay.append((address, action, .now, "", ""))
                tellUnderWay(&state)
            case .operationProgress(let address, let fraction, let text):
                if let offset = state.underWay.firstIndex(where: { $0.address == address }) {
                    let share = fraction.map { " \(Int($0 * 100))%" } ?? ""
                    state.underWay[offset].text = share + (text.isEmpty ? "" : " " + text)
                }
                tellUnderWay(&state)
            case .operationLog(let address, let line):
                if showsLogs { tell(style(.dim, "  \(address) | ") + line, &state) }
                takeLine(line, of: address, &state)
            case .operationWarning(_, let finding): tell(PolicyRenderer(style: style).line(finding), &state)
            case .operationRetry(let address, let wait, let failure):
                // A change goes on waiting where a step is begun anew.
                let isRest = state.underWay.contains { $0.address == address && Self.isChange($0.action) }
                tell(
                    style(.changed, "  ↻ \(address)") + " again in \(Self.shown(wait)): \(failure.message)", &state)
                if !isRest { state.underWay.removeAll { $0.address == address } }
            case .operationEnded(let address, let action, let status, let took, let failure):
                state.underWay.removeAll { $0.address == address }
                state.ended += 1
                if state.total <= 100 || failure != nil {
                    tell(line(address, action, status, took, failure), &state)
                } else {
                    tellCount(&state)
                }
            case .operationData: break
            case .operationPaused(let address, let action, let pause):
                state.underWay.removeAll { $0.address == address }
                tell(
                    style(.changed, "  … \(address)") + style(.dim, "  \(action), waits for \(pause.text)"), &state)
            case .runEnded:
                (state.began, state.ended) = (nil, 0)
                show(nil)
            }
        }
    }

    /// Takes how far the reading of the platforms is, and shows it where it takes longer than a second.
    package func take(_ progress: RefreshProgress) {
        state.withLock { state in
            let began = state.reading?.began ?? .now
            state.reading = progress.done == progress.total ? nil : (progress, began)
            if state.reading == nil { show(nil) } else { tellReading(state) }
        }
    }

    /// Draws the status anew: time passes also while nothing happens.
    package func tick() {
        state.withLock { state in
            if state.reading != nil { tellReading(state) } else if state.began != nil { tellUnderWay(&state) }
        }
    }

    private func tellReading(_ state: State) {
        guard let (progress, began) = state.reading else { return }
        let elapsed = ContinuousClock.now - began
        guard elapsed >= .seconds(1) else { return }
        let slowest = progress.underWay.min { $0.since < $1.since }
        let name = slowest.map { "; slowest: \($0.name), \(Self.shown(ContinuousClock.now - $0.since))" } ?? ""
        show(
            "  … reading \(progress.done) of \(progress.total)"
                + Self.times(elapsed, progress.done, of: progress.total) + name)
    }

    /// `, 12 s, about 24 s left`; empty within the first second.
    private static func times(_ elapsed: Duration, _ done: Int, of total: Int) -> String {
        if elapsed < .seconds(1) { return "" }
        let left = done > 0 && total > done ? elapsed / done * (total - done) : nil
        return ", \(shown(elapsed))" + (left.map { ", about \(shown($0)) left" } ?? "")
    }

    /// Keeps the last line that an operation said, and shows it with what is under way, not more often than can be read.
    private func takeLine(_ line: String, of address: Address, _ state: inout State) {
        let text = line.trimmingPrefix { $0.isWhitespace }
        guard !text.isEmpty, let offset = state.underWay.firstIndex(where: { $0.address == address }) else { return }
        state.underWay[offset].line = String(text)
        let now = ContinuousClock.now
        if let last = state.lastLine, now - last < .milliseconds(50) { return }
        state.lastLine = now
        tellUnderWay(&state)
    }

    private func line(
        _ address: Address, _ action: String, _ status: OperationRecord.Status, _ took: Duration, _ failure: Diagnostic?
    ) -> String {
        switch status {
        case .succeeded: return style(.added, "  ✓ \(address)") + style(.dim, "  \(action), \(Self.shown(took))")
        case .reused: return style(.dim, "  = \(address)  \(action), unchanged")
        case .skipped: return style(.dim, "  - \(address)  \(action), skipped")
        case .recovered: return style(.changed, "  ↺ \(address)") + style(.dim, "  \(action), recovered")
        case .undone: return style(.changed, "  ↶ \(address)") + style(.dim, "  \(action), taken back")
        case .undoing: return style(.removed, "  ✗ \(address)") + "  \(action), not taken back"
        case .waiting: return style(.changed, "  … \(address)") + style(.dim, "  \(action), waits")
        case .cancelled: return style(.changed, "  ! \(address)") + "  \(action), cancelled"
        case .failed, .intended:
            return style(.removed, "  ✗ \(address)")
                + "  \(action), \(Self.shown(took)): \(failure?.message ?? "failed")"
        }
    }

    private func tell(_ line: String, _ state: inout State) {
        write(line)
        tellUnderWay(&state)
    }

    private func tellCount(_ state: inout State) {
        let now = ContinuousClock.now
        if let last = state.lastTold, now - last < .seconds(1), state.ended < state.total { return }
        if state.lastTold == nil {
            state.lastTold = now
            return
        }
        state.lastTold = now
        let slowest = state.underWay.first.map {
            "; slowest: \($0.address) \($0.action), \(Self.shown(now - $0.started))"
        }
        let times = state.began.map { Self.times(now - $0, state.ended, of: state.total) } ?? ""
        write(style(.dim, "  \(state.ended) of \(state.total)\(times)\(slowest ?? "")"))
    }

    private func tellUnderWay(_ state: inout State) {
        guard state.total <= 100, let slowest = state.underWay.first else { return show(nil) }
        let others = state.underWay.count > 1 ? " and \(state.underWay.count - 1) more" : ""
        let now = ContinuousClock.now
        let times = state.began.map { Self.times(now - $0, state.ended, of: state.total) } ?? ""
        let count = state.total > 0 ? "\(state.ended)/\(state.total)\(times) " : ""
        let line = slowest.line.isEmpty ? "" : " | \(slowest.line)"
        let since = now - slowest.started >= .seconds(1) ? " \(Self.shown(now - slowest.started))" : ""
        show("  … \(count)\(slowest.address) \(slowest.action)\(slowest.text)\(since)\(others)\(line)")
    }

    private static func isChange(_ action: String) -> Bool { PlannedAction(rawValue: action) != nil }

    /// A time that took, in the unit that suits it.
    package static func shown(_ duration: Duration) -> String {
        let seconds = duration.seconds
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 60 { return "\((seconds * 10).rounded() / 10) s" }
        return "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
    }
}
