// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import Planning
import PluginHost
import Shell

struct ShowVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows what the ledger holds: all modules, a recipe's, one resource, one output, or a run.")

    @Argument(help: "A recipe file, an address such as lake or lake.url, or a run such as run-3.")
    var subject: String?
    @OptionGroup var shared: SharedOptions
    @Option(help: "Of a recipe with schedules: how many of their next times are shown.") var next = 3
    @Flag(help: "Draws when each step of a run was under way.") var gantt = false
    @Option(help: "Writes that picture of a run to a file, as SVG.") var svg: String?

    func validate() throws {
        guard (1...1000).contains(next) else { throw ValidationError("--next takes a number from 1 to 1000") }
    }

    func run() async throws {
        if gantt || svg != nil, subject.flatMap({ RunName($0) }) == nil {
            throw ValidationError("--gantt and --svg go with a run, such as run-3")
        }
        if let subject, RunName(subject) != nil { return try await showRun(subject) }
        let isFile = subject.map { $0.hasSuffix(".recipe") || $0.contains("/") && Paths.isFile($0) } ?? false
        let workspace = try Workspace(RecipeArgument(isFile ? subject : nil), shared, needsRecipe: false)
        try await workspace.checkEnvironment()
        var records = try await workspace.records()
        if let module = workspace.module, isFile || Invocation.here().prompt != nil && subject != nil {
            records = records.filter { $0.identity.module == module }
        }
        if let subject, !isFile { return try show(subject, in: records, workspace) }
        let triggers = workspace.module == nil || !isFile ? nil : try await TriggerTable.read(workspace, next: next)
        if shared.json {
            var document: ObjectValue = ["resources": .list(records.map { .object(RecordDocuments.object($0)) })]
            if let triggers {
                document["triggers"] = triggers.document
                document["problems"] = .list(triggers.problems.map { .object(DiagnosticDocument.object($0)) })
            }
            workspace.output.print(document: document)
        } else {
            let renderer = RecordRenderer(style: workspace.output.style, width: workspace.output.width)
            if triggers?.isEmpty != false || !records.isEmpty {
                workspace.output.print(renderer.table(records), terminator: "")
            }
            workspace.output.say(triggers?.problems ?? [])
            if let triggers, !triggers.isEmpty {
                workspace.output.print(
                    triggers.text(workspace.output.style, width: workspace.output.width), terminator: "")
            }
        }
    }

    private func showRun(_ id: String) async throws {
        let workspace = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
        let (run, recorded) = try await workspace.run(id)
        let waits = run.purpose == .workflow ? try await workspace.engine.ledger.waits(run: run.id) : []
        let paused = Dictionary(
            waits.map { ($0.operation.token, $0.pause) }, uniquingKeysWith: { first, _ in first })
        let operations = recorded.map { operation in
            var operation = operation
            if run.status == .waiting, paused[operation.token] != nil { operation.status = .waiting }
            return operation
        }
        let chart = GanttChart(run, operations, now: workspace.engine.services.clock.now())
        if let svg {
            try TextFile.write(chart.svg(), to: Paths.absolute(svg))
            if !shared.json { workspace.output.print("Written to \(Paths.shown(svg)).") }
            if !gantt, !shared.json { return }
        }
        if gantt, !shared.json {
            workspace.output.print(
                chart.text(workspace.output.style, width: workspace.output.width), terminator: "")
            return
        }
        if shared.json {
            workspace.output.print(document: [
                "run": .object(RecordDocuments.object(run)),
                "steps": .list(
                    operations.map { operation in
                        var object = RecordDocuments.object(operation)
                        if let pause = paused[operation.token], operation.status == .waiting {
                            object["waits_for"] = .object([
                                "text": .string(pause.text), "until": pause.until.map { .time($0) } ?? .null,
                                "signal": pause.signal.map { .string($0) } ?? .null
                            ])
                        }
                        return .object(object)
                    }),
                "outputs": .object(run.outputs)
            ])
        } else {
            workspace.output.print(
                RecordRenderer(style: workspace.output.style, width: workspace.output.width)
                    .text(run, operations, waits: run.status == .waiting ? paused.mapValues(\.text) : [:]),
                terminator: "")
        }
    }

    /// One resource, or one of its outputs.
    private func show(_ subject: String, in records: [ResourceRecord], _ workspace: Workspace) throws {
        let found = records.filter { $0.identity.address.text == subject }
        if !found.isEmpty {
            if shared.json {
                workspace.output.print(
                    document: ["resources": .list(found.map { .object(RecordDocuments.object($0)) })])
            } else {
                let renderer = RecordRenderer(style: workspace.output.style, width: workspace.output.width)
                workspace.output.print(found.map { renderer.text($0) }.joined(separator: "\n"), terminator: "")
            }
            return
        }
        if let point = subject.lastIndex(of: ".") {
            let address = subject[..<point]
            let field = String(subject[subject.index(after: point)...])
            for record in records where record.identity.address.text == address {
                guard let value = record.outputs[field] ?? record.inputs[field] else { continue }
                workspace.output.print(exact: (shared.json ? value.json(.plain) : value.string ?? value.literal) + "\n")
                return
            }
        }
        let names = records.map(\.identity.address.text)
        let head = String(subject.prefix { $0 != "." && $0 != "[" && $0 != "/" })
        let isDeclared = Invocation.here().prompt?.text.names.contains(head) ?? false
        throw Diagnostic(
            .noSuchResource, "nothing in environment \(workspace.environment) has the address '\(subject)'",
            notes: isDeclared && !names.contains(head) ? ["'\(head)' is declared and not applied yet"] : [],
            help: NearestName.find(subject, in: names).map { ["show \($0)"] } ?? ["show    lists what there is"])
    }
}

