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
    }

    /// The verbs that can go to the background: those that execute a workflow.
    static let verbs = ["run", "resume"]

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

    /// Looks for the moment at which the command's run has begun.
    func take(_ event: ExecutionEvent) {
        guard case .runStarted(let run, _) = event, run.purpose == .workflow else { return }
        let actions = state.withLock { state in
            if state.run != nil { return [] as [@Sendable (String) -> Void] }
            state.run = run.id
            defer { state.actions = [] }
            return state.actions
        }
        for action in actions { action(run.id) }
    }
}

extension Diagnostic {
    /// What is said of an `&` where nothing can go to the background.
    static func notInBackground(
        _ command: CommandStatement, _ source: SourceText, isPiped: Bool
    ) -> Diagnostic {
        let isRun = Background.verbs.contains(command.verb.text)
        return Diagnostic(
            .notInBackground,
            isRun
                ? "a command of \(isPiped ? "piped input" : "a script") is waited for and does not go to the background"
                : "'\(command.verb.text)' does not go to the background; only a run does",
            at: source.place(command.range), help: ["leave the `&` out"])
    }
}
