// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// Steps that wait for a time or a signal while nobody works on them.
extension RunState {
    struct Paused: Sendable {
        var pause: StepPause
        var operation: OperationRecord
        var known: KnownStep

        var step: StepNode { known.node }
    }

    /// Takes that a step which had begun waits.
    mutating func pause(_ address: Address, _ pause: StepPause, _ operation: OperationRecord) {
        guard let known = leave(address) else { return }
        paused[address] = Paused(pause: pause, operation: operation, known: known)
    }

    /// Steps for which what they wait for has come.
    ///
    /// - Parameters:
    ///   - signals: What was given to the run, by name.
    ///   - parts: Steps that run other workflows, for a step of which something has come.
    mutating func takeDue(_ now: Timestamp, _ signals: Set<String>, parts: Set<Address>) -> [Admitted] {
        let due = paused.values.filter { waiting in
            parts.contains(waiting.step.address) || waiting.pause.until.map { $0 <= now } ?? false
                || waiting.pause.signal.map(signals.contains) ?? false
        }
        return due.sorted { $0.step.address < $1.step.address }.map { waiting in
            paused[waiting.step.address] = nil
            comeBack(waiting.step.address)
            return Admitted(
                known: waiting.known, attemptsBefore: waiting.operation.attempt - 1,
                interrupted: PastOperations.Interrupted(operation: waiting.operation, isOutdated: false),
                earlierHandle: waiting.operation.handle)
        }
    }

    /// True where the run goes on once something has come that its steps wait for.
    var isWaiting: Bool { stage == .steps && !mustStop && !isTakingBack && !paused.isEmpty }

    /// The runs that are parts of this one and wait, by their steps.
    var pausedParts: [Address: String] {
        paused.compactMapValues { $0.operation.handle.flatMap { RunName($0)?.description } }
    }

    /// How long nothing need be looked at; nil where only the end of a step, or of the process, changes anything.
    func rest(_ now: Timestamp) -> Duration? {
        let times = paused.values.compactMap(\.pause.until) + [nextTurn(now)].compactMap(\.self)
        var rest = times.min().map { Duration.nanoseconds(max(0, $0.nanoseconds - now.nanoseconds)) }
        if inFlight.isEmpty, nextTurn(now) == nil {
            // Nobody sits there for long: the run is resumed once its time has come.
            guard let soon = rest, soon <= Self.patience else { return nil }
        }
        if paused.values.contains(where: { $0.pause.signal != nil }) || !pausedParts.isEmpty {
            rest = min(rest ?? Self.look, Self.look)
        }
        return rest
    }

    /// So long a process waits with nothing else to do.
    static let patience = Duration.seconds(60)
    /// How often it is looked whether a signal has come.
    private static let look = Duration.milliseconds(500)
}
