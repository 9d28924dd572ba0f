// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension DiagnosticCode {
    package static let ledgerRemoved = DiagnosticCode(
        "L0101", "the ledger is gone",
        "The project has a history, as `.converge/project.json` or its backups say, but `.converge/ledger.db` is not "
            + "there. Without it Converge does not know what it made, so it does nothing rather than make everything "
            + "again. Put the file back, or take the newest backup with `converge ledger restore`.")
    package static let ledgerEmptied = DiagnosticCode(
        "L0102", "the ledger is empty",
        "The project has a history, but `.converge/ledger.db` holds nothing, or no tables of a ledger. It is never "
            + "taken for a new one. Take the newest backup with `converge ledger restore`.")
    package static let ledgerCut = DiagnosticCode(
        "L0103", "the ledger was cut",
        "`.converge/ledger.db` is shorter than it says itself, as after a copy that was interrupted. Put the whole "
            + "file back. `converge ledger repair` keeps what is left of it; `converge ledger restore` takes the newest "
            + "backup.")
    package static let ledgerDamaged = DiagnosticCode(
        "L0104", "the ledger is damaged",
        "A page or a row of `.converge/ledger.db` is not what was written, as after a disk error or a write by another "
            + "program. `converge ledger repair` keeps what can be read and says what cannot; `converge ledger restore` takes "
            + "the newest backup. Both keep the damaged file aside.")
    package static let ledgerForeign = DiagnosticCode(
        "L0105", "the ledger of another project",
        "`.converge/ledger.db` and `.converge/project.json` belong to different projects, as after copying one of them "
            + "alone. Put the right file back, or take the newest backup with `converge ledger restore`.")
    package static let ledgerOlder = DiagnosticCode(
        "L0106", "an older copy of the ledger",
        "The ledger ends before the point that `.converge/project.json` or a backup tells of: what was done since is "
            + "missing, as after putting an old copy back or removing `ledger.db-wal`. Put the newest file back, or "
            + "accept a backup with `converge ledger restore`.")
    package static let ledgerNewer = DiagnosticCode(
        "L0107", "a ledger in a newer form",
        "A newer Converge wrote `.converge/ledger.db`, and this one does not know its form. Use that version or a "
            + "newer one.")
    package static let projectUnreadable = DiagnosticCode(
        "L0108", "project.json cannot be read",
        "`.converge/project.json` tells of the project's history, so that the loss of the ledger is seen. It is not "
            + "what Converge wrote. If the ledger is whole, remove `project.json`: the next command writes it again.")
    package static let ledgerShared = DiagnosticCode(
        "L0110", "the project's state on a network file system",
        "A ledger belongs to one machine: on NFS, SMB and the like two machines could change it at the same time and "
            + "neither would know of the other. Keep the project on a disk of this machine, or make `.converge` a link to a "
            + "folder on one.")
    package static let textsChanged = DiagnosticCode(
        "L0111", "a recipe's text that was changed",
        "The ledger keeps the text that each apply and run went by under the digest of what it says. One of them does not "
            + "fit its digest: the disk or something else than Converge changed it. Nothing goes by it. `converge ledger "
            + "repair` takes it from the newest backup.")
    package static let ledgerDenied = DiagnosticCode(
        "L0201", "the project's state is out of reach",
        "The rights of a file or folder in `.converge` do not allow this, or the file system can only be read. "
            + "Give the user who runs Converge read and write rights on the folder and what lies in it.")
    package static let ledgerDiskFull = DiagnosticCode(
        "L0202", "no space left for the project's state",
        "The disk or the quota is full. Nothing was written in part, nothing new is begun, and what was under way is "
            + "recorded into room that was kept for it. Make room and start the same command again.")
    package static let ledgerBusy = DiagnosticCode(
        "L0203", "the ledger is busy",
        "Another process has kept the ledger's file locked for ten seconds, which Converge itself never does: a "
            + "database browser with an open transaction, for example. Close it and try again.")
    package static let ledgerFailed = DiagnosticCode(
        "L0204", "the project's state could not be read or written",
        "A file or folder of `.converge` is not what it should be, or the disk refused a read or a write; the message "
            + "has the reason. What was not reported as done is not recorded.")
    package static let leaseHeld = DiagnosticCode(
        "L0301", "another process is at work",
        "Only one process at a time changes the resources of an environment, executes a run, runs a workflow (two runs "
            + "of one would write the same tables), runs one that writes a certain table, or edits the prompt's module. The operating system frees the lease when its holder ends, however it ends. `apply`, `destroy`, "
            + "`refresh`, `run` and `resume` wait for it with `--wait 30s`; `cancel RUN` asks a run to stop.")
    package static let leaseLost = DiagnosticCode(
        "L0302", "the lease was taken over",
        "Another process took the lease over while this one still worked, as when `.converge/locks` is removed or the "
            + "folder lies on a file system whose locks do not reach other machines. Nothing was recorded since. Start "
            + "the command again: it asks the platform for the end of what was under way.")
    package static let journalOrder = DiagnosticCode(
        "L0303", "a record that does not follow from the ones before",
        "What is to be recorded needs an earlier record that the ledger does not hold: a result an operation that was "
            + "begun, an operation a run. Another program changed the ledger, or this is a fault in Converge, which "
            + "please report. Nothing of the record was written.")
    package static let planConsumed = DiagnosticCode(
        "L0304", "the plan was applied before",
        "A saved plan is applied once; only one whose application was cut off or failed goes on by the same command. "
            + "Make a new plan to see what is left to do.")
    package static let backupMissing = DiagnosticCode(
        "L0401", "no such backup",
        "Backups are made after each apply that changed something and once a day, and lie in `.converge/backups`; the newest ten are "
            + "kept. `converge ledger backups` lists them.")
    package static let backupUnusable = DiagnosticCode(
        "L0402", "a backup that cannot be used",
        "The backup is damaged, in a newer form, or of another project. Choose another one by its name.")
    package static let runLogDamaged = DiagnosticCode(
        "L0501", "the logs of runs are damaged",
        "`.converge/runs.db` holds logs only; the ledger does not depend on it, and runs go on without it. Remove it together with `runs.db-wal` "
            + "and `runs.db-shm`: the logs are lost, and new ones are kept.")
    package static let runLogDropped = DiagnosticCode(
        "L0502", "no room for the logs of runs",
        "Less than 2 MiB are free on the disk of `.converge`. They are left to the ledger, so that what steps did can be "
            + "recorded; what they said meanwhile is not kept. Make room: later lines are kept again.")

    /// The codes of the ledger.
    package static let allOfLedger: [DiagnosticCode] = [
        .ledgerRemoved, .ledgerEmptied, .ledgerCut, .ledgerDamaged, .ledgerForeign, .ledgerOlder, .ledgerNewer,
        .projectUnreadable, .ledgerShared, .textsChanged, .ledgerDenied, .ledgerDiskFull, .ledgerBusy, .ledgerFailed,
        .leaseHeld,
        .leaseLost,
        .journalOrder, .planConsumed, .backupMissing, .backupUnusable, .runLogDamaged,
        .runLogDropped
    ]
}
