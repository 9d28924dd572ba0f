// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import RecipeSyntax
import Synchronization

/// A command that leaves the foreground as soon as its run has begun: `run w &`.
final class Background: Sendable {
    private struct State {
        var run: String?
        var actions: [@Sendable (String) -> Void] = []
        var isExecuting = false
        var executing: [@Sendable (String) -> Void] = []
    }

    /// Whether a command can go to the background: those that execute a workflow, and those that take a run back.
    static func takes(_ words: [String]) -> Bool {
        words.first == "run" || words.first == "resume" || isTakingBack(words)
    }

    /// Whether a command takes back what a run did.
    static func isTakingBack(_ words: [String]) -> Bool { words.first == "cancel" && words.contains("--undo") }

    private let state = Mutex(State())

    /// The run, once the command is behind the prompt.
    var run: String? { state.withLock { $0.run } }

    /// Called with the run's id when the command leaves the foreground, in the order in which they were added; at once
    /// where it has left already.
    func whenBegun(_ action: @escaping @Sendable (String) -> Void) {
        let begun = state.withLock { state -> String? in
            if state.run == nil { state.actions.append(action) }
            return state.run
        }
        if let begun { action(begun) }
    }

    /// Called with the run's id once this command executes it: one that takes a run back may wait for that behind the
    /// prompt.
    func whenExecuting(_ action: @escaping @Sendable (String) -> Void) {
        let run = state.withLock { state -> String? in
            if state.isExecuting { return state.run }
            state.executing.append(action)
            return nil
        }
        if let run { action(run) }
    }

    /// Leaves the foreground for good.
    func leave(for run: String) {
        let actions = state.withLock { state in
            if state.run != nil { return [] as [@Sendable (String) -> Void] }
            state.run = run
            defer { state.actions = [] }
            return state.actions
        }
        for action in actions { action(run) }
    }

    /// Looks for the moment at which the command's run has begun.
    func take(_ event: ExecutionEvent) {
        guard case .runStarted(let run, _) = event, run.purpose == .workflow else { return }
        leave(for: run.id)
        let actions = state.withLock { state in
            state.isExecuting = true
            defer { state.executing = [] }
            return state.executing
        }
        for action in actions { action(run.id) }
    }
}

extension Diagnostic {
    /// What is said of an `&` where nothing can go to the background.
    static func notInBackground(
        _ command: CommandStatement, _ source: SourceText, isPiped: Bool
    ) -> Diagnostic {
        let isRun = Background.takes(CommandWords.words(of: command, in: source))
        return Diagnostic(
            .notInBackground,
            isRun
                ? "a command of \(isPiped ? "piped input" : "a script") is waited for and does not go to the background"
                : "'\(command.verb.text)' does not go to the background; only a run, and what takes one back, does",
            at: source.place(command.range), help: ["leave the `&` out"])
    }
}
