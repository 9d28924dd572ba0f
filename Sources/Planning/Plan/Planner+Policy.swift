// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Planner {
    /// What the policies say of the resources as they shall be.
    ///
    /// - Returns: What the plan tells, and what keeps it from being applied.
    func judged(
        _ changes: [PlannedChange], in state: ResourceState
    ) -> (findings: [PolicyFinding], refusals: [Diagnostic]) {
        if program.policies.isEmpty { return ([], []) }
        let beginning = Set(
            changes.filter { $0.action == .create || $0.action == .replace }.map(\.address.text))
        var findings: [PolicyFinding] = []
        var refusals: [Diagnostic] = []
        let chosen = Set(changes.map(\.address))
        for node in program.resources where !selection.isPartial || Self.isChosen(node, chosen) {
            for stage in PolicyStage.allCases {
                do throws(Diagnostics) {
                    for finding in try program.evaluation.findings(on: node.address, at: stage, in: state) {
                        if finding.isRefusal || isTooLate(finding, node, beginning) {
                            refusals.append(finding.diagnostic(at: node.place))
                        } else {
                            findings.append(finding)
                        }
                    }
                } catch {
                    refusals += error.all
                }
            }
        }
        return (findings, refusals)
    }

    private static func isChosen(_ node: ResourceNode, _ chosen: Set<Address>) -> Bool {
        if case .composite(let composite) = node.form { return composite.children.contains { chosen.contains($0) } }
        return chosen.contains(node.address)
    }

    /// True for a `deny` that waits for what the denied operation itself would make.
    private func isTooLate(_ finding: PolicyFinding, _ node: ResourceNode, _ beginning: Set<String>) -> Bool {
        guard finding.effect == .deny, !finding.isExempt, case .undecided(let origin) = finding.verdict else {
            return false
        }
        let own: [Address]
        if case .composite(let composite) = node.form { own = composite.children } else { own = [node.address] }
        return own.contains { beginning.contains($0.text) && origin.hasPrefix($0.text + ".") }
    }
}
