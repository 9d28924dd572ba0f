// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import Ledger
import Planning
import Testing

struct SpillStoreTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    private func write(_ record: ResourceRecord, to ledger: ProjectLedger) async throws {
        try await ledger.withLease(.apply(environment: "dev"), wait: .zero) { lease throws(Diagnostic) in
            try await ledger.append([.resource(.put(record))], under: lease)
        }
        try ledger.close()
    }

    @Test func `a large value lies beside the ledger and is read back as it was`() async throws {
        var record = ResourceRecord.note(1, module: "shop")
        let digest = String(repeating: "0a", count: 32)
        record.outputs["text"] = .string(String(repeating: "large ", count: 20_000))
        record.outputs["list"] = .list(
            (0..<9000).map { .string("item \($0)") }
                + [.reference(Reference(type: "Artifact", resource: nil, attributes: ["digest": .string(digest)]))])
        let ledger = project.ledger()
        try await write(record, to: ledger)
        #expect(try await ledger.snapshot(environment: "dev", module: "shop").records.values.first == record)
        #expect(try await ledger.records(environment: "dev") == [record])
        try ledger.close()
        #expect(try project.bytes(project.files.ledger).count < 100_000)
        // What it names is named, and so are the files that it lies in.
        let texts = try await ledger.textsOfWhatIsThere().joined()
        #expect(texts.contains(digest))
        let files = try project.names().filter { $0.contains("artifacts/sha256/") && $0.count > 80 }
        #expect(files.count == 2)
        for file in files { #expect(texts.contains(try #require(file.split(separator: "/").last))) }
    }

    @Test func `what a backup refers to is named as long as the backup is kept`() async throws {
        var record = ResourceRecord.note(1, module: "shop")
        record.outputs["text"] = .string(String(repeating: "large ", count: 20_000))
        let ledger = project.ledger()
        try await write(record, to: ledger)
        try await ledger.backUp()
        record.outputs["text"] = "small"
        try await write(record, to: ledger)
        let file = try #require(try project.names().first { $0.contains("artifacts/sha256/") && $0.count > 80 })
        let digest = try #require(file.split(separator: "/").last.map { String($0) })
        #expect(try await ledger.textsOfWhatIsThere().joined().contains(digest) == false)
        #expect(try ledger.textsOfBackups().joined().contains(digest))
        try FileManager.default.removeItem(atPath: project.files.folder + "/backups")
        #expect(try ledger.textsOfBackups().isEmpty)
    }

    @Test func `what a run gave or was given is named as long as its module is there`() async throws {
        let ledger = project.ledger()
        let large = Value.string(String(repeating: "large ", count: 20_000))
        var run = RunRecord(
            id: "", purpose: .workflow, environment: "dev", module: "shop", workflow: "load",
            started: Timestamp(nanoseconds: 1))
        run.parameters = ["given": large]
        let begun = try await ledger.beginRun(run)
        try await ledger.endRun(
            begun.id, status: .succeeded, outputs: ["given": .string(String(repeating: "other ", count: 20_000))],
            failure: nil, at: Timestamp(nanoseconds: 2))
        let texts = try await ledger.textsOfWhatIsThere().joined()
        let files = try project.names().filter { $0.contains("artifacts/sha256/") && $0.count > 80 }
        #expect(files.count == 2)
        for file in files { #expect(texts.contains(try #require(file.split(separator: "/").last))) }
    }

    @Test func `an encrypted value is let go once no row refers to it`() async throws {
        var record = ResourceRecord.note(1, module: "shop")
        let ledger = project.ledger()
        for name in ["v1", "v2", "v3"] { _ = try await ledger.record(sealed: "text of \(name)", as: name) }
        record.outputs["text"] = .secret(SecretReference(source: SecretReference.sealedSource, name: "v1"))
        record.outputs["list"] = .list([.secret(SecretReference(source: SecretReference.sealedSource, name: "v3"))])
        try await write(record, to: ledger)
        // One lies in a value that is too large for its row.
        let padding = (0..<9000).map { Value.string("item \($0)") }
        record.inputs["labels"] = .list(
            padding + [.secret(SecretReference(source: SecretReference.sealedSource, name: "v4"))])
        _ = try await ledger.record(sealed: "text of v4", as: "v4")
        try await write(record, to: ledger)
        #expect(try await ledger.forsakenSealedValues() == 1)
        #expect(try ledger.freeSealedValues() == 1)
        #expect(try await ledger.sealedText(named: "v2") == nil)
        #expect(try await ledger.sealedText(named: "v1") == "text of v1")
        for name in ["v3", "v4"] { #expect(try await ledger.sealedText(named: name) == "text of \(name)") }
        #expect(try ledger.freeSealedValues() == 0)
    }

    @Test func `a value whose file is gone is unknown, and nothing else is lost`() async throws {
        var record = ResourceRecord.note(1, module: "shop")
        record.outputs["text"] = .string(String(repeating: "large ", count: 20_000))
        let ledger = project.ledger()
        try await write(record, to: ledger)
        try FileManager.default.removeItem(atPath: project.files.folder + "/artifacts")
        let row = try #require(try await ledger.records(environment: "dev").first)
        #expect(row.outputs["text"]?.isUnknown == true && row.inputs == record.inputs)
    }
}
