// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger

/// What the ledger says at the moment at which it is asked, whoever made the runs.
struct LedgerMetrics: Sendable {
    let ledger: ProjectLedger
    let environment: String

    func families() async throws(Diagnostic) -> [MetricFamily] {
        guard let figures = try await ledger.figures(environment: environment) else { return [] }
        var open = MetricFamily(
            "converge_open_operations", .gauge, "Operations that were begun and have no result yet.")
        open.add(Double(figures.openOperations))
        var commits = MetricFamily(
            "converge_journal_commits_total", .counter, "How often the ledger was written since it was made.")
        commits.add(Double(figures.commits))
        var bytes = MetricFamily("converge_journal_bytes", .gauge, "What the ledger's files hold.")
        bytes.add(Double(figures.bytes))
        return [try await runs(figures), durations(figures), resources(figures), try leases(), open, commits, bytes]
    }

    private func runs(_ figures: LedgerFigures) async throws(Diagnostic) -> MetricFamily {
        var family = MetricFamily("converge_recorded_runs", .gauge, "Runs that the ledger holds, by how they stand.")
        // Of those that did not say how they ended.
        var interrupted: [[String]: Int] = [:]
        for run in try await ledger.runningRuns(environment: environment) where try await !ledger.isUnderWay(run) {
            interrupted[[run.purpose.rawValue, run.module, run.workflow ?? ""], default: 0] += 1
        }
        for run in figures.runs {
            var count = run.count
            if run.status == RunRecord.Status.running.rawValue,
                let dead = interrupted[[run.purpose, run.module, run.workflow ?? ""]]
            {
                family.add(Double(dead), labels(run) + [("status", RunRecord.Status.interrupted.rawValue)])
                count -= dead
            }
            if count > 0 { family.add(Double(count), labels(run) + [("status", run.status)]) }
        }
        return family
    }

    private func labels(_ run: LedgerFigures.Runs) -> MetricFamily.Labels {
        [("purpose", run.purpose), ("module", run.module), ("workflow", run.workflow ?? "")]
    }

    /// Of all that have ended, however they did.
    private func durations(_ figures: LedgerFigures) -> MetricFamily {
        var family = MetricFamily(
            "converge_run_duration_seconds", .histogram, "How long runs took that have ended.")
        var order: [[String]] = []
        var sums: [[String]: (labels: MetricFamily.Labels, durations: LedgerFigures.Durations)] = [:]
        for run in figures.runs where run.durations.count > 0 {
            let key = [run.purpose, run.module, run.workflow ?? ""]
            guard var known = sums[key]?.durations else {
                order.append(key)
                sums[key] = (labels(run), run.durations)
                continue
            }
            known.count += run.durations.count
            known.seconds += run.durations.seconds
            known.within = zip(known.within, run.durations.within).map { $0 + $1 }
            sums[key]?.durations = known
        }
        for key in order { if let sum = sums[key] { family.add(sum.durations, sum.labels) } }
        return family
    }

    private func resources(_ figures: LedgerFigures) -> MetricFamily {
        var family = MetricFamily("converge_resources", .gauge, "Resources that the ledger holds, by how they stand.")
        for group in figures.resources {
            family.add(
                Double(group.count), [("module", group.module), ("kind", group.kind), ("status", group.status)])
        }
        return family
    }

    private func leases() throws(Diagnostic) -> MetricFamily {
        var family = MetricFamily(
            "converge_lease_held", .gauge, "1 where a living process holds the lease of the environment.")
        for (name, scope) in [
            ("apply", LeaseScope.apply(environment: environment)), ("serve", .serve(environment: environment))
        ] {
            family.add(try ledger.isHeld(scope) ? 1 : 0, [("lease", name)])
        }
        return family
    }
}
