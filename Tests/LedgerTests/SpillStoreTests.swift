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
