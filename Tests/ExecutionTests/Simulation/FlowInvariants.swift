// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import Synchronization

/// What must hold of a run and its parts, as the ledger has them.
struct FlowInvariants: Sendable {
    let flow: SimulatedFlow
    let disk: SimulatedDisk
    let remote: SimulatedRemote
    let told: ToldEnds
    let parallelism: Int

    /// After a crash, a failure or a success.
    func check() {
        let content = disk.content
        let runs = content.runs.map { RecordedRun($0, in: content) }
        checkTold(runs)
        for (token, count) in remote.creations where count > 1 { violation("\(token) made \(count) things") }
        checkUndone(content)
        for run in runs { checkParts(of: run, runs) }
    }

    private func checkTold(_ runs: [RecordedRun]) {
        let done = Set(
            runs.flatMap { run in
                run.operations.filter { [.succeeded, .undoing, .undone].contains($0.status) }.map(\.name)
            })
        for address in told.all.sorted() {
            let name = address.text.split(separator: "/").last.map(String.init) ?? ""
            if !done.contains(name) { violation("\(address) was told to have ended, and that is lost") }
        }
    }

    /// Each execution is taken back once, and recorded as taken back; the newest one first.
    private func checkUndone(_ content: SimulatedDisk.Content) {
        var counts: [String: Int] = [:]
        for undoing in content.operations where undoing.status == .succeeded {
            // A part has no execution of its own.
            if let token = undoing.inputs["takes"]?.string { counts[token, default: 0] += 1 }
        }
        for (token, count) in counts {
            if count > 1 { violation("\(token.suffix(6)) was taken back \(count) times") }
            let owner = content.operations.first { $0.token.text == token }
            if owner?.status != .undone { violation("\(token.suffix(6)) was taken back, and counts as done") }
        }
        // Parts are taken back after all else.
        for older in content.operations where older.inputs["workflow"] == nil {
            guard let mark = content.marks[older.token] else { continue }
            for newer in content.operations where newer.run == older.run && newer.inputs["workflow"] == nil {
                guard let end = content.ends[newer.token], let own = content.ends[older.token], end > own, end < mark,
                    let later = content.marks[newer.token], later > mark, parallelism == 1
                else { continue }
                violation("\(older.name) is taken back before \(newer.name), which ended later")
            }
        }
    }

    /// A step and the part that it runs tell the same.
    private func checkAgreement(_ run: RecordedRun, _ runs: [RecordedRun]) {
        for operation in run.operations where operation.inputs["workflow"] != nil && operation.status == .succeeded {
            let part = runs.first { $0.record.id == operation.handle }?.record
            guard run.newest(Address(operation.name))?.token == operation.token else { continue }
            if part?.status != .succeeded {
                violation("\(operation.name) has ended and its part is \(part?.status.rawValue ?? "nowhere")")
            } else if operation.outputs["outputs"] != part.map({ .object($0.outputs) }) {
                violation("\(operation.name) gives what its part does not")
            }
        }
    }

    /// There is one part a step.
    private func checkParts(of run: RecordedRun, _ runs: [RecordedRun]) {
        var handles: [String: Set<String>] = [:]
        for operation in run.operations where operation.inputs["workflow"] != nil {
            if let handle = operation.handle { handles[operation.name, default: []].insert(handle) }
        }
        for (step, handles) in handles where handles.count > 1 { violation("\(step) has \(handles.count) parts") }
        let known = handles.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        for part in runs where part.record.parent == run.record.id && !known.contains(part.record.id) {
            violation("\(part.record.id) is a part of which no step knows")
        }
    }

    // MARK: Ends

