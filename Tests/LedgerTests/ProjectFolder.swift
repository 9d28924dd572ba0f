// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import Ledger
import Planning

/// A project folder of a test's own, removed at the end.
final class ProjectFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/ledger-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var files: LedgerFiles { LedgerFiles(project: path) }

    func ledger(command: String = "converge test") -> ProjectLedger { ProjectLedger(project: path, command: command) }

    /// Makes a history of one run that creates that many notes, and closes the ledger.
    @discardableResult
    func applied(notes: Int = 3, in module: String = "shop") async throws -> [Address: ResourceRecord] {
        let ledger = ledger()
        try await ledger.apply(notes: notes, in: module)
        let records = try await ledger.snapshot(environment: "dev", module: module).records
        try ledger.close()
        return records
    }

    /// What stands below the project's folder.
    func names() throws -> [String] { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() }

    func bytes(_ file: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file)) }

    func write(_ bytes: Data, to file: String) throws { try bytes.write(to: URL(fileURLWithPath: file)) }
}

extension ProjectLedger {
    /// Creates notes as an apply does: an intent and a result each.
    func apply(notes: Int, in module: String = "shop", text: String = "some text") async throws {
        try await withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
            let run = try await beginRun(.sample(.apply, module: module))
            for number in 0..<notes {
                let note = ResourceRecord.note(number, module: module, text: text)
                let intent = OperationRecord.create(note, run: run.id)
                try await append([.intent(intent, .put(note.with(.creating)))], under: lease)
                let result = OperationResult(
                    token: intent.token, status: .succeeded, outputs: note.outputs, ended: .sample)
                try await append([.result(result, .put(note))], under: lease)
            }
            try await endRun(run.id, status: .succeeded, outputs: [:], failure: nil, at: .sample)
        }
    }
}
