// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension DiagnosticCode {
    package static let cannotTell = DiagnosticCode(
        "E0101", "an effect that nobody can account for",
        "A command was interrupted between an effect and its record, and the platform cannot tell whether the effect "
            + "happened. Converge never guesses. Look at the thing itself; then `refresh` takes what is there into the "
            + "ledger, or delete the thing by hand and `apply` again.")
    package static let applyInterrupted = DiagnosticCode(
        "E0102", "stopped before everything was done",
        "The command was interrupted. What was in flight was finished and recorded; the same command goes on from there."
    )
    package static let applyIncomplete = DiagnosticCode(
        "E0103", "some changes failed",
        "What could be done was done and recorded. Mend the cause and give the same command again: it goes on from there."
    )
    package static let stepFailed = DiagnosticCode(
        "E0104", "a run with failed steps",
        "At least one step of the run failed. `logs RUN` shows what it said; `resume RUN` goes on with what is not done."
    )
    package static let stepTimedOut = DiagnosticCode(
        "E0105", "a step that took longer than its time-out",
        "The step was stopped, with every process that it had started. Raise `@timeout` or make the step faster.")
    package static let noExecutor = DiagnosticCode(
        "E0106", "nobody to execute a step",
        "No plugin that is found here executes steps of this kind. `converge plugins` lists what is there.")
    package static let noSuchRun = DiagnosticCode(
        "E0107", "a run that is not in the ledger", "`converge runs` lists the runs of the project.")
    package static let nothingToResume = DiagnosticCode(
        "E0108", "a run that has ended well",
        "Only a run that failed, was cancelled or was interrupted can be resumed. Start a new one with `run`.")
    package static let notApplied = DiagnosticCode(
        "E0109", "a run before its resources exist",
        "The workflow uses resources that are declared but not there. `run` with `--yes` applies what is missing first."
    )
    package static let stepsStuck = DiagnosticCode(
        "E0110", "steps that wait for one another",
        "No step of the run can start: each waits for another. Take one of the references or `@needs` out.")

    /// The codes of execution.
    package static let allOfExecution: [DiagnosticCode] = [
        .cannotTell, .applyInterrupted, .applyIncomplete, .stepFailed, .stepTimedOut, .noExecutor, .noSuchRun,
        .nothingToResume, .notApplied, .stepsStuck
    ]
}
