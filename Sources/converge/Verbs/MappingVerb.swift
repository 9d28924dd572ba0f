// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import PluginHost
import RecipeRuntime
import Shell

struct MappingVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mapping",
        abstract: "Shows the platform functionalities, which service fulfils each where, and what it makes.")

    @ArgumentParser.Argument(help: "A capability, to see of it alone all that each service makes.") var capability:
        String?
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let workspace = try Workspace(projectOf: shared)
        var table = workspace.engine.vocabulary.capabilityTable()
        if let capability {
            let names = table.rows.map(\.capability)
            table.rows = table.rows.filter { $0.capability == capability }
            if table.rows.isEmpty {
                throw Diagnostic(
                    .nothingToExplain, "'\(capability)' is no capability of the table",
                    help: NearestName.find(capability, in: names).map { ["mapping \($0)"] } ?? [
                        "mapping    shows the capabilities"
                    ])
            }
        }
        if shared.json {
            workspace.output.print(document: ["rows": .list(table.rows.map { .object(Self.object($0)) })])
            return
        }
        let style = workspace.output.style
        if capability != nil {
            for row in table.rows { workspace.output.print(Self.text(row, table.platforms, style), terminator: "") }
            return
        }
        let platforms = table.platforms.map { $0.uppercased() }
        let rows = table.rows.map { row in
            [row.functionality, row.capability]
                + table.platforms.map { platform in
                    (row.cells[platform] ?? []).map { cell in
                        let mark = cell.status == .fulfilled ? "✓" : "·"
                        return cell.service.isEmpty ? mark : "\(mark) \(cell.service)"
                    }.joined(separator: ", ")
                }
        }
        let renderer = TableRenderer(style: style, width: workspace.output.width)
        let headings = ["FUNCTIONALITY", "CAPABILITY"] + platforms
        if renderer.fits(headings, rows) {
            workspace.output.print(renderer.text(headings, rows), terminator: "")
        } else {
            // A capability's name says what the functionality is.
            workspace.output.print(
                renderer.text(Array(headings.dropFirst()), rows.map { Array($0.dropFirst()) }, overflow: .wrapped),
                terminator: "")
        }
        workspace.output.print("")
        let made = table.rows.flatMap { row in
            table.platforms.flatMap { platform in
                (row.cells[platform] ?? []).filter { !$0.creates.isEmpty }.map { cell in
                    [
                        row.capability, platform, cell.service,
                        workspace.output.width == nil
                            ? KindCounts.each(cell.creates) : KindCounts.byService(cell.creates)
                    ]
                }
            }
        }
        workspace.output.print(
            renderer.text(
                ["CAPABILITY", "PLATFORM", "SERVICE", "KINDS OF THINGS THAT IT MAKES"], made, overflow: .wrapped),
            terminator: "")
        workspace.output.print("")
        workspace.output.print(
            "✓ fulfilled by a plugin that is here, · missing. `mapping CAPABILITY` shows all of a row, "
                + "`explain CAPABILITY` what can be asked.")
    }

    /// One row with the kinds that each service makes, a line each.
    private static func text(_ row: CapabilityTable.Row, _ platforms: [String], _ style: TextStyle) -> String {
        var text = style(.heading, row.functionality) + style(.dim, "  \(row.capability), \(row.discipline)") + "\n"
        for platform in platforms {
            for cell in row.cells[platform] ?? [] {
                let mark = cell.status == .fulfilled ? "✓" : "·"
                text += "\(mark) \(platform)  \(cell.service)\n"
                for kind in cell.creates { text += "    \(kind)\n" }
            }
        }
        return text
    }

    private static func object(_ row: CapabilityTable.Row) -> ObjectValue {
        [
            "capability": .string(row.capability), "functionality": .string(row.functionality),
            "discipline": .string(row.discipline), "form": .string(row.isActivity ? "activity" : "thing"),
            "providers": .object(
                ObjectValue(
                    row.cells.sorted { $0.key < $1.key }.map { platform, cells in
                        (
                            platform,
                            .list(
                                cells.map {
                                    .object([
                                        "service": .string($0.service), "status": .string($0.status.rawValue),
                                        "creates": .list($0.creates.map { .string($0) })
                                    ])
                                })
                        )
                    }))
        ]
    }
}
