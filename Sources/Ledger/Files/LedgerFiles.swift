// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution

/// Where a project's state stands below its folder.
package struct LedgerFiles: Sendable, Hashable {
    /// `.converge`, mode 0700.
    package let folder: String

    /// - Parameter project: The project's folder.
    package init(project: String) { folder = project + "/.converge" }

    /// Resources, runs and operations; fully synced.
    package var ledger: String { folder + "/ledger.db" }
    /// What SQLite has committed and not yet copied into the ledger's file.
    var ledgerLog: String { ledger + "-wal" }
    var ledgerIndex: String { ledger + "-shm" }
    /// Room for records on a full disk.
    var reserve: String { folder + "/ledger.reserve" }
    /// Logs of runs.
    package var runLog: String { folder + "/runs.db" }
    /// Tells of the project's history apart from the ledger.
    package var project: String { folder + "/project.json" }
    package var backups: String { folder + "/backups" }
    package var locks: String { folder + "/locks" }
    /// Held while a process has the ledger open to write.
    var openLock: String { locks + "/ledger.lock" }
    /// Held by the prompt that edits the scratch module. It is no lease: a restoration of the ledger goes past it.
    var promptLock: String { folder + "/prompt.lock" }

    func lock(_ scope: LeaseScope) -> String {
        switch scope {
        case .apply(let environment): "\(locks)/apply-\(Self.fileName(environment)).lock"
        case .run(let id): "\(locks)/run-\(Self.fileName(id)).lock"
        case .workflow(let name, let module, let environment):
            "\(locks)/workflow-\(Self.shortName([environment, module, name])).lock"
        case .table(let name, let resource):
            "\(locks)/table-"
                + Self.shortName([resource.environment, resource.module, resource.address.text, name]) + ".lock"
        case .serve(let environment): "\(locks)/serve-\(Self.fileName(environment)).lock"
        }
    }

    /// One name for several texts, which is no longer than a file system takes.
    private static func shortName(_ texts: [String]) -> String {
        let whole = texts.map(fileName).joined(separator: ".")
        if whole.utf8.count <= 200 { return whole }
        let sum = UInt64(bitPattern: Checksum.of(texts.map { $0 }, []))
        return String(whole.prefix(180)) + "-" + String(sum, radix: 16)
    }

    /// The text with everything but letters, digits, `-` and `_` written as `%` and two digits, so that each text has
    /// a file name of its own.
    private static func fileName(_ text: String) -> String {
        var name = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            default: name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return name
    }
}
