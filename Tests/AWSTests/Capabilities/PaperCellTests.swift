// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import MappingTrials
import RecipeRuntime
import Testing

/// Each service that the paper's tables name for AWS is there under that name.
@Suite("The paper's column of AWS")
struct PaperCellTests {
    private static let table = Result { try PaperTable() }
    private static let texts = Result { try PluginTexts() }

    private static let cells: [PaperCell] = (try? table.get().cells) ?? []

    @Test func `has 24 functionalities and 43 services`() throws {
        let table = try Self.table.get()
        #expect(table.rows.count == 24)
        #expect(table.cells.count == 43)
        #expect(Set(table.cells).count == 43)
    }

    @Test("plans offline and gives every output: by default, with each parameter alone, and with all", arguments: cells)
    func plan(_ cell: PaperCell) throws {
        let texts = try Self.texts.get()
        let contract = try #require(texts.capability(cell.capability), "there is no contract")
        let service = try #require(
            contract.services.first { $0.provider == "aws" && $0.service == cell.service }, "no mapping has that name")
        let report = MappingTrial(contract: contract, service: service, texts: texts).report()
        for problem in report.problems { Issue.record("\(cell.testDescription): \(problem)") }
        #expect(report.forms.count > 1, "there is nothing that could be asked for")
        #expect(report.forms.allSatisfy { !$0.natives.isEmpty }, "nothing native is made")
    }

    @Test("names the service first that is taken where none is named", arguments: (try? table.get().rows) ?? [])
    func first(_ row: PaperTable.Row) throws {
        let texts = try Self.texts.get()
        let contract = try #require(texts.capability(row.capability))
        let service = try #require(
            contract.services.first { $0.provider == "aws" && $0.service == row.services.first })
        let planned = MappingTrial(contract: contract, service: service, texts: texts).withoutService()
        #expect(!planned.named.isEmpty)
        #expect(planned.named == planned.unnamed)
    }

    @Test func `is what the contracts say of it, and nothing stands beside it`() throws {
        let table = try Self.texts.get().vocabulary.capabilityTable()
        let paper = try Self.table.get()
        #expect(Set(table.rows.map(\.capability)) == Set(paper.rows.map(\.capability)))
        for row in paper.rows {
            let found = try #require(table.rows.first { $0.capability == row.capability })
            #expect(found.functionality == row.functionality)
            let cells = found.cells["aws"] ?? []
            // Of work, the steps that AWS carries out stand behind the services.
            let steps = Self.steps(of: row.capability, in: try Self.texts.get())
            #expect(cells.map(\.service).filter { !steps.contains($0) } == row.services)
            #expect(cells.allSatisfy { $0.status == .fulfilled })
        }
    }

    private static func steps(of capability: String, in texts: PluginTexts) -> [String] {
        texts.capability(capability)?.steps ?? []
    }
}
