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
    /// The folder lies on a file system that other machines may change.
    case shared(folder: String, system: String)

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
        case .shared(let folder, let system):
            Diagnostic(
                .ledgerShared, "\(folder) lies on a file system that several machines may change: \(system)",
                notes: ["the locks that keep two commands apart do not reach other machines"],
                help: [
                    "move the project to a disk of this machine",
                    "ln -s /var/lib/PROJECT \(folder)    keeps the state there, and the project where it is"
                ])
        case .project(let reason):
            Diagnostic(
                .projectUnreadable, "\(files.project) is not what Converge wrote", notes: [reason],
                help: ["remove the file if the ledger is whole: the next command that writes makes it again"])
        }
    }
}

extension StateFileError {
    var diagnostic: Diagnostic {
        switch code {
        case ENOSPC, EDQUOT: .diskFull("cannot \(action) \(path): \(reason)")
        case EACCES, EPERM, EROFS: .denied("cannot \(action) \(path): \(reason)", folder: StateFile.folder(of: path))
        case EISDIR:
            Diagnostic(
                .ledgerFailed, "\(path) is a folder, and Converge keeps a file there", help: ["move the folder away"])
        case ESPIPE:
            Diagnostic(
                .ledgerFailed, "\(path) is no regular file, and Converge keeps one there",
                help: ["move what lies there away"])
        case ENOTDIR:
            Diagnostic(
                .ledgerFailed, "\(path) is no folder, and Converge needs one there", help: ["move what lies there away"]
            )
        default:
            Diagnostic(
                .ledgerFailed, "cannot \(action) \(path): \(reason)",
                help: ["look at what lies there; Converge needs a folder that it may write to"])
        }
    }
}

extension Diagnostic {
    fileprivate static func diskFull(_ message: String) -> Diagnostic {
        Diagnostic(.ledgerDiskFull, message, help: ["make room on the disk and give the same command again"])
    }

    fileprivate static func denied(_ message: String, folder: String) -> Diagnostic {
        Diagnostic(
            .ledgerDenied, message,
            help: ["give the user who runs Converge read and write rights on \(folder) and what lies in it"])
    }
}

extension DatabaseError {
    /// True where SQLite finds the content of the file broken, or does not find in it what its tables were made with.
    var isOfBrokenFile: Bool {
        switch resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: true
        case .SQLITE_ERROR: message?.hasPrefix("no such ") ?? false
        default: false
        }
    }

    func diagnostic(_ files: LedgerFiles, _ path: String) -> Diagnostic {
        let reason = message ?? resultCode.description
        switch primaryCode(path) {
        case _ where isOfBrokenFile: return LedgerLoss.damaged(reason: reason).diagnostic(files)
        case .SQLITE_FULL: return .diskFull("cannot write \(path): no space is left on the disk")
        case .SQLITE_READONLY, .SQLITE_PERM: return .denied("cannot write \(path): \(reason)", folder: files.folder)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return Diagnostic(
                .ledgerBusy, "another process keeps \(path) locked",
                help: ["close the program that has the file open, then give the same command again"])
        default:
            return Diagnostic(
                .ledgerFailed, "cannot read or write \(path): \(reason)",
                help: ["see that \(files.folder) lies on a disk that works, then give the same command again"])
        }
    }

    /// What SQLite says, but for what it calls otherwise where rights or room are missing.
    private func primaryCode(_ path: String) -> ResultCode {
        switch resultCode {
        case .SQLITE_CANTOPEN where !StateFile.isWithinRights(path): .SQLITE_PERM
        case .SQLITE_CANTOPEN, .SQLITE_IOERR: StateFile.hasRoom(beside: path) ? resultCode : .SQLITE_FULL
        default: resultCode
        }
    }
}

extension LedgerLoss {
    /// - Parameter isRepairing: True where a repair itself fails, which is not recommended again.
    func diagnostic(_ files: LedgerFiles, isRepairing: Bool = false) -> Diagnostic {
        let repair = isRepairing ? [] : ["ledger repair    keeps what can be read, and says what cannot"]
        let path = files.ledger
        var help: [String] = []
        var notes: [String] = []
        switch Result(catching: { () throws(StateFileError) in try BackupShelf(files: files).backups() }) {
        case .success(let backups):
            if let newest = backups.first {
                notes.append("the newest backup is \(newest.name)")
                help.append(
                    self == .removed
                        ? "ledger restore    puts it in place"
                        : "ledger restore    puts it in place and keeps the present file aside")
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
                .ledgerCut, "\(path) was cut: it has \(found) bytes of at least \(stated)", notes: notes,
                help: repair + help)
        case .damaged(let reason):
            return Diagnostic(
                .ledgerDamaged, "\(path) is damaged", notes: [reason] + notes,
                help: repair + help)
        case .foreign:
            return Diagnostic(
                .ledgerForeign, "\(path) is not this project's ledger", notes: notes,
                help: ["put the ledger and \(files.project) that belong together back"] + help)
        case .older(let found, let known):
            return Diagnostic(
                .ledgerOlder,
                "\(path) is an older copy: its last record is number \(found), and the project has reached \(known)",
                notes: notes, help: ["put the newest file back"] + help)
        case .newer(let version):
            return Diagnostic(
                .ledgerNewer,
                "\(path) has form \(version), and this Converge knows forms up to \(LedgerSchema.version)",
                help: ["use the Converge that wrote it, or a newer one"])
        }
    }
}
