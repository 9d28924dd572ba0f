// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

/// Steps that run other workflows or apply recipes, as far as the text alone names them.
extension ModuleChecker {
    /// A step that runs a workflow which the text names.
    struct PartDraft {
        /// The workflow that has the step.
        let owner: String
        let step: Int
        let workflow: FieldCode
        let name: String
        let parameters: FieldCode?
        /// Where it stands at the end of a run, that; nil elsewhere.
        let end: RunEnd?
        /// The outputs of the workflow that are read of it.
        var reads: [OutputRead] = []
    }

    /// An output that is read of a step which runs a workflow.
    struct OutputRead {
        let step: Int
        let name: String
        let range: SourceRange
    }

    /// What comes when a run ends, and has no time to wait.
    enum RunEnd {
        case finally
        /// - Parameter place: Of the `@undo` that names the step.
        case undo(SourceRange)
    }

    // MARK: Of each workflow

    /// Keeps the parts of the workflow that was just checked, and tells of steps that would wait at its end.
    func collectParts(of workflow: String) {
        var undoings: [Int: SourceRange] = [:]
        for step in steps {
            if let undo = step.code?.meta?.undo, case .step(let index) = undo.target { undoings[index] = undo.range }
        }
        for (index, step) in steps.enumerated() {
            guard let code = step.code else { continue }
            let end = isFinal(index) ? RunEnd.finally : undoings[index].map { .undo($0) }
            if let end, code.contract.schema.mayWait {
                reportWait(end, "\(code.contract.name) waits", at: step.declaration.kind.range)
            }
            guard code.contract.name == "Run", let field = code.field("workflow"), let name = field.code.told.string
            else { continue }
            parts.append(
                PartDraft(
                    owner: workflow, step: index, workflow: field, name: name, parameters: code.field("params"),
                    end: end, reads: outputReads.filter { $0.step == index }))
        }
        outputReads = []
    }

    private func reportWait(_ end: RunEnd, _ what: String, at range: SourceRange) {
        switch end {
        case .finally:
            report(
                .misplaced, "\(what), and nothing is waited for in 'finally'", at: range,
                notes: ["the run would neither have ended nor go on"],
                help: ["let it wait before, as a step of its own"])
        case .undo(let place):
            report(
                .metaMisused, "\(what), and nothing is waited for while a run is taken back", at: place,
                notes: ["the run would neither have ended nor go on"],
                help: ["take it back by a step that does not wait"])
        }
    }

    // MARK: Of the module

    /// Tells what is wrong with the parts of all workflows of the file.
    func checkParts(_ own: [WorkflowCode]) {
        let known = NamedWorkflows(own, imports.map { ($0.statement.alias.text, $0.module?.code) })
        for part in parts {
            guard let workflow = known[part.name] else {
                if !known.mayHave(part.name) {
                    session.report.add(
                        .noWorkflow(part.name, among: known.names, at: source.place(part.workflow.range)))
                }
                continue
            }
            checkParameters(of: part, workflow)
            checkReads(of: part, workflow)
            if let end = part.end, known.waits(part.name) {
                reportWait(end, "the workflow '\(part.name)' waits", at: part.workflow.range)
            }
        }
        let edges = own.map { workflow in
            (
                workflow.name,
                parts.filter { $0.owner == workflow.name }.map { ($0.name, source.place($0.workflow.range)) }
            )
        }
        session.report.add(
            PartCircle.problems(edges) { name in own.first { $0.name == name }.map { source.place($0.range) } })
    }

    private func checkReads(of part: PartDraft, _ workflow: WorkflowCode) {
        let names = workflow.outputs.map(\.name)
        for read in part.reads where !names.contains(read.name) {
            let nearest = NearestName.find(read.name, in: names)
            report(
                .noMember, "the workflow '\(part.name)' has no output '\(read.name)'", at: read.range,
                nearest.map { "did you mean '\($0)'?" } ?? "",
                notes: nearest == nil && !names.isEmpty ? ["it has " + names.joined(separator: ", ")] : [],
                help: names.isEmpty ? ["output \(read.name) = …    in that workflow"] : [])
        }
    }

    private func checkParameters(of part: PartDraft, _ workflow: WorkflowCode) {
        let given = part.parameters.map(\.code.toldEntries) ?? [:]
        guard let given else { return }
        let range = part.parameters?.range ?? part.workflow.range
        let names = workflow.parameters.map(\.contract.name)
        for entry in given where !names.contains(entry.key) {
            session.report.add(.noParameter(entry.key, of: part.name, among: names, at: source.place(range)))
        }
        for parameter in workflow.parameters {
            let name = parameter.contract.name
            guard let value = given[name] else {
                if parameter.contract.isRequired {
                    report(
                        .missingField, "the parameter '\(name)' of '\(part.name)' has no value", at: range,
                        help: ["params: { \(name): … }"])
                }
                continue
            }
            if value.containsUnknown { continue }
            do throws(EvaluationError) {
                _ = try EvaluationSession(library: session.library).argument(value, parameter)
            } catch {
                for problem in error.all {
                    report(problem.code, problem.message, at: range, notes: problem.notes, help: problem.help)
                }
            }
        }
    }
}

/// The workflows that a file's steps may run, by their names.
struct NamedWorkflows {
    /// In the order of the text.
    private(set) var names: [String] = []
    private var all: [String: WorkflowCode] = [:]
    /// The names of imports of which nothing is known.
    private var unread: [String] = []

    init(_ own: [WorkflowCode], _ imports: [(alias: String, module: ModuleCode?)]) {
        add(own, "")
        for (alias, module) in imports {
            if let module { add(module, "\(alias).") } else { unread.append(alias) }
        }
    }

    subscript(name: String) -> WorkflowCode? { all[name] }

    /// Whether an import that cannot be read may have it.
    func mayHave(_ name: String) -> Bool { unread.contains { name.hasPrefix("\($0).") } }

    /// Whether a workflow, or one that is a part of it, has a step that may wait.
    func waits(_ name: String) -> Bool {
        var seen: Set<String> = []
        return waits(name, &seen)
    }

    private func waits(_ name: String, _ seen: inout Set<String>) -> Bool {
        guard seen.insert(name).inserted, let workflow = all[name] else { return false }
        let prefix = name.lastIndex(of: ".").map { String(name[...$0]) } ?? ""
        for step in workflow.steps {
            if step.contract.schema.mayWait { return true }
            if step.contract.name == "Run", let part = step.field("workflow")?.code.told.string,
                waits(prefix + part, &seen)
            {
                return true
            }
        }
        return false
    }

    private mutating func add(_ workflows: [WorkflowCode], _ prefix: String) {
        for workflow in workflows where all[prefix + workflow.name] == nil {
            all[prefix + workflow.name] = workflow
            names.append(prefix + workflow.name)
        }
    }

    private mutating func add(_ module: ModuleCode, _ prefix: String) {
        add(module.workflows, prefix)
        for inner in module.imports { add(inner.module, "\(prefix)\(inner.alias).") }
    }
}
