// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost
import Shell

/// The triggers of a recipe: when the schedules among them are due next, and what each did last.
struct TriggerTable: Sendable {
    private struct Row: Sendable {
        var trigger: TriggerIdentity
        var next: [Timestamp]
        var last: FiringRecord?
    }

    private let rows: [Row]
    /// Why the recipe's triggers cannot be told.
    let problems: [Diagnostic]

    var isEmpty: Bool { rows.isEmpty }

    /// - Parameter next: How many times of a schedule.
    static func read(_ workspace: Workspace, next: Int) async throws -> TriggerTable {
        let program: Program
        do {
            program = try workspace.partialProgram()
        } catch let problems as Diagnostics {
            return TriggerTable(rows: [], problems: problems.all)
        }
        let now = workspace.engine.services.clock.now()
        var rows: [Row] = []
        for workflow in program.workflows {
            for node in workflow.triggers {
                let identity = TriggerIdentity(
                    environment: program.environment, module: program.module, workflow: workflow.name,
                    trigger: node.key)
                var times: [Timestamp] = []
                if case .schedule(let schedule) = node.source { times = schedule.next(next, after: now) }
                rows.append(
                    Row(
                        trigger: identity, next: times,
                        last: try await workspace.engine.ledger.firings(of: identity).last))
            }
        }
        return TriggerTable(rows: rows, problems: [])
    }

    func text(_ style: TextStyle, width: Int?) -> String {
        let lines = rows.map { row in
            let last = row.last.map { last in
                ([last.due.description, last.run ?? last.status.rawValue] + (last.note.isEmpty ? [] : [last.note]))
                    .joined(separator: " ")
            }
            return [
                row.trigger.workflow, row.trigger.trigger, row.next.map(\.description).joined(separator: " "),
                last ?? ""
            ]
        }
        return TableRenderer(style: style, width: width).text(["WORKFLOW", "STARTED BY", "NEXT", "LAST"], lines)
    }

    var document: Value {
        .list(
            rows.map { row in
                .object([
                    "workflow": .string(row.trigger.workflow), "trigger": .string(row.trigger.trigger),
                    "next": .list(row.next.map { .time($0) }),
                    "last": row.last.map { last in
                        .object([
                            "due": .time(last.due), "status": .string(last.status.rawValue),
                            "run": last.run.map { .string($0) } ?? .null, "note": .string(last.note)
                        ])
                    } ?? .null
                ])
            })
    }
}
