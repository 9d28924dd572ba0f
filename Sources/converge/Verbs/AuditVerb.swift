// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import Shell

struct AuditVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Shows or verifies the trail of who did what, when and from where.",
        subcommands: [AuditShowVerb.self, AuditVerifyVerb.self], defaultSubcommand: AuditShowVerb.self)
}

struct AuditShowVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Shows it, the newest lines first.")

    @OptionGroup var shared: SharedOptions
    @Option(help: "How many entries.") var limit = 50

    func run() async throws { try await AuditTelling(shared: shared, limit: limit).run() }
}

/// What `audit` and `ledger audit` print.
struct AuditTelling: Sendable {
    let shared: SharedOptions
    let limit: Int

    func run() async throws {
        let workspace = try Workspace(projectOf: shared)
        let trail = try await NewestEntries(limit: limit) { limit in
            try await workspace.engine.ledger.auditTrail(limit: limit)
        }
        if shared.json {
            workspace.output.print(document: [
                "audit": .list(trail.entries.map { .object($0.document) }), "more": .bool(trail.isMore)
            ])
            return
        }
        let rows = trail.entries.map {
            [$0.time.description, $0.actor, $0.host, $0.action, $0.environment, $0.module, $0.detail]
        }
        let table = TableRenderer(style: workspace.output.style, width: workspace.output.width)
            .text(["TIME", "WHO", "WHERE", "ACTION", "ENVIRONMENT", "MODULE", "WHAT"], rows)
        workspace.output.print(
            rows.isEmpty ? "Nothing was done yet.\n" : table + trail.more("entries", workspace.output.style),
            terminator: "")
    }
}

struct AuditVerifyVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks that no line was changed, taken out or put in, and no text that a run went by.")

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let workspace = try Workspace(projectOf: shared)
        let verdict = try await workspace.engine.ledger.verifyAudit()
        if let problem = Self.problem(verdict) { throw problem }
        try await workspace.engine.ledger.verifyTexts()
        if shared.json {
            workspace.output.print(document: [
                "lines": .int(Int64(verdict.lines)), "unchained": .int(Int64(verdict.unchained)), "whole": true
            ])
            return
        }
        let early = verdict.unchained == 0 ? "" : "; \(verdict.unchained) of them from before lines were chained"
        workspace.output.print("The audit trail is whole: \(verdict.lines) lines\(early).")
    }

    private static func problem(_ verdict: AuditVerdict) -> Diagnostic? {
        switch verdict.finding {
        case nil: nil
        case .broken(let line, let entry):
            Diagnostic(
                .auditBroken, "line \(line) of the audit trail, or one before it, is not what was written",
                notes: [
                    "it says that \(entry.actor) at \(entry.host) did \(entry.action) at \(entry.time): \(entry.detail)"
                ], help: ["compare with a backup: `ledger backups` lists them"])
        case .cut(let last, let known):
            Diagnostic(
                .auditBroken, "the audit trail ends at line \(last), and line \(known) was written once",
                help: ["compare with a backup: `ledger backups` lists them"])
        }
    }
}

extension AuditEntry {
    var document: ObjectValue {
        [
            "time": .time(time), "actor": .string(actor), "host": .string(host), "action": .string(action),
            "environment": .string(environment), "module": .string(module), "detail": .string(detail)
        ]
    }
}
