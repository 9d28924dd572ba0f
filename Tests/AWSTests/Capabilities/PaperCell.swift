// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// One service that the paper's table names for AWS.
struct PaperCell: CustomTestStringConvertible, Sendable, Hashable {
    let capability: String
    /// Word for word as the paper has it.
    let service: String

    var testDescription: String { "\(capability) by \(service)" }
}

/// The column of AWS in the paper's tables: a line a functionality.
struct PaperTable: Sendable {
    struct Row: Sendable {
        let capability: String
        let functionality: String
        let services: [String]
    }

    let rows: [Row]

    init() throws {
        let lines = try TestData.text("capabilities.csv").split(separator: "\n").filter { !$0.hasPrefix("#") }
        rows = lines.dropFirst().compactMap { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 5 else { return nil }
            let services = fields[4].split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            return Row(capability: fields[0], functionality: fields[3], services: services)
        }
    }

    var cells: [PaperCell] {
        rows.flatMap { row in row.services.map { PaperCell(capability: row.capability, service: $0) } }
    }
}
