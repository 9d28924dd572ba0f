// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension DiagnosticCode {
    package static let cannotTell = DiagnosticCode(
        "E0101", "an effect that nobody can account for",
        "A command was interrupted between an effect and its record, and the platform cannot tell whether the effect "
            + "happened. Converge never guesses. Look at the thing itself. A resource: mend what keeps the platform from "
            + "answering, or delete the thing by hand, and give the same command again, which asks anew. A step: "
            + "`resume RUN` executes it once more; where it did happen, leave that run as it is.")
    package static let applyInterrupted = DiagnosticCode(
        "E0102", "stopped before everything was done",
        "The command was interrupted before its first change: while it waited for another one, read what is there, "
            + "computed, or asked. Nothing was changed; give the same command again.")
    package static let stepTimedOut = DiagnosticCode(
        "E0105", "a step that took longer than its time-out",
        "The step was stopped, with every process that it had started. Raise `@timeout` or make the step faster.")
    package static let noExecutor = DiagnosticCode(
        "E0106", "nobody to execute a step",
        "The manifest of a plugin says that it executes steps of this kind, and the plugin's library does not: the two "
            + "files do not belong together. Copy both again from where they were built.")
    package static let noSuchRun = DiagnosticCode(
        "E0107", "a run that is not in the ledger", "`converge runs` lists the runs of the project.")
    package static let nothingToResume = DiagnosticCode(
        "E0108", "a run that is over",
        "Only a run that failed, was cancelled or was interrupted can be resumed, and none whose approval was denied: what was "
            + "said holds for the whole run. Start a new one with `run`.")
    package static let notApplied = DiagnosticCode(
        "E0109", "a run before its resources exist",
        "A step uses a resource that is declared but not there, as where it was destroyed after the run had begun. "
            + "`apply FILE` makes it; then `resume RUN` goes on."
    )
    package static let stepsStuck = DiagnosticCode(
        "E0110", "steps that wait for one another",
        "No step of the run can start: each waits for another, or for a loop or condition that waits for it. Take one "
            + "of the references or `@needs` out.")
    package static let firingTaken = DiagnosticCode(
        "E0121", "a firing that a run began with before",
        "What a trigger asks for is done once. Another process began a run with it, so that this one has nothing to do."
    )

    package static let notTakenBack = DiagnosticCode(
        "E0201", "a step that was not taken back",
        "`@undo` takes back what a step did, where its run fails or is cancelled with `--undo`. The step that should do "
            + "it reads what never came to be, so that somebody has to take it back by hand. Let it read only what is "
            + "there once the step itself has ended: its own outputs, and what it read.")
    package static let cannotWait = DiagnosticCode(
        "E0202", "a step that has no time to wait",
        "What is done at the end of a run, in `finally` or by a step that `@undo` names, cannot wait for people or long "
            + "times: the run would neither have failed nor go on.")
    package static let partFailed = DiagnosticCode(
        "E0205", "a part of a run that failed",
        "A Run step runs another workflow as a part of its run, and that one failed. `resume` of the whole run goes on with "
            + "the part where it failed.")
    package static let partOfItself = DiagnosticCode(
        "E0206", "a workflow that would run itself",
        "A Run step names a workflow that runs this one, itself or through others. Workflows may not go in circles: a loop "
            + "inside of one repeats its steps.")
    package static let nothingWaits = DiagnosticCode(
        "E0203", "nothing that waits for that",
        "`approve` and `signal` let a run go on that waits. This one has ended, waits for something else, or was given "
            + "that already. `show RUN` tells what it waits for.")
    package static let mayNotApprove = DiagnosticCode(
        "E0204", "somebody who may not approve",
        "An Approve step names in `by` who may approve or deny it.")
    package static let nothingToAdopt = DiagnosticCode(
        "E0130", "nothing there to adopt",
        "`@adopt` names a thing by the platform's own name of it, and the platform lists none of that name.")
    package static let adoptedAlready = DiagnosticCode(
        "E0131", "a thing that belongs to another resource",
        "`@adopt` names a thing that the ledger has as another resource already: two would change and delete it.")
    package static let lookupFailed = DiagnosticCode(
        "E0132", "a lookup that finds none, or several",
        "`lookup` reads exactly one thing that is there. What it asks for must be true of one alone.")
    package static let rowOfNewerKind = DiagnosticCode(
        "E0140", "a resource that a newer version of its kind recorded",
        "The row has a form that the plugin does not know: an older plugin was put in the place of a newer one. Nothing "
            + "is done with the resource until a plugin of that version or a newer one is back.")
    package static let outputTooLarge = DiagnosticCode(
        "E0141", "an output that is too large",
        "Outputs are values that recipes hand on: one of more than 64 KiB is kept beside the ledger, one of more than "
            + "32 MiB is refused. What holds so much belongs into a file, an object or a table, whose name is handed on."
    )
    /// The codes of execution.
    package static let allOfExecution: [DiagnosticCode] = [
        .cannotTell, .applyInterrupted, .stepTimedOut, .noExecutor, .noSuchRun, .nothingToResume, .notApplied,
        .stepsStuck, .firingTaken, .notTakenBack, .cannotWait, .partFailed, .partOfItself,
        .nothingWaits, .mayNotApprove, .nothingToAdopt, .adoptedAlready, .lookupFailed,
        .rowOfNewerKind, .outputTooLarge
    ]
}
