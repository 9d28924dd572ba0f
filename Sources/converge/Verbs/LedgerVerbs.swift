// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import PluginHost
import Shell

struct LedgerVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Looks after the project's ledger.",
        subcommands: [
            LedgerRestoreVerb.self, LedgerBackupsVerb.self, LedgerAuditVerb.self, LedgerCleanVerb.self,
            LedgerRotateVerb.self, LedgerRepairVerb.self
        ])
}

struct LedgerRestoreVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Puts a backup in the place of a ledger that was lost or damaged.")

    @Argument(help: "The backup; left out: the newest.") var backup: String?
    @OptionGroup var shared: SharedOptions
    @Flag(help: "Does not ask.") var yes = false

    func run() async throws {
        let workspace = try Workspace(projectOf: shared)
        if !yes {
            let question = Question(output: workspace.output, interruption: workspace.interruption)
            let answer = try await workspace.watching {
                try await question.confirm(
                    "Put a backup in the ledger's place? What was applied after it is not known any more.")
            }
            if !answer { throw Diagnostic(.notConfirmed, "declined; nothing was changed") }
        }
        let ledger = workspace.engine.ledger
        let done = try ledger.restore(from: backup)
        let here = LeaseHolder.current(command: "")
        try await ledger.audit(
            AuditEntry(
                time: workspace.engine.services.clock.now(), actor: here.user, host: here.host, action: "restore",
                environment: workspace.environment, module: "",
                detail: "\(done.backup.name)"
                    + (done.keptAside.map { "; the lines since are in \($0.split(separator: "/").last ?? "")" } ?? "")))
        if shared.json {
            workspace.output.print(document: [
                "backup": .string(done.backup.name), "sequence": .int(done.backup.sequence),
                "kept_aside": done.keptAside.map { .string($0) } ?? .null
            ])
            return
        }
        workspace.output.print("Restored \(done.backup.name).")
        if let aside = done.keptAside { workspace.output.print("What was there is kept as \(aside).") }
        workspace.output.print("`drift FILE` shows what changed since; `apply FILE` goes on from there.")
    }
}

struct LedgerBackupsVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backups", abstract: "Lists the backups, the newest first.")

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let workspace = try Workspace(projectOf: shared)
        let backups = try workspace.engine.ledger.backups()
        if shared.json {
            workspace.output.print(document: [
                "backups": .list(
                    backups.map { .object(["name": .string($0.name), "sequence": .int($0.sequence)]) })
            ])
        } else if backups.isEmpty {
            workspace.output.print("No backups yet: one is made after each apply that changed something.")
        } else {
            for backup in backups { workspace.output.print(backup.name) }
        }
    }
}

struct LedgerAuditVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Shows who did what, when and from where, the newest first.")

    @OptionGroup var shared: SharedOptions
    @Option(help: "How many entries.") var limit = 50

    func run() async throws {
        try await AuditTelling(shared: shared, limit: limit).run()
    }
}
