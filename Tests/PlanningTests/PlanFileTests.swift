// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import PlanningFixtures
import Testing

struct PlanFileTests {
    private func digest(_ bytes: [UInt8]) -> String {
        String(bytes.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }, radix: 16)
    }

    private func file() throws -> PlanFile {
        let module = NotesModule(notes: [(Address("a"), [], NotesModule.text("x"))])
        let plan = try Planner(program: module.program(), snapshot: snapshot([record("b", text: "y")])).plan()
        return PlanFile(
            plan: plan,
            binding: PlanFile.Binding(
                recipe: "notes.recipe", sources: ["notes.recipe": "abc"], settings: ["n": 1], parameters: ["n": "def"],
                plugins: ["local": "1.0.0 abc"], observations: ["b": "ghi"], isDestroy: false))
    }

    private func record(_ address: String, text: String) -> ResourceRecord {
        PlanningFixtures.record(Address(address), text: text)
    }

    @Test func `a plan file reads back as it was`() throws {
        let file = try file()
        let bytes = file.encoded(digest: digest)
        #expect(PlanFile.isPlan(bytes))
        #expect(try PlanFile.decode(bytes, name: "p", digest: digest).file == file)
    }

    @Test func `a plan file that was cut or changed anywhere is refused`() throws {
        let bytes = try file().encoded(digest: digest)
        for length in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: Diagnostic.self) {
                try PlanFile.decode(Array(bytes[..<length]), name: "p", digest: digest)
            }
        }
        for offset in stride(from: 0, to: bytes.count, by: 5) {
            var changed = bytes
            changed[offset] ^= 1
            #expect(throws: Diagnostic.self) { try PlanFile.decode(changed, name: "p", digest: digest) }
        }
    }
}
