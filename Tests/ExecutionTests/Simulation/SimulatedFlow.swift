// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import PlanningFixtures

/// A workflow as a seed has it, and those that are its parts: steps of which each gives a number that what it reads
/// determines, some of which wait, or can be taken back; maybe a loop whose length only one of them tells, and maybe
/// steps for the end.
struct SimulatedFlow: Sendable {
    struct Step: Sendable {
        enum Work: Sendable {
            case sum
            /// Waits for a time, for a signal, or for whichever comes first.
            case wait(seconds: Int?, signal: String?)
            /// Runs another workflow.
            case part(String)
        }

        var reads: [Int] = []
        var needs: [Int] = []
        var attempts = 1
        var work = Work.sum
        var isUndoable = false
        /// True where the run goes on without it.
        var isSoft = false
    }

    /// A step for the end of the run.
    struct Final: Sendable {
        /// Steps of the run.
        var reads: [Int] = []
        /// Others for the end.
        var needs: [Int] = []
        /// The end for which it is there; nil for every end.
        var outcome: String?
    }

    struct Workflow: Sendable {
        let name: String
        var steps: [Step] = []
        /// The step that tells how long the loop is.
        var source: Int?
        var hasUndoableTurns = false
        var finals: [Final] = []

        /// For a trace.
        var text: String {
            let steps = steps.enumerated().map { number, step in
                "s\(number) \(step.work)\(step.isSoft ? " soft" : "")\(step.isUndoable ? " undo" : "") "
                    + "reads \(step.reads) needs \(step.needs)"
            }
            let finals = finals.enumerated().map { "f\($0) reads \($1.reads) needs \($1.needs) \($1.outcome ?? "")" }
            return "\(name): \((steps + finals).joined(separator: "; ")); loop by \(source.map { "s\($0)" } ?? "none")"
        }
    }

    private(set) var workflows: [Workflow] = []

    /// The workflow that is run.
    static let name = "work"
    private static let names = [name, "part", "leaf"]

    init(seed: UInt64) {
        var generator = SeededGenerator.of(seed, "flow", 0)
        let depth = generator.chance(35) ? generator.chance(25) ? 3 : 2 : 1
        for (level, name) in Self.names.prefix(depth).enumerated() {
            workflows.append(
                Self.workflow(
                    name, size: 1 + generator.below(level == 0 ? 8 : 4),
                    part: level + 1 < depth ? Self.names[level + 1] : nil, &generator))
        }
    }

    private static func workflow(
        _ name: String, size: Int, part: String?, _ generator: inout SeededGenerator
    ) -> Workflow {
        var workflow = Workflow(name: name)
        let isChain = generator.chance(30)
        let undoPercent = generator.pick([0, 30, 70]) ?? 0
        let waitPercent = generator.pick([0, 0, 25]) ?? 0
        for number in 0..<size {
            var step = Step()
            if number > 0, isChain || generator.chance(70) {
                let other = isChain ? number - 1 : generator.below(number)
                if generator.chance(70) { step.reads.append(other) } else { step.needs.append(other) }
            }
            if number > 1, generator.chance(30) { step.needs.append(generator.below(number)) }
            if generator.chance(60) { step.attempts = 1 + generator.below(4) }
            step.isSoft = generator.chance(10)
            step.isUndoable = generator.chance(undoPercent)
            if let part, generator.chance(30) || number == size - 1 {
                step.work = .part(part)
                step.isUndoable = step.isUndoable && generator.chance(20)
            } else if generator.chance(waitPercent) {
                step.work = wait(number, &generator)
            }
            workflow.steps.append(step)
        }
        if generator.chance(40) { workflow.source = generator.below(size) }
        workflow.hasUndoableTurns = generator.chance(undoPercent)
        for number in 0..<(generator.chance(50) ? 1 + generator.below(3) : 0) {
            var final = Final()
            if generator.chance(50) { final.reads.append(generator.below(size)) }
            if number > 0, generator.chance(50) { final.needs.append(generator.below(number)) }
            if generator.chance(20) { final.outcome = generator.pick(["succeeded", "failed", "cancelled"]) }
            workflow.finals.append(final)
        }
        return workflow
    }

    private static func wait(_ number: Int, _ generator: inout SeededGenerator) -> Step.Work {
        let seconds = generator.pick([5, 50, 500, 5000])
        let signal = "signal \(number)"
        return switch generator.below(3) {
        case 0: .wait(seconds: seconds, signal: nil)
        case 1: .wait(seconds: nil, signal: signal)
        default: .wait(seconds: seconds, signal: signal)
        }
    }

    func workflow(_ name: String) -> Workflow? { workflows.first { $0.name == name } }

    /// About how often a process writes that nothing disturbs.
    var size: Int {
        workflows.reduce(0) { $0 + $1.steps.count + $1.finals.count }
            + workflows.reduce(0) { $0 + $1.steps.count { $0.isUndoable } } + (workflows.count - 1) * 4
    }

    var program: Program {
        Program(
            environment: "default", module: "flow", recipeFolder: "/", resources: [],
            workflows: workflows.map {
                WorkflowNode(
                    name: $0.name, parameters: [], resources: [], recipeFolder: "/", place: NotesModule.place)
            }, outputs: [], providers: [], parameters: [:], evaluation: self)
    }
}
