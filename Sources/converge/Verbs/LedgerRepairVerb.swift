// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import PluginHost
import Shell

struct LedgerRepairVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Keeps what can be read of a damaged ledger, and takes what is missing from the newest backup.",
        discussion: "It says what is kept, taken and lost before it asks. The damaged file is kept aside.")

    @OptionGroup var shared: SharedOptions
    @Flag(help: "Does not ask.") var yes = false

    func run() async throws {
        let workspace = try Workspace(projectOf: shared)
        let ledger = workspace.engine.ledger
        guard let found = try ledger.inspect() else {
            if shared.json { return workspace.output.print(document: ["damage": .null]) }
            return workspace.output.print("The ledger is whole: there is nothing to repair.")
        }
        if !yes {
            if !shared.json { workspace.output.print(Self.text(found), terminator: "") }
            let question = Question(output: workspace.output, interruption: workspace.interruption)
            let answer = try await workspace.watching {
                try await question.confirm("Put what is left in the ledger's place?")
            }
            if !answer { throw Diagnostic(.notConfirmed, "declined; nothing was changed") }
        }
        guard let done = try ledger.repair() else { return }
        let here = LeaseHolder.current(command: "")
        try await ledger.audit(
            AuditEntry(
                time: workspace.engine.services.clock.now(), actor: here.user, host: here.host, action: "repair",
                environment: workspace.environment, module: "",
                detail:
                    "\(done.damage); lost \(done.lost.count), from \(done.backup ?? "no backup") \(done.taken.count)"))
        if shared.json { return workspace.output.print(document: Self.document(done)) }
        if yes { workspace.output.print(Self.text(done), terminator: "") }
        workspace.output.print("Repaired. The damaged file is kept as \(done.keptAside ?? "").")
        workspace.output.print("`drift FILE` compares with what is there; `apply FILE` goes on from there.")
    }

    private static func text(_ report: RepairReport) -> String {
        var text = "The ledger is damaged: \(report.damage)\n"
        text += "  kept   " + report.kept.map { "\($0.count) \($0.what)" }.joined(separator: ", ") + "\n"
        if let backup = report.backup {
            for name in report.taken { text += "  taken  \(name), from \(backup)\n" }
        }
        for name in report.lost { text += "  lost   \(name)\n" }
        if report.lost.isEmpty, report.taken.isEmpty { text += "  lost   nothing that can be named\n" }
        return text
    }

    private static func document(_ report: RepairReport) -> ObjectValue {
        [
            "damage": .string(report.damage),
            "kept": .object(ObjectValue(report.kept.map { ($0.what, .int(Int64($0.count))) })),
            "taken": .list(report.taken.map { .string($0) }), "lost": .list(report.lost.map { .string($0) }),
            "backup": report.backup.map { .string($0) } ?? .null,
            "kept_aside": report.keptAside.map { .string($0) } ?? .null
        ]
    }
}