    /// After a command that came to its end.
    ///
    /// - Parameters:
    ///   - takesBack: True where it was to take back what was done.
    ///   - isStopped: True where it was told to end before that.
    func check(_ report: WorkflowRunner.Report, takesBack: Bool, isStopped: Bool) {
        let content = disk.content
        guard let run = RecordedRun(report.run.id, in: content) else { return violation("the run is not recorded") }
        if run.record.status != report.run.status {
            violation("the run is recorded as \(run.record.status), and told to be \(report.run.status)")
        }
        for step in report.steps where step.status != nil && step.status != .skipped {
            let recorded = run.newest(step.address)?.status
            if recorded != (step.status == .waiting ? .intended : step.status) {
                violation(
                    "\(step.address) is told to be \(String(describing: step.status)) and is \(String(describing: recorded))"
                )
            }
        }
        if report.run.status == .cancelled {
            for part in content.runs where part.parent != nil && part.status == .waiting {
                violation("\(part.id) waits, and the run is cancelled")
            }
        }
        if isStopped, report.run.status != .succeeded { return }
        let all = content.runs.map { RecordedRun($0, in: content) }
        if report.run.status != .waiting { for run in all { checkAgreement(run, all) } }
        switch report.run.status {
        case .succeeded:
            for run in all { checkSucceeded(run) }
            checkFinals(run, "succeeded")
        case .failed:
            if report.failures.isEmpty { violation("it failed, and nobody says why") }
            checkFinals(run, nil)
        case .cancelled:
            if !takesBack { violation("it is cancelled, and nobody asked for that") }
            for run in all { checkTakenBack(run) }
            checkFinals(run, nil)
        case .waiting:
            if !content.operations.contains(where: { $0.status == .intended && content.pauses[$0.token] != nil }) {
                violation("it waits for nothing")
            }
        case .running, .interrupted: violation("it has ended and is \(report.run.status)")
        }
        for part in all where part.record.parent != nil && [.succeeded, .failed].contains(part.record.status) {
            checkFinals(part, part.record.status == .succeeded ? "succeeded" : nil)
        }
    }

    private func checkSucceeded(_ run: RecordedRun) {
        if run.record.status != .succeeded { violation("\(run.record.id) is \(run.record.status) in the end") }
        let nodes = flow.nodes(of: run.record.workflow ?? "", run.record.parameters, run.state(outcome: "succeeded"))
        for node in nodes where !node.isUndo {
            let newest = run.newest(node.address)
            if newest?.status != .succeeded {
                violation("\(node.address) is \(newest?.status.rawValue ?? "not begun") in the end")
            } else if newest?.inputs["made"] != node.inputs["made"] {
                violation("\(node.address) rests on what does not count any more")
            }
        }
        let known = Set(nodes.map(\.address.text))
        for operation in run.operations where operation.status == .intended && known.contains(operation.name) {
            violation("\(operation.name) is still open")
        }
    }

    /// Nothing is left that can be taken back.
    private func checkTakenBack(_ run: RecordedRun) {
        let nodes = flow.nodes(of: run.record.workflow ?? "", run.record.parameters, run.state())
        for node in nodes where node.undo != nil {
            if let status = run.newest(node.address)?.status, status == .succeeded || status == .undoing {
                violation("\(node.address) of \(run.record.id) is not taken back: \(status)")
            }
        }
    }

    /// The steps for the end were executed once after all others, to their own ends.
    ///
    /// - Parameter outcome: Nil where it may have been told in several ways.
    private func checkFinals(_ run: RecordedRun, _ outcome: String?) {
        // A run that is taken back knows all that it did.
        let state =
            run.record.status == .cancelled
            ? run.state(outcome: outcome)
            : run.settled(
                { flow.nodes(of: run.record.workflow ?? "", run.record.parameters, $0) }, outcome: outcome)
        for node in flow.nodes(of: run.record.workflow ?? "", run.record.parameters, state)
        where node.isFinal && node.reads.allSatisfy({ state.outputs[$0] != nil }) {
            // Where the run came to another end meanwhile, the last one counts.
            let end = run.newest(node.address)?.inputs["outcome"]
            let told = run.operations.indices.filter { run.operations[$0].name == node.address.text }
                .reversed().prefix { run.operations[$0].inputs["outcome"] == end && run.isAfterAllOthers($0) }
            let ends = told.filter { run.operations[$0].status == .succeeded }
            let hasFailed =
                run.newest(node.address)?.status == .failed
                && run.latest[node.address].map { run.isAfterAllOthers($0) } == true
            if ends.count != 1, !(hasFailed && ends.isEmpty && run.record.status == .failed) {
                violation("\(node.address) of \(run.record.id) came to its end \(ends.count) times after all others")
            }
        }
    }

    private func violation(_ text: String) { remote.trace.violation(text) }
}

/// The steps of which somebody was told that they ended well.
final class ToldEnds: Sendable {
    private let addresses = Mutex<Set<Address>>([])

    var all: Set<Address> { addresses.withLock { $0 } }

    func take(_ event: ExecutionEvent) {
        guard case .operationEnded(let address, _, .succeeded, _, _) = event else { return }
        addresses.withLock { _ = $0.insert(address) }
    }
}
