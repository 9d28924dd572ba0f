// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Rows that go on under another address.
extension Planner {
    /// For each declared address whose row is recorded under an earlier one: that one.
    func movedRecords(_ natives: [ResourceNode]) throws(Diagnostics) -> [Address: Address] {
        var moves: [Address: Address] = [:]
        var taken: [Address: ResourceNode] = [:]
        let renamed = natives.filter { !$0.formerly.isEmpty || selection.renamed[$0.address] != nil }
        if renamed.isEmpty { return [:] }
        let declared = Dictionary(natives.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        var problems = renamed.compactMap { exchanged($0, declared) ?? takenMeanwhile($0) }
        for node in renamed where snapshot.records[node.address] == nil {
            let earlier = node.formerly + [selection.renamed[node.address]].compactMap(\.self)
            guard let former = earlier.first(where: { snapshot.records[$0] != nil }) else { continue }
            if let other = taken[former] {
                problems.append(
                    Diagnostic(
                        .planNameTaken, "\(node.address) and \(other.address) both say that they were \(former)",
                        labels: [DiagnosticLabel(node.place), DiagnosticLabel(other.place, "and here")],
                        help: ["keep `@formerly` at one of them"]))
                continue
            }
            if let other = declared[former] {
                problems.append(
                    Diagnostic(
                        .planNameTaken,
                        "\(node.address) says that it was \(former), and another thing is declared as \(former)",
                        labels: [DiagnosticLabel(node.place), DiagnosticLabel(other.place, "declared here")],
                        notes: ["what is there as \(former) could become either"],
                        help: [
                            "take `@formerly` out, where \(former) stays what it is",
                            "rename first, `apply`, and declare the other one then"
                        ]))
                continue
            }
            taken[former] = node
            moves[node.address] = former
        }
        if !problems.isEmpty { throw Diagnostics(problems) }
        return moves
    }

    /// A thing that has another name by now, whose own one something else has been given since.
    private func takenMeanwhile(_ node: ResourceNode) -> Diagnostic? {
        guard let present = selection.renamed[node.address], present != node.address,
            snapshot.records[node.address] != nil, snapshot.records[present] != nil
        else { return nil }
        return Diagnostic(
            .planNameTaken, "what was \(node.address) then is \(present) now, and another thing is \(node.address)",
            labels: [DiagnosticLabel(node.place)],
            help: ["rename the other one by `@formerly`, or take it out, and `apply` that first"])
    }

    /// Two things that both say that they were the other one: whether they have changed names already, nobody can tell.
    private func exchanged(_ node: ResourceNode, _ declared: [Address: ResourceNode]) -> Diagnostic? {
        for former in node.formerly where former > node.address {
            guard let other = declared[former], other.formerly.contains(node.address) else { continue }
            return Diagnostic(
                .planNameTaken, "\(node.address) and \(former) each say that they were the other one",
                labels: [DiagnosticLabel(node.place), DiagnosticLabel(other.place, "and here")],
                help: ["give one of them a third name first, `apply`, and go on from there"])
        }
        return nil
    }
}