struct RunsVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "Lists applies and runs, the newest first.")

    @OptionGroup var shared: SharedOptions
    @Option(help: "How many.") var limit = 20

    func run() async throws {
        let workspace = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
        // Without one it lists the runs of all.
        if shared.environment != nil { try await workspace.checkEnvironment() }
        let newest = try await NewestEntries(limit: limit) { limit in
            try await workspace.engine.ledger.runs(environment: shared.environment, limit: limit)
        }
        var runs = newest.entries
        for position in runs.indices {
            runs[position] = try await workspace.engine.withPresentStatus(runs[position])
        }
        if shared.json {
            workspace.output.print(document: [
                "runs": .list(runs.map { .object(RecordDocuments.object($0)) }), "more": .bool(newest.isMore)
            ])
        } else {
            workspace.output.print(
                RecordRenderer(style: workspace.output.style, width: workspace.output.width)
                    .table(runs, now: workspace.engine.services.clock.now())
                    + newest.more("runs", workspace.output.style), terminator: "")
        }
    }
}

struct LogsVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "logs", abstract: "Shows what a run's steps said.")

    @Argument(help: "The run, such as run-3; left out: the newest.") var run: String?
    @Argument(help: "Only this step; without a key all of its loop.") var step: String?
    @OptionGroup var shared: SharedOptions
    @Flag(help: "Goes on until the run has ended.") var follow = false
    @Flag(help: "Prints each line as one JSON object.") var events = false

    func run() async throws {
        let workspace = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
        let id: String
        if let run { id = run } else { id = try await workspace.newestRun() }
        let operations = try await workspace.run(id).1
        if let step, !follow { try check(step, among: operations, of: id) }
        let kept = Locked<[LogLine]>([])
        try await workspace.watching {
            var position: Int64 = 0
            var isSilent = true
            while true {
                let isOver = try await workspace.run(id).0.status != .running
                let lines = try await workspace.engine.runLog.lines(run: id, after: position, limit: 1000)
                for line in lines {
                    position = line.position
                    if let step, !Self.isOf(step, line.operation) { continue }
                    if shared.json {
                        kept.withLock { $0.append(line) }
                    } else {
                        print(line, workspace)
                    }
                    isSilent = false
                }
                if lines.count == 1000 { continue }
                if isOver || !follow || workspace.output.isBroken || workspace.interruption.wish != .none {
                    if isSilent, !shared.json { workspace.output.say("\(step ?? id) has said nothing.") }
                    return
                }
                try await workspace.engine.services.clock.sleep(for: .milliseconds(200))
            }
        }
        if shared.json {
            workspace.output.print(document: [
                "run": .string(id), "lines": .list(kept.value.map { .object(Self.object($0)) })
            ])
        }
    }

    private static func isOf(_ step: String, _ operation: String) -> Bool {
        operation == step || operation.hasPrefix(step + "[")
    }

    private func check(_ step: String, among operations: [OperationRecord], of run: String) throws(Diagnostic) {
        let names = operations.map { RecordDocuments.name($0) }
        if names.contains(where: { Self.isOf(step, $0) }) { return }
        throw Diagnostic(
            .noSuchStep, "\(run) has begun no step '\(step)'",
            help: NearestName.find(step, in: names).map { ["did you mean \($0)?"] } ?? [
                "show \(run)    lists its steps"
            ])
    }

    private static func object(_ line: LogLine) -> ObjectValue {
        ["step": .string(line.operation), "time": .time(line.time), "text": .string(line.text)]
    }

    private func print(_ line: LogLine, _ workspace: Workspace) {
        if events {
            workspace.output.print(event: (["run": .string(line.run)] as ObjectValue).merging(Self.object(line)))
        } else {
            workspace.output.print(workspace.output.style(.dim, "\(line.operation) | ") + line.text)
        }
    }
}

struct GraphVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "graph", abstract: "Shows what depends on what.")

    @OptionGroup var recipe: RecipeArgument
    @OptionGroup var shared: SharedOptions
    @Flag(help: "Prints it for Graphviz.") var dot = false

    func run() async throws {
        let workspace = try Workspace(recipe, shared)
        let renderer = GraphRenderer(program: try await workspace.program())
        if shared.json {
            workspace.output.print(document: renderer.document())
        } else {
            workspace.output.print(dot ? renderer.dot() : renderer.text(), terminator: "")
        }
    }
}
