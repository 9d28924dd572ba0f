// SPDX-License-Identifier: Apache-2.0

/// What lies on the disk before the ledger is opened.
struct LedgerTraces: Hashable {
    /// The ledger's file; nil where there is none.
    var stamp: StateFile.Stamp?
    /// True where commits wait to be copied into the file: it is open elsewhere or was not closed.
    var hasPendingCommits: Bool
    /// Another process has it open to write, and looked at it when it did so.
    var isOpenElsewhere: Bool
    var project: ProjectFile?
    /// The sequence number of the newest backup.
    var newestBackup: Int64?

    var hasHistory: Bool { project != nil || newestBackup != nil }

    /// The sequence number that the ledger is known to have reached.
    var knownSequence: Int64 { max(project?.sequence ?? 0, newestBackup ?? 0) }
}

/// How the history of a project got lost.
enum LedgerLoss: Error, Hashable {
    case removed
    case emptied
    case cut(found: Int64, stated: Int64)
    case damaged(reason: String)
    case foreign
    case older(found: Int64, known: Int64)
    case newer(version: Int)
}

/// What to do with the ledger.
///
/// Told: a ledger that is gone, empty, cut, of another project or older than `project.json` or a backup knows, and, at
/// the page check of one that was not closed or was touched since, any page, row or count of rows that is not what was
/// written. Not told: a ledger put back as it was after the last note (a note is made when a run begins, when it ends
/// and at closing), so the steps of a run that was interrupted can be lost with the ledger's file and its log; and the
/// removal of all of `.converge`.
enum LedgerVerdict: Hashable {
    /// The project never applied.
    case blank
    /// Closed cleanly and untouched since, or in use by a process that looked at it.
    case whole
    /// To be checked page by page.
    case unsure

    static func of(_ traces: LedgerTraces) throws(LedgerLoss) -> LedgerVerdict {
        switch traces.stamp?.size {
        case nil:
            if traces.hasHistory { throw .removed }
            return .blank
        case 0:
            if traces.hasHistory { throw .emptied }
            return .blank
        default:
            if traces.hasPendingCommits { return traces.isOpenElsewhere ? .whole : .unsure }
            if let closed = traces.project?.closed, closed == traces.stamp { return .whole }
            return .unsure
        }
    }
}
