// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDB
import Glibc

/// Why the ledger cannot be used, before it is put in words.
enum LedgerFailure: Error {
    case loss(LedgerLoss)
    case project(reason: String)
    case system(StateFileError)
    case database(DatabaseError)
    case refused(Diagnostic)

    /// - Parameter error: Whatever a block that works on the database throws.
    init(_ error: any Error) {
        switch error {
        case let error as LedgerFailure: self = error
        case let error as LedgerLoss: self = .loss(error)
        case let error as StateFileError: self = .system(error)
        case let error as DatabaseError: self = .database(error)
        case let error as RowDamage: self = .loss(.damaged(reason: "\(error.row): \(error.reason)"))
        case let error as Diagnostic: self = .refused(error)
        default: self = .refused(Diagnostic(.ledgerFailed, "the ledger failed: \(error)"))
        }
    }

    /// - Parameter database: The file in question, where it is not the ledger.
    func diagnostic(_ files: LedgerFiles, database: String? = nil) -> Diagnostic {
        switch self {
        case .refused(let diagnostic): diagnostic
        case .loss(let loss): loss.diagnostic(files)
        case .system(let error): error.diagnostic
        case .database(let error): error.diagnostic(files, database ?? files.ledger)
        case .project(let reason):
            Diagnostic(
                .projectUnreadable, "\(files.project) is not what Converge wrote", notes: [reason],
                help: ["if the ledger is whole, remove the file: the next command that writes makes it again"])
        }
    }
}

extension StateFileError {
    var diagnostic: Diagnostic {
        switch code {
        case ENOSPC, EDQUOT:
            Diagnostic(
                .ledgerDiskFull, "cannot \(action) \(path): \(reason)",
                help: ["make room on the disk and start the same command again"])
        case EACCES, EPERM, EROFS:
            Diagnostic(
                .ledgerDenied, "cannot \(action) \(path): \(reason)",
                help: ["give the user who runs Converge read and write rights on it"])
        default:
            Diagnostic(
                .ledgerFailed, "cannot \(action) \(path): \(reason)",
                help: ["look at what lies there; Converge needs a folder that it may write to"])
        }
    }
}

extension DatabaseError {
    /// True where SQLite finds the content of the file broken.
    var isOfBrokenFile: Bool { resultCode == .SQLITE_CORRUPT || resultCode == .SQLITE_NOTADB }

    func diagnostic(_ files: LedgerFiles, _ path: String) -> Diagnostic {
        let reason = message ?? resultCode.description
        switch resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: return LedgerLoss.damaged(reason: reason).diagnostic(files)
        case .SQLITE_FULL:
            return Diagnostic(
                .ledgerDiskFull, "cannot write \(path): \(reason)",
                help: ["make room on the disk and start the same command again"])
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
            return Diagnostic(
                .ledgerDenied, "cannot open \(path): \(reason)",
                help: ["give the user who runs Converge read and write rights on \(files.folder) and its files"])
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return Diagnostic(
                .ledgerBusy, "another process keeps \(path) locked",
                help: ["close programs that have the file open, then start the same command again"])
        default: return Diagnostic(.ledgerFailed, "SQLite on \(path): \(reason)")
        }
    }
}

extension LedgerLoss {
    func diagnostic(_ files: LedgerFiles) -> Diagnostic {
        let path = files.ledger
        var help: [String] = []
        var notes: [String] = []
        switch Result(catching: { () throws(StateFileError) in try BackupShelf(files: files).backups() }) {
        case .success(let backups):
            if let newest = backups.first {
                notes.append("the newest backup is \(newest.name)")
                help.append("`converge ledger restore` puts it in place and keeps the present file aside")
            } else {
                notes.append("there is no backup in \(files.backups)")
                help.append("put a copy of \(path) back")
            }
        case .failure(let error): notes.append("the backups cannot be listed: \(error.reason)")
        }
        switch self {
        case .removed:
            return Diagnostic(
                .ledgerRemoved, "\(path) is gone, although the project has a history", notes: notes, help: help)
        case .emptied:
            return Diagnostic(
                .ledgerEmptied, "\(path) holds no ledger, although the project has a history", notes: notes, help: help)
        case .cut(let found, let stated):
            return Diagnostic(
                .ledgerCut, "\(path) was cut: it has \(found) bytes of at least \(stated)", notes: notes, help: help)
        case .damaged(let reason):
            return Diagnostic(.ledgerDamaged, "\(path) is damaged", notes: [reason] + notes, help: help)
        case .foreign:
            return Diagnostic(
                .ledgerForeign, "\(path) is not this project's ledger", notes: notes,
                help: ["put the ledger and \(files.project) that belong together back"] + help)
        case .older(let found, let known):
            return Diagnostic(
                .ledgerOlder,
                "\(path) is an older copy: it ends at \(found), the project is known to have reached \(known)",
                notes: notes, help: ["put the newest file back"] + help)
        case .newer(let version):
            return Diagnostic(
                .ledgerNewer, "\(path) has form \(version), and this Converge knows \(LedgerSchema.version)",
                help: ["use the Converge that wrote it, or a newer one"])
        }
    }
}
